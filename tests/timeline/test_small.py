"""Small releases written for the purpose: gaps, drafts, updates without files, broken input."""

from __future__ import annotations

import os
import pickle
import stat
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest

import codesets
from codesets import icd10cm
from codesets.errors import (
    ArgumentTypeError,
    EditionError,
    MalformedCodeError,
    ReleaseNotFoundError,
    UnknownCodeError,
)
from codesets.findings import Header, Malformed, NoRelease, NotInRelease, Terminated, Valid
from codesets.timeline import EvidenceKind, PeriodState, ValidOn
from codesets.timeline.intervals import folder
from timeline.conftest import Order

Put = Callable[[str, Order], None]

COMA = (True, "Coma, unspecified")
MENIERE = (False, "Meniere's disease")


def states(code: str) -> list[tuple[str, str, str]]:
    return [
        (str(p.first_day), str(p.last_day), str(p.state))
        for p in codesets.history("icd10cm")[code].periods
    ]


def test_a_code_that_becomes_a_header(put: Put) -> None:
    put("2017", {"A00": (False, "Fever"), "A001": (True, "Blue fever")})
    put("2018", {"A00": (False, "Fever"), "A001": (False, "Blue fever"), "A0010": COMA})
    history = codesets.history("icd10cm")
    before = history.check("a001", on=date(2017, 9, 30))
    after = history.check("A00.1", on=date(2017, 10, 1))
    assert isinstance(before, Valid)
    assert isinstance(after, Header)
    assert after.billable == ("A00.10",)
    assert before.reason == (
        "A00.1 is valid on 2017-09-30 and since 2016-10-01: Blue fever; header from 2017-10-01;"
        " evidence: release 2017"
    )
    assert after.reason == (
        "A00.1 is a header since 2017-10-01, not valid for submission on 2017-10-01: more"
        " characters are required; billable until 2017-09-30; 1 billable below: A00.10"
    )
    assert states("A00.1") == [
        ("2016-10-01", "2017-09-30", "billable"),
        ("2017-10-01", "2018-09-30", "header"),
    ]


def test_a_gap_is_never_answered_from_its_neighbours(put: Put) -> None:
    put("2017", {"A00": COMA})
    put("2019", {"A00": COMA})
    history = codesets.history("icd10cm")
    assert [each.name for each in history.gaps] == ["2018"]
    with pytest.raises(ReleaseNotFoundError) as caught:
        history.check("A00", on=date(2018, 1, 1))
    assert caught.value.wanted == date(2018, 1, 1)
    assert str(caught.value).endswith("); install it with: codesets install icd10cm 2018")
    with pytest.raises(ReleaseNotFoundError, match="; once it is published, install it with: "):
        history.check("A00", on=date(2090, 1, 1))
    with pytest.raises(ReleaseNotFoundError, match="no edition of ICD-10-CM is known"):
        history.check("A00", on=date.max)
    found = list(
        history.check_many([("A00", date(2017, 1, 1)), ("A00", date(2018, 1, 1)), (7, date.max)])
    )
    assert [type(each).__name__ for each in found] == ["ValidOn", "NoRelease", "Malformed"]
    with pytest.raises(MalformedCodeError, match="was never a code"):
        history["A0"]
    with pytest.raises(ArgumentTypeError):
        history.check_many("A00")  # type: ignore[arg-type]
    assert isinstance(found[1], NoRelease)
    assert not found[1]
    assert found[1].to_dict() == {
        "finding": "NoRelease",
        "text": "A00",
        "valid": False,
        "reason": str(caught.value),
        "edition": "2018",
        "on": "2018-01-01",
    }
    assert states("A00") == [
        ("2016-10-01", "2017-09-30", "billable"),
        ("2017-10-01", "2018-09-30", "unknown"),
        ("2018-10-01", "2019-09-30", "billable"),
    ]


def test_an_update_without_code_changes_is_covered(put: Put) -> None:
    put("2024", {"A00": COMA})
    history = codesets.history("icd10cm")
    found = history.check("A00", on=date(2024, 5, 1))
    assert found.edition.name == "2024-april"
    assert isinstance(found, ValidOn)
    assert found.evidence.kind is EvidenceKind.UNCHANGED
    assert str(found.evidence) == "release 2024, whose codes the next edition did not change"
    assert history.on(date(2024, 5, 1)).edition.name == "2024"
    assert history.last_day == date(2024, 9, 30)


def test_an_accent_is_no_renaming(put: Put, small_files: dict[str, Path], at_hand: Path) -> None:
    put("2018", {"H81": MENIERE})
    put("2019", {"H81": (False, "Ménière's disease".replace("é", "e").replace("è", "e"))})
    put("2020", {"H81": (False, "Disorders of vestibular function")})
    life = codesets.history("icd10cm")["H81"]
    assert life.renamings == (
        (date(2019, 10, 1), "Meniere's disease", "Disorders of vestibular function"),
    )
    assert len(life.periods) == 2


def test_a_code_that_comes_back(put: Put) -> None:
    for name, rows in (("2017", ["A00", "A01"]), ("2018", ["A01"]), ("2019", ["A00", "A01"])):
        put(name, dict.fromkeys(rows, COMA))
    history = codesets.history("icd10cm")
    life = history["A00"]
    assert life.reinstatements == (date(2018, 10, 1),)
    found = history.check("A00", on=date(2018, 1, 1))
    assert isinstance(found, Terminated)
    assert found.terminated_on == date(2017, 9, 30)
    assert found.reason.endswith("billable until 2017-09-30; billable from 2018-10-01")
    assert life.is_current
    assert life.to_dict()["first_day"] == "2016-10-01"


