"""Reading what the tests have written, and a release back to its records by the public doors."""

from __future__ import annotations

import io

from codesets import hcpcs
from codesets.hcpcs import HcpcsRelease
from codesets.hcpcs.details import HcpcsRecord
from codesets.hcpcs.layout import FIELDS, Field
from codesets.hcpcs.views import HcpcsEntry

__all__ = ["TOLD", "attribute_of", "entries", "named", "read", "record_of", "records_of"]

# Where the attribute of a code is called otherwise than the field of its record.
_ATTRIBUTES = {
    "cross_references": "cross_reference_codes",
    "processing_note": "processing_note_number",
}
TOLD = tuple(
    field
    for field in FIELDS
    if field.name not in ("key", "sequence_number", "record_kind")
    and not field.name.startswith("filler")
)
"""The fields that a code tells as an attribute."""


def attribute_of(field: Field) -> str:
    """What a field is called on a code."""
    return _ATTRIBUTES.get(field.name, field.name)


def named(data: bytes, name: str) -> io.BytesIO:
    """An open file that bears a name, as a user would hand it in."""
    stream = io.BytesIO(data)
    stream.name = name
    return stream


def read(*data: bytes, edition: str | None = None) -> HcpcsRelease:
    return hcpcs.parse(*map(io.BytesIO, data), edition=edition)


def entries(release: HcpcsRelease) -> list[HcpcsEntry]:
    """All modifiers and codes, in the order of the file."""
    return [*release.modifiers.values(), *release.values()]


def record_of(entry: HcpcsEntry) -> HcpcsRecord:
    """What a code says of itself, by its attributes alone, as the record it was read from."""
    told = {field.name: getattr(entry, attribute_of(field)) for field in TOLD}
    return HcpcsRecord(key=entry.code, is_modifier=entry.is_modifier, **told)


def records_of(release: HcpcsRelease) -> list[HcpcsRecord]:
    return [record_of(entry) for entry in entries(release)]
