"""The GEMs themselves: every line reproduced, counted as published."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from codesets import icd10cm
from codesets.crosswalk import Crosswalk
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


def test_2018_in_detail(crosswalk: Callable[[str], Crosswalk]) -> None:
    """Formats, crosswalks 5.3."""
    forward, backward = crosswalk("2018-i9"), crosswalk("2018-i10")
    assert len(forward["V54.12"].targets) == 533
    (lower,) = (e for e in backward.entries if "v5889" in e.raw)
    assert (lower.source, lower.target) == ("T88.53XD", "V58.89")
    mixed = forward["249.51"]
    assert (len(mixed.alternatives), len(mixed.entries)) == (2, 9)
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
