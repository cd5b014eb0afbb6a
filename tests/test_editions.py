"""Editions: the publishers' calendars, days in force, and recognising a release by its files."""

from __future__ import annotations

import hashlib
import importlib.util
import itertools
import json
import os
import pickle
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, cast

import pytest
from attrs.exceptions import FrozenInstanceError
from hypothesis import assume, given
from hypothesis import strategies as st

from codesets import editions as module
from codesets.editions import (
    Counts,
    Edition,
    edition,
    editions,
    published_counts,
    recognise,
    unpublished_updates,
)
from codesets.errors import CodesetsError, EditionError, SourceError

SYSTEMS = ("icd10cm", "hcpcs")
REPOSITORY = Path(__file__).resolve().parent.parent
PACKAGE = Path(module.__file__).parent


def official_root() -> Path | None:
    """The folder of official files, if it is at hand."""
    root = Path(os.environ.get("CODESETS_OFFICIAL_FILES") or REPOSITORY.parent / "shared/official")
    return root if (root / "PROVENANCE.tsv").is_file() else None


needs_official = pytest.mark.skipif(
    official_root() is None, reason="no official files (CODESETS_OFFICIAL_FILES)"
)


@cache
def calendar() -> dict[str, Any]:
    path = PACKAGE / "_calendar.json"
    return cast("dict[str, Any]", json.loads(path.read_text(encoding="utf-8")))


def sha(name: str, kind: str, system: str = "icd10cm", which: int = 0) -> str:
    return cast("str", calendar()["sha256"][system][name][kind][which])


def said(found: Edition) -> tuple[str, bool, tuple[str, ...]]:
    return found.name, found.is_certain, found.alternatives


class TestEdition:
    def test_days_are_inclusive(self) -> None:
        it = edition("icd10cm", "2026-april")
        assert (it.effective_from, it.effective_to) == (date(2026, 4, 1), date(2026, 9, 30))
        assert [it.is_in_force(date(2026, *md)) for md in ((3, 31), (4, 1), (9, 30), (10, 1))] == [
            False,
            True,
            True,
            False,
        ]

    def test_a_datetime_counts_by_its_date(self) -> None:
        it = edition("icd10cm", "2026")
        assert it.is_in_force(datetime(2026, 3, 31, 23, 59))
        assert not it.is_in_force(datetime(2026, 4, 1, tzinfo=UTC))
        made = Edition("icd10cm", "x", datetime(2026, 4, 1, 5, tzinfo=UTC), date(2026, 4, 1))
        assert type(made.effective_from) is date
        assert made == Edition("icd10cm", "x", date(2026, 4, 1), date(2026, 4, 1))

    @pytest.mark.parametrize("day", ["2026-04-01", 20260401, None, 1.5, (2026, 4, 1)])
    def test_anything_else_is_no_day(self, day: Any) -> None:
        with pytest.raises(TypeError, match="a date is wanted"):
            edition("icd10cm", "2026").is_in_force(day)
        with pytest.raises(TypeError, match="a date is wanted"):
            edition("icd10cm", "2014").is_in_force(day)

    def test_without_a_last_day_it_runs_on(self) -> None:
        assert Edition("icd10cm", "x", date(2030, 1, 1)).is_in_force(date(2099, 1, 1))

    def test_days_must_be_in_order(self) -> None:
        with pytest.raises(EditionError, match="cannot end on 2026-01-01"):
            Edition("icd10cm", "x", date(2026, 1, 2), date(2026, 1, 1))
        with pytest.raises(EditionError):
            Edition("icd10cm", "x", None, date(2026, 1, 1))

    def test_draft_and_unnamed(self) -> None:
        draft, unnamed, real = (
            edition("icd10cm", "2015"),
            Edition("icd10cm", ""),
            edition("icd10cm", "2016"),
        )
        assert (draft.is_named, draft.is_draft, str(draft)) == (True, True, "2015")
        assert (unnamed.is_named, unnamed.is_draft, str(unnamed)) == (False, False, "unnamed")
        assert (real.is_named, real.is_draft) == (True, False)
        assert draft.effective_from is draft.effective_to is None
        assert not draft.is_in_force(date(2014, 12, 1))
        assert not unnamed.is_in_force(date(2026, 1, 1))

    def test_is_frozen(self) -> None:
        it = edition("icd10cm", "2026")
        for name in ("name", "is_certain", "alternatives", "made_up"):
            with pytest.raises((FrozenInstanceError, AttributeError)):
                setattr(it, name, "2027")
        assert it.name == "2026"

    def test_doubt_takes_no_part_in_equality(self) -> None:
        sure = edition("icd10cm", "2024")
        unsure = recognise("icd10cm", member_sha256s=[sha("2024", "order")])
        assert unsure.is_certain is False
        assert unsure == sure
        assert len({sure, unsure}) == 1
        assert sure != edition("icd10cm", "2024-april")
        assert edition("icd10cm", "2026-april") != edition("hcpcs", "2026-april")

    def test_order(self) -> None:
        names = ["2015", "2012", "2027", "2016", "2021-january", "2021", "2022", "2022-april"]
        them = sorted([Edition("icd10cm", ""), *(edition("icd10cm", n) for n in names)])
        assert [str(e) for e in them] == [
            "2012",
            "2015",
            "2016",
            "2021",
            "2021-january",
            "2022",
            "2022-april",
            "2027",
            "unnamed",
        ]
        assert edition("hcpcs", "2026-october") < edition("icd10cm", "2012")
        assert max(edition("hcpcs", n) for n in ("2020-april", "2020-october")).name.endswith("r")
        with pytest.raises(TypeError):
            _ = them[0] < cast("Any", "2026")

    @given(st.permutations([e for s in SYSTEMS for e in editions(s)]))
    def test_sorting_forgets_the_order_before(self, shuffled: list[Edition]) -> None:
        assert sorted(shuffled) == [e for s in sorted(SYSTEMS) for e in editions(s)]

    def test_pickles(self) -> None:
        it = recognise("icd10cm", member_sha256s=[sha("2024", "order")])
        copy = pickle.loads(pickle.dumps(it))
        assert copy == it
        assert said(copy) == said(it)


