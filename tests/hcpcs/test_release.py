"""Releases: small ones, random and made for the purpose, driven through every stage and door."""

from __future__ import annotations

import itertools
import json
import pickle
import random
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from operator import attrgetter
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from attrs.exceptions import FrozenInstanceError
from hypothesis import example, given, settings
from hypothesis import strategies as st

from codesets import hcpcs, icd10cm
from codesets.compiled.format import ITEM_SIZES
from codesets.errors import (
    CompiledFileError,
    MalformedCodeError,
    SelectionError,
    UnknownCodeError,
)
from codesets.findings import Finding, Malformed, NotInRelease, Terminated
from codesets.hcpcs import HcpcsCode, HcpcsModifier, HcpcsRelease
from codesets.hcpcs.details import HcpcsRecord, write_field
from codesets.hcpcs.groups import GROUPINGS, LETTERS
from codesets.hcpcs.layout import FIELDS, ActionCode, CoverageCode, Value, values
from codesets.problems import AnomalyKind
from codesets.reconciliation import DifferenceKind
from codesets.sequence import Codes
from hcpcs.examples import SMALL, companions, day, made, small_text, small_workbook
from hcpcs.reading import TOLD, attribute_of, entries, named, read, records_of
from hcpcs.strategies import releases, shapes, sheet_shapes, unhurried
from hcpcs.writer import Shape, SheetShape, write_sheets, write_text, write_workbook
from icd10cm.writer import archive

FEW, SOME = settings(unhurried, max_examples=10), settings(unhurried, max_examples=25)
NEW_YEAR = date(2025, 1, 1)

# Every stage: what was written is what comes out.


@given(releases(), shapes)
@example(SMALL, Shape())
@SOME
def test_all_that_was_written_comes_out_again(
    tmp_path_factory: pytest.TempPathFactory, records: tuple[HcpcsRecord, ...], shape: Shape
) -> None:
    release = read(write_text(records, shape))
    assert records_of(release) == list(records)
    assert list(release.modifiers) == [r.key for r in records if r.is_modifier]
    assert list(release) == [r.key for r in records if not r.is_modifier]
    path = release.save(tmp_path_factory.mktemp("saved") / "x.codeset")
    again = hcpcs.load_path(path)
    assert again == release
    assert records_of(again) == list(records)
    again.verify()


@given(releases(), shapes)
@SOME
def test_the_columns_of_a_first_line_stand_behind_its_values(
    records: tuple[HcpcsRecord, ...], shape: Shape
) -> None:
    """`columns` gives every field but the text byte for byte, `write_field` out of the value."""
    first_lines = [
        line
        for line in write_text(records, evolve(shape, preamble=())).decode("cp1252").splitlines()
        if line[10:11] in ("3", "7") and line[5:10] == "00100"
    ]
    for entry, line in zip(entries(read(write_text(records, shape))), first_lines, strict=True):
        for field in FIELDS:
            if field.name != "long_description":
                wanted = line.ljust(320)[field.first - 1 : field.end].rstrip()
                assert entry.columns(field.name) == wanted
        for field in TOLD:
            if field.name != "long_description":
                value = getattr(entry, attribute_of(field))
                assert write_field(field, value).rstrip() == entry.columns(field.name)


def test_columns_that_no_value_holds_come_back_as_they_stand() -> None:
    """A field that slipped, as in 2018, a gap among repeated values, and text in the fillers."""
    odd = (
        ("asc_group", "20"),
        ("asc_effective_on", "170401"),
        ("cross_references", "     J7205"),
        ("filler_24", "x"),
        ("filler_31", "   y"),
    )
    data = write_text([evolve(made("C9488", "Injection"), unread=odd)])
    release = read(data)
    code = release["C9488"]
    assert [(name, code.columns(name)) for name, _ in odd] == list(odd)
    assert (code.asc_group, code.asc_effective_on) == ("20", None)
    assert code.asc_group.meaning == ""
    assert code.cross_reference_codes == ("J7205",)
    assert {anomaly.kind for anomaly in release.anomalies} == {AnomalyKind.UNEXPECTED_VALUE}
    assert "C9488" in str(release.anomalies[0])
    line = data.decode("ascii").rstrip("\r\n")
    columns = [code.columns(f.name).ljust(f.width * f.occurs) for f in FIELDS]
    assert "".join(columns[:3] + columns[4:]) == line[:11] + line[91:]


