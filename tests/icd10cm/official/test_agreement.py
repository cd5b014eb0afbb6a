"""Tabular list and order file of one release, brought together, say what each of them says."""

from __future__ import annotations

import pytest

from codesets.reconciliation import DifferenceKind, TextChange
from icd10cm.official.releases import (
    AGREEING,
    EDITIONS,
    fold,
    full,
    order_archive,
    order_lines,
    rows,
    same,
    tabular_alone,
    tabular_bytes,
)

pytestmark = pytest.mark.official

ACCENTED = {
    "2014": 134,
    "2017": 134,
    "2021-january": 134,
    "2025-april": 151,
    "2026-april": 151,
}
"""Codes whose title the tabular list writes with an accent."""


# Of the module's scope, so that all tests of an edition run one after the other.
@pytest.fixture(scope="module", params=AGREEING)
def edition(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_every_code_flag_and_title_stands_as_in_the_order_file(edition: str) -> None:
    same((row[:4] for row in rows(full(edition))), order_lines(order_archive(edition)))


def test_nothing_differs_but_accents_and_display_keeps_them(edition: str) -> None:
    accented = {}
    for row in rows(full(edition)):
        assert fold(row.display) == row.long
        if row.display != row.long:
            accented[row.code] = (row.display, row.long)
    assert len(accented) == ACCENTED[edition]
    differences = full(edition).reconciliation
    assert {d.code: (d.left, d.right) for d in differences} == accented
    assert len(differences) == len(accented)
    assert {(d.kind, d.change) for d in differences} == {(DifferenceKind.TITLE, TextChange.ACCENT)}
    assert {(d.left_source, d.right_source) for d in differences} == {("tabular", "order")}
    assert differences.counts() == {"title/accent": ACCENTED[edition]}


def test_the_tabular_list_alone_makes_the_same_codes(edition: str) -> None:
    whole = [row._replace(short=None, long=None) for row in rows(full(edition))]
    release = tabular_alone(edition)
    assert release.edition == full(edition).edition
    assert release.sources == ("tabular",)
    assert len(release.reconciliation) == 0
    same(rows(release), whole)


def test_the_codes_are_counted(edition: str) -> None:
    release = full(edition)
    assert release.counts == {
        "rows": len(release),
        "billable": len(release.select("*", billable=True)),
        "headers": len(release.select("*", billable=False)),
        "chapters": len(release.chapters),
        "sections": len(release.sections),
    }
    assert release.counts["billable"] + release.counts["headers"] == len(release)


@pytest.mark.parametrize("name", EDITIONS)
def test_the_edition_is_recognised(name: str) -> None:
    release = full(name)
    assert release.edition.name == name
    assert release.edition.is_certain
    assert {"tabular", "order"} <= set(release.sources) <= {"tabular", "order", "codes"}


@pytest.mark.parametrize("name", ["2015", "2016"])
def test_the_files_of_2015_and_2016_are_those_of_2014(name: str) -> None:
    """formats 1.1: byte-identical, but for the `<version>` of 2016."""
    version = name.replace("2015", "2014").encode()
    assert tabular_bytes(name).count(b"<version>%s</version>" % version) == 1
    as_2014 = tabular_bytes(name).replace(b"<version>%s<" % version, b"<version>2014<")
    assert as_2014 == tabular_bytes("2014")
    assert order_lines(order_archive(name)) == order_lines(order_archive("2014"))
    release, first = full(name), full("2014")
    assert release.codes == first.codes
    assert release.select("*", billable=True).codes == first.select("*", billable=True).codes
    assert list(release.reconciliation) == list(first.reconciliation)
    assert release != first


# The draft of 2013, the only release at hand whose two files disagree.

DIVIDED_FURTHER = ("R40.20", "R40.241", "R40.242", "R40.243", "R40.244")
"""Codes of the coma scale: billable in the order file, divided further in the tabular list."""


def test_2013_every_difference_is_listed_and_counted() -> None:
    """formats 2.5: the order file lists 12,251 headers fewer.

    12,246 of them it does not list at all, 5 it lists as billable.
    """
    counts = full("2013").reconciliation.counts()
    assert counts == {
        "missing/billable": 25,
        "missing/header": 12_246,
        "flag": 5,
        "title/accent": 120,
    }
    assert counts["missing/header"] + counts["flag"] == 12_251


def test_2013_counts_of_both_files() -> None:
    alone = tabular_alone("2013")
    lines = order_lines(order_archive("2013"))
    tabular = set(alone.select("*", billable=True).codes)
    order = {line.code for line in lines if line.is_billable}
    assert (len(alone), len(tabular)) == (91_773, 69_852)
    assert (len(lines), len(order)) == (79_502, 69_832)
    assert order - tabular == set(DIVIDED_FURTHER)
    assert len(tabular - order) == 25
    assert {alone[code].parent for code in tabular - order} == {alone[c] for c in DIVIDED_FURTHER}
    assert (len(alone) - len(tabular)) - (len(lines) - len(order)) == 12_251


def test_2013_the_differences_are_those_between_the_files() -> None:
    """The same by plain means: every difference with its kind, and none besides."""
    lines = {line.code: line for line in order_lines(order_archive("2013"))}
    expected: list[tuple[str, str, str | None, str | None]] = []
    alone = rows(tabular_alone("2013"))
    for row in alone:
        line = lines.get(row.code)
        if line is None:
            expected.append((row.code, "missing", row.display, None))
            continue
        if row.is_billable != line.is_billable:
            expected.append((row.code, "flag", "header", "billable"))
        if row.display != line.long:
            assert fold(row.display) == fold(line.long)
            expected.append((row.code, "title", row.display, line.long))
    assert not lines.keys() - {row.code for row in alone}
    found = [(d.code, str(d.kind), d.left, d.right) for d in full("2013").reconciliation]
    same(sorted(found, key=str), sorted(expected, key=str))


def test_2013_has_the_codes_of_the_order_file_and_the_headers_of_the_tabular_list() -> None:
    lines = order_lines(order_archive("2013"))
    listed = {line.code for line in lines}
    every = rows(full("2013"))
    same((row[:4] for row in every if row.code in listed), lines)
    rest = [row for row in every if row.code not in listed]
    assert len(rest) == 12_246
    assert {row[1:4] for row in rest} == {(False, None, None)}


def test_2013_billable_codes_of_the_tabular_list_alone_are_none() -> None:
    release = full("2013")
    for code in DIVIDED_FURTHER:
        assert release[code].is_billable
        assert not release[code].children
    for code in ("R40.20X0", "R40.20X4", "R40.2410", "R40.2444"):
        assert code not in release
        assert code in tabular_alone("2013")


def test_2013_descriptions_are_cut_in_bytes() -> None:
    """formats 1.3: UTF-8 in columns of bytes; columns of characters would shift the long title."""
    release = full("2013")
    code = release["L70.5"]
    assert code.short_description == code.long_description == "Acne excoriée des jeunes filles"
    # The one title on which both files disagree although both write accents.
    assert code.display == "Acné excoriée des jeunes filles"
    outside = [anomaly for anomaly in release.anomalies if anomaly.kind == "non-ascii"]
    lines = [line.code for line in order_lines(order_archive("2013"))]
    assert {anomaly.place.line for anomaly in outside} == {lines.index("L70.5") + 1}