class TestDict:
    @given(
        st.sampled_from([e for s in SYSTEMS for e in editions(s)]),
        st.booleans(),
        st.lists(st.text(max_size=12), max_size=3),
    )
    def test_round_trip_through_json(self, known: Edition, sure: bool, others: list[str]) -> None:
        it = Edition(
            known.system, known.name, known.effective_from, known.effective_to, sure, others
        )
        back = Edition.from_dict(json.loads(json.dumps(it.to_dict())))
        assert back == it
        assert said(back) == said(it)

    def test_form(self) -> None:
        assert edition("icd10cm", "2026-april").to_dict() == {
            "system": "icd10cm",
            "name": "2026-april",
            "effective_from": "2026-04-01",
            "effective_to": "2026-09-30",
            "is_certain": True,
            "alternatives": [],
        }
        assert edition("icd10cm", "2014").to_dict()["effective_from"] is None

    @pytest.mark.parametrize(
        "change",
        [
            {"name": 2026},
            {"system": None},
            {"effective_from": "soon"},
            {"effective_from": 20260401},
            {"effective_to": "2020-01-01"},
            {"effective_from": None},
            {"alternatives": [1]},
            {"alternatives": None},
        ],
    )
    def test_nonsense_is_refused(self, change: dict[str, Any]) -> None:
        with pytest.raises(EditionError):
            Edition.from_dict({**edition("icd10cm", "2026-april").to_dict(), **change})

    def test_a_part_is_missing(self) -> None:
        values = edition("icd10cm", "2026").to_dict()
        del values["effective_to"]
        with pytest.raises(EditionError, match="describes no edition"):
            Edition.from_dict(values)