@given(releases(), sheet_shapes)
@SOME
def test_the_same_release_as_a_workbook_gives_the_same_codes(
    records: tuple[HcpcsRecord, ...], shape: SheetShape
) -> None:
    text, sheet = read(write_text(records)), read(write_workbook(records, shape))
    assert records_of(sheet) == records_of(text) == list(records)
    assert (text.sources, sheet.sources) == (("text",), ("workbook",))
    both = read(write_workbook(records, shape), write_text(records))
    assert both.sources == ("text", "workbook")
    assert not both.reconciliation
    assert records_of(both) == list(records)


@given(releases(), releases())
@FEW
def test_where_the_workbook_differs_the_text_wins_and_every_field_is_told(
    records: tuple[HcpcsRecord, ...], others: tuple[HcpcsRecord, ...]
) -> None:
    """The workbook has the same keys, with another record's details on some of them."""
    changed = [
        evolve(other, key=record.key)
        if other and other.is_modifier is record.is_modifier
        else record
        for record, other in itertools.zip_longest(records, others[: len(records)])
    ]
    both = read(write_text(records), write_workbook(changed))
    assert records_of(both) == list(records)
    told = {(d.code, d.field) for d in both.reconciliation}
    wanted = {
        (record.key, name)
        for record, other in zip(records, changed, strict=True)
        for name in (field.name for field in TOLD)
        if getattr(record, name) != getattr(other, name)
    }
    assert told == wanted
    assert {(d.kind, d.left_source, d.right_source) for d in both.reconciliation} <= {
        (DifferenceKind.FIELD, "text", "workbook")
    }


@given(st.data(), releases(most=8))
@FEW
def test_a_record_in_one_of_the_two_files_only_is_told(
    data: st.DataObject, records: tuple[HcpcsRecord, ...]
) -> None:
    left = data.draw(st.sets(st.sampled_from(records), min_size=1), label="text")
    right = data.draw(st.sets(st.sampled_from(records), min_size=1), label="workbook")
    both = read(
        write_text([record for record in records if record in left]),
        write_workbook([record for record in records if record in right]),
    )
    assert {entry.code for entry in entries(both)} == {record.key for record in left}
    found = both.reconciliation
    assert {d.code for d in found.of_kind(DifferenceKind.MISSING)} == {r.key for r in left - right}
    assert {d.code for d in found.of_kind(DifferenceKind.EXTRA)} == {r.key for r in right - left}
    assert len(found) == len(left ^ right)


def test_another_order_in_the_workbook_is_told_once() -> None:
    turned = [SMALL[1], SMALL[0], *SMALL[2:]]
    (difference,) = read(write_text(SMALL), write_workbook(turned)).reconciliation
    assert (difference.kind, difference.left, difference.right) == (
        DifferenceKind.SEQUENCE,
        "AM",
        "CS",
    )


@given(releases(), shapes, sheet_shapes)
@FEW
def test_the_same_files_give_the_same_bytes_in_any_order(
    records: tuple[HcpcsRecord, ...], shape: Shape, sheet: SheetShape
) -> None:
    files = [write_text(records, shape), write_workbook(records, sheet)]
    first, second = read(*files), read(*reversed(files))
    assert first.file.to_bytes() == second.file.to_bytes()
    assert first == second
    assert hash(first) == hash(second)


def test_companions_in_any_order_give_the_same_bytes() -> None:
    files = {**companions(), "anweb.txt": small_text(), "anweb.xlsx": small_workbook()}
    rows = [["CODE", "ACTION", "EFF DATE"], ["A4221", "DO NOT ADD", "20250101"]]
    files["V2_Corrections.xlsx"] = write_sheets({"Sheet1": rows})
    orders = [sorted(files), sorted(files, reverse=True)]
    made_of = [
        hcpcs.parse(*(named(files[name], name) for name in order), edition="2025-january")
        for order in orders
    ]
    assert made_of[0].file.to_bytes() == made_of[1].file.to_bytes()
    assert [c.file for c in made_of[0].corrections_of("A4221")] == [
        "Corrections.xlsx",
        "V2_Corrections.xlsx",
    ]


