"""What two compiled files have in common, against the plainest way to find it."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from codesets import CodesetsError, compare, icd10cm
from codesets.compiled.format import NONE, PREAMBLE, SAME
from codesets.compiled.reader import Compiled
from codesets.compiled.writer import Writer
from codesets.diff.alignment import ELSEWHERE, aligned_texts, common_keys
from codesets.diff.content import Pairing
from diff.test_laws import read
from icd10cm.examples import SMALL

CODES = st.lists(st.from_regex(r"[A-D][0-2]{2}[0-2]?", fullmatch=True), unique=True, max_size=40)
# Long runs of few words: many texts that are alike, and some that one ends and another begins with.
TEXTS = st.lists(st.sampled_from(["", "a", "b", "ab", "ba", "é", "abab" * 90]), max_size=60)


def file_of(codes: Sequence[str], texts: Sequence[str]) -> Compiled:
    writer = Writer()
    writer.keys(codes)
    # Not made one of: each text stands where it stands.
    writer.own_texts("titles", dict(enumerate(texts)), len(texts))
    return Compiled.from_bytes(writer.finish({"system": "icd10cm", "edition": {}}))


@given(CODES, CODES)
def test_keys(old: list[str], new: list[str]) -> None:
    runs = common_keys(file_of(old, ()), file_of(new, ()))
    expected = Pairing.of_keys(old, new)
    assert (runs is None) != expected.is_in_order
    if runs is not None:
        found = Pairing(tuple(runs), len(old), len(new))
        assert found.old_rows == expected.old_rows
        assert (found.deleted, found.added) == (expected.deleted, expected.added)


@given(TEXTS, TEXTS)
def test_texts_said_to_be_the_same_are(old: list[str], new: list[str]) -> None:
    aligned = aligned_texts(file_of((), old), file_of((), new))
    assert len(aligned) == len(old) + 2
    found = [(text, number) for text, number in zip(old, aligned, strict=False) if number >= 0]
    assert [text for text, _ in found] == [new[number] for _, number in found]
    assert [number for _, number in found] == sorted({number for _, number in found})
    assert {number for number in aligned[:-2] if number < 0} <= {ELSEWHERE}
    signed = NONE - (1 << 32), SAME - (1 << 32)
    assert [aligned[number] for number in signed] == list(signed)


@given(TEXTS, st.data())
def test_all_texts_but_the_changed_are_found(texts: list[str], data: st.DataObject) -> None:
    old = [f"{text}{place}" for place, text in enumerate(texts)]
    gone = data.draw(st.sets(st.sampled_from(range(len(old))))) if old else set()
    new = [text for place, text in enumerate(old) if place not in gone]
    aligned = aligned_texts(file_of((), old), file_of((), new))
    assert {place for place in range(len(old)) if aligned[place] == ELSEWHERE} == gone


@settings(max_examples=200, phases=(Phase.generate,))
@given(st.data())
def test_a_damaged_file_is_compared_or_refused(data: st.DataObject) -> None:
    sound = read(SMALL)
    content = bytearray(sound.file.to_bytes())
    start = PREAMBLE.size + PREAMBLE.unpack_from(content)[3]
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(start, len(content) - 1))
        content[place] ^= data.draw(st.integers(1, 255))
    damaged = icd10cm.Icd10cmRelease.from_bytes(bytes(content))
    for pair in ((sound, damaged), (damaged, sound)):
        try:
            told = [str(change) for change in compare(*pair)]
            assert all(told)
        except CodesetsError:
            pass