class TestCalendar:
    @pytest.mark.parametrize("system", SYSTEMS)
    def test_in_order_drafts_first_then_without_gap_or_overlap(self, system: str) -> None:
        """An edition runs to the day before the next one in the calendar."""
        them = editions(system)
        drafts = [e for e in them if e.is_draft]
        in_force = [e for e in them if not e.is_draft]
        assert list(them) == drafts + in_force == sorted(them)
        assert len({e.name for e in them}) == len(them)
        for before, after in itertools.pairwise(in_force):
            assert before.effective_to is not None
            assert before.effective_to + timedelta(days=1) == after.effective_from

    def test_first_days(self) -> None:
        """ICD-10-CM has been in force since October 1, 2015."""
        icd = [e for e in editions("icd10cm") if not e.is_draft]
        assert (icd[0].name, icd[0].effective_from) == ("2016", date(2015, 10, 1))
        assert icd[-1].effective_to == date(2027, 9, 30)
        assert not any(e.is_draft for e in editions("hcpcs"))

    @given(
        st.sampled_from(SYSTEMS),
        st.dates(min_value=date(2015, 10, 1), max_value=date(2026, 12, 31)),
    )
    def test_one_edition_a_day(self, system: str, day: date) -> None:
        assert len([e for e in editions(system) if e.is_in_force(day)]) == 1

    @given(st.sampled_from([e for s in SYSTEMS for e in editions(s)]))
    def test_a_name_gives_its_edition(self, known: Edition) -> None:
        assert edition(known.system, known.name) == known
        assert edition(known.system, known.name).is_certain

    def test_april_2020_had_no_files(self) -> None:
        """U07.0 and U07.1 took effect on April 1, 2020; no code files were published for it."""
        assert edition("icd10cm", "2020").effective_to == date(2020, 9, 30)
        assert edition("icd10cm", "2021").effective_from == date(2020, 10, 1)
        with pytest.raises(EditionError, match="had no code files, 2020 runs on"):
            edition("icd10cm", "2020-april")
        (update,) = unpublished_updates("icd10cm")
        assert update.added == ("U07.0", "U07.1")
        assert update.edition.is_in_force(date(2020, 4, 1))
        assert not update.edition.is_in_force(date(2020, 3, 31))
        assert unpublished_updates("hcpcs") == ()

    def test_mid_year(self) -> None:
        assert edition("icd10cm", "2021").effective_to == date(2020, 12, 31)
        assert edition("icd10cm", "2021-january").effective_to == date(2021, 9, 30)
        assert edition("icd10cm", "2022").effective_to == date(2022, 3, 31)

    def test_hcpcs_january_covers_its_year_until_2019_then_a_quarter(self) -> None:
        assert edition("hcpcs", "2019-january").effective_to == date(2019, 12, 31)
        assert edition("hcpcs", "2020-january").effective_to == date(2020, 3, 31)
        names = [e.name for e in editions("hcpcs")]
        assert names[names.index("2016-january") :][:8] == [
            "2016-january",
            "2017-january",
            "2018-january",
            "2019-january",
            "2020-january",
            "2020-april",
            "2020-july",
            "2020-october",
        ]
        assert names[-1] == "2026-october"

    def test_no_system_no_calendar(self) -> None:
        for ask in (editions, unpublished_updates, lambda s: edition(s, "2026"), recognise):
            with pytest.raises(EditionError, match=r"icd9.*icd10cm, hcpcs"):
                ask("icd9")

    def test_is_read_only_when_asked_for(self) -> None:
        code = (
            "import sys, codesets.editions as e; assert e._calendar.cache_info().currsize == 0;"
            "e.Edition('icd10cm', '2026').to_dict(); assert not e._calendar.cache_info().currsize;"
            "e.editions('icd10cm'); assert e._calendar.cache_info().currsize == 1"
        )
        path = str(PACKAGE.parent)
        run = subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONPATH": path},
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 0, run.stderr

    def test_data_is_small_and_well_formed(self) -> None:
        text = (PACKAGE / "_calendar.json").read_text(encoding="utf-8")
        assert len(text) < 60_000
        digests = [
            digest
            for table in calendar()["sha256"].values()
            for kinds in table.values()
            for listed in kinds.values()
            for digest in listed
        ]
        assert len(digests) > 100
        assert all(re.fullmatch("[0-9a-f]{64}", digest) for digest in digests)

    def test_an_archive_belongs_to_one_edition(self) -> None:
        owners: dict[str, set[str]] = {}
        for table in calendar()["sha256"].values():
            for name, kinds in table.items():
                for kind, listed in kinds.items():
                    for digest in listed if "archive" in kind else ():
                        owners.setdefault(digest, set()).add(name)
        assert [names for names in owners.values() if len(names) > 1] == []

    def test_releases_that_change_no_codes_have_the_counts_of_the_one_before(self) -> None:
        entries = [e for e in calendar()["editions"]["icd10cm"] if e.get("files", True)]
        same = [
            (before, after)
            for before, after in itertools.pairwise(entries)
            if not after.get("changes_codes", True)
        ]
        names = [after["name"] for _, after in same]
        assert names == ["2015", "2016", "2024-april", "2025-april", "2026-april"]
        assert all(before["counts"] == after["counts"] for before, after in same)


class TestBases:
    @pytest.mark.parametrize(
        ("system", "name", "base"),
        [
            ("icd10cm", "2007", None),
            ("icd10cm", "2014", "2013"),
            ("icd10cm", "2016", "2015"),
            ("icd10cm", "2021", "2020"),
            ("icd10cm", "2021-january", "2020"),
            ("icd10cm", "2022", "2021-january"),
            ("icd10cm", "2024", "2023-april"),
            ("icd10cm", "2025", "2024-april"),
            ("icd10cm", "2029", "2028"),
            ("hcpcs", "2012-january", None),
            ("hcpcs", "2020-january", "2019-january"),
            ("hcpcs", "2020-april", "2020-january"),
            ("hcpcs", "2025-january", "2024-october"),
            ("hcpcs", "2029-january", "2028-october"),
        ],
    )
    def test_changes_are_counted_from(self, system: str, name: str, base: str | None) -> None:
        found = module.base_of(edition(system, name))
        assert (None if found is None else found.name) == base

    @pytest.mark.parametrize(
        ("old", "new", "is_base"),
        [
            ("2020", "2021-january", True),
            ("2021", "2021-january", False),
            ("2024", "2025", True),  # April 2024 changed no code
            ("2024-april", "2025", True),
            ("2014", "2016", True),
            ("2013", "2016", False),
            ("2023", "2024", False),
            ("2025", "2026-april", False),
            ("2026", "2025", False),
            ("2026", "2026", False),
        ],
    )
    def test_is_base_of(self, old: str, new: str, is_base: bool) -> None:
        pair = (edition("icd10cm", name) for name in (old, new))
        assert module.is_base_of(*pair) is is_base

    def test_of_no_edition_none_is_known(self) -> None:
        unnamed = Edition("icd10cm", "")
        assert module.base_of(unnamed) is None
        assert not module.is_base_of(unnamed, unnamed)
        with pytest.raises(EditionError, match="no calendar"):
            module.base_of(Edition("icd9", "2010"))


