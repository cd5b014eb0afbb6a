"""The files of one CMS-HCC model to the bytes of a compiled file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from codesets.errors import CrosswalkError, SourceError
from codesets.grouping.base import LABELS, titles_of
from codesets.grouping.hcc_files import (
    COMPANIONS,
    TABLES,
    hierarchy_in,
    kind_of,
    labels_in,
    models_in,
    read_format,
    read_table,
)
from codesets.grouping.hcc_names import KIND, companions_of, model_named, payment_edition
from codesets.grouping.reading import GroupRow, compile_groups
from codesets.problems import Problems
from codesets.sources import SourceFile

__all__ = ["HIERARCHY", "NOTES", "build", "text_digest"]

HIERARCHY, NOTES = "hierarchy", "notes"
"""Names of the sections with the lines of the hierarchy, and with the notes of the CSV table."""


def build(
    files: Sequence[SourceFile], model: str | None, year: str | None, *, lenient: bool
) -> bytes:
    """The compiled file of one model, see `HccModel.parse`."""
    file = _only_table(files)
    kind = kind_of(file)
    chosen = (model or model_named(file)).lower() or _only_model(file, kind)
    system = f"{KIND}{chosen}"
    problems = Problems(file.name, lenient)
    rows, notes = _rows(file, kind, chosen, problems)
    companions = companions_of(chosen, files)
    labels, hierarchy = map(companions.get, COMPANIONS)
    edition = payment_edition(system, year, file)
    return compile_groups(
        rows,
        edition,
        (system, "hcc"),
        [(file, kind), *((each, kind) for kind, each in companions.items())],
        [problems],
        {
            LABELS: titles_of((labels_in(labels) if labels else {}).items()),
            HIERARCHY: hierarchy_in(hierarchy) if hierarchy else [],
            NOTES: notes,
        },
        content=(kind, *companions),
    )


def text_digest(file: SourceFile) -> str:
    """Digest of the lines of a file, whatever ends them: copies come with either line end."""
    return hashlib.sha256(b"\n".join(file.read().splitlines())).hexdigest()


def _only_table(files: Iterable[SourceFile]) -> SourceFile:
    tables: dict[str, SourceFile] = {}
    for file in files:
        if kind_of(file) in TABLES:
            tables.setdefault(text_digest(file), file)
    if len(tables) != 1:
        there = ", ".join(file.name for file in tables.values()) or "none"
        raise SourceError(
            f"one table of codes and HCCs is wanted, and there are: {there}"
            + ("; hand in one at a time" if tables else "")
        )
    return next(iter(tables.values()))


def _only_model(file: SourceFile, kind: str) -> str:
    models = models_in(file) if kind == "table" else ()
    if len(models) == 1:
        return models[0]
    there = f"it has {', '.join(models)}" if models else "no line of it says so"
    raise CrosswalkError(f"{file.name}: say which model (model=…, --system hcc-v28); {there}")


def _rows(
    file: SourceFile, kind: str, model: str, problems: Problems
) -> tuple[list[GroupRow], list[str]]:
    """The rows of a table, and the notes below it."""
    if kind == "table":
        return read_table(file, model, problems)
    return list(read_format(file, problems)), []
