"""Editions: the identity of one publication, the publishers' calendars, and recognising.

No official file states its own days in force, and what it does state is wrong in places (the
`<version>` of the 2015 tabular list is 2014), so both the days and the marks by which a release is
recognised are data: `_calendar.json`, read when first asked for. ICD-10-CM: NCHS publishes for
October 1, in some years again for April 1 (once January 1), and with it its conversion table
where there are new codes (what stands for `<version>` is the newest day in it). HCPCS Level II: CMS
published for January 1 until 2019, since 2020 every quarter.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import NamedTuple

from attrs import evolve, frozen

from codesets._edition import Edition
from codesets._edition_names import PATTERNS, days_by_pattern, name_by_day, picked, spoken_of
from codesets.errors import EditionError, SourceError

__all__ = [
    "Counts",
    "Edition",
    "UnpublishedUpdate",
    "base_of",
    "changes_codes",
    "edition",
    "edition_on",
    "edition_with_same_codes",
    "editions",
    "how_to_get",
    "is_base_of",
    "published_counts",
    "published_name",
    "recognise",
    "unpublished_updates",
]


@frozen
class Counts:
    """How much a release holds; None where it is not known.

    Attributes:
        rows: ICD-10-CM, rows of the order file, headers included; rows of a conversion table.
        billable: ICD-10-CM, rows of it that are valid for submission (flag 1).
        codes: HCPCS, codes, the terminated ones included.
        modifiers: HCPCS, modifiers, the terminated ones included.
    """

    rows: int | None = None
    billable: int | None = None
    codes: int | None = None
    modifiers: int | None = None

    def agrees_with(self, other: Counts) -> bool:
        """Whether something is known in both, and equal wherever it is."""
        pairs = [
            (self.rows, other.rows),
            (self.billable, other.billable),
            (self.codes, other.codes),
            (self.modifiers, other.modifiers),
        ]
        known = [(mine, theirs) for mine, theirs in pairs if None not in (mine, theirs)]
        return bool(known) and all(mine == theirs for mine, theirs in known)


@frozen
class UnpublishedUpdate:
    """An update that took effect without code files, so that no release can hold it.

    Attributes:
        edition: what would be its edition; its days are those before a release has the codes.
        added: the codes, canonical; later NCHS conversion tables date them.
    """

    edition: Edition
    added: tuple[str, ...]


class _Entry(NamedTuple):
    """What the calendar knows of one edition; `digests` by kind of file."""

    edition: Edition
    label: str
    codes_as: str | None
    base: str | None
    changes_codes: bool
    counts: Counts
    versions: frozenset[str]
    digests: Mapping[str, frozenset[str]]


class _Calendar(NamedTuple):
    """One system's editions by name, in order, and the updates that have no files."""

    entries: Mapping[str, _Entry]
    updates: tuple[UnpublishedUpdate, ...]


# Kinds of files that hold codes and flags but nothing of the tabular list: editions share them.
_CODE_FILES = ("order", "codes")
_MEMBERS = ("tabular", *_CODE_FILES, "text", "excel", "table")
_ARCHIVES = ("tabular_archive", "order_archive", "archive")


@cache
def _calendar(system: str) -> _Calendar:
    if system not in PATTERNS:
        message = f"no calendar for the system {system!r}; there is one for {', '.join(PATTERNS)}"
        raise EditionError(message, system=system, name="")
    # `importlib.resources` takes longer to import than all of this takes to read.
    table = json.loads(Path(__file__).with_name("_calendar.json").read_text(encoding="utf-8"))
    hashes = table["sha256"][system]
    entries, updates = [], []
    for values in table["editions"][system]:
        name = values["name"]
        start, end = values["in_force"] or (None, None)
        itself = Edition.from_dict(
            {"system": system, "name": name, "effective_from": start, "effective_to": end}
        )
        if not values.get("files", True):
            updates.append(UnpublishedUpdate(itself, tuple(values["added"])))
            continue
        digests = {kind: frozenset(shas) for kind, shas in hashes.get(name, {}).items()}
        for kind in _CODE_FILES:
            shared = hashes.get(values.get("codes_as"), {}).get(kind, ())
            digests[kind] = digests.get(kind, frozenset()).union(shared)
        # Since 2016 every <version> that was seen is the fiscal year; before, it is as measured.
        versions = frozenset(values.get("versions", [name[:4]]))
        counts = Counts(**values.get("counts", {}))
        changes = bool(values.get("changes_codes", True))
        label, codes_as = values.get("label", name), values.get("codes_as")
        base = values.get("base")
        entries.append(_Entry(itself, label, codes_as, base, changes, counts, versions, digests))
    entries.sort(key=lambda entry: entry.edition)
    return _Calendar({entry.edition.name: entry for entry in entries}, tuple(updates))


