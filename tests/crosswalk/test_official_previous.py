"""The newest conversion table held against the releases at hand (formats, crosswalks 4.3, 4.5).

Each row is asked against the release of the day before its own. Two of the releases needed are not
at hand. 2023-april is made of 2024 and its addenda, backward, whose totals come out (73,674 codes).
2020-april never had code files: until 2020-09-30 the release of 2020 speaks, and that U07.0 and
U07.1 were new then is known from the table alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

import codesets
from codesets import icd10cm
from codesets.crosswalk import ERRATA, ConversionEntry, ConversionTable, Crosswalk
from codesets.diff import rebuild
from codesets.errors import ReleaseNotFoundError
from codesets.findings import Header, NotInRelease, Valid
from codesets.icd10cm import Icd10cmRelease
from codesets.icd10cm.addenda import read_addenda
from official import official_folder

pytestmark = pytest.mark.official
DAY = timedelta(days=1)
STEPS = ("2016", "2017", "2018", "2019", "2020", "2021", "2021-january", "2022", "2022-april",
         "2023", "2023-april", "2024", "2025", "2026")  # fmt: skip
"""The releases whose codes differ from those of the one before, 2020-april left out."""
HEADERS = {
    "H33.2": ("H44.2C1", "H44.2C2", "H44.2C3", "H44.2C9"),
    "C44.19": ("C44.131", "C44.1321", "C44.1322", "C44.1391", "C44.1392"),
    "Z13.8": ("Z13.30", "Z13.31", "Z13.32", "Z13.39"),
}
ABSENT = {
    "Q25.12": ("Q52.120", "Q52.121", "Q52.122", "Q52.123", "Q52.124", "Q52.129"),
    "R31.19": ("R39.191", "R39.192", "R39.198"),
    "T85.198A": ("T85.193A", "T85.193D", "T85.193S"),
    "V29.80XA": ("V29.811A", "V29.818A"), "V29.89XA": ("V29.881A", "V29.888A"),
    "V29.80XD": ("V29.811D", "V29.818D"), "V29.89XD": ("V29.881D", "V29.888D"),
    "V29.80XS": ("V29.811S", "V29.818S"), "V29.89XS": ("V29.881S", "V29.888S"),
    "H05.83": ("H05.831", "H05.832", "H05.833", "H05.839"),
    "H40.84": ("H40.841", "H40.842", "H40.843", "H40.849"),
    "Z77.3": ("Z77.31", "Z77.39"),
    "Z40.89": ("Z80.44",),
}  # fmt: skip
"""Previous code that the release of the day before has not → the rows that name it."""


class Releases:
    """What was in force on a day, 2023-april included."""

    def __init__(self) -> None:
        self.history = codesets.history("icd10cm")
        folder = official_folder("icd10cm", "2024")
        addenda = read_addenda(folder / "icd10cm-CodesDescriptions-2024.zip")
        self.april = rebuild(icd10cm.load("2024"), addenda, "2023-april", backward=True)

    def on(self, day: date) -> Icd10cmRelease:
        try:
            found = self.history.on(day)
        except ReleaseNotFoundError:
            found = self.april
            first, last = found.edition.effective_from, found.edition.effective_to
            assert first is not None
            assert last is not None
            assert first <= day <= last
        assert isinstance(found, Icd10cmRelease)
        return found

    def named(self, name: str) -> Icd10cmRelease:
        return self.april if name == "2023-april" else icd10cm.load(name)


@pytest.fixture(scope="module")
def releases(whole_shelf: Path) -> Iterator[Releases]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CODESETS_DATA_DIR", str(whole_shelf))
        yield Releases()


@pytest.fixture(scope="module")
def table(releases: Releases) -> ConversionTable:
    return ConversionTable.load("2026")


def singles(table: ConversionTable) -> Iterator[tuple[ConversionEntry, str]]:
    """Every row with each previous code that it names by itself."""
    for entry in table.entries:
        for code in entry.previous.codes:
            yield entry, code


def test_previous_codes_on_the_day_before(releases: Releases, table: ConversionTable) -> None:
    counts: Counter[type] = Counter()
    wrong: dict[type, dict[str, list[str]]] = {Header: {}, NotInRelease: {}}
    for entry, code in singles(table):
        kind = type(releases.on(entry.effective - DAY).check(code))
        counts[kind] += 1
        if kind is not Valid:
            wrong[kind].setdefault(code, []).append(entry.code)
            assert entry.erratum is not None
            assert entry.erratum.found == code
    assert counts == {Valid: 5881, Header: 13, NotInRelease: 35}
    assert {code: tuple(rows) for code, rows in wrong[Header].items()} == HEADERS
    assert {code: tuple(rows) for code, rows in wrong[NotInRelease].items()} == ABSENT
    # No other row has an erratum, but that of the code that there has never been.
    assert len([entry for entry in table.entries if entry.erratum]) == 13 + 35 + 1


def test_what_became_of_the_valid_ones(releases: Releases, table: ConversionTable) -> None:
    """3,078 stay valid, 1,682 become headers, 1,121 vanish: having a row is no deletion.

    So by the next order file. On the day itself it is one more and one fewer: J82, which the row of
    U07.0 names, ended half a year later, and there is no order file of that April.
    """
    by_day: Counter[type] = Counter()
    by_file: Counter[type] = Counter()
    for entry, code in singles(table):
        if releases.on(entry.effective - DAY).check(code):
            by_day[type(releases.on(entry.effective).check(code))] += 1
            of_2021 = entry.effective == date(2020, 4, 1)
            after = releases.named("2021") if of_2021 else releases.on(entry.effective)
            by_file[type(after.check(code))] += 1
    assert by_file == {Valid: 3078, Header: 1682, NotInRelease: 1121}
    assert by_day == {Valid: 3079, Header: 1681, NotInRelease: 1121}
    assert "J82" in table["U07.0"][0].previous.codes
    assert releases.on(date(2020, 4, 1)).check("J82")
    assert isinstance(releases.on(date(2020, 10, 1)).check("J82"), Header)


def billable(release: Icd10cmRelease) -> set[str]:
    return set(release.select("*", billable=True).codes)


def since(table: ConversionTable, old: Icd10cmRelease, new: Icd10cmRelease) -> set[str]:
    """The current codes whose day lies after the first of one release, up to that of another."""
    first, last = old.edition.effective_from, new.edition.effective_from
    assert first is not None
    assert last is not None
    return {e.code for day in table.dates if first < day <= last for e in table.added_on(day)}


@pytest.mark.parametrize(("old", "new"), [*pairwise(STEPS)])
def test_every_newly_billable_code_has_a_row(
    releases: Releases, table: ConversionTable, old: str, new: str
) -> None:
    """Since 2018 without exception; of 2017, 13 have none, and one row is of no code (4.3)."""
    before, after = releases.named(old), releases.named(new)
    added, rows = billable(after) - billable(before), since(table, before, after)
    if new != "2017":
        assert added == rows
        return
    (missing,) = (erratum for erratum in ERRATA if erratum.column == "row")
    assert added - rows == {*missing.codes, "E11.37X1"}
    assert rows - added == {"E11.3X11"}
    assert missing in table.errata
    assert len(added - rows) == 13


def test_headers_that_became_billable(releases: Releases, table: ConversionTable) -> None:
    """I60.2 and H81.4 came from the codes that stood below them (4.3)."""
    found = {}
    for entry in table.entries:
        if isinstance(releases.on(entry.effective - DAY).check(entry.code), Header):
            (covered, *more) = entry.previous.expand(releases.on(entry.effective - DAY).codes)
            found[entry.code] = (*covered, *(code for codes in more for code in codes))
    assert found == {
        "I60.2": ("I60.20", "I60.21", "I60.22"),
        "H81.4": ("H81.41", "H81.42", "H81.43", "H81.49"),
    }


DELETED = {
    "2017": (311, 28, r"K85\.8|Q52\.12|R39\.19|S06\.0X[2-8][ADS]|Z22\.5[0129]"),
    "2018": (142, 108, r"S06\...[78][DS]|S63\.1[34][1-6][ADS]"),
    "2019": (51, 0, ""), "2020": (21, 0, ""), "2021": (58, 1, r"Q51\.20"),
    "2021-january": (1, 0, ""), "2022": (32, 0, ""), "2022-april": (1, 0, ""),
    "2023": (287, 6, r"V29\.8[18]X[ADS]"), "2023-april": (7, 0, ""), "2024": (25, 1, "H36"),
    "2025": (36, 1, r"C83\.39"), "2026": (28, 0, ""),
}  # fmt: skip
"""Release → codes no longer billable in it, and those that no row of that step names."""


@pytest.mark.parametrize(("old", "new"), [*pairwise(STEPS)])
def test_deleted_codes_that_no_row_names(
    releases: Releases, table: ConversionTable, old: str, new: str
) -> None:
    before, after = releases.named(old), releases.named(new)
    gone = billable(before) - billable(after)
    rows = [entry for code in since(table, before, after) for entry in table[code]]
    silent = {code for code in gone if not any(row.previous.names(code) for row in rows)}
    count, unnamed, pattern = DELETED[new]
    assert (len(gone), len(silent)) == (count, unnamed)
    assert all(re.fullmatch(pattern, code) for code in silent)


def test_rows_describe_their_own_day(releases: Releases, table: ConversionTable) -> None:
    """18 current codes have changed again by 2026; no row maps a code to itself."""
    folder = official_folder("crosswalks", "conversion") / "FY2026"
    check = Crosswalk.from_conversion_table(folder).check(source=icd10cm.load("2026"))
    assert check.unknown_sources == ("E11.3X11", "Q51.20")
    assert len(check.header_sources) == 16
    assert {"E78.01", "F50.81", "K35.20", "K35.21", "Z29.8", "Z59.86"} <= set(check.header_sources)
    assert not any(entry.code in entry.previous.codes for entry in table.entries)


def test_what_ends_in_errata_is_never_mended(table: ConversionTable) -> None:
    """The cells and what is made of them stay as NCHS wrote them."""
    for code, rows in {**HEADERS, **ABSENT}.items():
        for row in rows:
            (entry,) = table[row]
            assert code in entry.previous.codes
            assert entry in table.naming(code)
            assert entry.erratum is not None
            assert entry.erratum.corrected_in == ""
    back = codesets.trace("H05.831", "2026", "2025")
    told = "; ".join(said for step in back.steps for said in step.evidence)
    assert "H05.83 cannot have been the code before" in told
    assert back.codes == ()
