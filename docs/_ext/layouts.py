"""Tables of the documentation, made from the tables of the package: nothing is typed twice.

    ```{layout} order
    ```

The name says which table; `TABLES` has them all.
"""

from __future__ import annotations

import ast
import io
from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.pycode import ModuleAnalyzer
from sphinx.util.docutils import SphinxDirective

import codesets
from codesets import editions, hcpcs, icd10cm, system, tables
from codesets.crosswalk import ERRATA
from codesets.hcpcs.details import write_field
from codesets.hcpcs.layout import FIELDS
from codesets.hcpcs.tables import tables as hcpcs_tables
from codesets.icd10cm import layout
from codesets.icd10cm.tables import tables as icd10cm_tables
from codesets.problems import AnomalyKind
from codesets.reconciliation import DifferenceKind, TextChange

PACKAGE = Path(codesets.__file__).parent
Rows = Iterator[tuple[str, ...]]


def order() -> Rows:
    """The columns of an order file, with the blanks between them."""
    yield from _columns(layout.ORDER)


def codes() -> Rows:
    """The columns of a codes file."""
    yield from _columns(layout.CODES)


def _columns(columns: dict[str, layout.Column]) -> Rows:
    yield ("positions", "bytes", "column", "meaning")
    for column in columns.values():
        last = "" if column.end is None else str(column.end)
        end = "" if column.end is None else str(column.end - 1)
        yield (
            f"{column.start + 1}–{last}" if last != str(column.start + 1) else last,
            f"{column.start}–{end}" if end != str(column.start) else end,
            f"`{column.name}`",
            column.meaning,
        )


def elements() -> Rows:
    """The grammar of the tabular list."""
    yield ("element", "attributes", "holds")
    for name, element in layout.ELEMENTS.items():
        attributes = " ".join(f"`{attribute}`" for attribute in element.attributes)
        yield (f"`{name}`", attributes or "–", _content(element))


def _content(element: layout.Element) -> str:
    if element.has_text:
        return "text"
    parts = [f"`{tag}`" for tag in element.first]
    if element.mixed:
        mixed = [f"`{tag}`" for tag in element.mixed]
        parts.append("any number of " + ", ".join(mixed) + (", in any order" * (len(mixed) > 1)))
    parts += [f"any number of `{tag}`" for tag in element.last]
    return "; then ".join(parts)


def note_kinds() -> Rows:
    """The kinds of note."""
    yield ("kind", "`NoteKind`", "XML element", "inherited")
    for kind in layout.NoteKind:
        yield (kind.label, f"`{kind.name}`", f"`{kind}`", "yes" if kind.is_inherited else "no")


def kinds() -> Rows:
    """The kinds of file that are told apart."""
    yield ("file", "what becomes of it")
    for kind in layout.Kind:
        if kind in layout.MAIN_KINDS:
            becomes = "read"
        elif kind is layout.Kind.UNKNOWN:
            becomes = "listed as passed over; an error if it was handed in by itself"
        else:
            becomes = "passed over; an error if nothing else is there"
        yield (str(kind), becomes)


def exclusions() -> Rows:
    """The rules in prose that take seventh characters away."""
    yield ("category", "6th character", "taken away", "since", "official words")
    for rule in layout.EXCLUSIONS:
        yield (
            rule.category,
            " or ".join(rule.sixth),
            " and ".join(rule.characters),
            f"release {rule.since}",
            rule.source,
        )


def anomalies() -> Rows:
    """The kinds of anomaly."""
    yield from _members(AnomalyKind, "anomaly")


def differences() -> Rows:
    """The kinds of difference."""
    yield from _members(DifferenceKind, "difference")


def text_changes() -> Rows:
    """How much two texts differ."""
    yield from _members(TextChange, "change")


def _members(kind: type[Enum], heading: str) -> Rows:
    """The members of an enumeration with the comments that stand below them."""
    yield (heading, "meaning")
    comments = ModuleAnalyzer.for_module(kind.__module__).find_attr_docs()
    for member in kind:
        comment = comments.get((kind.__name__, member.name)) or [_UNCOMMENTED[member.value]]
        yield (f"`{member.value}`", " ".join(comment).strip())


_UNCOMMENTED = {"none": "Equal.", "words": "Different in more than all that."}


def icd10cm_editions() -> Rows:
    """The calendar of ICD-10-CM."""
    yield ("edition", "first day", "last day", "rows of the order file", "billable codes")
    for edition in editions.editions(system.ICD10CM.name):
        counts = editions.published_counts(edition)
        days = (edition.effective_from, edition.effective_to)
        yield (
            f"`{edition.name}`",
            *(("draft", "–") if edition.is_draft else (str(day) for day in days)),
            _number(counts and counts.rows),
            _number(counts and counts.billable),
        )


