"""The contractor record of HCPCS Level II as one table: 320 columns, 31 fields.

Reader, workbook reader, the writer of the tests and the documentation are made from `FIELDS`.
Positions, titles and official words are those of CMS's record layout (`HCPC2025_recordlayout.txt`,
the same since 2016 at least); columns count from 1. The small closed lists are enums here, the
longer value lists are data: `values("betos")`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from enum import Enum, StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType

from attrs import frozen

__all__ = [
    "CONTINUED_BY",
    "FIELDS",
    "FIRST_WIDTH",
    "KEY_WIDTH",
    "RECORD_WIDTH",
    "SEQUENCE_STEP",
    "VALUE_LISTS",
    "ActionCode",
    "CoverageCode",
    "Field",
    "Form",
    "RecordKind",
    "Value",
    "day_of",
    "field_named",
    "values",
]

RECORD_WIDTH = 320
"""Columns of a record; the layout's own figure."""
FIRST_WIDTH = 293
"""Columns of a first line without the closing filler, which some releases trim."""
KEY_WIDTH = 5
"""Columns of the key: a code, or three blanks and a modifier."""
SEQUENCE_STEP = 100
"""What the sequence number grows by from line to line ("Sequence number by 100s", field 5)."""


class _Token(StrEnum):
    """A closed list of the record layout: the official token and its official meaning."""

    meaning: str

    def __new__(cls, token: str, meaning: str = "") -> _Token:
        member = str.__new__(cls, token)
        member._value_ = token
        member.meaning = meaning
        return member


class ActionCode(_Token):
    """Field 30: "a code denoting the change made to a procedure or modifier code".

    What it tells of is the release's own quarter, in January releases up to 2020 the past year.
    """

    ADD = "A", "Add procedure or modifier code"
    CHANGE_ADMINISTRATIVE_AND_LONG_DESCRIPTION = (
        "B",
        "Change in both administrative data field and long description of procedure or modifier"
        " code",
    )
    CHANGE_LONG_DESCRIPTION = "C", "Change in long description of procedure or modifier code"
    DISCONTINUE = "D", "Discontinue procedure or modifier code"
    CHANGE_ADMINISTRATIVE = "F", "Change in administrative data field of procedure or modifier code"
    NO_MAINTENANCE = "N", "No maintenance for this code"
    PAYMENT_CHANGE = (
        "P",
        "Payment change (MOG, pricing indicator codes, anesthesia base units,Ambulatory Surgical"
        " Centers)",
    )
    REACTIVATE = "R", "Re-activate discontinued/deleted procedure or modifier code"
    CHANGE_SHORT_DESCRIPTION = "S", "Change in short description of procedure code"
    MISCELLANEOUS = "T", "Miscellaneous change (BETOS, type of service)"


class CoverageCode(_Token):
    """Field 16: "a code denoting Medicare coverage status"."""

    CARRIER_JUDGMENT = "C", "Carrier judgment"
    SPECIAL_COVERAGE_INSTRUCTIONS = "D", "Special coverage instructions apply"
    NOT_PAYABLE = "I", "Not payable by Medicare"
    NON_COVERED = "M", "Non-covered by Medicare"
    NON_COVERED_BY_STATUTE = "S", "Non-covered by Medicare statute"


class RecordKind(_Token):
    """Field 6: the record identification code, "code to identify record type"."""

    CODE = "3", "First line of procedure record"
    CODE_CONTINUED = "4", "Second, third, fourth, etc., Description of procedure record."
    MODIFIER = "7", "First line of modifier record"
    MODIFIER_CONTINUED = "8", "Second, third, fourth, etc., Description of modifier record."


CONTINUED_BY = {
    RecordKind.CODE: RecordKind.CODE_CONTINUED,
    RecordKind.MODIFIER: RecordKind.MODIFIER_CONTINUED,
}


class Form(Enum):
    """How the columns of a field are filled."""

    TEXT = "text, left-aligned"
    NUMBER = "number, right-aligned"
    DATE = "date, YYYYMMDD"
    FILLER = "blank"


@frozen
class Field:
    """One field of the record layout.

    Attributes:
        number: the layout's number of the field.
        name: name of the attribute of `records.HcpcsRecord`; `filler_N` for a filler.
        title: official title.
        first: first column of the first occurrence, from 1.
        last: last column of the first occurrence.
        form: how its columns are filled.
        is_numeric: True where the layout calls it NUM, False for CHAR.
        occurs: how often it may stand, one after another without gap.
        meaning: what it says, after the layout's words.
        values: the list of its values, for `values()`; empty for free text.
        enum: the enum of its values, where they are a small closed list.
        headers: the column heads of the Excel form, one for each occurrence.
        since: first data year, where the layout gives one.
    """

    number: int
    name: str
    title: str
    first: int
    last: int
    form: Form
    meaning: str
    is_numeric: bool = False
    occurs: int = 1
    values: str = ""
    enum: type[_Token] | None = None
    headers: tuple[str, ...] = ()
    since: str = ""

    @property
    def width(self) -> int:
        """Columns of one occurrence."""
        return self.last - self.first + 1

    @property
    def end(self) -> int:
        """Last column of the last occurrence."""
        return self.first + self.width * self.occurs - 1

    @property
    def slices(self) -> tuple[slice, ...]:
        """Where each occurrence stands in a line, as Python counts."""
        starts = range(self.first - 1, self.end, self.width)
        return tuple(slice(start, start + self.width) for start in starts)

    def align(self, text: str) -> str:
        """`text` as it stands in the columns of one occurrence."""
        return text.rjust(self.width) if self.form is Form.NUMBER else text.ljust(self.width)