class TestPattern:
    @pytest.mark.parametrize(
        ("system", "name", "start", "end"),
        [
            ("icd10cm", "2028", date(2027, 10, 1), date(2028, 9, 30)),
            ("icd10cm", "2027-april", date(2027, 4, 1), date(2027, 9, 30)),
            ("icd10cm", "2028-april", date(2028, 4, 1), date(2028, 9, 30)),
            ("icd10cm", "2031-january", date(2031, 1, 1), date(2031, 9, 30)),
            ("icd10cm", "2099", date(2098, 10, 1), date(2099, 9, 30)),
            ("hcpcs", "2027-january", date(2027, 1, 1), date(2027, 3, 31)),
            ("hcpcs", "2027-april", date(2027, 4, 1), date(2027, 6, 30)),
            ("hcpcs", "2027-july", date(2027, 7, 1), date(2027, 9, 30)),
            ("hcpcs", "2027-october", date(2027, 10, 1), date(2027, 12, 31)),
        ],
    )
    def test_later_editions(self, system: str, name: str, start: date, end: date) -> None:
        assert edition(system, name) == Edition(system, name, start, end)

    @pytest.mark.parametrize(
        ("system", "name"),
        [
            ("icd10cm", "2018-april"),
            ("icd10cm", "2008"),
            ("icd10cm", "2100"),
            ("icd10cm", "2027-october"),
            ("icd10cm", "2028-"),
            ("icd10cm", "\uff12\uff10\uff12\uff18"),
            ("icd10cm", "2028\n"),
            ("icd10cm", "2026-April"),
            ("icd10cm", ""),
            ("icd10cm", 2026),
            ("icd10cm", None),
            ("hcpcs", "2027"),
            ("hcpcs", "2018-april"),
            ("hcpcs", "2025-february"),
        ],
    )
    def test_anything_else_is_refused(self, system: str, name: Any) -> None:
        with pytest.raises(EditionError, match="its editions are named YYYY") as caught:
            edition(system, name)
        assert caught.value.system == system
        assert caught.value.name == name
        assert isinstance(caught.value, ValueError)

    def test_says_what_is_near(self) -> None:
        with pytest.raises(EditionError, match="near it: 2026-april"):
            edition("icd10cm", "2026-April")
        with pytest.raises(EditionError, match="near it: 2025-january"):
            edition("hcpcs", "2025-janury")
        with pytest.raises(EditionError, match="near it: 2026"):
            edition("icd10cm", cast("str", 2026))

    @given(st.text(max_size=14) | st.from_regex(r"20[0-9]{2}(-(january|april|july|october))?"))
    def test_refused_or_of_that_name_and_later(self, name: str) -> None:
        for system in SYSTEMS:
            try:
                it = edition(system, name)
            except EditionError:
                continue
            assert (it.system, it.name) == (system, name)
            assert it in editions(system) or it > editions(system)[-1]
            assert it.is_draft or it.effective_from is not None


