"""GEMs and the maps made of them: small and generated files, driven through every stage."""

from __future__ import annotations

import copy
import io
import pickle
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import codesets
from codesets import shelf
from codesets.crosswalk import Crosswalk, MapCheck, Relationship
from codesets.crosswalk.gem import LAYOUTS, _whole, layout_of
from codesets.errors import (
    CompiledFileError,
    CrosswalkError,
    EditionError,
    ReleaseNotFoundError,
    SourceError,
    SourceFormatError,
    UnknownCodeError,
)
from crosswalk.writer import GemRow, gem

FORWARD: list[GemRow] = [
    ("0010", "A000", "00000"),
    ("24951", "E0836", "10111"),
    ("24951", "E0839", "10000"),
    ("24951", "E08311", "10111"),
    ("24951", "E0865", "10112"),
    ("24951", "E0939", "10000"),
    ("25000", "E119", "10000"),
    ("25002", "E1165", "10000"),
    ("36570", "NoDx", "11000"),
    ("66602", "O720", "10000"),
    ("66602", "O720", "10111"),
    ("66602", "O43211", "10112"),
    ("E8120", "V4352XA", "10000"),
    ("V5412", "S52001D", "10000"),
]
BACKWARD: list[GemRow] = [
    ("A000", "0010", "00000"),
    ("E119", "25000", "10000"),
    ("E1165", "25002", "10000"),
    ("R29700", "NoDx", "11000"),
    ("T8853XD", "v5889", "10000"),
]


def parsed(data: bytes, **options: Any) -> Crosswalk:
    return Crosswalk.from_gem(io.BytesIO(data), **options)


@pytest.fixture(scope="module")
def forward() -> Crosswalk:
    return parsed(gem("i9", FORWARD), edition="2018")


@pytest.fixture(scope="module")
def backward() -> Crosswalk:
    return parsed(gem("i10", BACKWARD), edition="2018")


def raw(crosswalk: Crosswalk) -> bytes:
    return "".join(f"{entry.raw}\r\n" for entry in crosswalk.entries).encode("ascii")


def test_alternatives(forward: Crosswalk) -> None:
    one = forward.translate("250.00")
    assert one.targets == ("E11.9",)
    assert one.is_approximate
    assert not one.is_exact
    assert one.entries[0].relationship is Relationship.RELATED_TO
    assert list(one.expand()) == [("E11.9",)]
    exact = forward.translate("0010")
    assert (exact.code, exact.is_exact, exact.is_approximate) == ("001.0", True, False)
    assert exact.entries[0].relationship == "equivalent"


def test_any_common_spelling(forward: Crosswalk) -> None:
    for text in ("25000", "250.00", " 250.00 "):
        assert forward.translate(text).targets == ("E11.9",)
        assert text in forward
    assert forward.translate("e812.0").code == "E812.0"
    assert forward.translate("v5412").code == "V54.12"
    others: list[object] = ["2500.0", "25.000", "25000.", "2500", "E81.20", "", "\u0662", None, []]
    for other in others:
        found = forward.translate(other)
        assert not found.is_in_map or found.is_header, other
        assert other not in forward
    with pytest.raises(UnknownCodeError, match=r"has no '250\.09'"):
        forward["250.09"]
    with pytest.raises(UnknownCodeError, match="but codes below it"):
        forward["250"]


def test_scenarios_of_choice_lists(forward: Crosswalk) -> None:
    """A source with both kinds of rows keeps both (24951 in the GEM of 2018)."""
    mixed = forward.translate("24951")
    assert [entry.target for entry in mixed.alternatives] == ["E08.39", "E09.39"]
    (scenario,) = mixed.scenarios
    assert [[e.target for e in each] for each in scenario.choice_lists] == [
        ["E08.36", "E08.311"], ["E08.65"],
    ]  # fmt: skip
    assert list(mixed.expand()) == [
        ("E08.39",), ("E09.39",), ("E08.36", "E08.65"), ("E08.311", "E08.65"),
    ]  # fmt: skip
    assert mixed.targets == ("E08.36", "E08.39", "E08.311", "E08.65", "E09.39")


