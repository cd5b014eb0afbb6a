"""What HCPCS Level II tells the verbs about its codes, modifiers and groups of codes.

There is no official hierarchy: what stands above codes are groupings by field (`betos`) and their
groups (`betos:O1A`), and the first letter, whose titles are editorial.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from attrs import frozen

from codesets.cli.describing import (
    PLAINLY,
    Asked,
    Description,
    Item,
    Node,
    NoteGroup,
    NoteLevel,
    Row,
    limited,
)
from codesets.cli.hcpcs_records import corrected, entry_record, identity_of, status
from codesets.findings import Finding, NotYetAdded, Terminated
from codesets.hcpcs.check import check_entry, check_modifier
from codesets.hcpcs.details import value_of
from codesets.hcpcs.groups import GROUPINGS, Group, Grouping
from codesets.hcpcs.layout import FIELDS, Form
from codesets.hcpcs.references import Target, TargetKind
from codesets.hcpcs.release import HcpcsRelease
from codesets.hcpcs.views import HcpcsCode, HcpcsEntry, HcpcsModifier, Period

__all__ = [
    "PLAIN",
    "beginning",
    "brief",
    "brief_record",
    "check",
    "describe",
    "find",
    "hint",
    "node",
    "note_levels",
    "note_records",
    "record",
]

PLAIN = "valid"


@frozen(eq=False)
class Groups:
    """The groups of one grouping in a release."""

    grouping: Grouping
    groups: tuple[Group, ...]

    @property
    def count(self) -> int:
        """How many codes stand in them; one that stands in several counts once."""
        return len({code for group in self.groups for code in group.codes.codes})


Thing = HcpcsCode | HcpcsModifier | Groups | Group

_NO_TREE = (
    "HCPCS Level II has no official hierarchy, so nothing stands below a code; its groups are shown"
    f" by: codesets tree {'|'.join(GROUPINGS)}"
)


def find(release: HcpcsRelease, text: str, asked: Asked = PLAINLY) -> Thing | None:
    """A code, or a modifier if asked for; else a grouping (`betos`) or a group (`betos:O1A`)."""
    if asked.modifiers:
        return release.modifiers.get(text)
    code = release.get(text)
    if code is not None:
        return code
    name, colon, value = text.strip(" ").partition(":")
    if name.lower() not in GROUPINGS:
        return None
    groups = release.groups(name.lower())
    if not colon:
        return Groups(GROUPINGS[name.lower()], tuple(groups.values()))
    return groups.get(value.upper())


def check(release: HcpcsRelease, text: str, asked: Asked = PLAINLY) -> Finding:
    """Whether a text is a code (a modifier) that may be used on the day."""
    if asked.modifiers:
        return check_modifier(release, text, asked.on)
    return release.check(text, on=asked.on)


def hint(release: HcpcsRelease, text: str) -> str:
    """A modifier is asked for as one."""
    modifier = release.modifiers.get(text)
    return "" if modifier is None else f"{modifier} is a modifier; ask for it with --modifier"


def beginning(release: HcpcsRelease, text: str) -> tuple[str, ...]:
    """The codes that begin so, from two characters on: a letter alone begins up to 2,000."""
    typed = text.upper()
    return tuple(code for code in release if code.startswith(typed)) if len(typed) > 1 else ()


def _title(value: str, title: str) -> str:
    return title or ("" if value else "(blank)")


def _key(group: Group) -> str:
    """`betos:O1A`, which is also how to ask for it."""
    return f"{group.grouping}:{group.value}"


# What stands on one line.


def brief(code: HcpcsEntry, asked: Asked = PLAINLY) -> Item:
    """A code on one line; those that are not valid on the day are marked."""
    said = status(check_entry(code, code.code, asked.on))
    return Item(code.code, code.display, "" if said == PLAIN else said)


def brief_record(code: HcpcsEntry, asked: Asked = PLAINLY) -> dict[str, Any]:
    """A code on one line for programs."""
    finding = check_entry(code, code.code, asked.on)
    return {"code": code.code, "display": code.display, "status": status(finding)}


# show


def describe(thing: Thing, asked: Asked = PLAINLY) -> Description:
    """The thing as `show` prints it."""
    if isinstance(thing, HcpcsEntry):
        return _describe_entry(thing, asked)
    if isinstance(thing, Groups):
        below = [Item(_key(g), _title(g.value, g.title), f"{len(g.codes):,}") for g in thing.groups]
        rows = limited("below", below, f"codesets tree {thing.grouping.name}")
        state = f"{len(thing.groups):,} groups of {thing.count:,} codes"
        return Description(thing.grouping.name, thing.grouping.title, state, None, tuple(rows))
    below = [brief(code, asked) for code in thing.codes]
    rows = limited("codes", below, f"codesets tree {_key(thing)}")
    title = GROUPINGS[thing.grouping].title
    wording = "" if thing.is_official or not thing.title else "; the title is editorial"
    count = f"{len(thing.codes):,} code{'' if len(thing.codes) == 1 else 's'}"
    state = f"{count} by {title.partition(' (')[0]}{wording}"
    return Description(_key(thing), _title(thing.value, thing.title), state, None, tuple(rows))


def _describe_entry(entry: HcpcsEntry, asked: Asked) -> Description:
    finding = check_entry(entry, entry.code, asked.on)
    rows = [
        *_text_row("short", entry.short_description),
        *_value_rows(entry),
        *_date_rows(entry),
        *_reference_rows(entry),
        *_companion_rows(entry),
        *_unread_rows(entry),
    ]
    key = f"modifier {entry}" if entry.is_modifier else entry.code
    state = _state(entry, finding, asked.on)
    return Description(key, entry.display, state, finding.is_valid, tuple(rows))


def _state(entry: HcpcsEntry, finding: Finding, on: date | None) -> str:
    day = on or entry.release.first_day
    whose = "as this release tells it" if on else "the first day of the release"
    if isinstance(finding, Terminated):
        return f"terminated: its last day is {finding.terminated_on}" + (
            f", asked for {on}" if on else ""
        )
    if isinstance(finding, NotYetAdded):
        return f"not yet valid on {day}, {whose}: it begins on {finding.added_on}"
    return f"valid on {day}, {whose}" if day else "not terminated"


def _text_row(label: str, text: str) -> Iterator[Row]:
    if text:
        yield Row.of_text(label, text)


def _worded(values: Iterable[Any]) -> tuple[Item, ...]:
    """Tokens with their official wording."""
    return tuple(Item(str(value), value.meaning) for value in values if value)


def _value_rows(entry: HcpcsEntry) -> Iterator[Row]:
    """The fields that say how it is covered, priced and classed, where they are filled."""
    for label, items in (
        ("coverage", _worded([entry.coverage])),
        ("pricing", _worded(entry.pricing_indicators)),
        ("multiple pricing", _worded([entry.multiple_pricing_indicator])),
        ("BETOS", _worded([entry.betos])),
        ("type of service", _worded(entry.types_of_service)),
        ("lab certification", _worded(entry.lab_certifications)),
        ("ASC group", _worded([entry.asc_group])),
        ("MOG group", _worded([entry.mog_group])),
        ("MOG policy", _worded([entry.mog_policy_indicator])),
    ):
        if items:
            yield Row(label, items)
    yield from _text_row("coverage manual", ", ".join(entry.coverage_issues_manual))
    yield from _text_row("carriers manual", ", ".join(entry.carriers_manual))
    yield from _text_row("statute", entry.statute)
    # 0 on every code of every release so far, which tells a reader nothing.
    yield from _text_row("anesthesia units", str(entry.anesthesia_base_units or ""))


def _date_rows(entry: HcpcsEntry) -> Iterator[Row]:
    for label, day in (
        ("added", entry.added_on),
        ("last day", entry.terminated_on),
        ("ASC since", entry.asc_effective_on),
        ("MOG since", entry.mog_effective_on),
    ):
        yield from _text_row(label, str(day or ""))
    if entry.action is not None:
        since = entry.action_effective_on
        words = f"{entry.action.meaning}, effective {since}" if since else entry.action.meaning
        yield Row("action", (Item(str(entry.action), words),))
    periods = entry.periods
    if len(periods) > 1:
        yield Row("periods", tuple(Item("", _period(period)) for period in periods))


def _period(period: Period) -> str:
    days = f"{period.first_day} to {period.last_day or 'now'}"
    return days if period.is_certain else f"{days}, ended within it on a day the file does not tell"


def _reference_rows(entry: HcpcsEntry) -> Iterator[Row]:
    reference = entry.cross_reference
    if reference is None:
        return
    label = reference.kind.replace("-", " ")
    items = tuple(_target(entry.release, target) for target in reference.targets)
    yield Row(label, items, "one of them" if reference.is_choice else "")
    ways = [way for way in entry.release.replacement_chains(entry) if len(way) > 2]
    if ways:
        yield Row("followed", tuple(Item("", " → ".join(way)) for way in ways))


def _target(release: HcpcsRelease, target: Target) -> Item:
    if target.kind is TargetKind.CPT:
        return Item(target.code, "a CPT code, which is outside this code set")
    if target.kind is TargetKind.UNSPECIFIC:
        return Item(target.code, "some CPT code; the file names none")
    if target.kind is TargetKind.ABSENT:
        return Item(target.code, "not in this release")
    entry: HcpcsEntry
    entry = release.modifiers[target.code] if target.is_modifier else release[target.code]
    mark = "terminated" if target.kind is TargetKind.TERMINATED else ""
    return Item(target.code, entry.display, mark)


def _companion_rows(entry: HcpcsEntry) -> Iterator[Row]:
    if isinstance(entry, HcpcsCode) and entry.is_not_otherwise_classified:
        yield Row.of_text("NOC", "CMS lists it among the codes not otherwise classified")
    number, note = entry.processing_note_number, entry.processing_note
    if number:
        text = "its text was not among the files of this release" if note is None else note.text
        yield Row("processing note", (Item(number, text),))
    yield from _text_row("reported change", entry.transaction or "")
    items = tuple(Item("", corrected(correction)) for correction in entry.corrections)
    if items:
        yield Row("correction", items)


def _unread_rows(entry: HcpcsEntry) -> Iterator[Row]:
    """The columns of which no value could be made, as they stand."""
    for each in FIELDS:
        if each.number < 8:
            continue
        columns = entry.columns(each.name)
        is_filler = each.form is Form.FILLER
        if columns.strip() and (is_filler or value_of(each, columns) in (None, "", ())):
            yield Row.of_text("as it stands", f"{each.title}: {columns.strip()!r}")


def record(thing: Thing, asked: Asked = PLAINLY) -> dict[str, Any]:
    """The thing for programs: all that `show` knows."""
    if isinstance(thing, HcpcsEntry):
        return entry_record(thing, asked.on)
    if isinstance(thing, Groups):
        groups = [_group_record(group) | {"count": len(group.codes)} for group in thing.groups]
        return _groups_record(thing) | {"groups": groups}
    return _group_record(thing) | {"codes": list(thing.codes.codes)}


def _groups_record(thing: Groups) -> dict[str, Any]:
    grouping = thing.grouping
    return {
        "kind": "grouping",
        "name": grouping.name,
        "title": grouping.title,
        "is_official": grouping.is_official,
    }


def _group_record(group: Group) -> dict[str, Any]:
    words = {"title": group.title, "is_official": group.is_official}
    return {"kind": "group", "grouping": group.grouping, "value": group.value} | words


# notes


def note_levels(thing: Thing) -> tuple[NoteLevel, ...]:
    """Its processing note and what corrections say of it; groups have none."""
    if not isinstance(thing, HcpcsEntry):
        return ()
    groups: list[NoteGroup] = []
    note = thing.processing_note
    if note is not None:
        groups.append(NoteGroup(f"Processing note {note.number}", (note.text,)))
    if thing.corrections:
        groups.append(NoteGroup("Correction", tuple(map(corrected, thing.corrections))))
    return (NoteLevel(thing.code, thing.display, True, tuple(groups)),) if groups else ()


def note_records(thing: Thing) -> list[dict[str, Any]]:
    """Its notes for programs, in the same order."""
    if not isinstance(thing, HcpcsEntry):
        return []
    owner = {"owner": identity_of(thing), "is_inherited": False}
    note = thing.processing_note
    told = [] if note is None else [("processingNote", note.text, note.number)]
    told += [("correction", corrected(each), "") for each in thing.corrections]
    return [
        {"kind": kind, "text": text, "number": number or None, "group": group} | owner
        for group, (kind, text, number) in enumerate(told)
    ]


# tree


def node(thing: Thing) -> Node:
    """The thing as the root of a tree: below a grouping its groups, below a group its codes."""
    if isinstance(thing, HcpcsEntry):
        item = brief(thing)
        identity = identity_of(thing)
        values = identity | brief_record(thing)
        return Node(
            item.key, item.text, item.mark, identity, values, 0, None, lambda: iter(()), _NO_TREE
        )
    if isinstance(thing, Groups):
        identity = {"kind": "grouping", "name": thing.grouping.name}
        return Node(
            thing.grouping.name,
            thing.grouping.title,
            "",
            identity,
            _groups_record(thing),
            thing.count,
            1,
            lambda: map(node, thing.groups),
        )
    identity = {"kind": "group", "grouping": thing.grouping, "value": thing.value}
    title = _title(thing.value, thing.title)
    return Node(
        _key(thing),
        title,
        "",
        identity,
        _group_record(thing),
        len(thing.codes),
        None,
        lambda: map(node, thing.codes),
    )