def test_an_archive_does_not_show(whole: HcpcsRelease) -> None:
    """Two publishers' archives of one release are equal: archives are provenance, no content."""
    files = {**companions(), "anweb.txt": small_text(), "anweb.xlsx": small_workbook()}
    release = hcpcs.parse(named(archive(files), "hcpcs.zip"), edition="2025-january")
    assert release == whole
    assert {info.archive for info in release.provenance} == {"hcpcs.zip"}
    assert release.corrections == whole.corrections


def test_the_shape_of_the_file_does_not_show() -> None:
    shapes_seen = [Shape(), Shape(("*** read me",), 293, 320, " " * 300 + "\r\n", "\r\n")]
    digests = {
        read(write_text(SMALL, shape), edition="2025-january").file.header.content_sha256
        for shape in shapes_seen
    }
    assert len(digests) == 1


# What a release is.


def test_every_field_is_typed(small: HcpcsRelease) -> None:
    code = small["A4222"]
    assert code.display == code.long_description == SMALL[9].long_description
    assert code.short_description == "Infusion supplies for extern"
    assert code.coverage is CoverageCode.SPECIAL_COVERAGE_INSTRUCTIONS
    assert code.coverage.meaning == "Special coverage instructions apply"
    assert code.action is ActionCode.NO_MAINTENANCE
    assert code.action.meaning == "No maintenance for this code"
    assert code.pricing_indicators == ("13", "21")
    assert [value.meaning for value in code.pricing_indicators] == [
        values("pricing")["13"],
        values("pricing")["21"],
    ]
    assert code.multiple_pricing_indicator.meaning == values("multiple_pricing")["A"]
    assert code.betos.meaning == values("betos")["O1E"]
    assert [value.meaning for value in code.types_of_service] == [
        values("type_of_service")["1"],
        values("type_of_service")["P"],
    ]
    assert [value.meaning for value in code.lab_certifications] == [
        values("lab_certification")["310"],
        values("lab_certification")["330"],
    ]
    assert code.asc_group.meaning == values("asc_group")["YY"]
    assert code.asc_effective_on == date(2010, 1, 1)
    assert (code.coverage_issues_manual, code.carriers_manual) == (("60-14",), ("2130",))
    assert (code.statute, code.anesthesia_base_units) == ("1861(n)", 0)
    assert (code.added_on, code.terminated_on) == (date(1997, 1, 1), None)
    assert code.action_effective_on == date(1997, 1, 1)
    assert (code.mog_group, code.mog_policy_indicator, code.mog_effective_on) == ("", "", None)
    assert code.mog_group.meaning == ""
    assert (code.letter, code.compact, str(code)) == ("A", "A4222", "A4222")
    assert small["J1440"].coverage is None


def test_a_value_is_a_text_that_knows_its_wording(small: HcpcsRelease) -> None:
    value = small["A6520"].betos
    assert (value, repr(value), json.dumps(value)) == ("O1L", "'O1L'", '"O1L"')
    assert value.meaning == "Lymphedema Compression Treatment Items (eff 1/1/2024)"
    again = pickle.loads(pickle.dumps(value))
    assert (type(again), again, again.meaning) == (Value, value, value.meaning)
    assert Value("ZZ", "betos").meaning == ""