class TestRecognise:
    def test_an_archive_decides(self) -> None:
        """The CMS zip of April 2024 holds the order file of October 2023, under the same name."""
        found = recognise(
            "icd10cm",
            archive_sha256s=[sha("2024-april", "order_archive")],
            member_sha256s=[sha("2024", "order"), sha("2024", "codes")],
            names=["icd10cm_order_2024.txt"],
        )
        assert said(found) == ("2024-april", True, ())

    def test_a_member_decides(self) -> None:
        for name, kind in (("2017", "tabular"), ("2021", "order"), ("2022-april", "codes")):
            found = recognise("icd10cm", member_sha256s=[sha(name, kind).upper()])
            assert said(found) == (name, True, ())
        found = recognise("hcpcs", member_sha256s=[sha("2020-october", "excel", "hcpcs")])
        assert said(found) == ("2020-october", True, ())
        assert recognise("hcpcs", archive_sha256s=[sha("2018-january", "archive", "hcpcs")]) == (
            edition("hcpcs", "2018-january")
        )

    def test_unknown_files_beside_known_ones_say_nothing(self) -> None:
        found = recognise(
            "icd10cm",
            archive_sha256s=["0" * 64],
            member_sha256s=["f" * 64, sha("2019", "order"), ""],
        )
        assert said(found) == ("2019", True, ())

    def test_same_bytes_the_earliest_ever_in_force(self) -> None:
        """The order files of 2014, 2015 and 2016 are byte-identical."""
        found = recognise("icd10cm", member_sha256s=[sha("2014", "order")])
        assert said(found) == ("2016", False, ("2014", "2015"))
        found = recognise("icd10cm", member_sha256s=[sha("2025-april", "order")])
        assert said(found) == ("2025", False, ("2025-april",))
        found = recognise("icd10cm", member_sha256s=[sha("2026", "order"), sha("2026", "codes")])
        assert said(found) == ("2026", False, ("2026-april",))

    def test_same_bytes_of_drafts_only(self) -> None:
        """The tabular lists of 2014 and 2015 are byte-identical, and neither was ever in force."""
        found = recognise("icd10cm", member_sha256s=[sha("2015", "tabular")])
        assert said(found) == ("2014", False, ("2015",))
        assert found.is_draft

    @pytest.mark.parametrize(
        ("names", "expected"),
        [
            (["2014"], "2014"),
            (["2015.zip"], "2015"),
            (["icd10cm_order_2014.txt"], "2014"),
            (["ICD10CM_FY2015_code_descriptions.zip", "x"], "2015"),
            (["FY15_order.txt"], "2015"),
            (["2015-code-descriptions-updated-07-09-2014.zip"], "2015"),
            (["order.txt", "Downloads 2024", "2016"], "2016"),
            (["icd10cm_order_2016.txt"], "2016"),
        ],
    )
    def test_names_decide_among_2014_2015_2016(self, names: list[str], expected: str) -> None:
        found = recognise("icd10cm", member_sha256s=[sha("2014", "order")], names=names)
        assert said(found) == (expected, True, ())

    @pytest.mark.parametrize(
        "names",
        [
            [],
            ["order.txt"],
            ["2013"],
            ["claims 2014 and 2015"],
            ["2014", "icd10cm_order_2015.txt"],
            ["icd10cm_order_120142.txt"],
        ],
    )
    def test_names_that_do_not_pick_one(self, names: list[str]) -> None:
        found = recognise("icd10cm", member_sha256s=[sha("2014", "order")], names=names)
        assert said(found) == ("2016", False, ("2014", "2015"))

    @pytest.mark.parametrize(
        ("names", "expected"),
        [
            (["2025-april", "icd10cm_order_2025.txt"], "2025-april"),
            (["icd10cm_order_2025.txt", "2025-april"], "2025-april"),
            (["Code-desciptions-April-2025.zip"], "2025-april"),
            (["icd10cm-order- April 1 2025.txt"], "2025-april"),
            (["2025-Update"], "2025-april"),
            (["2025", "icd10cm_order_2025.txt"], "2025"),
            (["ICD-10-CM October 2024"], "2025"),
        ],
    )
    def test_names_decide_between_october_and_april(self, names: list[str], expected: str) -> None:
        found = recognise("icd10cm", member_sha256s=[sha("2025", "order")], names=names)
        assert said(found) == (expected, True, ())

    @pytest.mark.parametrize(
        "name",
        ["icd10cm_order_2025.txt", "2025-code-descriptions-tabular-order-updated-04-01-2025.zip"],
    )
    def test_the_cms_name_is_that_of_both(self, name: str) -> None:
        found = recognise("icd10cm", member_sha256s=[sha("2025", "order")], names=[name])
        assert said(found) == ("2025", False, ("2025-april",))

    def test_a_name_cannot_gainsay_the_bytes(self) -> None:
        """NCHS keeps the files of April 2022 in the folder 2022, under the name of October."""
        found = recognise(
            "icd10cm",
            member_sha256s=[sha("2022-april", "order")],
            names=["2022", "icd10cm_order_2022.txt"],
        )
        assert said(found) == ("2022-april", True, ())

    def test_april_tabular_with_the_order_file_of_october(self) -> None:
        """The order file of April 2026 has the codes of October 2025; no copy is at hand."""
        tabular, order = sha("2026-april", "tabular"), sha("2026", "order")
        found = recognise("icd10cm", member_sha256s=[tabular, order], version="2026")
        assert said(found) == ("2026-april", True, ())
        # The archive is of October, but what it holds is of April too.
        found = recognise(
            "icd10cm",
            archive_sha256s=[sha("2026", "order_archive")],
            member_sha256s=[order, tabular],
        )
        assert said(found) == ("2026-april", True, ())
        found = recognise(
            "icd10cm",
            archive_sha256s=[sha("2025", "order_archive")],
            member_sha256s=[sha("2025", "order"), sha("2025-april", "tabular")],
        )
        assert said(found) == ("2025-april", True, ())

    def test_order_archive_of_october_alone_is_october(self) -> None:
        found = recognise(
            "icd10cm",
            archive_sha256s=[sha("2026", "order_archive", which=1)],
            member_sha256s=[sha("2026", "order"), sha("2026", "codes")],
        )
        assert said(found) == ("2026", True, ())

    @pytest.mark.parametrize(
        ("archives", "members"),
        [
            ([], [("2025", "order"), ("2026-april", "tabular")]),
            ([], [("2021", "order"), ("2021-january", "codes")]),
            ([("2027", "tabular_archive")], [("2026", "order")]),
            ([("2024", "order_archive"), ("2025", "order_archive")], []),
            ([], [("2013", "tabular"), ("2014", "order")]),
        ],
    )
    def test_two_releases_are_not_mixed(
        self, archives: list[tuple[str, str]], members: list[tuple[str, str]]
    ) -> None:
        with pytest.raises(SourceError) as caught:
            recognise(
                "icd10cm",
                archive_sha256s=[sha(*a) for a in archives],
                member_sha256s=[sha(*m) for m in members],
            )
        for name, _ in (*archives, *members):
            assert re.search(rf"\b{name}\b", str(caught.value))
        assert "edition=" in str(caught.value)
        assert isinstance(caught.value, CodesetsError)

    def test_two_archives_of_one_release_agree(self) -> None:
        """NCHS and CMS pack the same files."""
        found = recognise(
            "icd10cm",
            archive_sha256s=[sha("2026", "order_archive", which=n) for n in (0, 1)],
        )
        assert said(found) == ("2026", True, ())

    def test_version_narrows_what_the_digests_leave(self) -> None:
        order = sha("2014", "order")
        found = recognise("icd10cm", member_sha256s=[order], version="2016")
        assert said(found) == ("2016", True, ())
        found = recognise("icd10cm", member_sha256s=[order], version="2014")
        assert said(found) == ("2014", False, ("2015",))
        found = recognise("icd10cm", member_sha256s=[order], version="2014", names=["2015"])
        assert said(found) == ("2015", True, ())

    def test_a_version_or_counts_of_another_release_raise_doubt(self) -> None:
        order, tabular = sha("2017", "order"), sha("2026-april", "tabular")
        found = recognise("icd10cm", member_sha256s=[order], version="2016")
        assert said(found) == ("2017", False, ("2016",))
        found = recognise("icd10cm", member_sha256s=[order], version="2016", names=["2017"])
        assert said(found) == ("2017", False, ("2016",))
        found = recognise("icd10cm", member_sha256s=[sha("2025", "order")], version="2026")
        assert said(found) == ("2025", False, ("2025-april", "2026", "2026-april"))
        counts = Counts(rows=97_584, billable=74_260)
        found = recognise("icd10cm", member_sha256s=[tabular], version="2026", counts=counts)
        assert said(found) == ("2026-april", False, ("2025", "2025-april"))

    def test_counts_that_no_release_has_do_not_gainsay_a_digest(self) -> None:
        """A cut order file beside a known tabular list is for the check of counts to tell."""
        found = recognise(
            "icd10cm", member_sha256s=[sha("2017", "tabular")], counts=Counts(rows=3), version="?"
        )
        assert said(found) == ("2017", True, ())

    @pytest.mark.parametrize(
        ("version", "counts", "expected"),
        [
            ("2018", Counts(94_127, 71_704), ("2018", True, ())),
            (None, Counts(94_127, 71_704), ("2018", True, ())),
            (None, Counts(rows=95_358), ("2021-january", True, ())),
            (None, Counts(billable=72_616), ("2021", True, ())),
            ("2021", None, ("2021", False, ("2021-january",))),
            ("2021", Counts(95_358, 72_621), ("2021-january", True, ())),
            ("0", None, ("2012", False, ("2013",))),
            ("0", Counts(79_502, 69_832), ("2013", True, ())),
            ("2014", Counts(91_737, 69_823), ("2014", False, ("2015",))),
            (" 2016 ", Counts(91_737, 69_823), ("2016", True, ())),
            (None, Counts(91_737, 69_823), ("2016", False, ("2014", "2015"))),
            ("2026", None, ("2026", False, ("2026-april",))),
            ("2027", None, ("2027", True, ())),
        ],
    )
    def test_without_digests_version_and_counts(
        self, version: str | None, counts: Counts | None, expected: tuple[str, bool, Any]
    ) -> None:
        assert said(recognise("icd10cm", version=version, counts=counts)) == expected

    def test_hcpcs_by_counts(self) -> None:
        """A copy of the text with other line ends has the counts of the publisher's."""
        found = recognise("hcpcs", counts=Counts(codes=6_710, modifiers=369))
        assert said(found) == ("2020-january", True, ())

    @pytest.mark.parametrize(
        ("version", "counts"),
        [
            ("2018", Counts(94_127, 71_703)),
            ("2017", Counts(94_127, 71_704)),
            ("1999", None),
            (None, Counts(rows=1)),
            (None, Counts()),
            (None, None),
        ],
    )
    def test_nothing_recognised(self, version: str | None, counts: Counts | None) -> None:
        found = recognise(
            "icd10cm", archive_sha256s=["0" * 64], version=version, counts=counts, names=["files"]
        )
        assert found == Edition("icd10cm", "")
        assert said(found) == ("", False, ())
        assert not found.is_named

    @pytest.mark.parametrize(
        ("system", "names", "expected"),
        [
            ("icd10cm", ["icd10cm_order_2028.txt"], ("2028",)),
            ("icd10cm", ["icd10cm-order-April-2028.txt", "2028-april"], ("2028-april",)),
            ("hcpcs", ["HCPC2026_JAN_ANWEB_01122026.txt"], ("2026-january",)),
            ("hcpcs", ["HCPC17_CONTR_ANWEB.txt"], ("2017-january",)),
            ("hcpcs", ["HCPC2026_ANWEB.txt"], ()),
            ("hcpcs", ["october-2024-alpha-numeric-hcpcs-files.zip"], ("2024-october",)),
        ],
    )
    def test_names_alone_only_suggest(
        self, system: str, names: list[str], expected: tuple[str, ...]
    ) -> None:
        assert said(recognise(system, names=names)) == ("", False, expected)

    @given(
        st.sampled_from(
            [
                (system, name, kind, digest)
                for system, table in calendar()["sha256"].items()
                for name, kinds in table.items()
                for kind, listed in kinds.items()
                for digest in listed
            ]
        ),
        st.lists(st.text(max_size=30) | st.sampled_from(["2014", "april 2025", "update"])),
    )
    def test_every_known_digest(self, case: tuple[str, str, str, str], names: list[str]) -> None:
        """Whatever the names say, the edition is one of those that the bytes belong to."""
        system, name, kind, digest = case
        where = "archive_sha256s" if "archive" in kind else "member_sha256s"
        found = recognise(system, **{where: [digest], "names": names})  # type: ignore[arg-type]
        owners = {n for n, kinds in calendar()["sha256"][system].items() if digest in str(kinds)}
        assert found.name in owners | {"2026-april"}
        if found.is_certain:
            assert found.alternatives == ()
        else:
            assert name in (found.name, *found.alternatives)
        assert found.is_certain == (not found.alternatives)

    @given(st.data())
    def test_order_of_the_files_does_not_matter(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(calendar()["sha256"]["icd10cm"])))
        kinds = calendar()["sha256"]["icd10cm"][name]
        members = [d for kind in kinds for d in kinds[kind] if "archive" not in kind]
        assume(members)
        shuffled = data.draw(st.permutations(members))
        assert said(recognise("icd10cm", member_sha256s=shuffled)) == said(
            recognise("icd10cm", member_sha256s=members)
        )