def test_flags_that_differ_between_the_rows_of_a_pair_are_kept(forward: Crosswalk) -> None:
    entries = forward["666.02"].entries
    assert [(e.target, e.flags) for e in entries] == [
        ("O72.0", "10000"), ("O72.0", "10111"), ("O43.211", "10112"),
    ]  # fmt: skip
    assert forward["666.02"].targets == ("O72.0", "O43.211")


def test_no_map_is_said_and_silence_is_not_it(forward: Crosswalk) -> None:
    said = forward.translate("365.70")
    assert (said.is_no_map, said.is_in_map, said.targets, bool(said)) == (True, True, (), False)
    assert said.entries[0].relationship is Relationship.NOT_RELATED_TO
    assert forward.translate("365.70") is said  # remembered, though it is false
    silent = forward.translate("365.71")
    assert (silent.is_no_map, silent.is_in_map, silent.targets) == (False, False, ())
    assert list(said.expand()) == list(silent.expand()) == []
    assert repr(said) == "<Translation 365.70: no map>"
    assert repr(silent) == "<Translation 365.71: not in the map>"


def test_a_header_translates_as_its_leaves_do(forward: Crosswalk) -> None:
    for text in ("250", "250.0"):
        header = forward.translate(text)
        assert header.is_header
        assert header.sources == ("250.00", "250.02")
        assert header.targets == ("E11.9", "E11.65")
    assert repr(forward.translate("2500")) == (
        "<Translation 250.0: E11.9, E11.65 (header of 2 codes)>"
    )
    assert [s.source for s in forward.translate("249").scenarios] == ["249.51"]
    assert not forward.translate("250.00").is_header


def test_lower_case_is_found_and_its_spelling_kept(backward: Crosswalk) -> None:
    (entry,) = backward["T88.53XD"].entries
    assert (entry.target, entry.raw) == ("V58.89", "T8853XD v5889 10000")
    assert [str(a) for a in backward.anomalies] == [
        "<open file>, line 5: 1 lines have a code in lower case"
    ]


def test_where_an_entry_stands(forward: Crosswalk) -> None:
    entry = forward.entries[2]
    assert (str(entry.place), entry.flags) == ("<open file>, line 3", "10000")
    assert entry.to_dict() == {
        "source": "249.51", "target": "E08.39", "relationship": "related-to", "flags": "10000",
        "scenario": 0, "choice_list": 0, "via": None, "raw": "24951 E0839   10000",
        "place": "<open file>, line 3",
    }  # fmt: skip
    assert repr(entry) == "<MapEntry 249.51 related-to E08.39>"
    assert [e.target for e in forward.entries[6:8]] == ["E11.9", "E11.65"]
    assert repr(forward.entries) == "<MapEntries: 14>"
    assert forward.translate("249.51").to_dict()["scenarios"][0]["choice_lists"][1] == ["E08.65"]


def test_what_a_map_says_of_itself(forward: Crosswalk) -> None:
    assert codesets.Crosswalk is Crosswalk
    assert (str(forward.source), str(forward.target)) == ("ICD-9-CM", "ICD-10-CM 2018")
    assert repr(forward) == (
        "<Crosswalk gem-i9 2018, ICD-9-CM to ICD-10-CM 2018: 14 entries of 8 sources>"
    )
    assert forward.counts == {"rows": 14, "sources": 8, "targets": 12, "no_map": 1}
    assert list(forward)[:2] == ["001.0", "249.51"]
    assert len(forward) == 8
    assert dict(forward)["250.00"] == forward["25000"]


SOURCES = {
    "i9": ("0010", "24951", "25000", "E8120", "V5412", "042", "66602"),
    "i10": ("A000", "E119", "T8853XD", "I10", "M1A0", "C4A122"),
    "i9pcs": ("0001", "3929", "17", "8154"),
    "pcsi9": ("0016070", "3C1ZX8Z", "XHRPXL2"),
}
TARGETS = {"i9": "i10", "i10": "i9", "i9pcs": "pcsi9", "pcsi9": "i9pcs"}
NO_MAP = {layout.name: layout.no_map for layout in LAYOUTS}


