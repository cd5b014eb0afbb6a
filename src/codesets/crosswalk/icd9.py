"""ICD-9-CM codes with their titles, so that the old end of a map has names.

CMS published the titles of diagnoses and procedures with each version of the grouper, the last
being 32 (October 2014 to September 2015): text files of long and of short titles, the code padded
to five columns (procedures four), one blank, the title; and workbooks with both.
"""

from __future__ import annotations

import os
import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, ClassVar, Self, TypeVar, cast

from attrs import field, frozen

from codesets import shelf
from codesets._edition import Edition
from codesets._gc import gc_suspended
from codesets.arguments import quoted
from codesets.compiled.format import pack_key
from codesets.compiled.reader import Compiled
from codesets.compiled.writer import Writer
from codesets.crosswalk.codings import CODINGS, Coding
from codesets.crosswalk.gem import layout_of
from codesets.errors import MalformedCodeError, SourceError, UnknownCodeError
from codesets.kept import REPORTS, KeptTable, edition_in, open_kept
from codesets.problems import AnomalyKind, Problems
from codesets.reconciliation import Reconciliation
from codesets.reports import make_reports
from codesets.sheets import is_workbook, read_sheets
from codesets.sources import Source, SourceFile, open_sources
from codesets.system import System

__all__ = ["SYSTEMS", "Icd9Title", "Icd9Titles", "build", "system_of"]

V = TypeVar("V")

SYSTEMS = {"icd9cm": 5, "icd9pcs": 4}
"""The two code sets, diagnoses and procedures, and the columns that a code takes."""
_HEADS = {"icd9cm": "diagnosis code", "icd9pcs": "procedure code"}
_SHORT = 24
"""Characters of a short title at most; of the long ones some are longer in every file."""
_VERSION = re.compile(r"(?:CMS|(?<![A-Z])V)(2[3-9]|3[0-2])(?![0-9])", re.IGNORECASE)
_YEAR_OF_VERSION = 1982
"""Version 32 was in force from October 2014 on."""


@frozen
class Icd9Title:
    """One code of ICD-9-CM.

    Attributes:
        code: the code, canonical.
        long_title: its long title; None where no file of long titles was read.
        short_title: its short title; None where no file of short titles was read.
    """

    code: str
    long_title: str | None
    short_title: str | None

    @property
    def display(self) -> str:
        """The long title, or the short one where that is all there is."""
        return self.long_title or self.short_title or ""

    def __str__(self) -> str:
        return f"{self.code} {self.display}"


@frozen(eq=False, repr=False)
class Icd9Titles(KeptTable, Mapping[str, Icd9Title]):
    """The valid codes of one version of ICD-9-CM, diagnoses or procedures, with their titles.

    A mapping from codes, taken in any common spelling. Immutable, safe to share between threads.

    Attributes:
        edition: the version, as `v32`; `edition.system` is `icd9cm` or `icd9pcs`.
    """

    tables_module: ClassVar[str] = "codesets.crosswalk.icd9_tables"

    file: Compiled
    edition: Edition = field(init=False)
    _keys: memoryview = field(init=False)
    _read_once: dict[str, Any] = field(init=False, factory=dict)

    @edition.default
    def _read_edition(self) -> Edition:
        system = self.file.header.system
        return edition_in(self.file, system if system in SYSTEMS else "icd9cm")

    @_keys.default
    def _read_keys(self) -> memoryview:
        keys = self.file.column("keys.sorted")
        if len({len(self.file.column(name)) for name in ("keys.sorted", "keys.rows", "long")}) != 1:
            raise self.file.damaged("keys")
        return keys

    def once(self, name: str, read: Callable[[], V]) -> V:
        """What `read` gives, kept under `name` from the first time on."""
        try:
            return cast("V", self._read_once[name])
        except KeyError:
            return cast("V", self._read_once.setdefault(name, read()))

    @property
    def coding(self) -> Coding:
        """How the codes are spelled."""
        return CODINGS[self.edition.system]

    @property
    def system(self) -> System:
        """The code system, diagnoses or procedures."""
        return self.coding.system

    @classmethod
    def parse(cls, *sources: Source, procedures: bool = False, version: str | None = None) -> Self:
        """Read the title files of one version.

        Args:
            sources: paths or open files of long and short titles (text, or workbooks with both), or
                archives and folders with them; other files among them are passed over.
            procedures: read the titles of procedures, not of diagnoses.
            version: as `v32`; None to go by the names of files and folders.

        Raises:
            SourceError: no title file among the files.
            SourceFormatError: a line without code, blank and title; a code that stands twice.
        """
        system = "icd9pcs" if procedures else "icd9cm"
        return cls.from_bytes(build(open_sources(sources), system, version))

    @classmethod
    def load_path(cls, path: str | os.PathLike[str]) -> Self:
        """The titles in a compiled file.

        Raises:
            CompiledFileError: the file is none, damaged in its header, or of another system.
        """
        return open_kept(cast("Callable[[Compiled], Self]", cls), path)

    @classmethod
    def load(cls, *, procedures: bool = False, version: str | None = None) -> Self:
        """Titles in the data folder, of the newest version by default.

        Raises:
            ReleaseNotFoundError: there are none.
        """
        return cls.load_path(shelf.find("icd9pcs" if procedures else "icd9cm", version).path)

    # The mapping.

    def _row(self, code: object) -> int | None:
        try:
            key = pack_key(self.coding.compact(code))
        except MalformedCodeError:
            return None
        at = bisect_left(self._keys, key)
        if at == len(self._keys) or self._keys[at] != key:
            return None
        return self.file.number("keys.rows", at)

    def __getitem__(self, code: str) -> Icd9Title:
        row = self._row(code)
        if row is None:
            raise UnknownCodeError(
                f"{quoted(code)} is no valid code of {self.coding.system.title} {self.edition}",
                code=code,
                release=self.edition.name,
            )
        return self._title(row)

    def _title(self, row: int) -> Icd9Title:
        file = self.file
        code = file.number("keys", row).to_bytes(8, "big").rstrip(b"\0").decode("ascii", "replace")
        return Icd9Title(
            self.coding.spell(code),
            file.optional_text(file.number("long", row)),
            file.optional_text(file.number("short", row)),
        )

    def __contains__(self, code: object) -> bool:
        return self._row(code) is not None

    def __iter__(self) -> Iterator[str]:
        return (self._title(row).code for row in range(len(self)))

    def __len__(self) -> int:
        return len(self._keys)

    def __repr__(self) -> str:
        return f"<Icd9Titles {self.coding.system.title} {self.edition}: {len(self):,} codes>"