def editions(system: str) -> tuple[Edition, ...]:
    """All editions of the publisher's calendar that have files, drafts first, then by date.

    Raises:
        EditionError: there is no calendar for the system.
    """
    return tuple(entry.edition for entry in _calendar(system).entries.values())


def edition_on(system: str, day: date) -> Edition | None:
    """The edition that is the one to use on a day, at hand or not; drafts never are.

    After the calendar's end it is the one that the publisher's pattern foresees.

    Args:
        system: short name of the system.
        day: the day.

    Returns:
        The edition, or None before the first one in force (in ICD-10-CM on October 1, 2015).

    Raises:
        EditionError: there is no calendar for the system.
    """
    known = [each for each in editions(system) if not each.is_draft]
    for each in reversed(known):
        if each.is_in_force(day):
            return each
    if day < (known[0].effective_from or date.max):
        return None
    name = name_by_day(system, day)
    return Edition(system, name, *(days_by_pattern(system, name) or ()))


def unpublished_updates(system: str) -> tuple[UnpublishedUpdate, ...]:
    """Updates that took effect without code files: ICD-10-CM of April 1, 2020 (U07.0, U07.1).

    The edition before runs on through them, for its files stayed the newest; on these days it
    cannot know the added codes.

    Raises:
        EditionError: there is no calendar for the system.
    """
    return _calendar(system).updates


def edition(system: str, name: str) -> Edition:
    """The edition of that name.

    Args:
        system: short name of the system.
        name: a name of the calendar, or one after its end that follows the publisher's pattern
            (ICD-10-CM `2028` is then 2027-10-01 to 2028-09-30).

    Raises:
        EditionError: neither; the message says the pattern and the names nearest.
    """
    calendar = _calendar(system)
    if name in calendar.entries:
        return calendar.entries[name].edition
    known = list(calendar.entries)
    if (days := days_by_pattern(system, name)) is not None:
        later = Edition(system, name, *days)
        if later > calendar.entries[known[-1]].edition:
            return later
    why = f"its editions are named {PATTERNS[system]}"
    for update in calendar.updates:
        if update.edition.name == name:
            running = max(e for e in editions(system) if e < update.edition)
            why = f"that update had no code files, {running} runs on through it"
    import difflib

    near = difflib.get_close_matches(str(name).strip().lower(), known, n=3)
    hint = f"; near it: {', '.join(near)}" if near else ""
    raise EditionError(f"{system} has no edition {name!r}: {why}{hint}", system=system, name=name)


def how_to_get(system: str, name: str) -> str:
    """The end of a message about an edition that is not at hand.

    Args:
        system: short name of a system with a calendar.
        name: the name asked for, which may be no edition's.

    Returns:
        The command that installs it; of a name that no edition has, that it is none.
    """
    try:
        return f"install it with: codesets install {system} {edition(system, name).name}"
    except EditionError as error:
        return str(error)


def changes_codes(edition: Edition) -> bool:
    """Whether an edition has other codes, flags or titles than the one before, as far as is known.

    NCHS published April updates without any (2024, 2025, 2026): only notes and indexes changed.
    """
    entries = _calendar(edition.system).entries if edition.system in PATTERNS else {}
    return edition.name not in entries or entries[edition.name].changes_codes


def base_of(edition: Edition) -> Edition | None:
    """The edition that the publisher counts the changes of another one from.

    The one before it: HCPCS of January 2025 has action codes for what changed since October 2024,
    that of January 2019 for what changed since January 2018. But the addenda of January 2021 start,
    as those of October 2020, from the ICD-10-CM of fiscal year 2020.

    Returns:
        The edition, at hand or not; None for the first of the calendar and for unnamed ones.

    Raises:
        EditionError: there is no calendar for the system.
    """
    entries = _calendar(edition.system).entries
    if edition.name in entries and (base := entries[edition.name].base) is not None:
        return entries[base].edition
    if not edition.is_named:
        return None
    if edition.effective_from is not None:
        before = edition_on(edition.system, edition.effective_from - timedelta(days=1))
        if before is not None:
            return before
    earlier = [each for each in editions(edition.system) if each < edition]
    return earlier[-1] if earlier else None


def is_base_of(old: Edition, new: Edition) -> bool:
    """Whether the publisher counts the changes of the new edition from the old one.

    Or from one with the same codes and titles: the addenda of 2025 start from April 2024, which
    changed none, and so from 2024 as well.

    Raises:
        EditionError: there is no calendar for the system.
    """
    base = base_of(new)
    while base is not None and base != old and not changes_codes(base):
        base = base_of(base)
    return base is not None and base == old