@st.composite
def gems(draw: st.DrawFn, directions: tuple[str, ...] = tuple(SOURCES)) -> tuple[str, list[GemRow]]:
    """A direction and rows of it: sources sorted, no map alone, scenarios and choice lists."""
    direction = draw(st.sampled_from(directions))
    targets = st.sampled_from(SOURCES[TARGETS[direction]])
    sources = draw(st.lists(st.sampled_from(SOURCES[direction]), min_size=1, unique=True))
    rows: list[GemRow] = []
    for source in sorted(sources):
        if draw(st.integers(0, 5)) == 0:
            rows.append((source, NO_MAP[direction], "11000"))
            continue
        flags = st.one_of(
            st.sampled_from(("00000", "10000")),
            st.tuples(st.integers(1, 3), st.integers(1, 3)).map(lambda n: f"101{n[0]}{n[1]}"),
        )
        found = draw(st.lists(st.tuples(targets, flags), min_size=1, max_size=6, unique=True))
        rows += [(source, target, flag) for target, flag in sorted(found)]
    return direction, rows


@given(gems())
def test_every_line_comes_back(case: tuple[str, list[GemRow]]) -> None:
    """Byte for byte, and each source's rows under it, however it is asked for."""
    direction, rows = case
    data = gem(direction, rows)
    crosswalk = parsed(data, edition="2018")
    assert raw(crosswalk) == data
    assert (crosswalk.kind, crosswalk.edition.name) == (f"gem-{direction}", "2018")
    assert crosswalk.anomalies == ()
    for source in {row[0] for row in rows}:
        found = crosswalk.translate(source)
        mine = [row for row in rows if row[0] == source]
        assert [entry.raw for entry in found.entries] == [
            line for line in data.decode().splitlines() if line.split()[0] == source
        ]
        assert found.is_no_map == (mine[0][2] == "11000")
        assert found.is_exact == all(flags == "00000" for _, _, flags in mine)
        assert set(found.expand()) == by_hand(crosswalk, mine)
    assert crosswalk == Crosswalk.from_bytes(crosswalk.file.to_bytes())


@given(gems(), st.data())
def test_columns_are_read_as_lines_are(
    case: tuple[str, list[GemRow]], drawn: st.DataObject
) -> None:
    """A file is read column by column only where each of its lines has the form of one."""
    direction, rows = case
    (layout,) = (each for each in LAYOUTS if each.name == direction)
    data = bytearray(gem(direction, rows))
    for _ in range(drawn.draw(st.integers(0, 2))):
        place = drawn.draw(st.integers(0, len(data) - 1))
        data[place] = drawn.draw(st.sampled_from(b" 0127A.x\r\n\t\xb2"))
    *lines, rest = bytes(data).decode("latin-1").split("\r\n")
    matches = [layout.line.fullmatch(line) for line in lines]
    parts = [[m[1].rstrip(" "), m[2].rstrip(" "), m[3]] for m in matches if m is not None]
    are_whole = len(parts) == len(lines) and all(p.isalnum() for each in parts for p in each[:2])
    found = _whole(bytes(data), layout)
    if not rest and are_whole and bytes(data).isascii():
        assert found is not None
        assert list(map(list, zip(*found[1:], strict=True))) == parts
        assert list(found[0]) == list(range(1, len(lines) + 1))
    else:
        assert found is None


def by_hand(crosswalk: Crosswalk, rows: list[GemRow]) -> set[tuple[str, ...]]:
    """Full translations as the technical documentation has them made."""
    spell = crosswalk.target.coding.normalize
    found: set[tuple[str, ...]] = {
        (spell(target),) for _, target, flags in rows if flags[1:3] == "00"
    }
    for scenario in {flags[3] for _, _, flags in rows if flags[2] == "1"}:
        lists: dict[str, list[str]] = {}
        for _, target, flags in rows:
            if flags[2:4] == f"1{scenario}":
                lists.setdefault(flags[4], []).append(spell(target))
        found.update(product(*(lists[number] for number in sorted(lists))))
    return found


@given(gems(("i9", "i10")))
def test_reversing_twice_gives_the_same_pairs(case: tuple[str, list[GemRow]]) -> None:
    crosswalk = parsed(gem(*case))
    turned = crosswalk.reversed()
    assert {(b, a) for a, b in turned.pairs()} == set(crosswalk.pairs())
    assert set(turned.reversed().pairs()) == set(crosswalk.pairs())
    assert turned.kind == "reversed"
    assert not any(entry.is_combination for entry in turned.entries)
    assert (turned.source, turned.target) == (crosswalk.target, crosswalk.source)
    assert len(turned.entries) == sum(entry.target is not None for entry in crosswalk.entries)


