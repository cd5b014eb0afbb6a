"""Reader of the General Equivalence Mappings (GEM) of CMS and NCHS.

One line a statement, 19 columns and CRLF, no header ("Diagnosis Code Set General Equivalence
Mappings, Documentation for Technical Users", appendix A): source, target, five flags. The flags
say: approximate, no map, combination, scenario, choice list. A row without combination is a full
translation by itself; rows with it belong to a scenario, whose full translations have one target of
each of its choice lists.
"""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from attrs import field, frozen

from codesets._edition import Edition
from codesets._edition_names import spoken_of
from codesets._gc import gc_suspended
from codesets.crosswalk.codings import CODINGS, Coding
from codesets.crosswalk.columns import NUMBER, MapRows, compile_map
from codesets.crosswalk.entries import MapEnd, Relationship
from codesets.editions import edition as edition_named
from codesets.errors import EditionError, SourceError
from codesets.problems import AnomalyKind, Problems
from codesets.sources import Source, SourceFile, open_sources

__all__ = ["KIND", "LAYOUTS", "GemLayout", "build", "layout_of"]

KIND = "gem"
"""What compiled GEMs are called by, with their direction: `gem-i9-2018.codeset`."""

FLAGS = ("approximate", "no map", "combination", "scenario", "choice list")
"""What the five digits say, in order (appendix A)."""
_WIDTH = 19


@frozen
class GemLayout:
    """One direction: where source and target stand, and what they are codes of.

    Attributes:
        name: what the direction is called, as in `2018_I9gem.txt`.
        source_width: columns of the source, from the first one on.
        target_first: first column of the target, from 1.
        target_width: its columns.
        systems: what source and target are codes of.
        no_map: what stands for a target where there is none.
        is_source, is_target: the forms by which the direction is told.
    """

    name: str
    source_width: int
    target_first: int
    target_width: int
    systems: tuple[str, str]
    no_map: str
    is_source: str
    is_target: str
    line: re.Pattern[str] = field(init=False, repr=False, eq=False)

    @line.default
    def _compile(self) -> re.Pattern[str]:
        gap = " " * (self.target_first - 1 - self.source_width)
        return re.compile(
            rf"(\S.{{{self.source_width - 1}}}){gap}(\S.{{{self.target_width - 1}}})"
            r" ([01][01][01][0-9][0-9])"
        )

    @property
    def system(self) -> str:
        """What compiled maps of this direction are called by, as `gem-i9`."""
        return f"{KIND}-{self.name}"

    @property
    def template(self) -> str:
        """A line, of which source, target and flags are to be filled in."""
        source = f"{{source:<{self.target_first - 1}}}"
        return f"{source}{{target:<{self.target_width + 1}}}{{flags}}"

    @property
    def codings(self) -> tuple[Coding, Coding]:
        """The codings of source and target."""
        return CODINGS[self.systems[0]], CODINGS[self.systems[1]]


_ICD9, _ICD9_PROCEDURE = r"[0-9VE][0-9]{2,4}", r"[0-9]{2,4}"
_ICD10, _PROCEDURE = r"[A-Z][0-9][0-9A-Za-z]{1,5}", r"[0-9A-HJ-NP-Z]{7}"
LAYOUTS = (
    GemLayout("i9", 5, 7, 7, ("icd9cm", "icd10cm"), "NoDx", _ICD9, _ICD10),
    GemLayout("i10", 7, 9, 5, ("icd10cm", "icd9cm"), "NoDx", _ICD10, _ICD9),
    GemLayout("i9pcs", 5, 7, 7, ("icd9pcs", "icd10pcs"), "NoPCS", _ICD9_PROCEDURE, _PROCEDURE),
    GemLayout("pcsi9", 7, 9, 5, ("icd10pcs", "icd9pcs"), "NoI9", _PROCEDURE, _ICD9_PROCEDURE),
)
"""The directions: diagnoses, then procedures."""


def layout_of(head: bytes) -> GemLayout | None:
    """The direction of a GEM by its first lines; None for what is no GEM."""
    lines = [line.rstrip("\r") for line in head.decode("latin-1").split("\n")[:-1]]
    best, most = None, len(lines) / 2
    for layout in LAYOUTS:
        fitting = sum(_fits(layout, line) for line in lines)
        if fitting > most:
            best, most = layout, fitting
    return best


def _fits(layout: GemLayout, line: str) -> bool:
    match = layout.line.fullmatch(line)
    if match is None:
        return False
    source, target = match[1].rstrip(), match[2].rstrip()
    is_target = target == layout.no_map or re.fullmatch(layout.is_target, target, re.IGNORECASE)
    return bool(is_target and re.fullmatch(layout.is_source, source))


