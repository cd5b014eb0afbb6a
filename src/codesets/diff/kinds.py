"""What a comparison can say: kinds of change, and what they are changes of."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["OF_FIELDS", "ChangeKind", "Subject", "kind_of_change"]


class Subject(StrEnum):
    """What a change is a change of."""

    CHAPTER = "chapter"
    SECTION = "section"
    CODE = "code"
    MODIFIER = "modifier"
    """HCPCS: a key space of its own."""


class ChangeKind(StrEnum):
    """What changed."""

    ADDED = "added"
    """Only the new release has it."""
    DELETED = "deleted"
    """Only the old release has it."""
    BECAME_HEADER = "became-header"
    """Billable before, now more characters are required. The publisher counts it as deleted."""
    BECAME_BILLABLE = "became-billable"
    """A header before, now valid for submission. The publisher counts it as added."""
    TERMINATED = "terminated"
    """HCPCS: a termination date where there was none."""
    REACTIVATED = "reactivated"
    """HCPCS: no termination date where there was one."""
    DISPLAY_REVISED = "display-revised"
    """Another title in the tabular list: of a code, a section or a chapter."""
    LONG_DESCRIPTION_REVISED = "long-description-revised"
    """Another long description: of the order file, or of the contractor file."""
    SHORT_DESCRIPTION_REVISED = "short-description-revised"
    """Another short description: of the order file, or of the contractor file."""
    LISTED = "listed"
    """ICD-10-CM: a description where there was none, of a code that stood in the tabular list only:
    the order file lists it now, as those since 2014 do the headers that 2013 left out."""
    UNLISTED = "unlisted"
    """ICD-10-CM: no description where there was one: the order file does not list the code."""
    NOTES_REVISED = "notes-revised"
    """Notes of its own were added, removed, reworded or put in another order."""
    SEVENTH_CHARACTERS_REVISED = "seventh-characters-revised"
    """Another definition of seventh characters stands at it."""
    MOVED = "moved"
    """Another parent, section or chapter in the tabular list; order files have none of them."""
    RESEQUENCED = "resequenced"
    """Another place in the publisher's order, among all that both releases have."""
    RANGE_REVISED = "range-revised"
    """A section with the same codes in it has another id, as J40-J47 became J40-J4A."""
    FIELD_REVISED = "field-revised"
    """Any other field; `Change.field` names it."""


OF_FIELDS = (ChangeKind.LISTED, ChangeKind.UNLISTED, ChangeKind.FIELD_REVISED)
"""Kinds that say what changed only together with `Change.field`."""

_BY_FIELD = {
    "display": ChangeKind.DISPLAY_REVISED,
    "long_description": ChangeKind.LONG_DESCRIPTION_REVISED,
    "short_description": ChangeKind.SHORT_DESCRIPTION_REVISED,
    "notes": ChangeKind.NOTES_REVISED,
    "seventh_characters": ChangeKind.SEVENTH_CHARACTERS_REVISED,
    "location": ChangeKind.MOVED,
    "id": ChangeKind.RANGE_REVISED,
}
_BY_STATE = {
    ("billable", "header"): ChangeKind.BECAME_HEADER,
    ("header", "billable"): ChangeKind.BECAME_BILLABLE,
}


_LISTING = (ChangeKind.LISTED, ChangeKind.UNLISTED)
_BY_ABSENCE = {
    "terminated_on": (ChangeKind.TERMINATED, ChangeKind.REACTIVATED),
    "long_description": _LISTING,
    "short_description": _LISTING,
}
"""By field: the kind where there was nothing before, and where there is nothing any more."""


def kind_of_change(field: str, before: object, after: object) -> ChangeKind:
    """The kind of a change of one field."""
    if field == "state":
        return _BY_STATE[str(before), str(after)]
    if field in _BY_ABSENCE and (before is None or after is None):
        come, gone = _BY_ABSENCE[field]
        return come if before is None else gone
    return _BY_FIELD.get(field, ChangeKind.FIELD_REVISED)
