"""Writes small ICD-10-CM releases as the publisher does, from the reader's own layout tables."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping
from xml.sax.saxutils import escape, quoteattr

from attrs import field, frozen

from codesets.icd10cm.layout import CODES, ELEMENTS, ORDER, Column
from icd10cm.model import (
    Category,
    Chapter,
    Definition,
    Diag,
    Element,
    NoteElement,
    Official,
    Range,
    Row,
    Section,
    accents_dropped,
    dotted,
    rows,
)

__all__ = [
    "Node",
    "archive",
    "codes_file",
    "codes_line",
    "files",
    "order_file",
    "order_line",
    "tabular_xml",
    "xml",
]

SHORT_WIDTH = 60


@frozen
class Node:
    """One XML element; only what `ELEMENTS` knows can be made."""

    tag: str
    children: tuple[Node, ...] = ()
    text: str = ""
    attributes: Mapping[str, str] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        element = ELEMENTS[self.tag]
        assert set(self.attributes) <= set(element.attributes), self
        assert {child.tag for child in self.children} <= set(element.children), self
        assert bool(self.text) == element.has_text, self


def _leaf(tag: str, text: str, **attributes: str) -> Node:
    return Node(tag, (), text, attributes)


def _note_list(kind: str, texts: Iterable[str]) -> Node:
    return Node(kind, tuple(_leaf("note", text) for text in texts))


def _element(element: Element) -> list[Node]:
    if isinstance(element, NoteElement):
        return [_note_list(element.kind, element.texts)]
    return [_note_list("sevenChrNote", [element.instruction]), _definition(element)]


def _definition(definition: Definition) -> Node:
    inner: list[Node] = []
    for extension in definition.extensions:
        inner.append(_leaf("extension", extension.meaning, char=extension.character))
        inner += [_leaf("note", text) for text in extension.notes]
    return Node("sevenChrDef", tuple(inner))


def _cell(cell: tuple[str, bool]) -> Node:
    text, is_heading = cell
    return _leaf("heading" if is_heading else "value", text)


def _limit(tag: str, cell: tuple[str, bool] | None) -> list[Node]:
    return [] if cell is None else [Node(tag, (_cell(cell),))]


def _range(part: Range) -> Node:
    heading = [_leaf("heading", part.heading)] if part.heading else []
    limits = _limit("visMax", part.maximum) + _limit("visMin", part.minimum)
    return Node("visRange", (*heading, *limits))


def _category(category: Category) -> Node:
    label = [] if category.label is None else [_cell(category.label)]
    return Node("visCategory", (*label, *map(_range, category.ranges)))


def _diag(diag: Diag) -> Node:
    inner = [_leaf("name", dotted(diag.code)), _leaf("desc", diag.title)]
    for element in diag.elements:
        inner += _element(element)
    if diag.visual:
        inner.append(Node("visualImpairment", tuple(map(_category, diag.visual))))
    inner += map(_diag, diag.children)
    marked = {"placeholder": "true"} if diag.is_placeholder else {}
    return Node("diag", tuple(inner), attributes=marked)


def _section(section: Section) -> Node:
    inner = [_leaf("desc", section.title)]
    for element in section.elements:
        inner += _element(element)
    return Node("section", (*inner, *map(_diag, section.diags)), attributes={"id": section.id})


def _section_ref(section: Section) -> Node:
    first, _, last = section.id.partition("-")
    title = section.title.rpartition(" (")[0]
    return _leaf("sectionRef", title, first=first, last=last or first, id=section.id)


def _chapter(number: int, chapter: Chapter) -> Node:
    notes = [node for element in chapter.elements for node in _element(element)]
    by_id = {section.id: section for section in chapter.sections}
    index = Node("sectionIndex", tuple(_section_ref(by_id[id_]) for id_ in chapter.index))
    notes.insert(chapter.index_after, index)
    start = (_leaf("name", str(number)), _leaf("desc", chapter.title))
    return Node("chapter", (*start, *notes, *map(_section, chapter.sections)))


def _instruction(texts: Iterable[str]) -> Node:
    return _note_list("instruction", texts)


def _tree(official: Official) -> Node:
    introduction = tuple(
        Node(
            "introSection",
            (_leaf("title", part.title), *map(_instruction, part.instructions)),
            attributes={"type": part.type},
        )
        for part in official.introduction
    )
    return Node(
        "ICD10CM.tabular",
        (
            _leaf("version", official.version),
            Node("introduction", introduction),
            *(_chapter(number, chapter) for number, chapter in enumerate(official.chapters, 1)),
        ),
    )


def _render(node: Node, indent: str, lines: list[str]) -> None:
    attributes = "".join(f" {name}={quoteattr(v)}" for name, v in node.attributes.items())
    start, end = f"{indent}<{node.tag}{attributes}>", f"</{node.tag}>"
    if node.tag == "sectionRef":
        # The publisher wraps these, and only these, in line ends and indentation.
        lines += [start, f"{indent}  {escape(node.text)}", indent + end]
    elif node.text:
        lines.append(start + escape(node.text) + end)
    elif node.tag in ("visMax", "visMin"):
        inner: list[str] = []
        for child in node.children:
            _render(child, "", inner)
        lines.append(start + "".join(inner) + end)
    else:
        lines.append(start)
        for child in node.children:
            _render(child, indent + "  ", lines)
        lines.append(indent + end)


def xml(lines: Iterable[str], line_end: str = "\r\n") -> bytes:
    """Lines below an XML declaration, as the publisher ends them."""
    declaration = '<?xml version="1.0" encoding="utf-8"?>'
    text = "".join(line + "\n" for line in (declaration, *lines))
    return text.replace("\n", line_end).encode()


def tabular_xml(official: Official) -> bytes:
    """The tabular list: UTF-8, CRLF, two blanks a level, no byte order mark."""
    lines: list[str] = []
    _render(_tree(official), "", lines)
    return xml(lines)


def _record(columns: Mapping[str, Column], values: Mapping[str, str]) -> bytes:
    """One fixed-width record: every column at its place, in bytes, blanks between."""
    line = bytearray()
    for name, column in columns.items():
        data = values[name].encode()
        assert column.end is None or len(data) <= column.end - column.start, (name, data)
        line = line.ljust(column.start)
        line += data
        if column.end is not None:
            line = line.ljust(column.end)
    return bytes(line) + b"\r\n"


def order_line(number: int, code: str, flag: str, short: str, long: str) -> bytes:
    """One line of an order file."""
    values = {"number": f"{number:05}", "code": code, "flag": flag, "short": short, "long": long}
    return _record(ORDER, values)


def codes_line(code: str, long: str) -> bytes:
    """One line of a codes file."""
    return _record(CODES, {"code": code, "long": long})


def short_of(long: str) -> str:
    """A short description: the long one where it fits into its 60 characters."""
    return long[:SHORT_WIDTH].rstrip()


def order_file(listed: Iterable[Row]) -> bytes:
    """The order file, in plain letters."""
    lines = []
    for number, row in enumerate(listed, 1):
        long = accents_dropped(row.title)
        lines.append(order_line(number, row.code, str(+row.is_billable), short_of(long), long))
    return b"".join(lines)


def codes_file(listed: Iterable[Row]) -> bytes:
    """The codes file: the billable rows of the order file."""
    billable = (row for row in listed if row.is_billable)
    return b"".join(codes_line(row.code, accents_dropped(row.title)) for row in billable)


def files(official: Official) -> dict[str, bytes]:
    """The files of a release, by what they are."""
    listed = rows(official)
    return {
        "tabular": tabular_xml(official),
        "order": order_file(listed),
        "codes": codes_file(listed),
    }


def archive(members: Mapping[str, bytes]) -> bytes:
    """A zip of files by name, the same bytes for the same members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in members.items():
            made.writestr(zipfile.ZipInfo(name, (2025, 10, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