def test_modifiers_are_a_key_space_of_their_own(small: HcpcsRelease) -> None:
    assert list(small.modifiers) == ["AM", "CS", "LT", "QM", "V8"]
    assert small.modifiers is small.modifiers
    assert small.modifiers[" lt"] is small.modifiers["LT"] is small.modifiers["   LT"]
    assert small.modifiers["LT"].display.startswith("Left side")
    assert "LT" in small.modifiers
    assert "LT" not in small
    assert "A4221" not in small.modifiers
    assert small.modifiers.get("25") is None
    for text in ("ZZ", "25", "A4221", "", None, b"LT", ["LT"], "ŁT"):
        assert text not in small.modifiers
        with pytest.raises(UnknownCodeError, match="is no modifier of 2025-january"):
            small.modifiers[text]  # type: ignore[index]
        finding = small.modifiers.check(text)
        assert isinstance(finding, NotInRelease if text == "ZZ" else Malformed)
        assert (finding.is_valid, finding.suggestions) == (False, ())
    finding = small.modifiers.check(" v8", on=date(2012, 4, 1))
    assert isinstance(finding, Terminated)
    assert finding.code is small.modifiers["V8"]
    assert small.modifiers.check("V8", on=date(2012, 3, 31))
    with pytest.raises(TypeError):
        small.modifiers.check("LT", on="2012-04-01")  # type: ignore[arg-type]
    lt = small.modifiers["LT"]
    assert (lt.pricing_indicators, lt.betos, lt.anesthesia_base_units) == ((), "", None)
    assert lt.columns("key") == "   LT"
    assert lt.columns("record_kind") == "7"
    assert small["A4221"].columns("record_kind") == "3"
    assert small["A4221"].columns("sequence_number") == "00100"
    with pytest.raises(KeyError):
        lt.columns("colour")


def test_numbers_tell_codes_from_modifiers_and_the_terminated_from_the_live(
    small: HcpcsRelease,
) -> None:
    assert small.counts == {
        "codes": 23,
        "modifiers": 5,
        "terminated_codes": 9,
        "terminated_modifiers": 1,
    }
    assert (len(small), len(small.modifiers)) == (23, 5)
    assert repr(small) == "<HcpcsRelease 2025-january: 23 codes and 5 modifiers from text>"
    assert repr(small.modifiers) == "<Modifiers 2025-january: 5>"
    assert repr(small["J7205"]).startswith("<HcpcsCode J7205 2025-january 'Injection, factor")
    assert [d.field for d in small.reconciliation] == ["codes", "modifiers"]
    assert {d.kind for d in small.reconciliation} == {DifferenceKind.COUNT}


@pytest.mark.parametrize(
    "spelling", ["A4221", "a4221", " A4221 "], ids=["plain", "lower", "blanks"]
)
def test_common_spellings_name_the_same_object(small: HcpcsRelease, spelling: str) -> None:
    assert small[spelling] is small["A4221"] is small.get(spelling)
    assert spelling in small


def test_what_is_no_code_is_an_unknown_code_and_never_another_error(small: HcpcsRelease) -> None:
    odd: list[Any] = [
        "A4220",
        "LT",
        "",
        "A42.21",
        "\uff214221",
        None,
        b"A4221",
        4221,
        ["A4221"],
        {},
    ]
    for text in odd:
        assert text not in small
        assert small.get(text) is None
        with pytest.raises(UnknownCodeError) as caught:
            small[text]
        assert isinstance(caught.value, KeyError)
    with pytest.raises(MalformedCodeError):
        hcpcs.normalize("A42.21")


def test_equality_is_content_edition_and_sources() -> None:
    one = read(small_text(), edition="2025-january")
    same = read(small_text(), edition="2025-january")
    other_edition = read(small_text(), edition="2024-october")
    sheet = read(small_workbook(), edition="2025-january")
    fewer = read(write_text(SMALL[:-1]), edition="2025-january")
    assert one == same
    assert one["A4221"] == same["A4221"]
    assert one.modifiers == same.modifiers
    assert hash(one.modifiers) == hash(same.modifiers)
    assert len({one["A4221"], same["A4221"], one["J7205"]}) == 2
    for other in (other_edition, sheet, fewer):
        assert one != other
        assert one.modifiers != other.modifiers
    for other in (other_edition, sheet):
        assert one["A4221"] != other["A4221"]
        assert one.modifiers["LT"] != other.modifiers["LT"]
    # A workbook beside the text is compared with it, and gives nothing.
    both = read(small_text(), small_workbook(), edition="2025-january")
    assert both.sources == ("text", "workbook")
    assert (both, both["A4221"]) == (one, one["A4221"])
    assert one["A4221"] != "A4221"
    assert one != "2025-january"
    assert one.modifiers != {}


