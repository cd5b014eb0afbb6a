"""The laws of comparing, on generated releases of both code sets read from their official files."""

from __future__ import annotations

import io
import json
import pickle
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import codesets
from codesets import hcpcs, icd10cm
from codesets.diff import (
    ChangeKind,
    Subject,
    apply,
    compare,
    content_of,
    rebuild,
    same_content,
)
from codesets.diff.content import Content, Pairing
from codesets.diff.contents import HEADERS
from codesets.diff.sequence import moved
from codesets.errors import ComparisonTypeError
from codesets.icd10cm import NoteKind
from diff.strategies import History, Records, histories, record_histories, sources
from hcpcs.writer import write_text
from icd10cm.examples import SMALL
from icd10cm.model import Chapter, Diag, NoteElement, Official, Section, dotted, rows
from icd10cm.test_laws import disagreeing
from icd10cm.writer import codes_file, files, order_file, tabular_xml

pytestmark = pytest.mark.slow_once
NS = (Phase.generate, Phase.explicit)
SOME = settings(max_examples=150, phases=NS)
FEW = settings(max_examples=60, phases=NS)
ICD10CM_SUBJECTS = (Subject.CHAPTER, Subject.SECTION, Subject.CODE)
SECOND = (NoteElement(NoteKind.NOTE, ("what both have",)),)


def read(
    official: Official, kinds: str = "full", edition: str | None = None
) -> icd10cm.Icd10cmRelease:
    """The release that some of the official files make."""
    written = files(official)
    chosen = {"full": ("tabular", "order", "codes")}.get(kinds, (kinds,))
    return icd10cm.parse(*(io.BytesIO(written[kind]) for kind in chosen), edition=edition)


def read_records(records: Records) -> hcpcs.HcpcsRelease:
    return hcpcs.parse(io.BytesIO(write_text(records)))


# What two releases are, said the plainest way: every value of every code.


def told(content: Content, names: Callable[[str], bool] = lambda _: True) -> dict[Any, Any]:
    return {
        (subject, code, spec.name): content.value(subject, code, spec.name)
        for subject in content.subjects
        for code in content.codes(subject)
        for spec in content.fields(subject)
        if spec.part in content.parts and names(spec.part)
    }


def assert_laws(old: Any, new: Any) -> None:
    """`apply(a, compare(a, b))` has b's content, and `compare(b, a)` mirrors `compare(a, b)`."""
    diff = codesets.compare(old, new)
    back = codesets.compare(new, old)
    assert diff.reversed() == back
    assert back.reversed() == diff
    after = apply(old, diff)
    unlike = {each.part for each in diff.not_compared}
    compared = lambda part: part not in unlike  # noqa: E731
    assert told(after, compared) == told(diff.new, compared)
    for subject in after.subjects:
        assert tuple(after.codes(subject)) == tuple(diff.new.codes(subject))
    assert same_content(after, diff.new)
    assert json.loads(json.dumps(diff.to_dict())) == diff.to_dict()
    assert pickle.loads(pickle.dumps(diff)) == diff
    assert hash(pickle.loads(pickle.dumps(diff))) == hash(diff)


@SOME
@given(histories(), sources, sources)
def test_icd10cm_releases(pair: History[Official], left: str, right: str) -> None:
    assert_laws(read(pair[0], left), read(pair[1], right))


@SOME
@given(record_histories())
def test_hcpcs_releases(pair: History[Records]) -> None:
    assert_laws(*map(read_records, pair))


@FEW
@given(histories(1), sources)
def test_a_release_and_itself(official: History[Official], kinds: str) -> None:
    release = read(official[0], kinds)
    diff = codesets.compare(release, read(official[0], kinds))
    assert not diff
    assert diff.not_compared == ()
    assert (diff.official_totals.added, diff.official_totals.deleted) == (0, 0)
    assert apply(release, diff).codes(Subject.CODE) == release.codes