class TestCounts:
    def test_published(self) -> None:
        assert published_counts(edition("icd10cm", "2026")) == Counts(98_186, 74_719)
        assert published_counts(edition("hcpcs", "2025-january")) == Counts(
            codes=8_259, modifiers=383
        )
        assert published_counts(edition("icd10cm", "2010")) == Counts(billable=69_101)

    def test_not_known(self) -> None:
        for it in (
            edition("icd10cm", "2028"),
            edition("hcpcs", "2021-july"),
            Edition("icd10cm", ""),
            Edition("icd9", "32"),
        ):
            assert published_counts(it) is None

    def test_agreement(self) -> None:
        known = Counts(rows=3, billable=2)
        assert known.agrees_with(Counts(3, 2))
        assert known.agrees_with(Counts(billable=2, codes=9))
        assert not known.agrees_with(Counts(3, 1))
        assert not known.agrees_with(Counts(codes=9))
        assert not known.agrees_with(Counts())


@cache
def make_calendar() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "make_calendar", REPOSITORY / "scripts/make_calendar.py"
    )
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = made
    spec.loader.exec_module(made)
    return made


class TestMakeCalendar:
    """`scripts/make_calendar.py` on small lists."""

    HEAD = "archive\tmember\tkind\tbytes\tsha256\tfound in\thow judged unmodified"

    def lists(self, folder: Path, release: str = "FY2026") -> list[str]:
        archive = folder / "hcpcs/2018-january/2018.zip"
        archive.parent.mkdir(parents=True)
        with zipfile.ZipFile(archive, "w") as opened:
            opened.writestr("HCPC2018_CONTR_ANWEB_disc.txt", b"main")
            opened.writestr("V1_HCPC2018_Corrections_ANWEB.xlsx", b"corrections")
        rows = [
            f"icd10cm/2025/a.zip\ticd10cm_order_2025.txt\torder\t1\t{'a' * 64}\tx\tok",
            f"icd10cm/2025-april/b.zip\ticd10cm_order.txt\torder\t1\t{'a' * 64}\tx\tok",
            f"icd10cm/2025/a.zip\ticd10cm_order_addenda.txt\torder-addenda\t1\t{'b' * 64}\tx\tok",
            f"icd10cm/2026/l.zip\tt.xml\ttabular-xml\t1\t{'c' * 64}\tx\tLF (ALTERED: CRLF)",
            f"crosswalks/conversion/FY2021-Jan/l.zip\tt.xlsx\tconversion\t1\t{'3' * 64}\tx\tok",
            f"hcpcs/2018-january/2018.zip\t\tpublisher archive\t1\t{'d' * 64}\tx\tok",
        ]
        (folder / "PROVENANCE.tsv").write_text("\n".join([self.HEAD, *rows]), encoding="utf-8")
        base = {
            "system": "ICD-10-CM",
            "release": release,
            "trust": "seen",
            "url": "https://x/a.zip",
        }
        records = [
            {**base, "kind": "poa", "sha256": "e" * 64, "members": ["icd10cm-order-2026.txt"]},
            {**base, "kind": "tabular+index XML", "sha256": "f" * 64, "members": ["i.pdf"]},
            {**base, "kind": "tabular+index XML", "sha256": None},
            {**base, "kind": "tabular+index XML", "sha256": "1" * 64, "trust": "contradicted: x"},
            {**base, "kind": "tabular+index XML", "sha256": "2" * 64, "release": "2026-04"},
            {**base, "kind": "conversion table", "sha256": "4" * 64, "release": "2026"},
            {**base, "kind": "conversion table", "sha256": "5" * 64, "system": "ICD-10-PCS"},
        ]
        (folder / "sources.json").write_text(json.dumps(records), encoding="utf-8")
        text = json.dumps({**calendar(), "sha256": {"icd10cm": {"2014": {"order": ["0" * 64]}}}})
        (folder / "calendar.json").write_text(text, encoding="utf-8")
        return [
            str(folder / "PROVENANCE.tsv"),
            str(folder / "sources.json"),
            "--calendar",
            str(folder / "calendar.json"),
        ]

    def test_makes_the_hash_part_anew_and_keeps_the_rest(self, tmp_path: Path) -> None:
        arguments = self.lists(tmp_path)
        main = make_calendar().main
        assert main([*arguments, "--check"]) == 1
        assert main(arguments) == 0
        assert main([*arguments, "--check"]) == 0
        made = json.loads((tmp_path / "calendar.json").read_text(encoding="utf-8"))
        assert made["editions"] == calendar()["editions"]
        recorded = {"2027": calendar()["editions"]["icd10cm"][-1]["recorded"]}
        assert made["sha256"] == {
            "icd10cm": {
                "2025": {"order": ["a" * 64]},
                "2025-april": {"order": ["a" * 64]},
                "2026": {"order_archive": ["e" * 64]},
                "2026-april": {"tabular_archive": ["2" * 64]},
                **recorded,
            },
            "hcpcs": {
                "2018-january": {
                    "text": [hashlib.sha256(b"main").hexdigest()],
                    "archive": ["d" * 64],
                }
            },
            "conversion": {
                "2021-january": {"table": ["3" * 64]},
                "2026": {"archive": ["4" * 64]},
            },
        }

    def test_an_edition_that_the_calendar_lacks(self, tmp_path: Path) -> None:
        arguments = self.lists(tmp_path, release="FY2030")
        before = (tmp_path / "calendar.json").read_text(encoding="utf-8")
        with pytest.raises(ValueError, match="icd10cm 2030 is not in the calendar"):
            make_calendar().main(arguments)
        assert (tmp_path / "calendar.json").read_text(encoding="utf-8") == before


