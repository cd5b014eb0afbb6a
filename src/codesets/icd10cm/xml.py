"""An XML file flattened into rows in document order, checked against a grammar.

Walking a tree of lxml elements from Python costs more than parsing it. Here the tree is read once,
in one pass, into plain rows that know how many children they have; all further work is done on
those. White space between elements is dropped by the parser, so the number of text nodes must
equal the number of leaves with text: that one comparison finds text where none belongs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from codesets.icd10cm.layout import Element
from codesets.problems import AnomalyKind, Problems

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["Row", "parse_rows"]


Row = tuple[str, int, str | None, int, list[tuple[str, str]]]
"""One element: name, number of children, text, line, attributes.

The name of a comment, processing instruction or entity is no text but a function of lxml.
"""


def parse_rows(
    data: bytes, root: str, grammar: Mapping[str, Element], problems: Problems
) -> list[Row]:
    """Parse XML without network, entities or document type, and flatten it.

    Elements that the grammar does not know are left to the reader, which knows their place.

    Raises:
        SourceFormatError: no well-formed XML, a document type declaration, another root, or text
            where none belongs.
    """
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, remove_blank_text=True
    )
    try:
        element = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        reason = f"no well-formed XML: {error.msg}" if data.strip() else "the file is empty"
        raise problems.fatal(reason, line=error.lineno or None) from error
    if element.getroottree().docinfo.internalDTD is not None:
        raise problems.fatal(
            "it declares a document type, which no official file does; entities are not read"
        )
    if element.tag != root:
        raise problems.fatal(f"root element {element.tag!s}, not {root}", line=element.sourceline)
    _note_bytes(data, problems)
    rows = [(e.tag, len(e), e.text, e.sourceline, e.items()) for e in element.iter()]
    leaves = [None for row in rows if row[2] and not row[1]]
    if element.xpath("count(//text())") != len(leaves):
        _find_stray_text(element, grammar, problems)
    return rows  # type: ignore[return-value]


def _find_stray_text(root: _Element, grammar: Mapping[str, Element], problems: Problems) -> None:
    """Refuse text inside elements that hold elements, and comments inside of leaves."""
    for element in root.iter("*"):
        known = grammar.get(str(element.tag))
        if known is None:
            continue
        if known.has_text:
            texts = [child.tail for child in element]
        else:
            texts = [element.text, *(child.tail for child in element)]
        for text in texts:
            if text is not None and text.strip():
                message = f"text where none belongs in {element.tag!s}: {text.strip()[:60]!r}"
                problems.loss(message, line=element.sourceline, path=_path(element))


def _path(element: _Element) -> str:
    parts: list[str] = []
    for part in (element, *element.iterancestors()):
        name = part.get("id") or part.findtext("name")
        if part.tag == "chapter":
            parts.append(f"chapter {(name or '?').strip()}")
        elif part.getparent() is not None:
            parts.append((name or str(part.tag)).strip())
    return " / ".join(reversed(parts))


def _note_bytes(data: bytes, problems: Problems) -> None:
    if data.startswith(b"\xef\xbb\xbf"):
        problems.oddity(AnomalyKind.BYTE_ORDER_MARK, "a byte order mark", line=1)
    if data.count(b"\n") != data.count(b"\r\n"):
        message = "line ends other than the publisher's CRLF"
        problems.oddity(AnomalyKind.LINE_ENDS, message)
