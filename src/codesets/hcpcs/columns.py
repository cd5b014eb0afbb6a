"""The values of one field of the record layout, for all codes (or modifiers) of a release."""

from __future__ import annotations

from typing import Any

from attrs import field, frozen

from codesets.compiled.reader import Compiled
from codesets.hcpcs.details import value_of
from codesets.hcpcs.layout import Field, Value, field_named

__all__ = ["FieldColumn"]


@frozen(eq=False)
class FieldColumn:
    """The typed values of one field by row, each read once for each text of its columns.

    The compiled file has the columns of the field as text, and each text once: what was read of
    it is kept by the number of the text. Values of the official lists know their wording, see
    `layout.Value`.

    Attributes:
        file: the compiled file.
        space: what the names of the key space's columns begin with.
        entry: the field; built from its name.
    """

    file: Compiled
    space: str
    entry: Field = field(converter=field_named)
    _numbers: memoryview = field(init=False)
    _values: dict[int, Any] = field(init=False, factory=dict)

    @_numbers.default
    def _read_numbers(self) -> memoryview:
        return self.file.column(self.space + self.entry.name)

    def __getitem__(self, row: int) -> Any:
        try:
            number: int = self._numbers[row]
        except IndexError as error:
            raise self.file.damaged(self.space + self.entry.name) from error
        try:
            return self._values[number]
        except KeyError:
            return self._values.setdefault(number, self._read(number))

    def _read(self, number: int) -> Any:
        value = value_of(self.entry, self.file.optional_text(number) or "")
        listed = self.entry.values
        if not listed:
            return value
        if isinstance(value, tuple):
            return tuple(Value(each, listed) for each in value)
        return Value(value, listed)
