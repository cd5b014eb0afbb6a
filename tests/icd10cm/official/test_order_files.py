"""Releases of an order file alone, and of a codes file alone; both publishers' archives."""

from __future__ import annotations

from collections import Counter

import pytest

from codesets import icd10cm
from codesets.findings import NotInRelease
from icd10cm.official.releases import (
    ORDER_ARCHIVES,
    codes_bytes,
    dotless,
    edition_of,
    named,
    order_alone,
    order_bytes,
    order_lines,
    path,
    rows,
    same,
)

pytestmark = pytest.mark.official

# formats page 3.2: bytes, rows, billable, headers, codes of 3 to 7 characters.
COUNTS = {
    "2013": (12_015_652, 79_502, 69_832, 9_670, (1840, 8712, 10985, 9250, 48715)),
    "2014": (13_716_322, 91_737, 69_823, 21_914, (1903, 9835, 12961, 18329, 48709)),
    "2017": (14_040_925, 93_830, 71_486, 22_344, (1910, 9919, 13259, 18822, 49920)),
    "2018": (14_076_464, 94_127, 71_704, 22_423, (1910, 9936, 13375, 18965, 49941)),
    "2019": (14_118_522, 94_444, 71_932, 22_512, (1910, 9948, 13490, 19084, 50012)),
    "2020": (14_167_274, 94_765, 72_184, 22_581, (1910, 9951, 13549, 19184, 50171)),
    "2021": (14_260_752, 95_352, 72_616, 22_736, (1911, 9965, 13684, 19376, 50416)),
    "2021-january": (14_261_470, 95_358, 72_621, 22_737, (1911, 9965, 13689, 19377, 50416)),
    "2022": (14_282_542, 95_524, 72_748, 22_776, (1914, 9993, 13768, 19403, 50446)),
    "2022-april": (14_282_982, 95_528, 72_750, 22_778, (1914, 9993, 13770, 19405, 50446)),
    "2023": (14_488_876, 96_745, 73_639, 23_106, (1914, 10024, 14170, 19682, 50955)),
    "2024": (14_566_235, 97_296, 74_044, 23_252, (1917, 10060, 14341, 19837, 51141)),
    "2025": (14_604_119, 97_584, 74_260, 23_324, (1917, 10070, 14483, 19936, 51178)),
    "2026": (14_694_719, 98_186, 74_719, 23_467, (1918, 10096, 14578, 20109, 51485)),
}
# Editions with the order file of an earlier one.
SAME = {"2015": "2014", "2016": "2014", "2024-april": "2024", "2025-april": "2025"}
# One archive for each different order file, and the others that hold the same one: the archive of
# the other publisher, or of an edition that changed nothing.
FIRST = {
    edition: next(archive for archive in ORDER_ARCHIVES if edition_of(archive) == edition)
    for edition in COUNTS
}
OTHERS = {
    first: tuple(
        archive
        for archive in ORDER_ARCHIVES
        if archive != first and SAME.get(edition_of(archive), edition_of(archive)) == edition
    )
    for edition, first in FIRST.items()
}
SINCE_2014 = [archive for edition, archive in FIRST.items() if edition != "2013"]
"""Those that list the headers which stand above seventh characters only."""
WHOLE = ("2013", "2014", "2026")
"""Editions of which every line is compared: those with odd bytes and blanks, and the newest."""
TREES = ("2013", "2014", "2021-january", "2023", "2026")
"""Editions of which every parent is compared: with and without some headers."""