# --- official files ---------------------------------------------------------------------------


def main_kind(system: str, member: str) -> str:
    """What a file is by its official name; told here apart from how the calendar was made."""
    base = member.rsplit("/", 1)[-1].lower()
    if system == "hcpcs":
        is_main = "anweb" in base and "correct" not in base and "trans" not in base
        return "text" if is_main and base.endswith(".txt") else "excel" if is_main else ""
    if "addenda" in base or not base.endswith((".txt", ".xml")):
        return ""
    if "tabular" in base:
        return "tabular"
    found = re.match(r"icd10cm[-_](order|codes)", base)
    return found[1] if found else ""


def official_files() -> Iterator[tuple[str, str, Path, str, str, bytes]]:
    """System, edition's folder, archive, its digest, kind and bytes of every main file."""
    root = official_root()
    assert root is not None
    for system in SYSTEMS:
        for path in sorted(p for p in (root / system).rglob("*") if p.suffix.lower() == ".zip"):
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            with zipfile.ZipFile(path) as archive:
                for member in archive.namelist():
                    if kind := main_kind(system, member):
                        name = path.parent.name
                        yield system, name, path, digest, kind, archive.read(member)


def counted(system: str, kind: str, data: bytes) -> Counts | None:
    if kind == "order":
        lines = data.splitlines()
        return Counts(rows=len(lines), billable=sum(line[14:15] == b"1" for line in lines))
    if kind == "codes":
        return Counts(billable=len(data.splitlines()))
    if kind == "text" and system == "hcpcs":
        codes = re.findall(rb"^[A-Z][0-9]{4}[0-9]{5}3", data, re.MULTILINE)
        modifiers = re.findall(rb"^   [A-Z0-9]{2}[0-9]{5}7", data, re.MULTILINE)
        return Counts(codes=len(codes), modifiers=len(modifiers))
    return None