def build(sources: Sequence[Source], name: str | None, *, lenient: bool) -> bytes:
    """The compiled map of one GEM file.

    Raises:
        SourceError: no GEM among the files, or several.
        SourceFormatError: a line that is not of the format.
        EditionError: the calendar cannot place the edition named.
    """
    with gc_suspended():
        file, layout = _only_gem(open_sources(sources))
        problems = Problems(file.name, lenient)
        edition = _edition(file, layout, name)
        rows = read(file.read(), layout, problems)
        ends = [
            MapEnd(coding, edition.name if coding.system.name.startswith("icd10") else "")
            for coding in layout.codings
        ]
        return compile_map(
            rows,
            edition=edition,
            kind=layout.system,
            ends=(ends[0], ends[1]),
            file=file.name,
            provenance=[file.info(KIND)],
            anomalies=problems.anomalies,
            about={"direction": layout.name},
        )


def _only_gem(files: Iterable[SourceFile]) -> tuple[SourceFile, GemLayout]:
    found = [(file, layout) for file in files if (layout := layout_of(file.head)) is not None]
    if not found:
        raise SourceError("no General Equivalence Mapping was handed in")
    if len({file.sha256 for file, _ in found}) > 1:
        names = ", ".join(file.name for file, _ in found)
        raise SourceError(f"several General Equivalence Mappings: {names}; hand in one of them")
    return found[0]


def _edition(file: SourceFile, layout: GemLayout, name: str | None) -> Edition:
    """The year of a GEM, which no line states: by name, else by the names of the files."""
    names = [each for each in (file.member, file.archive, file.folder) if each]
    years = [name] if name is not None else [n for n in spoken_of("icd10cm", names) if "-" not in n]
    if not years:
        return Edition(layout.system, "", is_certain=False)
    try:
        begin = edition_named("icd10cm", years[0]).effective_from
    except EditionError as error:
        raise EditionError(str(error), system=layout.system, name=name) from error
    return Edition(
        layout.system, years[0], begin, is_certain=len(years) == 1, alternatives=years[1:]
    )


def read(data: bytes, layout: GemLayout, problems: Problems) -> MapRows:
    """All lines of a GEM as rows of a map.

    Raises:
        SourceFormatError: unless lenient, a line of another width, with other flags, or whose codes
            are none.
    """
    numbers, sources, targets, flags = _whole(data, layout) or _one_by_one(data, layout, problems)
    if not sources:
        raise problems.fatal("no line of a General Equivalence Mapping")
    without = _without_target(targets, layout)
    raw = _tidy(sources, targets, flags, numbers, layout, problems)
    _note_flags(targets, without, flags, numbers, layout, problems)
    related = {each: NUMBER[_relationship(each)] for each in set(flags)}
    relationships = list(map(related.__getitem__, flags))
    for row in without:
        relationships[row] = NUMBER[Relationship.NOT_RELATED_TO]
    # A row without the combination flag stands alone, whatever digits follow (`10013`).
    scenario = {each: int(each[3]) if each[2] == "1" else 0 for each in related}
    choice = {each: int(each[4]) if each[2] == "1" else 0 for each in related}
    return MapRows(
        sources,
        targets,
        relationships,
        flags,
        list(map(scenario.__getitem__, flags)),
        list(map(choice.__getitem__, flags)),
        numbers,
        template=layout.template,
        no_target=layout.no_map,
        exceptions=raw,
    )


_Columns = tuple[Sequence[int], list[str], list[str | None], list[str]]
"""Of all lines: number, source, target and flags."""
_CHARACTERS = (string.ascii_letters + string.digits + " \r\n").encode("ascii")
_LINE_END = b"\r\n"
_FLAGS_AT = 14
"""Columns before the flags."""
_TEXTS_AT_ONCE = 256
"""So many codes are looked at in one go; where one is none, each of them is."""


def _whole(data: bytes, layout: GemLayout) -> _Columns | None:
    """The parts of all lines of a file that is as it should be, column by column; else None.

    Most files are, and have lines by the hundred thousand: what stands in a column of every line
    is looked at in one go.
    """
    count, width = len(data) // (_WIDTH + len(_LINE_END)), _WIDTH + len(_LINE_END)
    if len(data) != count * width or data.translate(None, _CHARACTERS):
        return None
    if any(data.count(each) != count for each in (b"\r", b"\n")):
        return None
    target_at = layout.target_first - 1
    wanted = {
        **dict.fromkeys(range(layout.source_width, target_at), b" "),
        **dict.fromkeys(range(target_at + layout.target_width, _FLAGS_AT), b" "),
        **dict.fromkeys(range(_FLAGS_AT, _FLAGS_AT + 3), b"01"),
        **dict.fromkeys(range(_FLAGS_AT + 3, _WIDTH), string.digits.encode("ascii")),
        _WIDTH: _LINE_END[:1],
        _WIDTH + 1: _LINE_END[1:],
    }
    if any(data[place::width].translate(None, each) for place, each in wanted.items()):
        return None
    if any(b" " in data[place::width] for place in (0, target_at)):
        return None
    fields: list[Any] = data.decode("ascii").split()
    if len(fields) != 3 * count:  # a blank inside a code
        return None
    return range(1, count + 1), fields[0::3], _once_each(fields[1::3]), _once_each(fields[2::3])


