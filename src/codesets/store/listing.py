"""What releases there are, which of them are at hand, and what is newer."""

from __future__ import annotations

from datetime import date
from typing import Any

from attrs import asdict, frozen

from codesets._edition import Edition
from codesets._edition_names import PATTERNS
from codesets.editions import (
    Counts,
    editions,
    published_counts,
    published_name,
    unpublished_updates,
)
from codesets.shelf import ShelfEntry, entries
from codesets.store.kinds import kinds_named
from codesets.store.manifest import manifest

__all__ = ["Listed", "releases"]


@frozen
class Listed:
    """One release that exists.

    Attributes:
        edition: its name and days in force.
        published_name: what the publisher calls it; None where that is not known.
        counts: how much the publisher's files hold, where that is known.
        entry: the compiled file at hand; None if there is none.
        is_newer: later than every release of the system at hand.
        is_in_force: in force today.
        has_files: False for an update that took effect without files.
        can_be_fetched: False where no address is known, or only guesses.
    """

    edition: Edition
    published_name: str | None
    counts: Counts | None
    entry: ShelfEntry | None
    is_newer: bool
    is_in_force: bool
    has_files: bool = True
    can_be_fetched: bool = False

    @property
    def is_at_hand(self) -> bool:
        """Whether it answers on this machine."""
        return self.entry is not None

    def __str__(self) -> str:
        state = "at hand" if self.is_at_hand else "newer" if self.is_newer else "not at hand"
        return f"{self.edition.system} {self.edition} ({state})"

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form."""
        start, end = self.edition.effective_from, self.edition.effective_to
        return {
            "system": self.edition.system,
            "edition": self.edition.name,
            "published_name": self.published_name,
            "effective_from": None if start is None else start.isoformat(),
            "effective_to": None if end is None else end.isoformat(),
            "at_hand": self.is_at_hand,
            "newer": self.is_newer,
            "in_force": self.is_in_force,
            "has_files": self.has_files,
            "can_be_fetched": self.can_be_fetched,
            "counts": None if self.counts is None else asdict(self.counts),
            "sources": [] if self.entry is None else list(self.entry.sources),
            "path": None if self.entry is None else str(self.entry.path),
        }


def releases(system: str | None = None) -> tuple[Listed, ...]:
    """All releases ever published, as the calendar has them, and those at hand beyond it.

    Of maps and groupers, which have no calendar, it is those at hand. Goes to no network: what the
    publishers have issued since, `check_upstream` asks.

    Args:
        system: name of a system, as `icd10cm`, `gem` or `hcc-v28`; None for all.

    Returns:
        By system, in order of effect; drafts, which were never in force, first.

    Raises:
        EditionError: no such system.

    Example:
        >>> from codesets import store
        >>> [str(listed) for listed in store.releases("icd10cm")][-1]
        'icd10cm 2027 (newer)'
    """
    there = [entry for entry in entries() if entry.system not in PATTERNS]
    if system is not None and not any(entry.system == system for entry in there):
        kinds_named(system)
    with_calendar = [name for name in PATTERNS if system in (None, name)]
    listed = [each for name in with_calendar for each in _of_system(name)]
    for entry in there:
        if system is None or entry.system == system or entry.system.startswith(f"{system}-"):
            in_force = entry.edition.is_in_force(date.today())
            listed.append(Listed(entry.edition, None, None, entry, False, in_force))
    return tuple(listed)


def _of_system(system: str) -> list[Listed]:
    at_hand = {entry.edition.name: entry for entry in entries(system)}
    newest = max((e.edition for e in at_hand.values() if e.edition.is_named), default=None)
    known = editions(system)
    names = {edition.name for edition in known}
    later = [entry.edition for name, entry in at_hand.items() if name and name not in names]
    found = []
    for edition in (*known, *later):
        entry = at_hand.get(edition.name)
        is_newer = entry is None and newest is not None and edition > newest
        found.append(
            Listed(
                edition,
                published_name(edition),
                published_counts(edition),
                entry,
                is_newer,
                edition.is_in_force(date.today()),
                can_be_fetched=_can_be_fetched(edition),
            )
        )
    for update in unpublished_updates(system):
        found.append(Listed(update.edition, None, None, None, False, False, has_files=False))
    return sorted(found, key=lambda listed: listed.edition)


def _can_be_fetched(edition: Edition) -> bool:
    """Whether each file that a release needs has an address that is no guess."""
    parts = manifest().releases.get(edition.system, {}).get(edition.name, ())
    needed = [part for part in parts if not part.is_optional]
    return bool(needed) and all(
        any(not address.is_guess for address in part.addresses) for part in needed
    )