def test_pickles_bring_everything_back(small: HcpcsRelease, tmp_path: Path) -> None:
    on_disk = hcpcs.load_path(small.save(tmp_path / "hcpcs.codeset"))
    for release in (small, on_disk):
        things = [
            release,
            release["A4221"],
            release.modifiers,
            release.modifiers["LT"],
            release.select("A*"),
            release.check("C9136"),
            release.check("A4221"),
            release.check("nothing"),
            release.live_on(NEW_YEAR),
            release.cross_references,
            release["S3854"].periods,
            release.groups("betos"),
        ]
        for thing in things:
            assert pickle.loads(pickle.dumps(thing)) == thing
    assert pickle.loads(pickle.dumps(on_disk)) is on_disk
    assert len(pickle.dumps(on_disk)) < 1000
    back = pickle.loads(pickle.dumps(small.modifiers["LT"]))
    assert (type(back), back.display) == (HcpcsModifier, small.modifiers["LT"].display)


def test_nothing_can_be_changed(small: HcpcsRelease) -> None:
    for thing, name in (
        (small, "edition"),
        (small["A4221"], "code"),
        (small["A4221"], "display"),
        (small.modifiers, "release"),
        (small.modifiers["LT"], "row"),
        (small.check("A4221"), "code"),
        (small.live_on(NEW_YEAR), "codes"),
        (small.cross_references[0], "targets"),
        (small["S3854"].periods[0], "first_day"),
        (small.groups("letter")["A"], "codes"),
    ):
        with pytest.raises((FrozenInstanceError, AttributeError)):
            setattr(thing, name, None)
    with pytest.raises(TypeError):
        small["A4221"] = small["J7205"]  # type: ignore[index]
    small.counts["codes"] = 0
    assert small.counts["codes"] == 23


# Selecting and grouping.


@pytest.mark.parametrize(
    ("patterns", "wanted"),
    [
        (("A4221",), ["A4221"]),
        (("a42*",), ["A4221", "A4222"]),
        (("A0*", "V*"), ["A0100", "A0380", "A0425", "V5364"]),
        (("A4222-B9999",), ["A4222", "A6520", "B4105"]),
        (("A4222 - C8937",), ["A4222", "A6520", "B4105", "C8937"]),
        (("V5364", "A0100", "V5364"), ["A0100", "V5364"]),
    ],
)
def test_patterns_select_codes_in_the_order_of_the_file(
    small: HcpcsRelease, patterns: tuple[str, ...], wanted: list[str]
) -> None:
    assert list(small.select(*patterns).codes) == wanted
    assert [code.code for code in small.select(*patterns)] == wanted


def test_select_takes_code_objects_and_a_day(small: HcpcsRelease) -> None:
    assert small.select(small["A4221"]) == [small["A4221"]]
    assert small.select("*").codes == small.codes
    assert small.select("Q*", on=day(20150601)).codes == ("Q9975",)
    assert small.select("Q*", on=day(20200101)).codes == ()
    assert small.select("*", on=day(20200101)).codes == small.live_on(day(20200101)).codes
    assert isinstance(small.select("A*"), Codes)


@pytest.mark.parametrize("pattern", ["LT", "A4220", "D*", "**", "B9-A1", "A4221-", "", "E10.-", 7])
def test_what_selects_nothing_is_said(small: HcpcsRelease, pattern: Any) -> None:
    with pytest.raises(SelectionError) as caught:
        small.select("A4221", pattern)
    assert caught.value.pattern == pattern


