"""XML files under a grammar: checked as a whole, mended where nothing is lost, refused elsewhere.

The grammar is a table (`layout.ELEMENTS`). It is turned into a document type definition, by which
lxml checks a file of 180,000 elements in the time of a third of its parsing. Only where that says
no are the elements walked one by one, to say what is wrong and where.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from itertools import islice
from typing import TYPE_CHECKING

from attrs import frozen

from codesets.icd10cm.layout import Element
from codesets.problems import AnomalyKind, Problems

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["TreeProblems", "parse_checked", "written"]

_NO_LINE_ENDS = bytes(set(range(256)) - set(b"\r\n"))
_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
_SCHEMA_PLACES = (f"{_XSI}schemaLocation", f"{_XSI}noNamespaceSchemaLocation")
_NO_NAMESPACES: Mapping[str | None, str] = {}


def parse_checked(
    data: bytes, root: str, grammar: Mapping[str, Element], problems: Problems
) -> _Element:
    """Parse XML without network, entities or document type, and hold it to a grammar.

    Args:
        data: the bytes of the file.
        root: name of the root element.
        grammar: what each element may hold.
        problems: takes oddities, and what would lose content.

    Returns:
        The root of a tree that is exactly what the grammar says, without comments and without
        white space between elements.

    Raises:
        SourceFormatError: no well-formed XML, a document type declaration, another root, or
            content that the grammar does not have.
    """
    from lxml import etree

    # White space between elements is dropped: half of the nodes, and of the time. Never add
    # collect_ids=False here: it makes libxml2 load the external subset of a document type.
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
    encoding = element.getroottree().docinfo.encoding or "utf-8"
    if encoding.lower() != "utf-8":
        message = f"the file is in {encoding}, not in UTF-8"
        problems.oddity(AnomalyKind.ENCODING, message, line=1, found=encoding)
        if encoding.lower().startswith("utf-16"):
            data = data.decode(encoding, "replace").encode()
    _note_bytes(data, problems)
    for node in (*element.itersiblings(preceding=True), *element.itersiblings()):
        message = "a comment or processing instruction outside the root"
        problems.oddity(
            AnomalyKind.COMMENT, message, line=node.sourceline, found=str(node.text or "")
        )
    definition = etree.DTD(io.StringIO(_as_dtd(grammar)))
    has_comment = next(element.iter(etree.Comment, etree.ProcessingInstruction), None) is not None
    if has_comment or not definition.validate(element):
        _Mender(problems, grammar).mend(element)
        # What was in them is gone, and to the definition a declaration would be an attribute.
        etree.cleanup_namespaces(element)
        if not definition.validate(element):
            raise problems.fatal(f"not as the publisher writes it: {definition.error_log[0]}")
    return element


def _as_dtd(grammar: Mapping[str, Element]) -> str:
    lines: list[str] = []
    for name, element in grammar.items():
        parts = [*element.first]
        if element.mixed:
            parts.append(f"({'|'.join(element.mixed)})*")
        parts += [f"{tag}*" for tag in element.last]
        content = "#PCDATA" if element.has_text else ",".join(parts)
        lines.append(f"<!ELEMENT {name} ({content})>")
        lines += [f"<!ATTLIST {name} {key} CDATA #IMPLIED>" for key in element.attributes]
    return "\n".join(lines)


@frozen(eq=False, repr=False)
class TreeProblems:
    """Tells the problems of a file where they stand in its tree."""

    problems: Problems

    def loss(
        self, element: _Element, message: str, line: int | None = None, found: str = ""
    ) -> None:
        """Refuse what would lose content, or list it where the reader is lenient."""
        line = line or element.sourceline
        self.problems.loss(message, line=line, path=path_of(element), found=found)

    def odd(
        self,
        element: _Element,
        kind: AnomalyKind,
        message: str,
        found: str = "",
        line: int | None = None,
    ) -> None:
        """List something odd that loses nothing."""
        line, path = line or element.sourceline, path_of(element)
        self.problems.oddity(kind, message, line=line, path=path, found=found)


@frozen(eq=False, repr=False)
class _Mender(TreeProblems):
    """Walks a tree that is not what the grammar says, and makes it so.

    What loses nothing is listed and put in its place; what would lose content is refused, or
    listed and taken out where the reader is lenient.
    """

    grammar: Mapping[str, Element]

    def mend(
        self, element: _Element, namespaces: Mapping[str | None, str] = _NO_NAMESPACES
    ) -> None:
        known = self.grammar[str(element.tag)]
        declared = element.nsmap
        if declared != namespaces:
            message = "namespaces are declared, and nothing of the list is in them"
            added = sorted(set(declared.values()) - set(namespaces.values()))
            self.odd(element, AnomalyKind.NAMESPACE, message, " ".join(added))
        for name in list(element.attrib):
            if name in _SCHEMA_PLACES:
                message = "the place of a schema, which is not looked at"
                self.odd(element, AnomalyKind.NAMESPACE, message, element.attrib.pop(name))
            elif name not in known.attributes:
                found = f"{name}={element.get(name)!r}"
                self.loss(element, f"unknown attribute {name} of {element.tag!s}", found=found)
                del element.attrib[name]
        self.sift(element, known)
        if not known.has_text:
            self.check_text(element)
            self.order(element, known)
        for child in list(element):
            self.mend(child, declared)

    def sift(self, element: _Element, known: Element) -> None:
        """Take out what is no element of the grammar, but not the text after it."""
        kept: list[_Element] = []
        texts = [[element.text or ""]]
        for child in element:
            if not isinstance(child.tag, str):
                self.odd(
                    element,
                    AnomalyKind.COMMENT,
                    "a comment or processing instruction",
                    str(child.text or ""),
                    line=child.sourceline,
                )
            elif child.tag not in known.children:
                message = f"unknown element {child.tag} in {element.tag!s}"
                self.loss(element, message, child.sourceline, written(child))
            else:
                kept.append(child)
                texts.append([])
            texts[-1].append(child.tail or "")
        if len(kept) < len(element):
            element[:] = kept
            element.text, *tails = ["".join(parts) or None for parts in texts]
            for child, tail in zip(kept, tails, strict=True):
                child.tail = tail

    def check_text(self, element: _Element) -> None:
        """Only white space may stand between elements."""
        texts = [element.text, *(child.tail for child in element)]
        for text in texts:
            if text is not None and text.strip():
                found = text.strip()
                message = f"text where none belongs in {element.tag!s}: {found[:60]!r}"
                self.loss(element, message, found=found)
        element.text = None
        for child in element:
            child.tail = None

    def order(self, element: _Element, known: Element) -> None:
        """Put the children into the order of the grammar, and say where they were not."""
        ranks = {tag: place for place, tag in enumerate(known.first)}
        ranks |= dict.fromkeys(known.mixed, len(ranks))
        ranks |= dict.fromkeys(known.last, len(ranks) + 1)
        children = list(element)
        highest = -1
        for child in children:
            tag = str(child.tag)
            if ranks[tag] < highest:
                found = f"{tag} stands after what it should stand before"
                self.odd(child, AnomalyKind.ELEMENT_ORDER, found)
            highest = max(highest, ranks[tag])
        for tag in known.first:
            same = [child for child in children if child.tag == tag]
            for repeated in same[1:]:
                message = f"a second {tag} in {element.tag!s}"
                self.loss(repeated, message, found=written(repeated))
            if len(same) > 1:
                gone = set(same[1:])
                children = [child for child in children if child not in gone]
            if not same:
                self.loss(element, f"{element.tag!s} without {tag}")
                children.append(element.makeelement(tag))
        element[:] = sorted(children, key=lambda child: ranks[str(child.tag)])


def written(element: _Element) -> str:
    """An element as XML, as it is kept of what is lost."""
    from lxml import etree

    return etree.tostring(element, encoding="unicode", with_tail=False)


def path_of(element: _Element) -> str:
    """Where an element stands, as `chapter 19 / S06 / sevenChrDef`."""
    inside = "" if element.tag in ("chapter", "section", "diag") else str(element.tag)
    owner = chapter = ""
    for part in (element, *element.iterancestors()):
        if part.tag == "chapter":
            chapter = f"chapter {_name_of(part)}"
        elif part.tag in ("diag", "section") and not owner:
            owner = _name_of(part)
    return " / ".join(part for part in (chapter, owner, inside) if part)


def _name_of(element: _Element) -> str:
    """The name of a chapter or code, the id of a section.

    A name stands first, or nearly. `findtext` looks ahead for a second one, through all children,
    which takes hours where each of them has a problem.
    """
    names = (child.text for child in islice(element, 8) if child.tag == "name")
    return (next(names, None) or element.get("id") or "?").strip()[:60]


def _note_bytes(data: bytes, problems: Problems) -> None:
    if data.startswith(b"\xef\xbb\xbf"):
        problems.oddity(AnomalyKind.BYTE_ORDER_MARK, "a byte order mark", line=1)
    ends = data.translate(None, _NO_LINE_ENDS)
    if len(ends) % 2 and data.endswith(b"\n"):
        ends = ends[:-1]  # a line feed that ends the file is no oddity
    if ends != b"\r\n" * (len(ends) // 2):
        message = "line ends other than the publisher's CRLF"
        problems.oddity(AnomalyKind.LINE_ENDS, message)