def _number(count: int | None) -> str:
    return "–" if count is None else f"{count:,}"


def forms() -> Rows:
    """The forms of the systems' codes."""
    yield ("system", "form")
    for form in system.FORMS:
        yield (form.title, f"`{form.pattern}`")


def icd10cm_export() -> Rows:
    """The tables of an exported release."""
    yield from exported_tables(icd10cm_tables(icd10cm.load()))


def hcpcs_export() -> Rows:
    """The same for HCPCS; a release of one code has all of them."""
    said = {"key": "A4221", "sequence_number": "00100", "record_kind": "3"}
    said |= {"long_description": "-", "short_description": "-", "added_on": "19970101"}
    line = "".join(write_field(field, said.get(field.name, "")) for field in FIELDS)
    action = FIELDS[-2].first
    record = f"{line[: action - 1]}N{line[action:]}\r\n"
    yield from exported_tables(hcpcs_tables(hcpcs.parse(io.BytesIO(record.encode()))))


def exported_tables(exported: Iterable[tables.Table]) -> Rows:
    """Tables of an export, each after a row of one cell that says what it is."""
    for table in exported:
        yield (f"**{table.name}**: {table.meaning}",)
        yield ("column", "type", "meaning")
        for column in table.columns:
            key = ", key" if column.name in table.key else ""
            yield (f"`{column.name}`", _TYPES[column.type] + key, column.meaning)


def compiled_sections() -> Rows:
    """The sections of a compiled file of ICD-10-CM: their types are read from one."""
    line = f"00001 {'A00':7} 1 {'Cholera':60} Cholera\r\n"
    releases = (icd10cm.load(), icd10cm.parse(io.BytesIO(line.encode())))
    found = {k: v for release in releases for k, v in release.file.header.sections.items()}
    if found.keys() != SECTIONS.keys():
        raise ValueError(f"not described, or not there: {sorted(found.keys() ^ SECTIONS.keys())}")
    yield ("section", "type", "one element for each", "holds")
    for name, (each, meaning) in SECTIONS.items():
        yield (f"`{name}`", f"`{found[name][0]}`", each, meaning)


# Name of a section: what it has one element for, and what that is.
SECTIONS = {
    "keys": ("row", "packed key of the code"),
    "keys.sorted": ("code", "all packed keys, ascending"),
    "keys.rows": ("code", "the row of the key that stands in the same place of `keys.sorted`"),
    "codes": ("byte", "all compact codes in row order, a line feed between them; ASCII"),
    "tree.ends": ("row", "the row after the last one below this row"),
    "tree.parents": ("row", "the row above, or `NONE`"),
    "tree.billable": ("row", "1: billable, 0: header"),
    "code.display": (
        "row",
        "text number of the display title, or `NONE`: the title of the row above, a comma, a"
        " blank, and what the row's seventh character means",
    ),
    "code.long": (
        "row",
        "text number of the long description, `SAME` where it is the display title, or `NONE`; only"
        " with an order file",
    ),
    "code.short": ("row", "the short description, likewise"),
    "code.character": ("row", "the seventh character that made the code, ASCII; 0 where none did"),
    "code.placeholders": ("placeholder", "rows marked `placeholder`, ascending"),
    "code.section": ("row", "number of the section, or `NONE`"),
    "section.id": ("section", "text number of the id; sections stand in document order"),
    "section.title": ("section", "text number of the title"),
    "section.start": ("section", "its first row"),
    "section.end": ("section", "the row after its last; of an overview, after those it encloses"),
    "section.parent": ("section", "number of the nearest overview around it, or `NONE`"),
    "chapter.number": ("chapter", "text number of the chapter's number"),
    "chapter.title": ("chapter", "text number of the title"),
    "chapter.sections": (
        "chapter, and one at the end",
        "its first section; the last element is their number",
    ),
    "note.owners": (
        "owner of notes",
        "the owner, ascending: a row; rows + a section; rows + sections + a chapter",
    ),
    "note.starts": (
        "owner of notes, and one at the end",
        "number of its first note; the last element is their number",
    ),
    "note.kinds": ("note", "number of the kind, in the order of `NoteKind`, from 0"),
    "note.groups": ("note", "number of its element among those of its owner, from 0"),
    "note.texts": ("note", "text number"),
    "seventh.owners": ("definition", "the row that has the definition, ascending"),
    "seventh.starts": (
        "definition, and one at the end",
        "number of its first character; the last element is their number",
    ),
    "seventh.characters": ("character", "the character, ASCII"),
    "seventh.meanings": ("character", "text number of what it means"),
    "seventh.note_starts": (
        "character, and one at the end",
        "number of its first note; the last element is their number",
    ),
    "seventh.note_texts": ("note at a character", "text number"),
    "text.offsets": (
        "text, and one at the end",
        "where the text begins in `text.bytes`; the last element is their length",
    ),
    "text.bytes": ("byte", "all texts, each once, without anything between them; UTF-8"),
    "extras": ("byte", "JSON: `version`, `introduction`, `indexes`, `visual`"),
    "reports": ("byte", "JSON: `provenance`, `anomalies`, `reconciliation`"),
}