@settings(max_examples=50)
@given(gems(("i9",)), gems(("i10",)), gems(("i9",)))
def test_composition_is_associative_on_pairs(one: Any, two: Any, three: Any) -> None:
    a, b, c = (parsed(gem(*case)) for case in (one, two, three))
    left, right = a.compose(b).compose(c), a.compose(b.compose(c))
    expected = {
        (source, last)
        for source, first in a.pairs()
        for middle, second in b.pairs()
        for begin, last in c.pairs()
        if first == middle and second == begin
    }
    assert set(left.pairs()) == set(right.pairs()) == expected


def test_composition_says_the_way(forward: Crosswalk, backward: Crosswalk) -> None:
    round_trip = forward.compose(backward)
    assert [(e.source, e.via, e.target) for e in round_trip.entries if e.target] == [
        ("001.0", "A00.0", "001.0"), ("250.00", "E11.9", "250.00"), ("250.02", "E11.65", "250.02"),
    ]  # fmt: skip
    assert round_trip["001.0"].is_exact
    assert round_trip["365.70"].is_no_map
    assert "V54.12" not in round_trip
    assert (round_trip.kind, len(round_trip.provenance)) == ("composed", 2)
    further = round_trip.compose(forward)["250.00"].entries[0]
    assert (further.via, further.target) == ("250.00 > E11.9", "E11.9") or further.via == ("250.00")
    with pytest.raises(CrosswalkError, match="nothing in common"):
        forward.compose(forward)


def test_a_target_that_is_a_header_leads_nowhere() -> None:
    """The first map did not name the codes below it."""
    to_header = parsed(gem("i9", [("0010", "E11", "10000"), ("0019", "E119", "10000")]))
    backward = parsed(gem("i10", [("E1165", "25002", "10000"), ("E119", "25000", "10000")]))
    assert backward.translate("E11").is_header
    assert list(to_header.compose(backward).pairs()) == [("001.9", "250.00")]


def test_the_relationship_of_two_steps() -> None:
    """FHIR: equivalent keeps the other; wider than wider is wider; else no more than related."""
    exact, related, narrower, broader, _ = Relationship
    assert [exact.then(each) for each in Relationship] == list(Relationship)
    assert [each.then(exact) for each in Relationship] == list(Relationship)
    assert narrower.then(narrower) is narrower
    assert broader.then(broader) is broader
    assert narrower.then(broader) is narrower.then(related) is related


def test_maps_are_held_against_releases(
    forward: Crosswalk, small_release: codesets.icd10cm.Icd10cmRelease
) -> None:
    found = forward.check(target=small_release, source={"001.0": 1, "250.00": 1, "999.9": 1})
    assert "A00.0" in found.unknown_targets
    assert "E11.9" not in found.unknown_targets
    assert found.unmapped == ("999.9",)
    assert "249.51" in found.unknown_sources
    assert not found.is_sound
    assert forward.check().is_sound
    assert len(found.to_dict()) == 8
    assert "1 unmapped" in repr(found)
    within = forward.restricted(target=small_release)
    assert set(within.pairs()) < set(forward.pairs())
    assert all(target in small_release for _, target in within.pairs())
    assert within["365.70"].is_no_map
    assert str(within.target) == "ICD-10-CM 2026"
    assert [*forward.restricted(source={"250.00": 1}).pairs()] == [("250.00", "E11.9")]
    headers = parsed(gem("i9", [("0010", "E11", "10000")])).check(target=small_release)
    assert headers.header_targets == ("E11",)


@given(gems(("i9",)))
def test_no_translation_has_what_its_release_does_not_know(
    small_release: codesets.icd10cm.Icd10cmRelease, case: tuple[str, list[GemRow]]
) -> None:
    """Unless the map says so: `check` names every such target, and restricted there is none."""
    crosswalk = parsed(gem(*case))
    said = crosswalk.check(target=small_release)
    for code in crosswalk:
        for target in crosswalk[code].targets:
            unknown = target in said.unknown_targets or target in said.header_targets
            assert unknown != bool(small_release.check(target))
    within = crosswalk.restricted(target=small_release)
    assert within.target.release == "2026"
    for code in within:
        assert all(small_release.check(target) for target in within[code].targets)
        assert set(within[code].targets) <= set(crosswalk[code].targets)
        assert set(within[code].expand()) <= set(crosswalk[code].expand())
    assert within.check(target=small_release).is_sound