def system_of(file: SourceFile) -> str:
    """`icd9cm` or `icd9pcs` for a text file of titles; empty for what is none."""
    if layout_of(file.head) is not None:
        return ""  # a GEM has its columns in the same places
    lines = file.head.decode("latin-1").split("\n")[:-1]
    for system, width in SYSTEMS.items():
        fitting = sum(_parts(line, width, CODINGS[system]) is not None for line in lines)
        if lines and fitting >= 0.9 * len(lines):
            return system
    return ""


def _parts(line: str, width: int, coding: Coding) -> tuple[str, str] | None:
    """Code and title of a line."""
    code, title = line[:width].rstrip(" "), line[width + 1 :].rstrip("\r ")
    if line[width : width + 1] != " " or not title or title[0] == " " or not coding.accepts(code):
        return None
    return code, title


def build(files: Sequence[SourceFile], system: str, version: str | None) -> bytes:
    """The compiled titles of one system and version, see `Icd9Titles.parse`."""
    with gc_suspended():
        read: list[tuple[SourceFile, str]] = []
        problems: list[Problems] = []
        titles: dict[str, dict[str, str]] = {"long": {}, "short": {}}
        # Text before workbooks, which take long to open and are needed only where it is missing.
        for file in sorted(files, key=lambda file: is_workbook(file.head)):
            if all(titles.values()):
                break
            each = Problems(file.name)
            found = _titles(file, system, each)
            kinds = [kind for kind in found if not titles[kind]]
            if kinds:
                titles |= {kind: found[kind] for kind in kinds}
                read.append((file, " and ".join(kinds)))
                problems.append(each)
        if not read:
            name = CODINGS[system].system.title
            raise SourceError(f"no file with titles of {name} was handed in")
        return _compile(titles, system, _edition(read, system, version), read, problems)


def _titles(file: SourceFile, system: str, problems: Problems) -> dict[str, dict[str, str]]:
    """The titles of a file by kind; empty for other files."""
    if is_workbook(file.head):
        return _from_workbook(file, system)
    if system_of(file) != system:
        return {}
    data = file.read()
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:  # the long titles of diagnoses: Ménière's, Friedländer's
        text = data.decode("cp1252", "replace")
    if not text.isascii():
        number = sum(not line.isascii() for line in text.splitlines())
        problems.oddity(AnomalyKind.NON_ASCII, f"{number} titles with letters outside ASCII")
    found: dict[str, str] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        parts = _parts(line, SYSTEMS[system], CODINGS[system])
        if parts is None:
            raise problems.fatal("not a code, a blank and a title", line=number)
        if parts[0] in found:
            raise problems.fatal(f"{parts[0]} stands twice", line=number)
        found[parts[0]] = parts[1]
    return {"short" if max(map(len, found.values())) <= _SHORT else "long": found}


def _from_workbook(file: SourceFile, system: str) -> dict[str, dict[str, str]]:
    for sheet in read_sheets(file.read(), file.name):
        rows = [texts for _, texts in sheet.filled()]
        if rows and " ".join(rows[0][0].split()).casefold() == _HEADS[system] and len(rows[0]) > 2:
            codes = [row[0].strip() for row in rows[1:]]
            return {
                kind: dict(zip(codes, (row[place].strip() for row in rows[1:]), strict=True))
                for kind, place in (("long", 1), ("short", 2))
            }
    return {}


def _edition(read: list[tuple[SourceFile, str]], system: str, version: str | None) -> Edition:
    names = [name for file, _ in read for name in (file.member, file.archive, file.folder)]
    for name in [version] if version is not None else names:
        match = _VERSION.search(name)
        if match is not None:
            start = date(_YEAR_OF_VERSION + int(match[1]), 10, 1)
            return Edition(system, f"v{match[1]}", start, date(start.year + 1, 9, 30))
    return Edition(system, "", is_certain=False)


def _compile(
    titles: dict[str, dict[str, str]],
    system: str,
    edition: Edition,
    read: list[tuple[SourceFile, str]],
    problems: list[Problems],
) -> bytes:
    codes = sorted(titles["long"].keys() | titles["short"].keys())
    writer = Writer()
    writer.keys(codes)
    for kind in ("long", "short"):
        writer.texts(kind, [titles[kind].get(code) for code in codes])
    provenance = [file.info(f"{kind} titles") for file, kind in read]
    anomalies = [anomaly for each in problems for anomaly in each.anomalies]
    writer.json(REPORTS, make_reports(provenance, anomalies, Reconciliation()))
    header = {
        "system": system,
        "edition": edition.to_dict(),
        "content": [f"{kind} titles" for _, kind in read],
        "counts": {"codes": len(codes)},
    }
    return writer.finish(header, apart=[REPORTS])