# Of the module's scope, so that all tests of an archive run one after the other.
@pytest.fixture(scope="module", params=FIRST.values())
def archive(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_every_line_stands_in_the_release(archive: str) -> None:
    release = order_alone(archive)
    assert release.edition.name == edition_of(archive)
    assert release.edition.is_certain
    assert set(release.sources) <= {"order", "codes"}
    lines = order_lines(archive)
    same(release.codes, (line.code for line in lines))
    same(
        release.select("*", billable=True).codes,
        (line.code for line in lines if line.is_billable),
    )
    step = 1 if edition_of(archive) in WHOLE else 11
    found = (
        (c.short_description, c.long_description, c.display) for c in release.select("*")[::step]
    )
    same(found, ((line.short, line.long, line.long) for line in lines[::step]))


def test_the_counts_are_those_of_the_page(archive: str) -> None:
    release = order_alone(archive)
    size, every, billable, headers, lengths = COUNTS[edition_of(archive)]
    assert len(order_bytes(archive)) == size
    assert len(release) == every
    assert len(release.select("*", billable=True)) == billable
    assert len(release.select("*", billable=False)) == headers
    found = Counter(len(dotless(code)) for code in release)
    assert tuple(found[length] for length in range(3, 8)) == lengths
    assert found.total() == every
    (source,) = (info for info in release.provenance if info.kind == "order")
    assert source.size == size
    assert archive.endswith(source.archive)


def test_there_are_no_chapters_no_sections_and_no_notes(archive: str) -> None:
    release = order_alone(archive)
    assert not release.chapters
    assert not release.sections
    assert not release.introduction
    assert release.version == ""
    for code in release.select("A00", "S72.0"):
        assert code.section is None
        assert code.chapter is None
        assert code.notes == code.inherited_notes == ()
        assert code.seventh_characters == ()
        assert not code.is_placeholder


@pytest.mark.parametrize("archive", [FIRST[edition] for edition in TREES], indirect=True)
def test_a_code_hangs_under_the_longest_listed_one_that_it_begins_with(archive: str) -> None:
    listed = {line.code for line in order_lines(archive)}
    for code in order_alone(archive).select("*"):
        # Shorter ones of 6 to 3 characters, with the dot but for the last.
        shorter = (code.code[:length] for length in range(len(code.code) - 1, 2, -1) if length != 4)
        parent = next((text for text in shorter if text in listed), None)
        assert (None if code.parent is None else code.parent.code) == parent


@pytest.mark.parametrize("archive", SINCE_2014, indirect=True)
def test_only_placeholders_stand_between_a_code_and_its_parent(archive: str) -> None:
    """formats 3.2; the one exception is H54512A, whose stem is not listed before 2024."""
    edition = edition_of(archive)
    release = order_alone(archive)
    dropped: Counter[tuple[int, int]] = Counter()
    exceptions = []
    # Of the codes of 7 characters alone the stem may be shorter than 6.
    for text in release.select("*", billable=True).codes:
        if len(text) < 8:
            continue
        code = release[text]
        assert code.parent is not None
        above = code.parent.compact
        gap = code.compact[len(above) :]
        if len(gap) > 1:
            dropped[len(code.compact), len(above)] += 1
            if gap[:-1].strip("X"):
                exceptions.append((code.code, code.parent.code))
    without = "2018" <= edition < "2024"
    assert exceptions == ([("H54.512A", "H54.51")] if without else [])
    if edition == "2026":
        assert dropped == {(7, 5): 7495, (7, 4): 3438, (7, 3): 192}


def test_headers_stand_above_others_and_billable_codes_do_not(archive: str) -> None:
    release = order_alone(archive)
    headers = release.select("*", billable=False)
    assert all(code.descendants for code in headers)
    roots = len(release) - sum(len(code.children) for code in headers)
    categories = COUNTS[edition_of(archive)][4][0]
    # The draft does not even list the category where only seventh characters stand below it.
    assert roots - categories == (189 if edition_of(archive) == "2013" else 0)


def test_a_code_without_listed_category_has_no_parent() -> None:
    release = order_alone(FIRST["2013"])
    assert "T66" not in release
    assert release["T66.XXXA"].parent is None
    assert release["T66.XXXA"].ancestors == ()


def test_other_archives_with_the_same_order_file(archive: str) -> None:
    """Both publishers' archives of an edition give equal releases, other editions unequal ones."""
    first = order_alone(archive)
    by_edition = {first.edition: first}
    for other in OTHERS[archive]:
        assert order_bytes(other) == order_bytes(archive)
        release = icd10cm.parse(path(other))
        assert release.edition.name == edition_of(other)
        assert release.edition.is_certain
        assert release.codes == first.codes
        known = by_edition.setdefault(release.edition, release)
        if known is release:
            assert release != first
        else:
            assert release == known
            assert hash(release) == hash(known)
            assert release.provenance != known.provenance


def test_archives_of_both_publishers_are_at_hand() -> None:
    every = Counter(map(edition_of, ORDER_ARCHIVES))
    both = {edition for edition, count in every.items() if count > 1}
    assert both == {"2021-january", "2024-april", "2025", "2026"}
    assert {edition for edition in every if edition not in COUNTS} == set(SAME)


WITH_CODES = [archive for archive in ORDER_ARCHIVES if int(archive[:4]) >= 2016]
CHECKED = [archive for archive in FIRST.values() if archive in WITH_CODES]


@pytest.mark.parametrize("name", WITH_CODES)
def test_the_codes_file_holds_the_billable_lines_of_the_order_file(name: str) -> None:
    billable = (line for line in order_bytes(name).split(b"\r\n") if line[14:15] == b"1")
    same(codes_bytes(name).split(b"\r\n"), (*(b[6:14] + b[77:] for b in billable), b""))


@pytest.mark.parametrize("archive", CHECKED, indirect=True)
def test_the_codes_file_is_a_cross_check_without_a_difference(archive: str) -> None:
    release = order_alone(archive)
    assert release.sources == ("order", "codes")
    assert len(release.reconciliation) == 0


def test_a_codes_file_alone_gives_billable_codes_without_headers() -> None:
    archive = FIRST["2026"]
    release = icd10cm.parse(named(codes_bytes(archive), "codes.txt"), edition="2026")
    assert release.sources == ("codes",)
    lines = [line for line in order_lines(archive) if line.is_billable]
    expected = ((line.code, True, None, None, line.long) for line in lines)
    same(rows(release), expected)
    assert len(release) == COUNTS["2026"][2]
    assert {code.parent for code in release.select("E11.65", "S72.001A", "I10")} == {None}
    finding = release.check("E11")
    assert isinstance(finding, NotInRelease)


def test_an_order_file_handed_in_open_is_recognised_by_what_it_holds() -> None:
    data = order_bytes(FIRST["2013"])
    release = icd10cm.parse(named(data, "whatever.bin"))
    assert release.edition.name == "2013"