@FEW
@given(histories(), st.data())
def test_releases_whose_files_disagree(pair: History[Official], data: st.DataObject) -> None:
    """Order files that lack some codes of the tabular list, and have others."""
    releases = [
        icd10cm.parse(
            io.BytesIO(tabular_xml(official)),
            io.BytesIO(order_file(data.draw(disagreeing(list(rows(official)))))),
        )
        for official in pair
    ]
    assert_laws(*releases)
    diff = compare(*releases)
    for change in diff:
        if change.field in ("long_description", "short_description"):
            was, is_ = change.before is not None, change.after is not None
            expected = {(False, True): ChangeKind.LISTED, (True, False): ChangeKind.UNLISTED}
            revised = ChangeKind(f"{change.field.replace('_', '-')}-revised")
            assert change.kind is expected.get((was, is_), revised)


@FEW
@given(record_histories(1))
def test_a_hcpcs_release_and_itself(records: History[Records]) -> None:
    release = read_records(records[0])
    assert not codesets.compare(release, read_records(records[0]))


@SOME
@given(histories(3), st.sampled_from(("full", "tabular", "order")))
def test_composition(three: History[Official], kinds: str) -> None:
    """`compare(a, c)` agrees with the composition of `compare(a, b)` and `compare(b, c)`."""
    a, b, c = (read(official, kinds) for official in three)
    composed = compare(a, b).then(compare(b, c))
    assert composed.changes == compare(a, c).changes
    assert composed.official_totals == compare(a, c).official_totals


@FEW
@given(histories(3), sources, sources, sources)
def test_composition_of_unlike_sources(
    three: History[Official], left: str, middle: str, right: str
) -> None:
    """In the parts that all three have it leads where both lead; of the others it says why not."""
    a, b, c = map(read, three, (left, middle, right), ("2017", "2018", "2019"))
    composed, direct = compare(a, b).then(compare(b, c)), compare(a, c)
    unlike = {each.part: each.reason for each in composed.not_compared}
    there, through, end = (content_of(each).parts for each in (a, b, c))
    assert there ^ end <= unlike.keys()
    assert there & end - through == there & end & unlike.keys()
    for part in there & end - through:
        assert "in the 2018 release" in unlike[part]
    reached, aim = apply(a, composed), composed.new
    compared = lambda part: part not in unlike  # noqa: E731
    assert told(reached, compared) == told(aim, compared)
    if len({HEADERS in content_of(each).parts for each in (a, b, c)}) == 1:
        subjects = [each for each in content_of(c).subjects if each in aim.subjects]
        assert told(aim, compared) == {
            key: value for key, value in told(content_of(c), compared).items() if key[0] in subjects
        }
    if not there & end - through:
        assert composed.changes == direct.changes
        assert composed.not_compared == direct.not_compared
        assert composed.official_totals == direct.official_totals
    back = composed.reversed()
    assert told(apply(aim, back), compared) == told(composed.old, compared)


def test_a_composition_names_the_release_that_lacked_a_part() -> None:
    """The one in the middle, when it is that one."""
    editions = {"2017": "full", "2018": "order", "2021-january": "full", "2022": "full"}
    a, b, c, d = (read(SMALL, kinds, edition) for edition, kinds in editions.items())
    notes = [
        each for each in compare(a, b).then(compare(b, c)).not_compared if each.part == "notes"
    ]
    assert [each.reason for each in notes] == ["not in the 2018 release"]
    # And where a composition goes on, or begins with one.
    for found in (
        compare(a, b).then(compare(b, c)).then(compare(c, d)),
        compare(a, b).then(compare(b, c).then(compare(c, d))),
        compare(d, c).then(compare(c, b).then(compare(b, a))),
    ):
        reasons = {each.part: each.reason for each in found.not_compared}
        assert reasons["notes"] == "not in the 2018 release"
        assert reasons["tree"] == "not in the 2018 release"


@FEW
@given(record_histories(3))
def test_composition_of_hcpcs(three: History[Records]) -> None:
    a, b, c = map(read_records, three)
    assert compare(a, b).then(compare(b, c)).changes == compare(a, c).changes


