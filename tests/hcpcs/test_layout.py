"""The layout table, held against CMS's own record layout listings."""

from __future__ import annotations

import pickle
from datetime import date
from enum import Enum

import pytest

from codesets.hcpcs.details import HcpcsRecord
from codesets.hcpcs.kinds import Kind
from codesets.hcpcs.layout import (
    CONTINUED_BY,
    FIELDS,
    RECORD_WIDTH,
    VALUE_LISTS,
    ActionCode,
    CoverageCode,
    Field,
    Form,
    RecordKind,
    day_of,
    field_named,
    values,
)
from hcpcs import official_files
from hcpcs.layout_listing import Listing, read_listing

LAYOUTS = ("2016-january", "2018-january", "2019-january", "2025-january")


def test_the_fields_fill_the_record_without_gap() -> None:
    at = 0
    for entry in FIELDS:
        assert entry.first == at + 1
        assert [place.start for place in entry.slices] == list(range(at, entry.end, entry.width))
        at = entry.end
    assert at == RECORD_WIDTH


def test_every_field_is_an_attribute_of_the_record() -> None:
    attributes = set(HcpcsRecord.__annotations__) - {"is_modifier", "unread", "line"}
    fields = {entry.name for entry in FIELDS if entry.form is not Form.FILLER}
    assert fields - attributes == {"sequence_number", "record_kind"}
    assert attributes - fields == set()


def test_the_excel_heads_are_the_48_of_every_sheet() -> None:
    heads = [head for entry in FIELDS for head in entry.headers]
    assert len(set(heads)) == len(heads) == 48
    assert all(len(entry.headers) == entry.occurs for entry in FIELDS if entry.headers)
    assert [entry.name for entry in FIELDS if not entry.headers] == ["filler_24", "filler_31"]


def test_fields_are_found_by_name() -> None:
    assert field_named("betos").first == 257
    with pytest.raises(KeyError):
        field_named("nothing")


@pytest.mark.parametrize("name", VALUE_LISTS)
def test_values_fit_their_columns(name: str) -> None:
    (entry,) = (entry for entry in FIELDS if entry.values == name)
    assert all(0 < len(token) <= entry.width and wording for token, wording in values(name).items())


def test_value_lists_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        values("betos")["O1L"] = ""  # type: ignore[index]


@pytest.mark.parametrize("enum", [ActionCode, CoverageCode, RecordKind])
def test_enums_are_tokens_with_meanings(enum: type[Enum]) -> None:
    for member in enum:
        assert str(member) == member.value
        assert len(member.value) == 1
        assert enum(member.value) is member
        assert pickle.loads(pickle.dumps(member)) is member
        assert getattr(member, "meaning", "")


def test_unknown_tokens_are_refused() -> None:
    with pytest.raises(ValueError, match="X"):
        ActionCode("X")


def test_continuations() -> None:
    assert {str(first): str(more) for first, more in CONTINUED_BY.items()} == {"3": "4", "7": "8"}


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("20240229", date(2024, 2, 29)),
        ("20230229", None),
        ("00000000", None),
        ("2024022", None),
        ("2024 229", None),
        ("٢٠٢٤٠٢٢٩", None),
        ("", None),
    ],
)
def test_day_of(text: str, day: date | None) -> None:
    assert day_of(text) == day


@pytest.fixture(scope="module", params=LAYOUTS)
def listing(request: pytest.FixtureRequest) -> Listing:
    return read_listing(official_files.one(request.param, Kind.LAYOUT).file.read())


@pytest.mark.official
def test_official_positions_and_titles(listing: Listing) -> None:
    """Fields 2 to 4 redefine field 1 for modifiers and are no fields of their own here."""
    listed = [field for field in listing.fields if field.number not in (2, 3, 4)]
    assert [(f.number, f.title, f.first, f.last, f.width, f.type) for f in listed] == [
        (e.number, e.title, e.first, e.last, e.width, "NUM" if e.is_numeric else "CHAR")
        for e in FIELDS
    ]
    assert [f.occurs for f in listed] == [e.occurs for e in FIELDS]


def _listed(listing: Listing, entry: Field) -> dict[str, str]:
    tables = {"betos": "BETOS_TB", "type_of_service": "CMS_TYPE_SRVC_TB"}
    if entry.values in tables:
        return listing.tables[tables[entry.values]]
    (field,) = (field for field in listing.fields if field.number == entry.number)
    return field.values


def _plain(wording: str) -> str:
    """Without letter case, and without the hyphen that one wording got in 2025."""
    return wording.casefold().replace("-", " ")


@pytest.mark.official
@pytest.mark.parametrize("name", [name for name in VALUE_LISTS if name != "asc_group"])
def test_official_value_lists(listing: Listing, name: str, request: pytest.FixtureRequest) -> None:
    (entry,) = (entry for entry in FIELDS if entry.values == name)
    official = _listed(listing, entry)
    # The layout of 2025 prints the new BETOS with a zero, the records have the letter.
    official = {"O1L" if token == "01L" else token: text for token, text in official.items()}
    if "2025" in request.node.callspec.id:
        assert dict(values(name)) == official
    else:
        ours = {t: w for t, w in values(name).items() if (name, t) not in NEW_IN_2024}
        assert {t: _plain(w) for t, w in ours.items()} == {
            t: _plain(w) for t, w in official.items()
        }


NEW_IN_2024 = {("pricing", "40"), ("betos", "O1L")}


@pytest.mark.official
def test_official_sizes_of_the_value_lists() -> None:
    assert {name: len(values(name)) for name in VALUE_LISTS} == {
        "pricing": 26,
        "multiple_pricing": 8,
        "lab_certification": 31,
        "asc_group": 1,
        "mog_group": 98,
        "mog_policy": 7,
        "betos": 107,
        "type_of_service": 34,
    }


@pytest.mark.official
def test_official_enums(listing: Listing) -> None:
    by_number = {field.number: field.values for field in listing.fields}
    for enum, number in ((ActionCode, 30), (CoverageCode, 16)):
        ours = {str(member): _plain(member.meaning) for member in enum}
        assert ours == {token: _plain(text) for token, text in by_number[number].items()}
    assert set(by_number[6]) == {str(kind) for kind in RecordKind}
    for kind in RecordKind:
        assert by_number[6][str(kind)].startswith(kind.meaning)


@pytest.mark.official
def test_official_rule_of_the_asc_group(listing: Listing) -> None:
    (field,) = (field for field in listing.fields if field.number == 17)
    text = " ".join(" ".join(field.text).split())
    assert "CODE: YY" in text
    assert values("asc_group")["YY"].casefold() in text.replace("that t", "T").casefold()
