"""Answers about true codes: spellings, near misses, selecting and condensing."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest

from codesets.errors import SelectionError, UnknownCodeError
from codesets.findings import Header, Malformed, NotInRelease, Valid
from codesets.icd10cm import Icd10cmRelease, Section
from icd10cm.official.releases import full, order_alone, order_archive, order_lines

pytestmark = pytest.mark.official


@pytest.fixture(scope="module")
def release() -> Icd10cmRelease:
    return full("2026-april")


# Spelling.


def test_every_code_is_found_in_every_common_spelling(release: Icd10cmRelease) -> None:
    for code in random.Random(8).sample(release.codes, 2000):
        compact = code.replace(".", "")
        for text in (
            code,
            compact,
            code.lower(),
            compact.lower(),
            f" {code} ",
            f"  {compact.lower()}",
        ):
            assert text in release
            assert release[text].code == code
            assert release.get(text) == release[code]
            assert release.check(text).text == text
            assert isinstance(release.check(text), Valid | Header)
            assert bool(release.check(text)) == release[code].is_billable


NO_CODES = (
    "E1.19",
    "E11..9",
    "E1.1.9",
    "A00.",
    ".A00",
    "E11-9",
    "E11.-",
    "A00-A09",
    "",
    " ",
    "1",
    "12",
    "E1",
    "E11\n",
    "E11 9",
    "T07.XXXXD",
    "S72001AA",
    "É11",
    "ı10",
    "E11.9\u00a0",
    "Ｅ119",
)


@pytest.mark.parametrize("text", NO_CODES)
def test_what_is_no_code_is_malformed_and_never_in_a_release(
    release: Icd10cmRelease, text: str
) -> None:
    assert text not in release
    assert release.get(text) is None
    assert isinstance(release.check(text), Malformed)
    with pytest.raises(KeyError) as caught:
        release[text]
    assert isinstance(caught.value, UnknownCodeError)


@pytest.mark.parametrize("thing", [None, b"E119", 119, 1.5, ["E119"], {"E119": 1}, object])
def test_what_is_no_text_is_malformed_too(release: Icd10cmRelease, thing: object) -> None:
    assert thing not in release
    assert release.get(thing) is None
    finding = release.check(thing)
    assert isinstance(finding, Malformed)
    assert "a text is wanted" in finding.reason
    with pytest.raises(UnknownCodeError):
        release[thing]  # type: ignore[index]


# Findings.


def test_a_header_names_its_billable_codes(release: Icd10cmRelease) -> None:
    finding = release.check("E11.6")
    assert isinstance(finding, Header)
    assert not finding
    assert finding.billable == tuple(release.select("E11.6", billable=True).codes)
    assert finding.billable[:2] == ("E11.610", "E11.618")
    assert "more characters are required" in finding.reason
    finding = release.check("T07")
    assert isinstance(finding, Header)
    assert finding.billable == ("T07.XXXA", "T07.XXXD", "T07.XXXS")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("W21.9A", "W21.9XXA"),  # placeholders left out
        ("W219A", "W21.9XXA"),
        ("w21.9xa", "W21.9XXA"),
        ("T36.01A", "T36.0X1A"),
        ("M1A.9XX", "M1A.9XX0"),
        ("E1O.9", "E10.9"),  # letter for digit
        ("EI1.9", "E11.9"),
        ("Z3A.4O", "Z3A.40"),
        ("E11.9X", "E11.9"),  # one character too many
        ("1E11.9", "E11.9"),
    ],
)
def test_a_near_miss_is_recognised(release: Icd10cmRelease, text: str, meant: str) -> None:
    finding = release.check(text)
    assert not finding
    assert meant in finding.suggestions
    assert len(finding.suggestions) <= 5 or isinstance(finding, Header)
    assert all(code in release for code in finding.suggestions)


def test_a_missing_placeholder_is_the_first_thing_meant(release: Icd10cmRelease) -> None:
    finding = release.check("W21.9A")
    assert isinstance(finding, NotInRelease)
    assert finding.suggestions == ("W21.9XXA",)
    assert "did you mean W21.9XXA?" in finding.reason
    assert "seventh character" in finding.reason
    finding_too_long = release.check("T07.XXXXD")
    assert isinstance(finding_too_long, Malformed)
    assert finding_too_long.suggestions == ("T07.XXXD",)


def test_every_code_with_its_placeholders_left_out_is_recognised(release: Icd10cmRelease) -> None:
    padded = [code for code in release.select("*", billable=True).codes if code[6:7] == "X"]
    for code in random.Random(9).sample(padded, 300):
        stem = code[:-1].rstrip("X").rstrip(".")
        short = f"{stem}.{code[-1]}" if len(stem) == 3 else stem + code[-1]
        if short not in release:
            assert release.check(short).suggestions == (code,)


def test_a_code_that_a_note_excludes_says_which(release: Icd10cmRelease) -> None:
    finding = release.check("S06.1X7D")
    assert isinstance(finding, NotInRelease)
    assert "7th characters D and S do not apply to codes in category S06" in finding.reason
    assert finding.suggestions == ("S06.1X7A",)
    assert isinstance(full("2017").check("S06.1X7D"), Valid)


def test_codes_of_other_systems_are_recognised_by_their_form(release: Icd10cmRelease) -> None:
    teclistamab = release.check("J9380")
    assert isinstance(teclistamab, NotInRelease)
    assert teclistamab.could_be == ("HCPCS Level II",)
    visit = release.check("99213")
    assert isinstance(visit, Malformed)
    assert visit.could_be == ("CPT",)
    # A form proves nothing: typhoid fever is a taxi, too.
    assert isinstance(release.check("A0100"), Valid)


def test_what_is_valid_depends_on_the_release() -> None:
    for code, first in (
        ("U07.1", "2021-january"),
        ("E11.A", "2026-april"),
        ("QA0.0", "2026-april"),
    ):
        assert code not in full("2017")
        assert code in full(first)


# Ancestors.


def test_the_nearest_that_holds_both(release: Icd10cmRelease) -> None:
    def nearest(first: str, second: str) -> str:
        return str(release.lowest_common_ancestor(first, second))

    assert nearest("E11.65", "E11.9") == "E11"
    assert nearest("E11.9", "E10.9") == "E08-E13"
    assert nearest("E11.9", "E11.9") == nearest("E11.9", "e119") == "E11.9"
    assert nearest("E11.9", "E66.9") == "chapter 4"
    assert nearest("T20.011A", "T26.01XA") == "T20-T32"
    assert nearest("T20.011A", "T33.011A") == "T07-T88"
    assert nearest("A00", "B99") == "chapter 1"
    assert nearest("A00", "C00") == "None"
    assert isinstance(release.lowest_common_ancestor("C50.011", "C61"), Section)


# Selecting.


@pytest.mark.parametrize(
    ("pattern", "first", "last", "codes", "billable"),
    [
        ("E11", "E11", "E11.A", 117, 87),
        ("E11*", "E11", "E11.A", 117, 87),
        ("E11.*", "E11", "E11.A", 117, 87),
        ("E11-", "E11.0", "E11.A", 116, 87),
        ("E11.-", "E11.0", "E11.A", 116, 87),
        ("E11.6-", "E11.61", "E11.69", 16, 12),
        ("S72.0*", "S72.0", "S72.099S", 621, 576),
        ("T07.X*", "T07.XXXA", "T07.XXXS", 3, 3),
        ("I10", "I10", "I10", 1, 1),
        ("E10-E14", "E10", "E13.9", 350, 260),  # there is no E12 and no E14
        ("E12-E14", "E13", "E13.9", 116, 86),
        ("e10 - e14", "E10", "E13.9", 350, 260),
        ("J40-J4A", "J40", "J47.9", 53, 39),  # a section, which ends with J47
        ("J41-J4A", "J41", "J47.9", 52, 38),  # none, but its end means the same
        ("C43-C44", "C43", "C44.99", 213, 149),  # a section, with C4A inside
        ("M05-M14", "M05", "M14.89", 1668, 1185),  # a section, with M1A inside
        ("T20-T32", "T20", "T32.99", 3708, 2584),  # an overview section
        ("C7A", "C7A", "C7A.8", 28, 23),  # a category and a section
        ("A00-B99", "A00", "B99.9", 1309, 1068),  # a chapter
    ],
)
def test_what_a_pattern_stands_for(
    release: Icd10cmRelease, pattern: str, first: str, last: str, codes: int, billable: int
) -> None:
    found = release.select(pattern)
    assert (found[0].code, found[-1].code, len(found)) == (first, last, codes)
    assert len(release.select(pattern, billable=True)) == billable
    assert len(release.select(pattern, billable=False)) == codes - billable
    # The same in the order file.
    lines = [line.code for line in order_lines(order_archive("2026-april"))]
    assert list(found.codes) == lines[lines.index(first) : lines.index(last) + 1]


def test_a_range_means_the_same_where_no_section_says_it(release: Icd10cmRelease) -> None:
    """In an order file there are no sections, and J4A stands before J45."""
    alone = order_alone(order_archive("2026-april"))
    for pattern in ("J40-J4A", "C43-C44", "M05-M14", "Z30-Z39", "E08-E13", "A00-A09"):
        assert pattern in release.sections
        assert alone.select(pattern).codes == release.select(pattern).codes
    # U stands after Z, and is in no range that ends before.
    assert alone.select("T80-V09")[-1].code == "V09.9XXS"
    with pytest.raises(SelectionError, match="its end stands before its start"):
        alone.select("J45-J4A")


def test_the_id_of_a_section_stands_for_it(release: Icd10cmRelease) -> None:
    for name, section in release.sections.items():
        assert release.select(name).codes == section.codes.codes


@pytest.mark.parametrize(
    "pattern", ["E12", "E14", "Z99-Z00", "**", "-", "", "E11-E1", "diabetes", "Y0*Z"]
)
def test_a_pattern_that_stands_for_nothing_is_an_error(
    release: Icd10cmRelease, pattern: str
) -> None:
    with pytest.raises(SelectionError) as caught:
        release.select(pattern)
    assert caught.value.pattern == pattern


def test_several_patterns_give_each_code_once_in_tabular_order(release: Icd10cmRelease) -> None:
    found = release.select("I10", "E11", "E11.65", "E10-E11").codes
    assert found == (*release.select("E10-E11").codes, "I10")
    assert release.select("E11", "E10").codes == release.select("E10", "E11").codes
    assert len(release.select("*")) == len(release)


def test_condense_is_the_reverse_of_select(release: Icd10cmRelease) -> None:
    billable = release.select("*", billable=True).codes
    rng = random.Random(10)
    for _ in range(60):
        start = rng.randrange(len(billable))
        run = list(billable[start : start + rng.randrange(1, 400)])
        wanted = rng.sample(run, rng.randrange(1, len(run) + 1))
        wanted += rng.sample(billable, rng.randrange(20))
        short = release.condense(rng.choices(wanted, k=5) + wanted)
        place = {code: number for number, code in enumerate(billable)}
        expected = sorted(set(wanted), key=place.__getitem__)
        assert list(release.select(*short, billable=True).codes) == expected
        # The fewest: no two stand for a third together, and none stands below another.
        chosen = set(short.codes)
        for code in short:
            assert not chosen & {above.code for above in code.ancestors}
            if code.parent is not None:
                whole = code.parent.billable_descendants.codes
                assert not set(whole) <= set(expected)
        rows = [release.row_of(code) for code in short]
        assert all(left < right for left, right in pairwise(rows))


def test_condense_gives_the_highest_that_stand_for_exactly_that(release: Icd10cmRelease) -> None:
    diabetes = release.select("E11", billable=True)
    assert release.condense(diabetes).codes == ("E11",)
    assert release.condense(release.select("*", billable=True)).codes == tuple(
        code for code in release.codes if len(code) == 3
    )
    assert release.condense([c for c in diabetes if c.code != "E11.9"]).codes[-2:] == (
        "E11.8",
        "E11.A",
    )
    assert release.condense([]).codes == ()
    with pytest.raises(SelectionError, match="header"):
        release.condense(["E11.9", "E11"])
    with pytest.raises(UnknownCodeError):
        release.condense(["E11.9", "E12.9"])