@SOME
@given(histories())
def test_what_is_found_is_what_the_files_say(pair: History[Official]) -> None:
    """The codes, flags and titles of both files, compared row by row without the library."""
    old, new = ({dotted(row.code): row for row in rows(official)} for official in pair)
    diff = compare(*(read(official) for official in pair))
    assert diff.added == tuple(code for code in new if code not in old)
    assert diff.deleted == tuple(code for code in old if code not in new)
    both = [code for code in new if code in old]
    headers = [c for c in both if old[c].is_billable and not new[c].is_billable]
    assert diff.became_header == tuple(headers)
    billable = [c for c in both if new[c].is_billable and not old[c].is_billable]
    assert diff.became_billable == tuple(billable)
    assert diff.codes(ChangeKind.DISPLAY_REVISED) == tuple(
        code for code in both if old[code].title != new[code].title
    )
    moved = {
        code
        for code in both
        if (old[code].parent, old[code].chapter) != (new[code].parent, new[code].chapter)
    }
    assert moved <= set(diff.codes(ChangeKind.MOVED))
    totals = diff.official_totals
    assert totals.added == sum(new[c].is_billable for c in diff.added) + len(billable)
    assert totals.deleted == sum(old[c].is_billable for c in diff.deleted) + len(headers)


@SOME
@given(histories())
def test_filters_part_the_changes(pair: History[Official]) -> None:
    diff = compare(*(read(official) for official in pair))
    parts = [diff.filter(kind) for kind in ChangeKind]
    assert sorted(map(str, diff)) == sorted(str(change) for part in parts for change in part)
    chapters = diff.by_chapter()
    assert sum(map(len, chapters.values())) == len(diff)
    for key, part in chapters.items():
        assert part.changes == diff.filter(chapter=key).changes
    cosmetic, real = diff.filter(cosmetic=True), diff.filter(cosmetic=False)
    assert len(cosmetic) + len(real) == len(diff)
    assert sum(diff.counts.values()) == len(diff)


@SOME
@given(histories())
def test_only_titles_have_words_to_change(pair: History[Official]) -> None:
    """A state, a place or an id is another one, however many letters it shares with the first."""
    for change in compare(*(read(official) for official in pair)):
        is_text = change.field in ("display", "long_description", "short_description")
        assert (change.text_change is not None) is is_text
        assert ("text_change" in change.to_dict()) is is_text
        assert is_text or change.field == "notes" or not change.is_cosmetic


@FEW
@given(record_histories())
def test_no_code_value_of_hcpcs_is_reworded(pair: History[Records]) -> None:
    for change in compare(*map(read_records, pair)):
        assert (change.text_change is None) is not change.field.endswith("_description")


@pytest.mark.parametrize("other", [None, "2026", 7, ()])
def test_what_is_of_another_kind_is_refused(other: Any) -> None:
    release = read(SMALL)
    diff = compare(release, release)
    asking: list[tuple[Callable[[Any], object], str]] = [
        (lambda it: compare(release, it), "a release is wanted"),
        (diff.apply, "a release is wanted"),
        (diff.then, "a diff, as codesets.compare gives one, is wanted"),
        (diff.reconcile, "what read_addenda gives is wanted"),
        (diff.inherited_by, "a change of a diff is wanted"),
        (lambda it: rebuild(it, it, "2027"), "a release of ICD-10-CM is wanted"),
        (lambda it: rebuild(release, it, "2027"), "what read_addenda gives is wanted"),
    ]
    for ask, said in asking:
        with pytest.raises(ComparisonTypeError, match=f"{said}.*, not {type(other).__name__}: "):
            ask(other)