def test_groups_have_the_official_wording_and_letters_an_editorial_one(small: HcpcsRelease) -> None:
    betos = small.groups("betos")
    assert list(betos) == ["O1A", "O1E", "O1L"]
    assert betos["O1L"].codes.codes == ("A6520",)
    assert (betos["O1A"].title, betos["O1A"].is_official) == ("Ambulance", True)
    letters = small.groups("letter")
    assert letters["C"].codes.codes == ("C8937", "C9136", "C9742")
    assert (letters["C"].title, letters["C"].is_official) == (LETTERS["C"], False)
    pricing = small.groups("pricing")
    assert pricing["13"].codes == pricing["21"].codes == [small["A4222"]]
    assert small.groups("type_of_service")["D"].codes.codes == ("A0100",)
    coverage = small.groups("coverage")
    assert list(coverage) == ["", "D", "I"]
    assert (coverage[""].codes.codes, coverage[""].title) == (("J1440",), "")
    assert not coverage[""].is_official
    assert coverage["I"].title == "Not payable by Medicare"
    with pytest.raises(SelectionError, match="no grouping 'family'; there are: letter, betos"):
        small.groups("family")


@given(releases())
@FEW
def test_groups_hold_every_code_under_each_of_its_values(records: tuple[HcpcsRecord, ...]) -> None:
    release = read(write_text(records))
    of: dict[str, Callable[[HcpcsCode], Iterable[str]]] = {
        "letter": attrgetter("letter"),
        "betos": lambda code: (code.betos,),
        "coverage": lambda code: (str(code.coverage or ""),),
        "type_of_service": attrgetter("types_of_service"),
        "pricing": attrgetter("pricing_indicators"),
    }
    assert of.keys() == GROUPINGS.keys()
    for name, values_of in of.items():
        wanted: dict[str, list[str]] = {}
        for code in release.values():
            for value in dict.fromkeys(values_of(code)):
                wanted.setdefault(value, []).append(code.code)
        found = {value: list(group.codes.codes) for value, group in release.groups(name).items()}
        assert found == dict(sorted(wanted.items()))


# Companion files.


def test_notes_are_joined_to_their_codes(whole: HcpcsRelease) -> None:
    note = whole["A0100"].processing_note
    assert note is not None
    assert (note.number, note.text, note.is_deleted) == ("0017", "SEE THE STATE'S PLAN.", False)
    assert whole["B4105"].processing_note_number == "0000"
    assert whole["B4105"].processing_note is None
    assert whole["A4221"].processing_note is None
    assert list(whole.processing_notes) == ["0001", "0017"]


def test_noc_codes_are_those_of_the_list(whole: HcpcsRelease, small: HcpcsRelease) -> None:
    assert whole.noc_codes == frozenset(("E1399", "K0900", "J3490"))
    assert whole["E1399"].is_not_otherwise_classified is True
    assert whole["A4221"].is_not_otherwise_classified is False
    assert small.noc_codes is None
    assert small["E1399"].is_not_otherwise_classified is None


def test_corrections_are_kept_as_the_prose_they_are(
    whole: HcpcsRelease, small: HcpcsRelease
) -> None:
    (correction,) = whole["A4221"].corrections
    assert (correction.action, correction.effective_on) == ("Revise LD", date(2024, 12, 31))
    assert correction.file == "Corrections.xlsx"
    assert (correction.sheet, correction.row) == ("Sheet1", 2)
    assert whole.modifiers["LT"].corrections == whole.corrections_of("LT", is_modifier=True)
    assert whole.corrections_of("LT") == ()
    assert [c.key for c in whole.corrections] == ["A4221", "LT", "M1389"]
    assert "M1389" not in whole
    assert whole["J7205"].corrections == small["A4221"].corrections == ()


def test_transactions_are_told_in_their_own_words(whole: HcpcsRelease, small: HcpcsRelease) -> None:
    assert whole["V5364"].transaction == "ADD"
    assert whole.modifiers["CS"].transaction == "Long Description Change"
    assert whole["A4221"].transaction is None
    assert whole.modifiers["QM"].transaction == "No Change", "as its first sheet has it"
    assert small["V5364"].transaction is None


def test_what_the_companions_say_otherwise_is_told(whole: HcpcsRelease) -> None:
    told = [
        (d.right_source, d.code, d.field, d.left, d.right)
        for d in whole.reconciliation
        if d.kind is not DifferenceKind.COUNT
    ]
    assert told == [
        (
            "noc",
            "K0900",
            "long_description",
            "Customized durable medical equipment",
            "Customized",
        ),
        ("noc", "J3490", "", None, "Unclassified drugs"),
        # Missing in both sheets of the report, told once; another word in the second.
        ("transactions", "A4221", "action", "N", None),
        ("transactions", "QM", "action", "N", "A"),
        ("transactions", "V8", "short_description", "Infection present", "Infected"),
        ("transactions", "V8", "long_description", "Infection present", "Infection not present"),
    ]