def _numbered(stem: str, count: int) -> tuple[str, ...]:
    return tuple(f"{stem}{number}" for number in range(1, count + 1))


_TEXT, _NUMBER, _DATE, _FILLER = Form.TEXT, Form.NUMBER, Form.DATE, Form.FILLER

# Fields 2 to 4 of the layout redefine field 1 for modifiers: three blanks (2 is the group, 3 the
# filler), then the modifier (4). The names of the Excel heads "OPPS" are the MOG fields.
FIELDS: tuple[Field, ...] = (
    Field(1, "key", "Healthcare Common Procedure Coding System Code", 1, 5, _TEXT,
          "The code; for a modifier three blanks and the modifier.", headers=("HCPC",)),
    Field(5, "sequence_number", "HCPCS Sequence Number", 6, 10, _NUMBER,
          "Number of the line within its code or modifier, by hundreds; the Excel form shows its"
          " first four digits.", is_numeric=True, headers=("SEQNUM",)),
    Field(6, "record_kind", "HCPCS Record Identification Code", 11, 11, _TEXT,
          "First or further line, of a code or of a modifier.", enum=RecordKind,
          headers=("RECID",)),
    Field(7, "long_description", "HCPCS Long Description", 12, 91, _TEXT,
          "Text of the long description, 80 characters a line; words are never cut.",
          headers=("LONG DESCRIPTION",)),
    Field(8, "short_description", "HCPCS Short Description", 92, 119, _TEXT,
          "Short descriptive text, 28 characters or less.", headers=("SHORT DESCRIPTION",)),
    Field(9, "pricing_indicators", "HCPCS Pricing Indicator Code", 120, 121, _TEXT,
          "The methodology for developing unique pricing amounts under Part B; one to four.",
          occurs=4, values="pricing", headers=_numbered("PRICE", 4)),
    Field(10, "multiple_pricing_indicator", "HCPCS Multiple Pricing Indicator Code", 128, 128,
          _TEXT, "Whether a procedure could be priced under multiple methodologies.",
          values="multiple_pricing", headers=("MULT_PI",)),
    Field(11, "coverage_issues_manual", "HCPCS Coverage Issues Manual Reference Section Number",
          129, 134, _TEXT, "Section of the Coverage Issues Manual.", occurs=3,
          headers=_numbered("CIM", 3)),
    Field(12, "carriers_manual", "HCPCS Medicare Carriers Manual Reference Section Number",
          147, 154, _TEXT, "Section of the Medicare Carriers Manual.", occurs=3,
          headers=_numbered("MCM", 3)),
    Field(13, "statute", "HCPCS Statute Number", 171, 180, _TEXT,
          "Statute reference for coverage or noncoverage; free text.", headers=("STATUTE",)),
    Field(14, "lab_certifications", "HCPCS Lab Certification Code", 181, 183, _TEXT,
          "Specialty certification categories of laboratory procedures.", occurs=8,
          values="lab_certification", headers=_numbered("LABCERT", 8)),
    Field(15, "cross_references", "HCPCS Cross Reference Code", 205, 209, _TEXT,
          "Crosswalks a deleted code, or one not valid for Medicare, to a valid current code; on"
          " live codes also back to the temporary code.", occurs=5, headers=_numbered("XREF", 5)),
    Field(16, "coverage", "HCPCS Coverage Code", 230, 230, _TEXT, "Medicare coverage status.",
          enum=CoverageCode, headers=("COV",)),
    Field(17, "asc_group", "HCPCS ASC Payment Group Code", 231, 232, _TEXT,
          "YY: approved to be performed in an ambulatory surgical center; blank: not.",
          values="asc_group", headers=("ASC_GRP",)),
    Field(18, "asc_effective_on", "HCPCS ASC Payment Group Effective Date", 233, 240, _DATE,
          "The date the procedure is assigned to the ASC payment group.", is_numeric=True,
          headers=("ASC_DT",)),
    Field(19, "mog_group", "HCPCS MOG Payment Group Code", 241, 243, _TEXT,
          "Medicare outpatient group; blank in every release so far.", values="mog_group",
          headers=("OPPS",)),
    Field(20, "mog_policy_indicator", "HCPCS MOG Payment Policy Indicator", 244, 244, _TEXT,
          "Whether an ASC facility fee, a separate fee or none is paid; blank in every release so"
          " far.", values="mog_policy", headers=("OPPS_PI",)),
    Field(21, "mog_effective_on", "HCPCS MOG Effective Date", 245, 252, _DATE,
          "The date the procedure is assigned to the MOG; blank in every release so far.",
          is_numeric=True, headers=("OPPS_DT",)),
    Field(22, "processing_note", "HCPCS Processing Note Number", 253, 256, _TEXT,
          "Number of a note in the processing notes file.", headers=("PROCNOTE",)),
    Field(23, "betos", "HCPCS Berenson-Eggers Type Of Service Code", 257, 259, _TEXT,
          "Berenson-Eggers Type of Service: a clinically meaningful grouping.", values="betos",
          headers=("BETOS",), since="2003"),
    Field(24, "filler_24", "FILLER", 260, 260, _FILLER, "Blank."),
    Field(25, "types_of_service", "HCPCS Type Of Service Code", 261, 261, _TEXT,
          "Carrier assigned CMS type of service.", occurs=5, values="type_of_service",
          headers=_numbered("TOS", 5)),
    Field(26, "anesthesia_base_units", "HCPCS Anesthesia Base Unit Quantity", 266, 268, _NUMBER,
          "Level of intensity of anesthesia services; 0 on every code so far.", is_numeric=True,
          headers=("ANEST_BU",)),
    Field(27, "added_on", "HCPCS Code Added Date", 269, 276, _DATE,
          "First day of the code.", is_numeric=True, headers=("ADD DT",)),
    Field(28, "action_effective_on", "HCPCS Action Effective Date", 277, 284, _DATE,
          "Effective date of the last action.", is_numeric=True, headers=("ACT EFF DT",)),
    Field(29, "terminated_on", "HCPCS Termination Date", 285, 292, _DATE,
          "Last date for which the code may be used, itself included.", is_numeric=True,
          headers=("TERM DT",)),
    Field(30, "action", "HCPCS Action Code", 293, 293, _TEXT, "The change made to the code.",
          enum=ActionCode, headers=("ACTION CD",)),
    Field(31, "filler_31", "FILLER", 294, 320, _FILLER, "Blank; some releases trim it."),
)  # fmt: skip
"""All fields in record order; fields 2 to 4 of the layout stand under 1."""