@given(st.permutations("ABCDEFG"))
def test_the_fewest_are_resequenced(new: list[str]) -> None:
    old = list("ABCDEFG")
    out = moved(old, new)
    assert sorted(out) == sorted(moved(new, old))
    left = [member for member in new if member not in out]
    assert left == sorted(left)
    # No longer rising part is there: tried out.
    longest = max(
        bin(mask).count("1")
        for mask in range(1 << 7)
        if (part := [m for place, m in enumerate(new) if mask >> place & 1]) == sorted(part)
    )
    assert len(left) == longest


@given(st.lists(st.integers(0, 30), unique=True), st.lists(st.integers(0, 30), unique=True))
def test_pairing(old: list[int], new: list[int]) -> None:
    pairing = Pairing.of_keys(old, new)
    assert [new[row] for row in pairing.added] == [key for key in new if key not in old]
    assert [old[row] for row in pairing.deleted] == [key for key in old if key not in new]
    assert [old[row] for row in pairing.common[0]] == [new[row] for row in pairing.common[1]]
    places = [pairing.new_row(row) for row in range(len(old))]
    assert places == [new.index(key) if key in new else None for key in old]
    common = [key for key in new if key in old]
    assert pairing.is_in_order == (common == [key for key in old if key in new])
    assert pairing.differing([k * 2 for k in old], [k * 2 for k in new]) == []
    odd = [k + 100 * (k % 3 == 0) for k in new]
    assert [new[row] for row in pairing.differing(old, odd)] == [k for k in common if k % 3 == 0]


@pytest.mark.parametrize("kinds", ["order", "tabular"])
def test_codes_files_are_compared_in_billable_codes(kinds: str) -> None:
    other = icd10cm.parse(io.BytesIO(codes_file(rows(SMALL))))
    diff = compare(read(SMALL, kinds), other)
    assert "headers" in [each.part for each in diff.not_compared]
    assert not diff


def test_a_code_is_not_looked_for_under_the_new_name_of_a_section() -> None:
    """Section T89, of which the category T89 has the name, is T89X now; T89.X is a code."""

    def written(section: str, *below: str) -> Official:
        children = tuple(Diag(code, f"{code} in {section}") for code in below)
        diag = Diag("T89", f"Of {section}", children=children)
        chapter = Chapter("Injuries (T89)", (Section(section, "Section", diags=(diag,)),))
        return Official("2026", (chapter,))

    diff = compare(read(written("T89", "T890", "T89X")), read(written("T89X", "T89X", "T899")))
    codes = [change.code for change in diff.filter(subject=Subject.CODE)]
    assert [*dict.fromkeys(codes)] == ["T89", "T89.0", "T89.X", "T89.9"]


@pytest.mark.parametrize("subject", ICD10CM_SUBJECTS)
@pytest.mark.parametrize(
    "revised",
    [
        (NoteElement(NoteKind.EXCLUDES1, ("one", "another")),),
        (NoteElement(NoteKind.EXCLUDES2, ("one", "two")),),
        (NoteElement(NoteKind.EXCLUDES1, ("one",)), NoteElement(NoteKind.EXCLUDES1, ("two",))),
        (NoteElement(NoteKind.EXCLUDES1, ("one",)),),
        (),
    ],
    ids=["a word", "a kind", "an element", "one less", "none left"],
)
def test_one_note_is_found(subject: Subject, revised: tuple[NoteElement, ...]) -> None:
    def written(elements: tuple[NoteElement, ...]) -> Official:
        notes = {each: elements if each is subject else () for each in ICD10CM_SUBJECTS}
        diags = (Diag("T88", "Category", notes[Subject.CODE]), Diag("T89", "Last", SECOND))
        section = Section("T88-T89", "Section", (*notes[Subject.SECTION], *SECOND), diags)
        return Official("2026", (Chapter("Last (T88-T89)", (section,), notes[Subject.CHAPTER]),))

    before = (NoteElement(NoteKind.EXCLUDES1, ("one", "two")),)
    for old, new in ((before, revised), (revised, before)):
        diff = compare(read(written(old)), read(written(new)))
        assert [(each.kind, each.subject) for each in diff] == [(ChangeKind.NOTES_REVISED, subject)]