def test_without_companions_nothing_is_made_up(small: HcpcsRelease) -> None:
    assert small.processing_notes == {}
    assert small["A0100"].processing_note is None
    assert small["A0100"].processing_note_number == "0017"
    assert small.corrections == ()


def test_provenance_names_every_file_that_was_read(whole: HcpcsRelease) -> None:
    assert whole.sources == (
        "text",
        "workbook",
        "processing-notes",
        "noc",
        "corrections",
        "transactions",
    )
    assert [info.file for info in whole.provenance] == [
        "anweb.txt",
        "anweb.xlsx",
        "proc_notes.txt",
        "NOC codes.xlsx",
        "Corrections.xlsx",
        "Transaction Report.xlsx",
    ]
    assert whole.provenance[0].size == len(small_text())
    assert [str(anomaly) for anomaly in whole.anomalies] == [
        "Corrections.xlsx, Sheet1!A3: LT: 'soon' is no date, kept as it stands"
    ]


# A compiled file.


def test_a_file_of_another_system_is_refused(small: HcpcsRelease, tmp_path: Path) -> None:
    path = small.save(tmp_path / "hcpcs.codeset")
    with pytest.raises(CompiledFileError, match="holds 'hcpcs', not 'icd10cm'"):
        icd10cm.load_path(path)


# A damaged file gives a wrong text or a `CompiledFileError`, and no other error.

TEXTS = ("A4221", "c9136", "LT", "99213", "A4220", "", None, b"A4221")
# What a method is asked with; several times where once would leave something out.
ARGUMENTS: dict[str, tuple[tuple[Any, ...], ...]] = {
    "at": tuple((row,) for row in range(5)),
    "check": tuple((text,) for text in TEXTS),
    "check_many": ((TEXTS,),),
    "code_at": tuple((row,) for row in range(5)),
    "column": (("", "betos"), ("modifier.", "added_on")),
    "columns": tuple((field.name,) for field in FIELDS),
    "corrections_of": (("A4221",),),
    "end_row": ((0,),),
    "get": tuple((text,) for text in TEXTS),
    "groups": tuple((name,) for name in GROUPINGS),
    "is_valid_on": ((NEW_YEAR,),),
    "is_same_at": (("betos", 0),),
    "items": ((),),
    "keys": ((),),
    "live_on": ((NEW_YEAR,),),
    "named_span": (("A00-A09",),),
    "range_key": (("A4221",),),
    "row_at": tuple((place,) for place in range(5)),
    "select": ((), ("*",), ("A*",), ("A4221-C9999",)),
    "text_at": (("betos", 0),),
    "transaction_of": (("A4221",),),
    "values": ((),),
}  # fmt: skip
# What writes, what makes other releases, what asks for a function or for a release's own code.
PASSED_OVER = {
    "from_bytes", "is_live", "once", "remember", "replacement_chains", "save", "verify",
}  # fmt: skip


def questions(thing: object) -> Iterator[tuple[str, Callable[[], object]]]:
    """All that a public name of `thing` answers, found by looking: a new one is asked as well."""
    for name in dir(type(thing)):
        if name.startswith("_") or name in PASSED_OVER:
            continue
        is_method = callable(getattr(type(thing), name))
        for arguments in ARGUMENTS[name] if is_method else [()]:

            def ask(name: str = name, arguments: tuple[Any, ...] = arguments) -> object:
                value = getattr(thing, name)
                return _looked_at(value(*arguments) if callable(value) else value)

            yield name, ask


def _looked_at(value: object) -> str:
    """A value with all that is in it, which may be read from the file only now."""
    items = list(value) if isinstance(value, Iterable) and not isinstance(value, str) else []
    if isinstance(value, Finding):
        items.append(value.to_dict())
    return f"{value!r} {items!r}"


