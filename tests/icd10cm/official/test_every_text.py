"""Nothing of a tabular list is lost: each of its texts and values stands in the release."""

from __future__ import annotations

from collections import Counter

import pytest

from codesets.problems import AnomalyKind
from icd10cm.official import walk
from icd10cm.official.releases import DIFFERENT, full, same, tabular_bytes, tabular_tree

pytestmark = pytest.mark.official

# formats page 2.2: chapters, sections, entries of the section indexes, definitions of seventh
# characters, characters in them, placeholders, codes in the list.
COUNTS = {
    "2013": (21, 291, 284, 465, 1608, 244, 43_033),
    "2014": (21, 291, 284, 467, 1618, 244, 43_028),
    "2017": (21, 295, 288, 505, 1781, 244, 43_910),
    "2021-january": (22, 296, 288, 507, 1787, 245, 45_017),
    "2025-april": (22, 296, 288, 508, 1790, 245, 46_498),
    "2026-april": (22, 297, 289, 508, 1790, 246, 46_881),
}
# The same page: note elements by kind, and notes in them.
NOTE_KINDS = (
    "excludes1", "excludes2", "includes", "inclusionTerm", "useAdditionalCode", "codeFirst",
    "codeAlso", "notes", "sevenChrNote",
)  # fmt: skip
ELEMENTS = {
    "2017": (2602, 972, 413, 5981, 743, 292, 155, 83, 505),
    "2021-january": (2625, 1045, 414, 6269, 774, 317, 206, 84, 507),
    "2026-april": (2644, 1165, 415, 6809, 844, 363, 320, 86, 508),
}
NOTES = {"2026-april": (5407, 2520, 1024, 12_574, 1485, 809, 655, 180, 508)}
ALL_NOTES = {"2017": 22_327, "2021-january": 23_404, "2026-april": 25_178}
BYTES_AND_LINES = {
    "2013": (8_716_643, 220_747),
    "2014": (8_724_012, 220_845),
    "2017": (8_961_360, 226_252),
    "2021-january": (9_253_467, 232_766),
    "2025-april": (9_658_391, 241_777),
    "2026-april": (9_747_661, 243_833),
}
TIDIED = {
    "2013": 116,
    "2014": 123,
    "2017": 131,
    "2021-january": 92,
    "2025-april": 95,
    "2026-april": 105,
}
"""Texts with stray, doubled or broken white space."""


@pytest.fixture(scope="module", params=DIFFERENT)
def edition(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def file(edition: str) -> walk.Walked:
    return walk.of_file(tabular_tree(edition))


@pytest.fixture(scope="module")
def told(edition: str, file: walk.Walked) -> walk.Statements:
    release = full(edition)
    made = {code for code in release if f"diag {code}" not in file.statements}
    return walk.of_release(release, made)


def test_every_text_and_attribute_value_stands_in_the_objects(
    file: walk.Walked, told: walk.Statements
) -> None:
    same(told, file.statements)  # all chapters, sections and codes, in the order of the document
    for owner, parts in file.statements.items():
        said = {part: values for part, values in told[owner].items() if values}
        assert said == {part: values for part, values in parts.items() if values}, owner


def test_the_walk_overlooks_nothing(edition: str, file: walk.Walked) -> None:
    root = tabular_tree(edition)
    texts = root.xpath("//text()[normalize-space()]")
    assert isinstance(texts, list)
    same((raw.text for raw in file.texts), texts)
    values = root.xpath("//@*")
    assert isinstance(values, list)
    said = Counter(
        value
        for parts in file.statements.values()
        for part, stream in parts.items()
        for place, value in stream
        if "@" in part + place
    )
    # The id of a section is its name here.
    said.update(own.removeprefix("section ") for own in file.statements if own[:8] == "section ")
    assert said == Counter(map(str, values))


def test_white_space_that_was_tidied_is_kept_in_the_anomalies(
    edition: str, file: walk.Walked
) -> None:
    """A tidied text is the raw one less white space, and the raw one is reported with its line."""
    lines = tabular_bytes(edition).split(b"\n")
    reported = {
        (anomaly.place.line, anomaly.found)
        for anomaly in full(edition).anomalies
        if anomaly.kind is AnomalyKind.BLANKS and anomaly.place.file.endswith(".xml")
    }
    tidied = set()
    for raw in file.texts:
        clean = walk.tidy(raw.tag, raw.text)
        if clean == raw.text:
            continue
        if raw.tag == "sectionRef":
            # The publisher wraps these, all of them, in a line end and indentation.
            assert raw.text[0] == "\n"
            assert clean == " ".join(raw.text.split())
        else:
            assert f"<{raw.tag}>".encode() in lines[raw.line - 1]
            tidied.add((raw.line, raw.text))
    assert reported == tidied
    assert len(tidied) == TIDIED[edition]


def test_the_file_is_the_one_that_was_measured(edition: str) -> None:
    data = tabular_bytes(edition)
    assert (len(data), data.count(b"\r\n")) == BYTES_AND_LINES[edition]
    assert data.count(b"\n") == data.count(b"\r\n")


def test_the_counts_of_the_elements(edition: str, file: walk.Walked, told: walk.Statements) -> None:
    """The same counts from the file and from the objects."""
    tags = Counter(element.tag for element in tabular_tree(edition).iter())
    names = "chapter", "section", "sectionRef", "sevenChrDef", "extension"
    placeholders = sum("@placeholder" in parts for parts in file.statements.values())
    assert (*(tags[name] for name in names), placeholders, tags["diag"]) == COUNTS[edition]
    owners = Counter(owner.partition(" ")[0] for owner in told)
    parts = [
        sum(place.endswith(ending) for owner in told.values() for place, _ in owner.get(part, ()))
        for part, ending in (("sectionIndex", "Ref"), ("sevenChrDef", "extension"))
    ]
    assert (
        owners["chapter"],
        owners["section"],
        parts[0],
        sum("sevenChrDef" in owner for owner in told.values()),
        parts[1],
        sum("@placeholder" in owner for owner in told.values()),
        owners["diag"],
    ) == COUNTS[edition]


def test_the_counts_of_the_notes(edition: str, told: walk.Statements) -> None:
    if edition not in ELEMENTS:
        return  # not counted on the formats page
    places = [
        (owner, place.partition("/")[0])
        for owner, parts in told.items()
        for place, _ in parts.get("notes", ())
    ]
    elements = Counter(element.partition(":")[2] for _, element in set(places))
    assert tuple(elements[kind] for kind in NOTE_KINDS) == ELEMENTS[edition]
    notes = Counter(element.partition(":")[2] for _, element in places)
    if edition in NOTES:
        assert tuple(notes[kind] for kind in NOTE_KINDS) == NOTES[edition]
    others = [
        place
        for parts in told.values()
        for part in ("introduction", "sevenChrDef")
        for place, _ in parts.get(part, ())
        if place.endswith(":note")
    ]
    assert len(places) + len(others) == ALL_NOTES[edition]
