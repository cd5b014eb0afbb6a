"""The GEMs themselves: every line reproduced, counted as published."""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from codesets import icd10cm
from codesets.crosswalk import Crosswalk, Icd9Titles, MapEntry
from official import official_root

pytestmark = pytest.mark.official
# Rows, sources, targets, exact rows, no map, combination rows and their sources, mixed sources,
# sources with several rows (formats, crosswalks 5.3; its targets of 2018-i10 are 11,690, one of
# them `v5889`, which is V58.89).
COUNTS = {
    "2012-i9": (23912, 14567, 16603, 3533, 425, 2260, 645, 3, 3159),
    "2012-i10": (78840, 69833, 11602, 3533, 669, 7878, 3811, 102, 7393),
    "2013-i9": (23912, 14567, 16605, 3533, 425, 2260, 645, 3, 3159),
    "2013-i10": (78838, 69832, 11602, 3533, 669, 7878, 3811, 102, 7395),
    "2014-i9": (23936, 14567, 16614, 3533, 425, 2296, 663, 3, 3186),
    "2014-i10": (79066, 69823, 11606, 3533, 669, 8180, 3923, 171, 7477),
    "2016-i9": (23947, 14567, 16618, 3533, 425, 2303, 663, 3, 3188),
    "2016-i10": (79192, 69823, 11611, 3533, 669, 8372, 4003, 202, 7551),
    "2018-i9": (24860, 14567, 17513, 3522, 422, 2338, 668, 5, 3380),
    "2018-i10": (81593, 71704, 11689, 3522, 731, 9033, 4241, 200, 7862),
    "2018-i9pcs": (73593, 3882, 49802, 47, 210, 3392, 215, 81, 3278),
    "2018-pcsi9": (101025, 78705, 2865, 47, 31, 20641, 5451, 419, 10674),
}
MEMBERS = {"i9": "I9gem", "i10": "I10gem", "i9pcs": "gem_i9pcs", "pcsi9": "gem_pcsi9"}


def data(name: str) -> tuple[str, bytes]:
    """Name and bytes of one GEM file, read without the library."""
    year, _, direction = name.partition("-")
    kind = "gem-procedure" if "pcs" in direction else "gem"
    with zipfile.ZipFile(official_root() / "crosswalks" / kind / year / "loose.zip") as archive:
        (member,) = (m for m in archive.namelist() if MEMBERS[direction] in m)
        return member, archive.read(member)


@pytest.fixture
def crosswalk(whole_shelf: Path) -> Callable[[str], Crosswalk]:
    """The GEMs as they were installed."""

    def opened(name: str) -> Crosswalk:
        year, _, direction = name.partition("-")
        return Crosswalk.load_path(whole_shelf / f"gem-{direction}-{year}.codeset")

    return opened


def test_every_gem_at_hand_is_listed() -> None:
    root = official_root() / "crosswalks"
    years = {path.name for kind in ("gem", "gem-procedure") for path in (root / kind).iterdir()}
    assert {name.partition("-")[0] for name in COUNTS} == years


@pytest.mark.parametrize("name", COUNTS)
def test_every_line_is_reproduced_and_counted(
    name: str, crosswalk: Callable[[str], Crosswalk]
) -> None:
    found = crosswalk(name)
    rows, sources, targets, exact, no_map, combined, in_scenarios, mixed, several = COUNTS[name]
    assert found.counts == {"rows": rows, "sources": sources, "targets": targets, "no_map": no_map}
    lines: list[str] = []
    combination: dict[str, int] = {}
    single: set[str] = set()
    counts: dict[str, int] = {}
    exact_rows = 0
    for entry in found.entries:
        lines.append(f"{entry.raw}\r\n")
        counts[entry.source] = counts.get(entry.source, 0) + 1
        exact_rows += entry.is_exact
        if entry.is_combination:
            combination[entry.source] = combination.get(entry.source, 0) + 1
        else:
            single.add(entry.source)
    assert "".join(lines).encode("ascii") == data(name)[1]
    assert exact_rows == exact
    assert (sum(combination.values()), len(combination)) == (combined, in_scenarios)
    assert len(single & combination.keys()) == mixed
    assert sum(count > 1 for count in counts.values()) == several