@needs_official
def test_official_files_are_recognised_and_hold_what_the_calendar_says() -> None:
    """Every main file is recognised by its bytes, and alone by version and counts, as its own."""
    seen: set[tuple[str, str, str]] = set()
    for system, name, path, digest, kind, data in official_files():
        where = f"{path}: {kind}"
        found = recognise(system, member_sha256s=[hashlib.sha256(data).hexdigest()])
        assert found.is_named, where
        assert name in (found.name, *found.alternatives), where
        in_folder = recognise(
            system, member_sha256s=[hashlib.sha256(data).hexdigest()], names=[name, path.name]
        )
        assert said(in_folder) == (name, True, ()), where
        if path.name != "loose.zip":
            archived = recognise(
                system,
                archive_sha256s=[digest],
                member_sha256s=[hashlib.sha256(data).hexdigest()],
            )
            assert said(archived) == (name, True, ()), where
        published = published_counts(edition(system, name))
        if (counts := counted(system, kind, data)) is not None:
            assert published is not None, where
            assert counts.agrees_with(published), where
            by_counts = recognise(system, counts=counts)
            assert name in (by_counts.name, *by_counts.alternatives), where
        if kind == "tabular":
            version = re.search(rb"<version>(.*?)</version>", data)
            assert version is not None, where
            by_version = recognise(system, version=version[1].decode())
            assert name in (by_version.name, *by_version.alternatives), where
        seen.add((system, name, kind))
    root = official_root()
    assert root is not None
    for system in SYSTEMS:
        folders = {path.name for path in (root / system).iterdir()}
        assert {name for s, name, _ in seen if s == system} == folders
    assert sum(kind == "tabular" for _, _, kind in seen) == 8


@needs_official
def test_the_calendar_is_as_made() -> None:
    root = official_root()
    assert root is not None
    sources = root.parent / "formats/sources.json"
    if not sources.is_file():
        pytest.skip(f"no list of addresses: {sources}")
    assert make_calendar().main([str(root / "PROVENANCE.tsv"), str(sources), "--check"]) == 0


def test_public_names_are_there() -> None:
    assert set(module.__all__) <= set(dir(module))