_DAY_WIDTH = 8


def day_of(digits: str) -> date | None:
    """The date that eight digits say (`YYYYMMDD`, edit rule of the date fields), else None.

    >>> day_of("20250101"), day_of("20250132"), day_of("170401")
    (datetime.date(2025, 1, 1), None, None)
    """
    if len(digits) == _DAY_WIDTH and digits.isascii() and digits.isdecimal():
        try:
            return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
        except ValueError:
            return None
    return None


VALUE_LISTS = tuple(field.values for field in FIELDS if field.values)
"""Names of the value lists, for `values()`."""


def field_named(name: str) -> Field:
    """The field that fills the attribute `name`.

    Raises:
        KeyError: no field has that name.
    """
    return _BY_NAME[name]


_BY_NAME = {field.name: field for field in FIELDS}


class Value(str):
    """A value of one of the longer lists: a text, the token, that knows its official wording.

    >>> value = Value("51", "pricing")
    >>> value, value.meaning
    ('51', 'Drugs')
    """

    __slots__ = ("_list_name",)
    _list_name: str

    def __new__(cls, token: str, list_name: str) -> Value:
        value = super().__new__(cls, token)
        value._list_name = list_name
        return value

    @property
    def meaning(self) -> str:
        """The official wording; empty if the list has no such value."""
        return values(self._list_name).get(self, "")

    def __reduce__(self) -> tuple[type[Value], tuple[str, str]]:
        return Value, (str(self), self._list_name)


@cache
def values(name: str) -> Mapping[str, str]:
    """A value list of the record layout: official token → official wording.

    The wordings are those of the layout of 2025, typing mistakes included. Earlier layouts have the
    same but for letter case and one hyphen, without pricing indicator 40 and BETOS O1L, which are
    of 2024. The layout prints the latter as `01L`, with a zero; the list has what records have.

    Args:
        name: one of `VALUE_LISTS`.

    Raises:
        KeyError: no such list.

    >>> values("pricing")["51"], values("betos")["O1A"]
    ('Drugs', 'Ambulance')
    """
    return _all_values()[name]


@cache
def _all_values() -> Mapping[str, Mapping[str, str]]:
    text = Path(__file__).with_name("_values.json").read_text(encoding="utf-8")
    return {name: MappingProxyType(entries) for name, entries in json.loads(text).items()}