def is_mixed(entries: Sequence[MapEntry]) -> bool:
    return len({entry.is_combination for entry in entries}) == 2


def test_2018_in_detail(crosswalk: Callable[[str], Crosswalk]) -> None:
    """Formats, crosswalks 5.3."""
    forward, backward = crosswalk("2018-i9"), crosswalk("2018-i10")
    assert len(forward["V54.12"].targets) == 533
    (lower,) = (e for e in backward.entries if "v5889" in e.raw)
    assert (lower.source, lower.target) == ("T88.53XD", "V58.89")
    mixed = forward["249.51"]
    assert (len(mixed.alternatives), len(mixed.entries)) == (2, 9)
    assert sum(entry.is_combination for entry in mixed.entries) == 7
    assert [entry.target for entry in mixed.alternatives] == ["E08.39", "E09.39"]
    assert {code for code in forward if is_mixed(forward[code].entries)} == {
        "249.51", "666.02", "666.04", "825.29", "825.39",
    }  # fmt: skip
    assert [e.flags for e in forward["666.02"].entries if e.target == "O72.0"] == [
        "10000", "10111",
    ]  # fmt: skip
    assert [e.target for e in backward["A18.01"].entries].count("015.00") == 6
    there, back = set(forward.pairs()), {(b, a) for a, b in backward.pairs()}
    assert (len(there), len(back), len(there & back)) == (24428, 80559, 19421)
    exact = {(e.source, e.target) for e in forward.entries if e.is_exact}
    assert exact == {(e.target, e.source) for e in backward.entries if e.is_exact}
    scenarios = [s for code in forward for s in forward[code].scenarios]
    assert len(scenarios) == 605 + 2 * 35 + 3 * 12 + 4 * 14 + 6 * 2
    assert {len(s.choice_lists) for s in scenarios} == {2, 3}
    assert max(len(list(s.expand())) for s in forward["415.11"].scenarios) == 10
    assert forward.translate("250").is_header
    assert len(forward.translate("250").sources) == 40