def test_the_older_spelling_with_a_lower_case_x() -> None:
    """Until 2011 the placeholder of ICD-10-CM was lower case, in sources as in targets."""
    rows = [("T507x5S", "9093", "10000"), ("V4352xA", "NoDx", "11000")]
    data = gem("i10", rows)
    old = parsed(data, edition="2018")
    assert raw(old) == data
    for text in ("T50.7X5S", "T507x5S", "t507x5s"):
        assert old.translate(text).targets == ("909.3",)
    assert old["V43.52XA"].is_no_map
    assert [str(anomaly.kind) for anomaly in old.anomalies] == ["letter-case"]
    forward = gem("i9", [("9093", "T507x5S", "10000")])
    assert raw(parsed(forward)) == forward
    assert parsed(forward)["909.3"].targets == ("T50.7X5S",)


def test_a_lone_choice_list_is_a_scenario() -> None:
    """List 2 without list 1 (N139 in 2016): nothing is lost, and nothing made up."""
    odd = parsed(gem("i10", [("N139", "5929", "10112"), ("N139", "59373", "10000")]))["N13.9"]
    assert list(odd.expand()) == [("593.73",), ("592.9",)]
    assert [entry.choice_list for entry in odd.entries] == [2, 0]


# Bad input.


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda data: data.replace(b"\r\n", b"0\r\n", 3)[:-1], "the file ends inside a line"),
        (lambda data: data.replace(b"25000 E119 ", b"25000 E119  "), "line 7: a line of 20"),
        (lambda data: data.replace(b"E1165   10000", b"E1165   20000"), "line 8: flags '20000'"),
        (lambda data: data.replace(b"E1165   10000", b"E1165   1000x"), "line 8: flags '1000x'"),
        (lambda data: data.replace(b"25000 E119 ", b"25000 ?119 "), "line 7: the target '\\?119'"),
        (lambda data: data.replace(b"25000 E119 ", b"2 000 E119 "), "line 7: the source '2 000'"),
        (lambda data: data.replace(b"25000 E119 ", b"25000E1190 "), "line 7: source and target do"),
        (lambda data: data + gem("i10", BACKWARD[:1]), "line 15: a line of another direction"),
        (lambda data: data[:-1], "the file ends inside a line"),
        (lambda data: data.replace(b"V5412", b"V541\xb2"), "line 14: a byte outside ASCII"),
    ],
)  # fmt: skip
def test_a_line_that_is_none_is_refused(change: Callable[[bytes], bytes], message: str) -> None:
    data = change(gem("i9", FORWARD))
    with pytest.raises(SourceFormatError, match=message) as raised:
        parsed(data)
    assert "lenient=True" in str(raised.value)
    lenient = parsed(data, lenient=True)
    assert any(str(anomaly.kind) == "lost" for anomaly in lenient.anomalies)
    assert len(lenient) >= 6


def test_what_is_no_gem_or_several(tmp_path: Path) -> None:
    for data in (b"", b"nothing\r\n", b"A000 0010\r\n" * 3):
        with pytest.raises(SourceError, match="no General Equivalence Mapping"):
            parsed(data)
    (tmp_path / "2018_I9gem.txt").write_bytes(gem("i9", FORWARD))
    assert str(Crosswalk.from_gem(tmp_path).edition) == "2018"
    (tmp_path / "2018_I10gem.txt").write_bytes(gem("i10", BACKWARD))
    with pytest.raises(SourceError, match="several General Equivalence Mappings"):
        Crosswalk.from_gem(tmp_path)
    assert Crosswalk.from_gem(tmp_path / "2018_I10gem.txt").kind == "gem-i10"
    (tmp_path / "2016").mkdir()
    moved = (tmp_path / "2018_I9gem.txt").rename(tmp_path / "2016" / "2018_I9gem.txt")
    doubtful = Crosswalk.from_gem(moved).edition
    assert (doubtful.name, doubtful.alternatives) == ("2018", ("2016",))
    with pytest.raises(EditionError, match="no edition '1999'"):
        Crosswalk.from_gem(moved, edition="1999")
    assert not parsed(gem("i9", FORWARD)).edition.is_named