def test_april_2020_without_conversion_table(put: Put) -> None:
    put("2020", {"A00": COMA})
    history = codesets.history("icd10cm")
    found = history.check("U07.1", on=date(2020, 4, 1))
    assert found.is_valid
    assert isinstance(found, ValidOn)
    assert found.evidence.kind is EvidenceKind.CALENDAR
    assert not history.check("U07.1", on=date(2020, 3, 31))


def test_never_seen_and_malformed(put: Put) -> None:
    put("2020", {"A00": COMA})
    history = codesets.history("icd10cm")
    day = date(2020, 1, 1)
    assert isinstance(history.check("B99", on=day), NotInRelease)
    for text in ("", "A00.", None, b"A00", "ı10", "A00" * 100):
        assert isinstance(history.check(text, on=day), Malformed)
        assert text not in history
    with pytest.raises(UnknownCodeError, match="was never a code"):
        history["B99"]
    with pytest.raises(TypeError, match="a date is wanted"):
        history.check("A00", on="2020-01-01")  # type: ignore[arg-type]
    assert history.check("A00", on=datetime(2020, 1, 1, 23, 59)).is_valid


def test_nothing_at_hand(at_hand: Path) -> None:
    with pytest.raises(ReleaseNotFoundError, match="codesets install icd10cm EDITION"):
        codesets.history("icd10cm")
    with pytest.raises(EditionError, match="no code system 'cpt'"):
        codesets.history("cpt")


def test_drafts_alone(put: Put) -> None:
    put("2014", {"A00": COMA})
    with pytest.raises(ReleaseNotFoundError, match="ever in force"):
        codesets.history("icd10cm")


def test_the_interval_file_is_made_again_when_releases_change(put: Put) -> None:
    put("2018", {"A00": COMA})
    # The calendar knows U07.0 and U07.1 besides.
    assert set(codesets.history("icd10cm")) == {"A00", "U07.0", "U07.1"}
    path = folder() / "icd10cm.codeset"
    first = path.read_bytes()
    codesets.history("icd10cm")
    assert path.read_bytes() == first
    put("2019", {"A00": COMA, "A01": COMA})
    assert "A01" in codesets.history("icd10cm")
    assert path.read_bytes() != first


@pytest.mark.parametrize("damage", [b"", b"CODESET\n", b"CODESET\n" + bytes(200)])
def test_a_damaged_interval_file_is_made_again(put: Put, damage: bytes) -> None:
    put("2018", {"A00": COMA})
    codesets.history("icd10cm")
    path = folder() / "icd10cm.codeset"
    path.write_bytes(damage)
    assert "A00" in codesets.history("icd10cm")
    assert len(path.read_bytes()) > len(damage)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="this user may write anywhere")
def test_a_folder_that_cannot_be_written(put: Put, at_hand: Path) -> None:
    put("2018", {"A00": COMA})
    at_hand.chmod(stat.S_IREAD | stat.S_IEXEC)
    try:
        assert "A00" in codesets.history("icd10cm")
    finally:
        at_hand.chmod(stat.S_IRWXU)
    assert not folder().exists()


def test_where_the_folder_of_histories_is_a_file(put: Put) -> None:
    put("2018", {"A00": COMA})
    folder().write_bytes(b"in the way")
    assert "A00" in codesets.history("icd10cm")


def test_it_can_be_pickled_and_compared(put: Put) -> None:
    put("2018", {"A00": COMA})
    history = codesets.history("icd10cm")
    copy = pickle.loads(pickle.dumps(history))
    assert copy["A00"] == history["A00"]
    assert hash(copy["A00"]) == hash(history["A00"])
    found = history.check("A00", on=date(2018, 1, 1))
    assert pickle.loads(pickle.dumps(found)) == found
    assert repr(history) == "<Icd10cmHistory 3 codes of 1 releases, 2018 to 2018>"
    assert repr(history["A00"]) == "<CodeHistory A00: 1 periods, 'Coma, unspecified'>"


def test_a_code_that_only_a_later_release_has_is_not_yet_added(put: Put) -> None:
    put("2018", {"A00": COMA})
    put("2019", {"A00": COMA, "A01": (True, "Brown fever")})
    found = codesets.history("icd10cm").check("A01", on=date(2018, 9, 30))
    assert found.to_dict() == {
        "finding": "NotYetAdded",
        "text": "A01",
        "valid": False,
        "reason": "A01 begins on 2018-10-01, asked for 2018-09-30",
        "edition": "2018",
        "code": "A01",
        "display": "Brown fever",
        "on": "2018-09-30",
        "added_on": "2018-10-01",
        "period": {
            "first_day": "2017-10-01",
            "last_day": "2018-09-30",
            "state": "absent",
            "display": "",
            "evidence": {"kind": "release", "edition": "2018", "detail": ""},
            "is_certain": True,
            "use": 0,
        },
        "evidence": {"kind": "release", "edition": "2018", "detail": ""},
    }


def test_states_say_what_they_mean() -> None:
    assert [state.is_valid for state in PeriodState] == [True, False, True, False, False]
    assert [state.is_known_code for state in PeriodState] == [True, True, True, False, False]


def test_a_release_that_is_not_at_hand_says_how_to_get_it_or_that_there_is_none(put: Put) -> None:
    put("2017", {"A00": COMA})
    history = codesets.history("icd10cm")
    for find in (history.release, icd10cm.load):
        with pytest.raises(ReleaseNotFoundError, match="codesets install icd10cm 2018"):
            find("2018")
        with pytest.raises(ReleaseNotFoundError) as caught:
            find("first")
        assert "icd10cm has no edition 'first'" in str(caught.value)
        assert "codesets install" not in str(caught.value)
        with pytest.raises(ReleaseNotFoundError) as caught:
            find("2018-march")
        assert "install icd10cm 2018-march" not in str(caught.value)