def published_counts(edition: Edition) -> Counts | None:
    """How much the publisher's files of an edition hold; None where that is not known."""
    entries = _calendar(edition.system).entries if edition.system in PATTERNS else {}
    counts = entries[edition.name].counts if edition.name in entries else Counts()
    return counts if counts != Counts() else None


def published_name(edition: Edition) -> str | None:
    """What the publisher calls an edition, as `April 1, 2026 update`; None if that is not known."""
    entries = _calendar(edition.system).entries if edition.system in PATTERNS else {}
    return entries[edition.name].label if edition.name in entries else None


def edition_with_same_codes(system: str, name: str) -> str | None:
    """The edition whose order file serves this one too; None if that is not known.

    CMS and NCHS changed no code in April 2026, so its tabular list is read with the order file of
    the fiscal year.

    Raises:
        EditionError: there is no calendar for the system.
    """
    entry = _calendar(system).entries.get(name)
    return None if entry is None else entry.codes_as


def recognise(
    system: str,
    *,
    archive_sha256s: Iterable[str] = (),
    member_sha256s: Iterable[str] = (),
    version: str | None = None,
    counts: Counts | None = None,
    names: Iterable[str] = (),
) -> Edition:
    """Which edition the files are, judged by what they hold before what they are called.

    By the digests of archives and files; then (or, among several, also) by `<version>` and counts.
    Among editions whose files are the same, names decide if they fit exactly one, else it is the
    earliest that was ever in force, and `is_certain` is false with the others in `alternatives`.

    Args:
        system: short name of the system.
        archive_sha256s: digests of the archives, hexadecimal; unknown ones say nothing.
        member_sha256s: digests of the files that were read, likewise.
        version: `<version>` of the tabular list.
        counts: counts of the order or codes file, of the HCPCS file; None in it says nothing.
        names: names of the files, archives and folders.

    Returns:
        An edition of the calendar; or, where nothing is recognised, an unnamed one, uncertain,
        whose `alternatives` are the editions that the names speak of.

    Raises:
        SourceError: the files belong to different releases.
        EditionError: there is no calendar for the system.
    """
    entries, names = _calendar(system).entries, tuple(names)
    facts = []
    if version is not None:
        facts.append({n for n, e in entries.items() if version.strip() in e.versions})
    if counts is not None and counts != Counts():
        facts.append({n for n, e in entries.items() if e.counts.agrees_with(counts)})
    found = _by_digest(system, set(archive_sha256s), set(member_sha256s))
    doubts: set[str] = set()
    if found:
        for fitting in facts:
            doubts |= set() if found & fitting else fitting
            found = found & fitting or found
    elif facts:
        found = set.intersection(*facts)
    if not found:
        return Edition(system, "", is_certain=False, alternatives=spoken_of(system, names))
    if (name := picked(found, names)) is None:
        drafts = {n for n in found if entries[n].edition.is_draft}
        name = min(found - drafts or found, key=list(entries).index)
        doubts |= found
    others = sorted(doubts - {name}, key=list(entries).index)
    return evolve(entries[name].edition, is_certain=not others, alternatives=tuple(others))


def _by_digest(system: str, archives: set[str], members: set[str]) -> set[str]:
    """The editions that every known digest belongs to; empty if none is known.

    Raises:
        SourceError: no edition has them all.
    """
    entries = _calendar(system).entries
    exact: list[set[str]] = []
    wide: list[set[str]] = []
    for kinds, digests in ((_ARCHIVES, archives), (_MEMBERS, members)):
        for kind, digest in sorted((k, d.strip().lower()) for k in kinds for d in digests):
            if has := {n for n, e in entries.items() if digest in e.digests.get(kind, ())}:
                exact.append(has)
                # Code files of one edition serve every other with the same codes: the tabular list
                # of 2026-april is read with the order file, or its archive, of 2026.
                same = kind in (*_CODE_FILES, "order_archive")
                orders = {o for n in has for o in entries[n].digests["order"] if same}
                wide.append(has | {n for n, e in entries.items() if orders & e.digests["order"]})
    found = set.intersection(*exact) or set.intersection(*wide) if exact else set()
    if exact and not found:
        groups = sorted({" or ".join(sorted(has)) for has in exact})
        raise SourceError(
            f"files of different {system} releases: {'; '.join(groups)}. Give the files of one"
            " release, or say with edition= which one they shall be read as"
        )
    return found