def test_contradicting_flags_are_kept_and_listed() -> None:
    rows = [
        ("0010", "A000", "10013"),
        ("0011", "NoDx", "10000"),
        ("0019", "A009", "11000"),
        ("0020", "A0100", "10111"),
    ]
    odd = parsed(gem("i9", rows))
    assert raw(odd) == gem("i9", rows)
    assert [str(anomaly.kind) for anomaly in odd.anomalies] == ["unexpected-value"] * 3
    (single,) = odd["001.0"].alternatives
    assert (single.flags, single.scenario, single.choice_list) == ("10013", 0, 0)
    assert odd["001.1"].is_no_map
    assert odd["001.9"].targets == ("A00.9",)


def test_line_feeds_alone_are_listed(forward: Crosswalk) -> None:
    other = parsed(gem("i9", FORWARD).replace(b"\r\n", b"\n"), edition="2018")
    assert [str(anomaly.kind) for anomaly in other.anomalies] == ["line-ends"]
    assert other == forward


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_a_direction_is_told_by_its_lines(layout: Any) -> None:
    source, target = SOURCES[layout.name][0], SOURCES[TARGETS[layout.name]][0]
    assert layout_of(gem(layout.name, [(source, target, "10000")])) is layout


# Keeping.


def test_a_map_is_kept_like_a_release(
    forward: Crosswalk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CODESETS_DATA_DIR", str(tmp_path))
    path = forward.save(tmp_path / shelf.file_name(forward.edition))
    assert path.name == "gem-i9-2018.codeset"
    opened = Crosswalk.load("gem-i9", "2018")
    assert opened == forward == Crosswalk.load("gem-i9")
    assert opened.translate("25000") == forward.translate("25000")
    opened.verify()
    with pytest.raises(ReleaseNotFoundError):
        Crosswalk.load("gem-i9", "2017")
    for one in (opened, forward):
        again = pickle.loads(pickle.dumps(one))
        assert again == one
        assert hash(again) == hash(forward)
        assert pickle.loads(pickle.dumps(one.translate("24951"))).targets == (
            forward["24951"].targets
        )
    assert copy.copy(forward) == forward
    assert forward != parsed(gem("i9", FORWARD[:5]), edition="2018")
    assert forward != 1
    mixed = forward["24951"]
    things: list[Any] = [forward, forward.entries, forward.entries[0], mixed, mixed.scenarios[0],
                         forward.source, MapCheck()]  # fmt: skip
    for thing in things:
        for name in ("code", "file", "target", "new", "entries", "unmapped"):
            with pytest.raises(AttributeError):
                setattr(thing, name, None)


def test_other_files_are_no_maps(small_path: Path, forward: Crosswalk) -> None:
    with pytest.raises(CompiledFileError, match="which is no crosswalk"):
        Crosswalk.load_path(small_path)
    data = forward.file.to_bytes()
    for place in range(forward.file.header.start, len(data), 5):
        other = bytes([data[place] ^ 255])
        try:  # a wrong text, or an error that says so
            damaged = Crosswalk.from_bytes(data[:place] + other + data[place + 1 :])
            assert len(list(damaged.entries)) == 14
            damaged.translate("24951").to_dict()
            damaged.translate("250").to_dict()
        except CompiledFileError:
            pass
        with pytest.raises(CompiledFileError):
            Crosswalk.from_bytes(data[:place] + other + data[place + 1 :]).verify()


def test_many_look_ups_use_an_index() -> None:
    """It answers as the search does."""
    rows = [(f"{number:05}", "A000", "10000") for number in range(1500)]
    crosswalk = parsed(gem("i9", rows))
    answers = [crosswalk.translate(row[0]) for row in rows]
    assert {len(answer.entries) for answer in answers} == {1}
    assert [answer.code.replace(".", "") for answer in answers] == [row[0] for row in rows]
    assert crosswalk.translate("014.99").code == "014.99"
    assert crosswalk.translate(" 01499 ") == crosswalk.translate("01499")
    for text in ("99999", "0.1499", "01.499", "0149.9", "014.9.9", None, 1499):
        assert not crosswalk.translate(text).is_in_map, text
