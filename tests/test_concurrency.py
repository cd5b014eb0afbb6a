"""One release shared between threads and processes answers as it does alone."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import random
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from codesets import icd10cm, keyspace
from codesets.icd10cm import Icd10cmRelease

THREADS = 8
ODD = ("E11.99", "A00", "", "no code", "S06.0X7D", "h3531", " e119 ", "QA0.I", "É11", "E11.9.")


def questions(release: Icd10cmRelease) -> list[str]:
    """Codes in many spellings, and what is no code."""
    spelt = []
    for code in release:
        compact = code.replace(".", "")
        spelt += [code, code.lower(), compact, compact.swapcase(), f" {code}"]
    return [*spelt, *ODD]


def answer(release: Icd10cmRelease, text: str) -> tuple[Any, ...]:
    """All that can be said of a text, as plain values."""
    finding = release.check(text)
    code = release.get(text)
    said = (text in release, finding.to_dict(), repr(finding), finding.suggestions)
    if code is None:
        return said
    assert release[text] == code
    return (
        *said,
        (code.code, code.display, code.long_description, code.short_description),
        [note.text for note in (*code.notes, *code.inherited_notes)],
        [below.code for below in code.descendants],
        [above.code for above in code.ancestors],
        [(c.character, c.meaning, c.notes) for c in code.seventh_characters],
        str(code.section),
        str(code.chapter),
        release.select(code).codes,
        release.condense(code.billable_descendants).codes,
    )


def everything(release: Icd10cmRelease, seed: int = 0) -> dict[str, tuple[Any, ...]]:
    """The answers to all questions, asked in an order of its own."""
    texts = questions(release)
    random.Random(seed).shuffle(texts)
    return {text: answer(release, text) for text in texts}


@pytest.fixture
def often() -> Iterator[None]:
    """Let threads take turns a thousand times as often as usual."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(5e-6)
    yield
    sys.setswitchinterval(before)


def in_threads(ask: Callable[[int], Any]) -> list[Any]:
    """What each of eight threads gets that begin at the same moment."""
    start = Barrier(THREADS)

    def asked(number: int) -> Any:
        start.wait()
        return ask(number)

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(asked, range(THREADS)))


@pytest.mark.usefixtures("often")
@pytest.mark.parametrize("kind", ["in memory", "mapped"])
def test_eight_threads_get_the_single_threads_answers(
    kind: str, small_release: Icd10cmRelease, small_path: Path
) -> None:
    alone = everything(Icd10cmRelease.from_bytes(small_release.file.to_bytes()))
    for round_ in range(3):
        # Fresh each time: what is made at the first question is made by eight at once.
        if kind == "mapped":
            shared = Icd10cmRelease.from_bytes(small_path.read_bytes())
            shared = type(shared)(type(shared.file).open(small_path))
        else:
            shared = Icd10cmRelease.from_bytes(small_release.file.to_bytes())
        for answers in in_threads(lambda number, s=shared, r=round_: everything(s, 8 * r + number)):  # type: ignore[misc]
            assert answers == alone


@pytest.mark.usefixtures("often")
def test_threads_open_one_and_the_same_release(small_path: Path) -> None:
    found = in_threads(lambda _: icd10cm.load_path(small_path))
    assert all(release == found[0] for release in found)
    assert icd10cm.load_path(small_path) in found


@pytest.mark.usefixtures("often")
def test_the_memory_of_answers_is_bounded(
    small_release: Icd10cmRelease, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Answers are remembered by their spelling, of known codes only, and then forgotten again."""
    monkeypatch.setattr(keyspace, "MEMORY_LIMIT", 16)
    data = small_release.file.to_bytes()
    alone = everything(Icd10cmRelease.from_bytes(data))
    shared = Icd10cmRelease.from_bytes(data)
    for answers in in_threads(lambda number: everything(shared, number)):
        assert answers == alone
    # Each canonical code once, besides: they are as many as the release has.
    bound = 16 + THREADS + len(shared)
    assert len(shared._seen) <= bound
    assert len(shared._checked) <= bound


def test_hostile_questions_fill_no_memory(small_release: Icd10cmRelease) -> None:
    release = Icd10cmRelease.from_bytes(small_release.file.to_bytes())
    for number in range(2000):
        for text in (f"Z{number:04}", " " * number + "E11.9", "x" * number, f"e11.9{number}"):
            release.check(text)
            assert release.get(text) is None or text.strip() == "E11.9"
            assert (text in release) == (text.strip() == "E11.9")
    assert len(release._seen) < 20
    assert len(release._checked) < 20


def test_a_remembered_answer_is_the_same_object(small_release: Icd10cmRelease) -> None:
    """What makes a loop over codes already seen as quick as a dict."""
    assert small_release["e119"] is small_release["e119"]
    assert small_release["e119"] is small_release["E11.9"]
    assert small_release.check("e119") is small_release.check("e119")
    assert small_release.check("e119").text == "e119"
    assert small_release.check("E11.9").text == "E11.9"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this platform cannot fork")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # 3.12 warns of forks beside threads
@pytest.mark.parametrize("kind", ["in memory", "mapped"])
def test_a_release_survives_fork(
    kind: str, small_release: Icd10cmRelease, small_path: Path, tmp_path: Path
) -> None:
    release = small_release if kind == "in memory" else icd10cm.load_path(small_path)
    alone = everything(release)
    outcome = tmp_path / "outcome"
    child = os.fork()
    if child == 0:
        # In the child nothing may reach pytest: what happened goes through the file.
        try:
            release.verify()
            again = pickle.loads(pickle.dumps(release))
            same = everything(release) == alone == everything(again)
            outcome.write_text("same" if same else "different")
        except BaseException as error:
            outcome.write_text(repr(error))
        finally:
            os._exit(0)
    assert everything(release) == alone
    os.waitpid(child, 0)
    assert outcome.read_text() == "same"


def asked_elsewhere(things: tuple[Any, ...]) -> tuple[bool, list[str], dict[str, Any]]:
    """Runs in another process, on what was pickled to it."""
    release, code, finding = things
    assert code == release["E11.9"]
    assert finding == release.check(finding.text)
    return release.path is None, [repr(thing) for thing in things], everything(release)


def test_a_release_survives_the_way_to_a_spawned_process(
    small_release: Icd10cmRelease, small_path: Path
) -> None:
    """A release with a file is pickled as its path and digest, one without as its bytes."""
    mapped = icd10cm.load_path(small_path)
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        for release in (small_release, mapped):
            things = (release, release["e119"], release.check("E11"))
            is_in_memory, said, answers = pool.apply(asked_elsewhere, (things,))
            assert is_in_memory == (release.path is None)
            assert said == list(map(repr, things))
            assert answers == everything(release)