def modules() -> Rows:
    """Every module of the package: what it says of itself, and what it imports of the others."""
    for folder in ("", "compiled", "icd10cm", "hcpcs", "cli"):
        name = f"{folder}/" if folder else ""
        yield (f"**src/codesets/{name}**",)
        yield ("module", "what it is", "imports")
        for path in sorted((PACKAGE / folder).glob("*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            first = (ast.get_docstring(tree) or "").split("\n\n")[0].replace("\n", " ")
            imported = ", ".join(f"`{each}`" for each in sorted(_imports(tree, folder)))
            yield (f"`{path.stem}`", first, imported or "–")


def _imports(tree: ast.Module, folder: str) -> set[str]:
    """The modules of this package that a module imports when it is imported itself."""
    found = set()
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("codesets"):
            inside = str(node.module).removeprefix("codesets").removeprefix(".")
            names = [inside] if inside else [each.name for each in node.names]
            # A module of the same folder is written with a dot before it.
            found |= {name.removeprefix(folder) if folder else name for name in names}
    return found


_TYPES: dict[tables.ColumnType, str] = {str: "text", int: "integer", bool: "0 or 1"}


def errata() -> Rows:
    """The errors of the conversion table that are known."""
    yield ("rows", "says", "meant", "why", "corrected")
    for each in ERRATA:
        found = f"`{each.found}`" if each.found else "no row"
        meant = f"`{each.meant}`" if each.meant else "?" if each.found else "–"
        by = f"NCHS, {each.corrected_in}" if each.corrected_in else "by us"
        yield (", ".join(each.codes), found, meant, each.reason, by if each.meant else "–")


TABLES: dict[str, Callable[[], Rows]] = {
    made.__name__.replace("_", "-"): made
    for made in (
        anomalies,
        codes,
        compiled_sections,
        differences,
        elements,
        errata,
        exclusions,
        forms,
        hcpcs_export,
        icd10cm_editions,
        icd10cm_export,
        kinds,
        modules,
        note_kinds,
        order,
        text_changes,
    )
}


class Layout(SphinxDirective):
    """Puts one of the tables in its place; its cells are Markdown, as the page is."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """The table, or several with a line above each."""
        name = self.arguments[0]
        if name not in TABLES:
            raise self.error(f"there is no table {name!r}; there are: {', '.join(TABLES)}")
        made: list[nodes.Node] = []
        body = nodes.tbody()
        is_heading = True
        for row in TABLES[name]():
            if len(row) == 1:
                made += self.cell(row[0])
                is_heading = True
            elif is_heading:
                body = nodes.tbody()
                made.append(self.table(row, body))
                is_heading = False
            else:
                body += self.row(row)
        return made

    def table(self, heading: tuple[str, ...], body: nodes.tbody) -> nodes.table:
        """A table with its heading, to be filled."""
        group = nodes.tgroup(cols=len(heading))
        group += [nodes.colspec(colwidth=1) for _ in heading]
        group += nodes.thead("", self.row(heading))
        group += body
        return nodes.table("", group, classes=["colwidths-auto", f"layout-{self.arguments[0]}"])

    def row(self, cells: Iterable[str]) -> nodes.row:
        """One row of cells."""
        return nodes.row("", *(nodes.entry("", *self.cell(cell)) for cell in cells))

    def cell(self, text: str) -> list[nodes.Node]:
        """The nodes of one cell."""
        holder = nodes.Element()
        self.state.nested_parse(StringList([text], self.get_location()), 0, holder)
        return holder.children


def setup(app: Sphinx) -> dict[str, Any]:
    """What Sphinx calls."""
    app.add_directive("layout", Layout)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