def asked_everything(release: HcpcsRelease) -> Iterator[Callable[[], object]]:
    """All questions to a release, its modifiers, and its codes."""
    for thing in (release, release.modifiers):
        yield from (ask for _, ask in questions(thing))
        yield lambda thing=thing: _looked_at(thing)  # type: ignore[misc]
    yield lambda: [release.is_live(entry) for entry in entries(release)]
    yield lambda: [release.replacement_chains(entry) for entry in entries(release)]
    for space in (release.modifiers, release):
        for row in range(len(space)):
            try:
                entry = space.at(row)
            except CompiledFileError:
                continue
            yield from (ask for _, ask in questions(entry))
            yield lambda entry=entry: hash(entry)  # type: ignore[misc]


def places(release: HcpcsRelease) -> Iterator[tuple[str, int]]:
    """Three bytes of every section of a compiled file, by chance but always the same."""
    chance = random.Random("HCPCS")
    for name, (item, place, count) in sorted(release.file.header.sections.items()):
        start, length = release.file.header.start + place, ITEM_SIZES[item] * count
        for _ in range(min(3, length)):
            yield name, start + chance.randrange(length)


def test_a_damaged_file_gives_only_errors_that_say_so(whole: HcpcsRelease) -> None:
    data, chance = whole.file.to_bytes(), random.Random("bytes")
    told = 0
    for name, place in places(whole):
        damaged = bytearray(data)
        damaged[place] ^= chance.randrange(1, 256)
        release = HcpcsRelease.from_bytes(bytes(damaged))
        with pytest.raises(CompiledFileError, match="content does not match its digest"):
            release.verify()
        try:
            for ask in asked_everything(release):
                try:
                    ask()
                except CompiledFileError:
                    told += 1
        except Exception as error:
            raise AssertionError(f"byte {place}, in section {name}") from error
    assert told > 100


def test_a_sound_file_answers_every_question(whole: HcpcsRelease) -> None:
    for name, ask in [*questions(whole), *questions(whole.modifiers)]:
        assert ask(), name
    assert sum(1 for ask in asked_everything(whole) if ask()) > 1000


def test_a_row_that_is_not_there_is_damage(small: HcpcsRelease) -> None:
    """No compiled file that opens lacks a row; what asks for one has read a wrong number."""
    with pytest.raises(CompiledFileError, match="betos"):
        small.column("", "betos")[len(small)]
    with pytest.raises(KeyError):
        small.column("", "colour")


def test_a_damaged_header_is_found_at_once(small: HcpcsRelease) -> None:
    data = small.file.to_bytes()
    for place in range(0, small.file.header.start, 61):
        damaged = bytearray(data)
        damaged[place] ^= 1
        with pytest.raises(CompiledFileError):
            HcpcsRelease.from_bytes(bytes(damaged))
    with pytest.raises(CompiledFileError):
        HcpcsRelease.from_bytes(data[:-1])


@pytest.mark.parametrize(
    ("extras", "name"),
    [
        ("[]", "processing_notes"),
        ("[]", "noc_codes"),
        ('{"notes": 1}', "processing_notes"),
        ('{"notes": [["0001", "X"]]}', "processing_notes"),
        ('{"noc": 1}', "noc_codes"),
        ('{"corrections": [1]}', "corrections"),
        ('{"corrections": 1}', "corrections"),
        ('{"corrections": [["A4221", false, "X", "soon", [], "f", "s", 1]]}', "corrections"),
        ('{"transactions": {"ADD": 1}}', "transaction_of"),
        ('{"transactions": {"ADD": [[["A4221"], false]]}}', "transaction_of"),
        ('{"transactions": []}', "transaction_of"),
    ],
)
def test_companions_of_another_shape_are_damage(
    small: HcpcsRelease, monkeypatch: pytest.MonkeyPatch, extras: str, name: str
) -> None:
    release = HcpcsRelease.from_bytes(small.file.to_bytes())
    monkeypatch.setattr(type(release.file), "json", lambda *_: json.loads(extras))
    with pytest.raises(CompiledFileError, match="extras"):
        getattr(release, name)("A4221")
