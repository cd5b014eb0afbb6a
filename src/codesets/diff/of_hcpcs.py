"""What a HCPCS Level II release says, in parts that can be compared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from attrs import field, frozen

from codesets.diff.content import Content, FieldSpec, Pairing, ReleaseContent
from codesets.diff.kinds import Subject
from codesets.hcpcs import HcpcsRelease
from codesets.hcpcs.details import value_of, write_field
from codesets.hcpcs.layout import FIELDS, field_named
from codesets.keyspace import KeySpace

__all__ = ["HcpcsContent"]

_NAMES = ("long_description", *(each.name for each in FIELDS if each.number >= 8))
"""The fields of a record besides its key and the numbers of its lines."""
_RECORD = "record"
_FIELDS = tuple(FieldSpec(name, _RECORD) for name in _NAMES)
_TEXTS = ("long_description", "short_description")


@frozen(eq=False)
class HcpcsContent(ReleaseContent):
    """The content of a release.

    Attributes:
        release: the release.
    """

    release: HcpcsRelease
    _read: dict[tuple[str, str], Any] = field(init=False, repr=False, factory=dict)

    @property
    def subjects(self) -> tuple[Subject, ...]:
        return (Subject.MODIFIER, Subject.CODE)

    @property
    def parts(self) -> frozenset[str]:
        return frozenset((_RECORD,))

    def fields(self, subject: Subject) -> tuple[FieldSpec, ...]:
        return _FIELDS

    def _space(self, subject: Subject) -> KeySpace[Any]:
        return self.release.modifiers if subject is Subject.MODIFIER else self.release

    def codes(self, subject: Subject) -> Sequence[str]:
        return self._space(subject).codes

    def row(self, subject: Subject, code: str) -> int:
        found = self._space(subject).get(code)
        return -1 if found is None else int(found.row)

    def value(self, subject: Subject, code: str, name: str) -> Any:
        entry = self._space(subject)[code]
        if name in _TEXTS:
            return getattr(entry, name)
        columns = entry.columns(name)
        key = name, columns
        if key not in self._read:
            value = value_of(field_named(name), columns)
            # Where the value says less than its columns, the columns themselves are compared.
            is_whole = write_field(field_named(name), value).rstrip(" ") == columns
            self._read[key] = value if is_whole else columns
        return self._read[key]

    def chapter_of(self, subject: Subject, code: str) -> int | str | None:
        return None if subject is Subject.MODIFIER else code[0]

    def action(self, subject: Subject, code: str) -> str | None:
        entry = self._space(subject).get(code)
        return None if entry is None else str(entry.columns("action"))

    def actions(self) -> Iterator[str]:
        for subject in self.subjects:
            yield from (action or "" for action in self.texts(subject, "action"))

    def below(self, subject: Subject, code: str) -> tuple[str, ...]:
        return ()

    def categories(self) -> dict[str, frozenset[str]]:
        return {}

    def changed(
        self,
        new: Content,
        subject: Subject,
        pairing: Pairing,
        fields: Iterable[str],
        renamed: Mapping[str, str],
    ) -> dict[str, list[int]]:
        if not isinstance(new, HcpcsContent):
            return super().changed(new, subject, pairing, fields, renamed)
        return {
            name: pairing.differing(self.texts(subject, name), new.texts(subject, name))
            for name in fields
        }

    def texts(self, subject: Subject, name: str) -> list[str | None]:
        """The columns of a field as text, by row."""
        space, file = self._space(subject), self.release.file
        numbers = file.column(f"{space.space}{name}").tolist()
        # A field has few texts, and many records.
        read = {number: file.optional_text(number) for number in set(numbers)}
        return [read[number] for number in numbers]