def _once_each(texts: list[Any]) -> list[Any]:
    """The same texts, equal ones as one object: what is done to all of them costs half then."""
    objects = {text: text for text in set(texts)}
    return list(map(objects.__getitem__, texts))


def _one_by_one(data: bytes, layout: GemLayout, problems: Problems) -> _Columns:
    """The parts of the lines that are as they should be; the others are refused."""
    found: tuple[list[int], list[Any], list[Any], list[Any]] = ([], [], [], [])
    for number, line in enumerate(_lines(data, problems), 1):
        match = layout.line.fullmatch(line)
        if match is None:
            _refuse(line, number, layout, problems)
        else:
            parts: tuple[Any, ...] = (number, match[1].rstrip(" "), match[2].rstrip(" "), match[3])
            for column, part in zip(found, parts, strict=True):
                column.append(part)
    return found


def _without_target(targets: list[str | None], layout: GemLayout) -> list[int]:
    """The rows that say no map; their target becomes None."""
    found = [row for row, target in enumerate(targets) if target == layout.no_map]
    for row in found:
        targets[row] = None
    return found


def _relationship(flags: str) -> Relationship:
    return Relationship.RELATED_TO if flags[0] == "1" else Relationship.EQUIVALENT


def _lines(data: bytes, problems: Problems) -> list[str]:
    try:
        text = data.decode("ascii")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        problems.loss("a byte outside ASCII", line=line)
        text = data.decode("latin-1")
    lines = text.split("\r\n")
    if len(lines) == 1:
        lines = text.split("\n")
        if len(lines) > 1:
            problems.oddity(AnomalyKind.LINE_ENDS, "line ends are LF, not CRLF", line=1)
    if lines[-1]:
        problems.loss("the file ends inside a line", line=len(lines), found=lines[-1])
    return lines[:-1] if not lines[-1] else lines


def _refuse(line: str, number: int, layout: GemLayout, problems: Problems) -> None:
    if len(line) != _WIDTH:
        why = f"a line of {len(line)} characters where {_WIDTH} are"
    elif layout_of(f"{line}\n".encode("latin-1", "replace")) is not None:
        why = "a line of another direction"
    elif not re.fullmatch(r"[01]{3}[0-9]{2}", line[14:]):
        why = f"flags {line[14:]!r}, not three of 0 and 1 and two digits ({', '.join(FLAGS)})"
    else:
        why = "source and target do not stand in their columns"
    problems.loss(why, line=number, found=line)


def _tidy(
    sources: list[str],
    targets: list[str | None],
    flags: list[str],
    lines: Sequence[int],
    layout: GemLayout,
    problems: Problems,
) -> dict[int, str]:
    """Codes in upper case; the text of the rows that are not made of what is kept."""
    raw: dict[int, str] = {}
    columns: tuple[list[Any], list[Any]] = (sources, targets)
    for column, coding, title in zip(columns, layout.codings, ("source", "target"), strict=True):
        strange = _strange(column, coding)
        if not strange:
            continue
        for row in [row for row, text in enumerate(column) if text in strange]:
            target = layout.no_map if targets[row] is None else targets[row]
            raw.setdefault(
                row,
                layout.template.format(source=sources[row], target=target, flags=flags[row]),
            )
            text, column[row] = column[row], column[row].upper()
            if not coding.accepts(column[row]):
                problems.loss(f"the {title} {text!r} is no code", line=lines[row], found=text)
    if raw:
        first = lines[min(raw)]
        problems.oddity(
            AnomalyKind.LETTER_CASE, f"{len(raw):,} lines have a code in lower case", line=first
        )
    return raw


def _strange(column: Iterable[str | None], coding: Coding) -> set[str]:
    """The texts of a column that are no codes as they stand."""
    found: set[str] = set()
    texts = [text for text in dict.fromkeys(column) if text is not None]
    for start in range(0, len(texts), _TEXTS_AT_ONCE):
        some = texts[start : start + _TEXTS_AT_ONCE]
        if not coding.accepts_all(some):
            found.update(text for text in some if not coding.accepts(text))
    return found


def _note_flags(
    targets: list[str | None],
    without_target: list[int],
    flags: list[str],
    lines: Sequence[int],
    layout: GemLayout,
    problems: Problems,
) -> None:
    """List flags that contradict themselves or the target; they are kept as they stand."""
    counts = Counter(flags)
    strange = {
        each for each in counts if {each[2] == "1", each[3] != "0", each[4] != "0"} == {True, False}
    }
    no_map = {each for each in counts if each[1] == "1"}
    agreed = sum(flags[row] in no_map for row in without_target)
    if not strange and agreed == len(without_target) == sum(counts[each] for each in no_map):
        return
    for row, (target, each) in enumerate(zip(targets, flags, strict=True)):
        if (each in no_map) != (target is None):
            why = f"flag no map beside {target or layout.no_map}"
        elif each in strange:
            why = "scenario and choice list do not go with the flag combination"
        else:
            continue
        problems.oddity(AnomalyKind.UNEXPECTED_VALUE, f"{each}: {why}", line=lines[row], found=each)