# Formats, crosswalks 5.3: rows by their flags; scenarios a source; choice lists a scenario; pairs
# that stand in several rows; sources whose single rows differ in the flag approximate.
DETAILS = {
    "2018-i9": (
        {
            "10000": 18578, "00000": 3522, "10112": 1151, "10111": 853, "11000": 422,
            "10122": 115, "10121": 71, "10132": 48, "10131": 34, "10142": 26, "10141": 20,
            "10151": 6, "10161": 6, "10152": 2, "10162": 2, "10123": 2, "10133": 2,
        },
        {1: 605, 2: 35, 3: 12, 4: 14, 6: 2}, {2: 775, 3: 4}, 10, {"305.93"},
        {"V54.12": 533, "V54.16": 528, "V54.11": 213},
    ),
    "2018-i10": (
        {
            "10000": 68307, "10111": 4480, "10112": 4254, "00000": 3522, "11000": 731,
            "10113": 159, "10121": 53, "10122": 53, "10114": 26, "10131": 2, "10132": 2,
            "10141": 1, "10142": 1, "10151": 1, "10152": 1,
        },
        {1: 4188, 2: 51, 3: 1, 5: 1}, {2: 4139, 3: 133, 4: 26}, 298,
        {"F03.90", "K56.49", "K64.4", "K76.1", "M81.0", "R18.8"},
        {"F45.8": 12, "A18.01": 11},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", DETAILS)
def test_flags_scenarios_and_choice_lists(name: str, crosswalk: Callable[[str], Crosswalk]) -> None:
    found = crosswalk(name)
    flags, scenarios, choice_lists, repeated, differing, most = DETAILS[name]
    entries = list(found.entries)
    assert Counter(entry.flags for entry in entries) == flags
    each = [found[code].scenarios for code in found]
    assert Counter(len(some) for some in each if some) == scenarios
    assert Counter(len(one.choice_lists) for some in each for one in some) == choice_lists
    # Rows of a pair whose flags differ are kept, every one of them, and no row stands twice.
    pairs = Counter((entry.source, entry.target) for entry in entries if entry.target)
    assert sum(number > 1 for number in pairs.values()) == repeated
    assert len({(e.source, e.target, e.flags) for e in entries}) == len(entries)
    single = {code: {entry.is_exact for entry in found[code].alternatives} for code in found}
    assert {code for code, exact in single.items() if len(exact) > 1} == differing
    rows = Counter(entry.source for entry in entries)
    assert dict(rows.most_common(len(most))) == most


@pytest.mark.parametrize(
    ("old", "new", "kept", "gone", "fresh"),
    [
        ("2012-i9", "2013-i9", 23905, 5, 5), ("2012-i10", "2013-i10", 78619, 64, 62),
        ("2013-i9", "2014-i9", 23876, 34, 58), ("2013-i10", "2014-i10", 78623, 58, 169),
    ],
)  # fmt: skip
def test_from_year_to_year(
    old: str, new: str, kept: int, gone: int, fresh: int, crosswalk: Callable[[str], Crosswalk]
) -> None:
    """Pairs, those without a target among them."""
    before, after = ({(e.source, e.target) for e in crosswalk(name).entries} for name in (old, new))
    assert (len(before & after), len(before - after), len(after - before)) == (kept, gone, fresh)


def test_a_lone_choice_list_is_kept(crosswalk: Callable[[str], Crosswalk]) -> None:
    """N139 in 2016: list 2 of a scenario without list 1; it is a scenario of that list."""
    (odd, *others) = crosswalk("2016-i10")["N13.9"].entries
    assert (odd.raw, odd.scenario, odd.choice_list) == ("N139    5929  10112", 1, 2)
    assert {other.flags for other in others} == {"10000"}
    assert list(crosswalk("2016-i10")["N13.9"].scenarios[0].expand()) == [("592.9",)]


def test_icd9_ends_are_in_version_32(
    whole_shelf: Path, crosswalk: Callable[[str], Crosswalk]
) -> None:
    """The forward sources of every year are its 14,567 codes; 2,878 are never led back to."""
    titles = Icd9Titles.load_path(whole_shelf / "icd9cm-v32.codeset")
    for year in ("2012", "2013", "2014", "2016", "2018"):
        forward = crosswalk(f"{year}-i9").check(source=titles)
        assert (forward.is_sound, forward.unmapped) == (True, ())
    backward = crosswalk("2018-i10").check(target=titles)
    assert (backward.is_sound, len(backward.unreached)) == (True, 2878)


def test_a_map_says_what_a_later_release_does_not_know(
    whole_shelf: Path, crosswalk: Callable[[str], Crosswalk]
) -> None:
    """Targets of 2018 that ended since are named by `check`, and in no restricted translation."""
    release = icd10cm.load_path(whole_shelf / "icd10cm-2026.codeset")
    forward = crosswalk("2018-i9")
    check = forward.check(target=release)
    gone = {*check.unknown_targets, *check.header_targets}
    assert "T81.4XXA" in check.unknown_targets
    assert "E72.53" in check.header_targets
    within = forward.restricted(target=release)
    assert (str(within.target), within.kind) == ("ICD-10-CM 2026", "restricted")
    named = {target for _, target in within.pairs()}
    assert all(release[code].is_billable for code in named)
    assert named == {target for _, target in forward.pairs()} - gone


def test_codes_are_billable_in_their_releases(
    whole_shelf: Path, crosswalk: Callable[[str], Crosswalk]
) -> None:
    """The sources are exactly the billable codes of their year, the targets are among them."""
    releases = {
        year: icd10cm.load_path(whole_shelf / f"icd10cm-{year}.codeset")
        for year in ("2013", "2014", "2016", "2018")
    }
    for year, release in releases.items():
        backward = crosswalk(f"{year}-i10").check(source=release)
        assert (backward.is_sound, backward.unmapped) == (True, ())
        forward = crosswalk(f"{year}-i9").check(target=release)
        assert forward.is_sound
        assert year != "2018" or len(forward.unreached) == 54191
    whole = crosswalk("2018-i9")
    same = whole.restricted(target=releases["2018"])
    assert [list(same[code].expand()) for code in whole] == [
        list(whole[code].expand()) for code in whole
    ]
    within = whole.restricted(target=releases["2016"])
    assert 0 < len(within.entries) < 24860
    assert all(within[code].left_out for code in whole if not within[code].entries)
    for code in whole:
        assert set(within[code].expand()) <= set(whole[code].expand())
