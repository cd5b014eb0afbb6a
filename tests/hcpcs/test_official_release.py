"""The official releases as objects, against what was counted and compared in the files.

The figures were measured on the publisher's files by other programs (slices, awk, openpyxl); where
a test says "exactly", it names every exception.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, timedelta

import pytest

from codesets.findings import Malformed, NotYetAdded, Terminated
from codesets.hcpcs.details import write_field
from codesets.hcpcs.layout import FIELDS
from codesets.problems import AnomalyKind
from codesets.reconciliation import Difference, DifferenceKind
from hcpcs.official_files import EDITIONS, WITH_TEXT
from hcpcs.official_releases import (
    by_key,
    codes,
    first_and_further,
    letters,
    release,
    rows,
)
from hcpcs.reading import TOLD, attribute_of

pytestmark = pytest.mark.official

DAY = timedelta(days=1)


def differences(edition: str, source: str) -> list[Difference]:
    return [d for d in release(edition).reconciliation if d.right_source == source]


def told(edition: str, source: str) -> dict[str, set[str]]:
    """The codes that differ, by field."""
    found: dict[str, set[str]] = {}
    for difference in differences(edition, source):
        assert difference.kind is DifferenceKind.FIELD
        found.setdefault(difference.field, set()).add(difference.code)
    return found


# Counts.

# Codes, modifiers; those with a termination date.
SIZES = {
    "2016-january": (5956, 337, 449, 3),
    "2018-january": (6205, 354, 460, 6),
    "2019-january": (6440, 360, 506, 9),
    "2020-january": (6710, 369, 605, 10),
    "2020-april": (6728, 369, 606, 10),
    "2020-october": (6825, 371, 619, 10),
    "2025-january": (8259, 383, 1145, 20),
}
ACTIONS = {
    "2016-january": {"A": 236, "C": 44, "D": 88, "F": 2, "N": 5894, "P": 28, "T": 1},
    "2018-january": {"A": 152, "C": 50, "D": 40, "F": 2, "N": 6232, "P": 64, "S": 19},
    "2019-january": {
        "A": 228, "B": 1, "C": 94, "D": 49, "F": 1, "N": 6372, "P": 47, "S": 8,
    },
    "2020-january": {"A": 250, "C": 70, "D": 99, "N": 6648, "P": 10, "S": 2},
    "2020-april": {"A": 18, "C": 4, "D": 1, "N": 7074},
    "2020-october": {"A": 38, "C": 7, "D": 4, "F": 2, "N": 7145},
    "2025-january": {"A": 168, "C": 57, "D": 91, "N": 8321, "P": 2, "S": 2, "T": 1},
}  # fmt: skip
COVERAGE = {  # C, D, I, M, S
    "2016-january": (3333, 1847, 893, 104, 116),
    "2018-january": (3596, 1875, 867, 104, 117),
    "2019-january": (3774, 1928, 867, 105, 126),
    "2020-january": (4024, 1956, 867, 106, 126),
    "2020-april": (4038, 1960, 867, 106, 126),
    "2020-october": (4110, 1984, 870, 106, 126),
    "2025-january": (5301, 2200, 895, 98, 148),
}
# ASC group YY, cross references, processing note, statute, CIM, MCM.
FILLED = {
    "2016-january": (383, 89, 740, 431, 493, 1074),
    "2018-january": (412, 120, 754, 448, 496, 1075),
    "2019-january": (452, 152, 766, 486, 500, 1086),
    "2020-january": (493, 162, 768, 512, 500, 1088),
    "2020-april": (493, 162, 768, 516, 500, 1088),
    "2020-october": (493, 172, 768, 540, 500, 1088),
    "2025-january": (747, 208, 835, 697, 503, 1145),
}
# Five ASC fields of 2018 have slipped: "20" + "170401" for a date without YY.
SLIPPED = codes("C9488", "C9745-C9748")


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_release_is_recognised_and_has_its_size(edition: str) -> None:
    found = release(edition)
    assert (found.edition.name, found.edition.is_certain) == (edition, True)
    assert (len(found), len(found.modifiers)) == SIZES[edition][:2]
    assert tuple(found.counts.values()) == SIZES[edition]
    ended = [entry for entry in by_key(edition).values() if entry.terminated_on]
    assert Counter(entry.is_modifier for entry in ended) == {
        False: SIZES[edition][2],
        True: SIZES[edition][3],
    }
    assert list(found.modifiers) == sorted(found.modifiers)
    assert list(found) == sorted(found)
    assert not found.reconciliation.of_kind(DifferenceKind.COUNT)


@pytest.mark.parametrize("edition", EDITIONS)
def test_action_and_coverage_codes_are_as_counted(edition: str) -> None:
    entries = by_key(edition).values()
    assert Counter(str(entry.action) for entry in entries) == ACTIONS[edition]
    assert Counter(str(entry.coverage) for entry in entries) == dict(
        zip("CDIMS", COVERAGE[edition], strict=True)
    )


@pytest.mark.parametrize("edition", EDITIONS)
def test_fields_are_filled_as_counted(edition: str) -> None:
    entries = by_key(edition).values()
    assert (
        sum(entry.asc_group == "YY" for entry in entries),
        sum(bool(entry.cross_reference_codes) for entry in entries),
        sum(bool(entry.processing_note_number) for entry in entries),
        sum(bool(entry.statute) for entry in entries),
        sum(bool(entry.coverage_issues_manual) for entry in entries),
        sum(bool(entry.carriers_manual) for entry in entries),
    ) == FILLED[edition]
    for entry in entries:
        assert (entry.mog_group, entry.mog_policy_indicator, entry.mog_effective_on) == (
            *("", ""),
            None,
        )
        assert entry.anesthesia_base_units == (None if entry.is_modifier else 0)
        assert entry.short_description
        assert len(entry.coverage_issues_manual) < 3
        if not entry.is_modifier:
            assert entry.pricing_indicators
            assert entry.types_of_service
            assert entry.betos
            assert entry.multiple_pricing_indicator in ("9", "A", "C")


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_value_is_in_the_official_list(edition: str) -> None:
    unlisted = {
        (entry.code, field.name)
        for entry in by_key(edition).values()
        for field in TOLD
        if field.values
        for value in [getattr(entry, attribute_of(field))]
        for each in (value if isinstance(value, tuple) else (value,))
        if each and not each.meaning
    }
    slipped = {(code, "asc_group") for code in SLIPPED}
    assert unlisted == (slipped if edition == "2018-january" else set())


def test_the_slipped_fields_of_2018_are_kept_and_listed() -> None:
    found = release("2018-january")
    odd = [a for a in found.anomalies if a.kind is AnomalyKind.UNEXPECTED_VALUE]
    slipped = [a for a in odd if "asc_group '20' (not in the official list)" in a.message]
    # Once in the text, once in the workbook.
    assert Counter(anomaly.message[:5] for anomaly in slipped) == dict.fromkeys(SLIPPED, 2)
    for code in SLIPPED:
        assert found[code].asc_group == "20"
        assert found[code].asc_effective_on is None
        assert re.fullmatch(r"1[78]0[147]01", found[code].columns("asc_effective_on"))


def test_the_values_of_january_2025_are_as_counted() -> None:
    found = release("2025-january")
    assert {name: len(g.codes) for name, g in found.groups("letter").items()} == {
        "A": 825, "B": 51, "C": 572, "E": 661, "G": 1975, "H": 94, "J": 1121, "K": 175, "L": 918,
        "M": 420, "P": 59, "Q": 522, "R": 3, "S": 532, "T": 114, "U": 5, "V": 212,
    }  # fmt: skip
    assert letters(found.live_on(date(2025, 1, 1)).codes) == {
        "A": 817, "B": 50, "C": 363, "E": 654, "G": 1265, "H": 94, "J": 1056, "K": 142, "L": 915,
        "M": 377, "P": 58, "Q": 483, "R": 3, "S": 513, "T": 114, "U": 2, "V": 208,
    }  # fmt: skip
    assert {name: len(g.codes) for name, g in found.groups("pricing").items()} == {
        "00": 3295, "11": 138, "13": 299, "21": 70, "22": 7, "31": 13, "32": 365, "33": 20,
        "34": 39, "35": 94, "36": 326, "37": 163, "38": 951, "39": 42, "40": 77, "45": 6,
        "46": 92, "51": 1443, "52": 62, "53": 516, "54": 37, "55": 50, "56": 3, "57": 128,
        "99": 30,
    }  # fmt: skip
    assert {name: len(g.codes) for name, g in found.groups("type_of_service").items()} == {
        "0": 14, "1": 3763, "2": 190, "3": 10, "4": 189, "5": 102, "6": 44, "9": 1224, "A": 543,
        "B": 1, "D": 46, "E": 49, "F": 230, "G": 38, "J": 13, "K": 84, "L": 126, "P": 2760,
        "Q": 134, "R": 775, "S": 368, "U": 11, "V": 37, "W": 11,
    }  # fmt: skip
    betos = found.groups("betos")
    assert len(betos) == 71
    assert {name: len(betos[name].codes) for name in ("Z2", "O1E", "D1F", "D1E", "M5B")} == {
        "Z2": 2026, "O1E": 1356, "D1F": 1262, "D1E": 450, "M5B": 427,
    }  # fmt: skip
    assert betos["O1L"].codes == found.groups("pricing")["40"].codes
    assert len(betos["O1L"].codes) == 77
    assert all(group.is_official and group.title for group in betos.values())
    assert sum(bool(code.lab_certifications) for code in found.values()) == 72
    two_prices = {code.code: code.pricing_indicators for code in found.values()
                  if len(code.pricing_indicators) > 1}  # fmt: skip
    assert two_prices == {
        "G0124": ("11", "21"), "P3001": ("11", "21"), "G0431": ("13", "21"),
        "G0472": ("13", "21"), "G9143": ("13", "21"), "P9612": ("57", "21"),
        "P9615": ("57", "21"),
    }  # fmt: skip


@pytest.mark.parametrize("edition", EDITIONS)
def test_dates_stand_to_each_other_as_the_publisher_sets_them(edition: str) -> None:
    """Of what is added, the action takes effect with the code; of what ends, the day after."""
    entries, start = by_key(edition).values(), release(edition).first_day
    assert start is not None
    added = {e.code for e in entries if e.action == "A" and e.added_on != e.action_effective_on}
    assert added == set()
    after_the_end = {
        entry.code
        for entry in entries
        if entry.terminated_on and entry.action_effective_on != entry.terminated_on + DAY
    }
    assert len(after_the_end) == (6 if edition == "2018-january" else 0)
    assert {e.code for e in entries if e.terminated_on and e.terminated_on >= start} == set()
    later = {entry.code for entry in entries if entry.added_on and entry.added_on > start}
    assert later == ({"QQ", "VM"} if edition == "2018-january" else set())
    assert all(entry.added_on for entry in entries)


# Every column of every record.


@pytest.mark.parametrize("edition", WITH_TEXT)
def test_every_column_of_every_record_comes_back_from_the_object(edition: str) -> None:
    """Columns 1-11 and 92-320, as the columns stand, and again out of the typed values."""
    lines, entries = first_and_further(edition), by_key(edition)
    assert list(entries) == list(lines)
    details = [field for field in FIELDS if field.name != "long_description"]
    typed = [field for field in TOLD if field.name != "long_description"]
    unread, written = set(), dict[object, str]()
    for key, (line, texts) in lines.items():
        entry = entries[key]
        columns = [entry.columns(f.name).ljust(f.width * f.occurs) for f in details]
        assert "".join(columns) == line[:11] + line[91:]
        assert entry.display.split() == " ".join(texts).split()
        assert entry.display == " ".join(entry.display.split())
        for field in typed:
            value = getattr(entry, attribute_of(field))
            if (field, value) not in written:
                written[field, value] = write_field(field, value)
            if written[field, value] != line[field.first - 1 : field.end]:
                unread.add((key, field.name))
    slipped = {(code, "asc_effective_on") for code in SLIPPED}
    assert unread == (slipped if edition == "2018-january" else set())


def test_the_longest_descriptions_are_whole() -> None:
    longest = {"2016-january": 908, "2019-january": 1247, "2025-january": 4492}
    for edition, length in longest.items():
        assert max(len(entry.display) for entry in by_key(edition).values()) == length
    assert len(release("2025-january")["G0556"].display) == 4492


# Text and workbook.


def compared_plainly(edition: str) -> set[tuple[str, str]]:
    """(code, field) of what text and workbook show otherwise, by columns and cells alone."""
    lines, cells = first_and_further(edition), rows(edition)
    found = set()
    for key, (line, texts) in lines.items():
        row = cells[key]
        for field in FIELDS:
            if field.name == "long_description":
                more = cells.get(f"{key}+", {}).get("LONG DESCRIPTION", "")
                mine = " ".join(texts).split()
                its = f"{row['LONG DESCRIPTION']} {more}".split()
            elif field.headers and field.name not in ("key", "sequence_number"):
                mine = [line[place].strip() for place in field.slices]
                its = [row[head].strip() for head in field.headers]
            else:
                continue
            if mine != its:
                found.add((key, field.name))
    assert cells.keys() - lines.keys() <= {"G0503+"}
    return found


UNDATED = Counter({"L": 93, "A": 9, "V": 9, "C": 2, "E": 2, "G": 1})
"""Codes whose action date the workbooks leave blank, by letter; all of action N."""


@pytest.mark.parametrize("edition", WITH_TEXT)
def test_text_and_workbook_differ_where_cells_and_columns_do_and_nowhere_else(edition: str) -> None:
    found = differences(edition, "workbook")
    assert {(d.code, d.field) for d in found} == compared_plainly(edition)
    assert len(found) == len({(d.code, d.field) for d in found})
    assert {d.kind for d in found} <= {DifferenceKind.FIELD}


def test_text_and_workbook_differ_in_nothing_but_what_is_known() -> None:
    undated = told("2025-january", "workbook")["action_effective_on"]
    assert letters(undated) == UNDATED
    kinds = {"E0210", "E0776"}
    wanted: dict[str, dict[str, set[str]]] = {
        "2016-january": {"action_effective_on": undated - {"C9600"}},
        "2018-january": {},
        "2019-january": {"action_effective_on": undated - {"C9600"}, "types_of_service": kinds},
        "2020-january": {},
        "2025-january": {
            "action_effective_on": undated,
            "types_of_service": kinds,
            "long_description": {"G0503"},
        },
    }
    assert {edition: told(edition, "workbook") for edition in WITH_TEXT} == wanted
    for edition in WITH_TEXT:
        for difference in differences(edition, "workbook"):
            entry = by_key(edition)[difference.code]
            if difference.field == "action_effective_on":
                assert difference.right == ""
                assert str(entry.action) == "N"
                assert entry.action_effective_on is not None
            elif difference.field == "types_of_service":
                assert difference.right == f"{difference.left}R"


def test_the_workbooks_of_2020_leave_the_same_dates_blank() -> None:
    """And so does the text of January 2020."""
    undated = told("2025-january", "workbook")["action_effective_on"]
    for edition, blank in {
        "2019-january": {"A5513"},
        "2020-january": undated - {"C9600"},
        "2020-april": undated,
        "2020-october": undated,
        "2025-january": set(),
    }.items():
        entries = by_key(edition)
        assert {key for key in entries if entries[key].action_effective_on is None} == blank


def test_the_cut_description_is_whole_in_every_release() -> None:
    """G0503: cut in its cell; the rest stands in a second row until 2020, and nowhere in 2025."""
    rest = "symptoms and/or other treatment goals and are prepared for discharge from active"
    for edition in EDITIONS[1:]:
        assert rest in release(edition)["G0503"].display
    assert [edition for edition in EDITIONS if "G0503+" in rows(edition)] == [
        "2019-january",
        "2020-january",
        "2020-april",
        "2020-october",
    ]
    (cut,) = (d for d in differences("2025-january", "workbook") if d.field == "long_description")
    assert cut.code == "G0503"
    assert str(cut.right).endswith("symptoms and/or other treatment")


# Companions.


def test_what_transaction_reports_say_otherwise() -> None:
    """A code that a report does not list, and the cell of G0503, cut as in the workbook."""
    assert {edition: told(edition, "transactions") for edition in EDITIONS} == {
        "2016-january": {"action": {"DA"}},
        "2018-january": {"action": {"L1"}},
        "2019-january": {"long_description": {"G0503"}},
        "2020-january": {},
        "2020-april": {},
        "2020-october": {},
        "2025-january": {"long_description": {"G0503"}},
    }
    for edition in ("2016-january", "2018-january"):
        (missing,) = differences(edition, "transactions")
        assert (missing.left, missing.right) == ("N", None)


def test_the_words_of_transaction_reports_are_those_of_the_action_codes() -> None:
    words = {entry.transaction: str(entry.action) for entry in by_key("2025-january").values()}
    assert words == {
        "ADD": "A",
        "Discontinued": "D",
        "Long Description Change": "C",
        "Miscellaneous change (BETOS or Type of Service)": "T",
        "No Change": "N",
        "Payment Change": "P",
        "Short Description Change": "S",
    }
    for edition in EDITIONS:
        unlisted = {key for key, entry in by_key(edition).items() if entry.transaction is None}
        wanted = {"2016-january": {"DA"}, "2018-january": {"L1"}}
        assert unlisted == wanted.get(edition, set())


def test_what_lists_of_noc_codes_say_otherwise() -> None:
    """Cells of the list of 2018 have slipped up, beside the codes before their own."""
    assert {edition: told(edition, "noc") for edition in EDITIONS} == {
        "2016-january": {},
        "2018-january": {
            "long_description": {"A9597", "S9445", "S9446", "S9976", "S9977"},
            "added_on": {"T5999", "V2199", "V2799", "V5090"},
        },
        "2019-january": {"long_description": {"G9418", "S9445"}},
        "2020-january": {},
        "2020-april": {},
        "2020-october": {},
        "2025-january": {
            "long_description": {"G9418", "M1226", "M1257", "M1285"},
            "terminated_on": {"G1011"},
        },
    }
    slipped = {(d.code, d.field): d.right for d in differences("2018-january", "noc")}
    found = release("2018-january")
    assert slipped["S9445", "long_description"] == found["S9446"].display
    assert slipped["S9976", "long_description"] == found["S9977"].display
    assert slipped["V2199", "added_on"] == str(found["T5999"].added_on)
    assert slipped["V5090", "added_on"] == str(found["V2799"].added_on)


def test_noc_codes_are_those_of_the_lists() -> None:
    listed = {edition: release(edition).noc_codes for edition in EDITIONS}
    sizes = {edition: len(codes) for edition, codes in listed.items() if codes is not None}
    assert sizes == {"2018-january": 144, "2019-january": 139, "2025-january": 159}
    for edition, noc in listed.items():
        for code in release(edition).values():
            wanted = None if noc is None else code.code in noc
            assert code.is_not_otherwise_classified is wanted
        assert noc is None or noc <= set(release(edition))
    assert release("2025-january")["J3490"].is_not_otherwise_classified is True
    assert release("2025-january")["A4221"].is_not_otherwise_classified is False


NOTES = {
    "2016-january": 206,
    "2018-january": 216,
    "2019-january": 218,
    "2020-january": 220,
    "2025-january": 234,
}


@pytest.mark.parametrize("edition", WITH_TEXT)
def test_processing_notes_are_joined_to_their_codes(edition: str) -> None:
    notes = release(edition).processing_notes
    assert list(notes) == [f"{number:04}" for number in range(1, NOTES[edition] + 1)]
    assert sum(note.is_deleted for note in notes.values()) == 10
    without = set()
    for key, entry in by_key(edition).items():
        note = entry.processing_note
        if note is not None:
            assert note is notes[entry.processing_note_number]
            assert not note.is_deleted
        elif entry.processing_note_number:
            without.add((key, entry.processing_note_number))
    undefined = {("AX", "0000"), ("V5289", "0000")}
    assert without == (set() if edition == "2025-january" else undefined)


def test_the_notes_of_january_2025_are_used_as_counted() -> None:
    used = Counter(e.processing_note_number for e in by_key("2025-january").values())
    del used[""]
    assert (len(used), used.total()) == (113, 835)
    assert used.most_common(6) == [
        ("0088", 318), ("0017", 71), ("0229", 55), ("0178", 33), ("0135", 25), ("0127", 23),
    ]  # fmt: skip
    note = release("2025-january")["S9445"].processing_note
    assert note is not None
    assert note.text.startswith('"S" CODES ARE')


def test_the_corrections_of_january_2025_are_all_carried_out_in_its_main_file() -> None:
    """46 of 46, unlike those of 2018 and 2019, which the main files do not have."""
    found, done = by_key("2025-january"), Counter[str]()
    for correction in release("2025-january").corrections:
        entry, cells = found.get(correction.key), dict(correction.cells)
        dated = re.fullmatch(
            r'Action effective date should be (\d{8}) and action code "N"', correction.action
        )
        done["date" if dated else correction.action] += 1
        if correction.action == "Remove code":
            assert entry is None
            continue
        assert entry is not None
        assert correction in entry.corrections
        if dated:
            assert entry.columns("action_effective_on") == dated[1]
            assert entry.action == "N"
        elif correction.action == "Terminate":
            # The date given is the first day without the code, not its last.
            assert correction.effective_on == date(2025, 1, 1)
            assert (entry.terminated_on, entry.action) == (date(2024, 12, 31), "D")
        elif correction.action == "Do not terminate":
            assert entry.terminated_on is None
        elif correction.action == "Revise LD":
            assert entry.display == " ".join(cells["Long Description"].split())
        else:
            assert correction.action == "Revise SD"
            assert entry.short_description == cells["Short Description"]
    assert done == {
        "Terminate": 30,
        "Do not terminate": 3,
        "Revise LD": 2,
        "Revise SD": 1,
        "Remove code": 1,
        "date": 9,
    }


def test_the_corrections_of_2018_are_four_versions_of_one_document() -> None:
    found = release("2018-january")
    versions = Counter(correction.file[:2] for correction in found.corrections)
    assert versions == {"V1": 24, "V2": 28, "V3": 30, "V4": 28}
    of_one = found["G9890"].corrections
    assert of_one[-1].file.startswith("V4")
    assert "DELETE" in of_one[-1].action.upper()
    # The main file was not corrected.
    assert found.check("G9890", on=date(2018, 1, 1))
    assert "G9868" not in found


# Answers.


def test_answers_of_january_2025() -> None:
    found = release("2025-january")
    ended = found.check("C9136")
    assert isinstance(ended, Terminated)
    assert (ended.terminated_on, ended.successors) == (date(2015, 3, 31), ("Q9975",))
    assert found.check("C9136", on=date(2015, 1, 2))
    assert isinstance(found.check("C9136", on=date(2014, 12, 31)), NotYetAdded)
    assert found.check("A0100"), "a taxi here, whatever A01.00 is elsewhere"
    assert isinstance(found.check("99213"), Malformed)
    assert found["A4221"].display.startswith("Supplies for maintenance of non-insulin drug")
    assert found.modifiers["LT"].display.startswith("Left side")


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_code_has_the_form_of_one(edition: str) -> None:
    found = release(edition)
    assert all(re.fullmatch(r"[A-V][0-9]{4}", code) for code in found)
    assert all(re.fullmatch(r"[A-Z][A-Z0-9]", code) for code in found.modifiers)
    assert {"A4221", "a4221"} <= {code for code in ("A4221", "a4221", "LT") if code in found}
    assert "LT" not in found
