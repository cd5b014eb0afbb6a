"""What can be installed: a table with a row for each kind of release and how its files are told.

A row joins a sorter, which tells by its content whether a file is one that a release is read from,
and a builder, which makes the compiled file. Whatever no row claims is passed over aloud.
"""

from __future__ import annotations

import importlib
import io
import zipfile
from collections.abc import Callable, Sequence
from enum import Enum
from typing import TYPE_CHECKING

from attrs import frozen

from codesets.errors import EditionError
from codesets.sources import LIMITS, SourceFile

if TYPE_CHECKING:
    from codesets.store.gathering import Arranged, Lot

__all__ = ["KINDS", "Installable", "Role", "Told", "kinds_named"]


class Role(Enum):
    """What a file is to a kind of release."""

    MAIN = "main"
    """A release is read from it."""
    BESIDE = "beside"
    """It belongs to the system: the reader gets it, and may pass it over."""
    NONE = "none"
    """It says nothing of this system."""


@frozen
class Told:
    """What a sorter says of a file: its role, and in words what it is; empty if it cannot tell."""

    role: Role
    words: str


@frozen
class Installable:
    """One kind of release.

    Attributes:
        system: name of the system that the compiled file bears.
        tell: what a file is to this kind, from what it holds; any file may be asked about.
        build: files of one release, the edition's name or None to recognise it, and whether to be
            lenient, to the bytes of a compiled file. Raises what `parse` of the room raises.
        cross_checks: names of sources that a release loses nothing without.
        code_files: kinds of main file (in words) that editions with the same codes share.
        arrange: the files of all places to releases, and what of them is passed over, where files
            of one place are several releases; takes the name of the system asked for, if any. None
            where each place holds one release.
    """

    system: str
    tell: Callable[[SourceFile], Told]
    build: Callable[[Sequence[SourceFile], str | None, bool], bytes]
    cross_checks: frozenset[str] = frozenset()
    code_files: frozenset[str] = frozenset()
    arrange: Callable[[Sequence[Lot], str | None], Arranged] | None = None

    def is_meant(self, name: str) -> bool:
        """Whether a name is that of the system, of one of its models, or of its family.

        `gem` means all GEMs, `hcc-v28` is one of the models of `hcc`.
        """
        is_model = self.arrange is not None and name.startswith(f"{self.system}-")
        return is_model or name in (self.system, self.system.partition("-")[0])


def _words_of_workbook(file: SourceFile) -> bytes | None:
    """All texts of an xlsx workbook, in lower case; None for other files, or where it has no table.

    Reading the table of texts costs a tenth of what opening the workbook does, which is why a file
    is opened only where they speak of it.
    """
    if file.head[:4] != b"PK\x03\x04":
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(file.read())) as workbook:
            info = workbook.getinfo("xl/sharedStrings.xml")
            if info.file_size > LIMITS.file_bytes:
                return None
            return workbook.read(info).lower()
    except Exception:  # no such table, or whatever zipfile makes of damage: opening it says how
        return None


_NOTHING = Told(Role.NONE, "")


def _tell_icd10cm(file: SourceFile) -> Told:
    from codesets.icd10cm.kinds import MAIN_KINDS, kind_of
    from codesets.icd10cm.layout import Kind

    kind = kind_of(file)
    if kind in MAIN_KINDS:
        return Told(Role.MAIN, str(kind))
    # A workbook or a table of other codes may be another system's.
    if kind in (Kind.UNKNOWN, Kind.WORKBOOK):
        return _NOTHING
    if kind in (Kind.DOCUMENT, Kind.CONVERSION):
        return Told(Role.NONE, str(kind))
    return Told(Role.BESIDE, str(kind))


def _build_icd10cm(files: Sequence[SourceFile], edition: str | None, lenient: bool) -> bytes:
    from codesets.icd10cm.build import build

    return build(files, edition, lenient=lenient)


def _tell_conversion(file: SourceFile) -> Told:
    from codesets.crosswalk.conversion.reader import is_conversion_table
    from codesets.errors import CodesetsError

    words = _words_of_workbook(file)
    if words is not None and b"current code assignment" not in words:
        return _NOTHING
    try:
        return Told(Role.MAIN, "conversion table") if is_conversion_table(file) else _NOTHING
    except CodesetsError:  # a workbook that cannot be opened, or the extra excel is missing
        return _NOTHING


def _build_conversion(files: Sequence[SourceFile], edition: str | None, lenient: bool) -> bytes:
    from codesets.crosswalk.conversion.build import build

    return build(files, edition, lenient=lenient)


def _tell_hcpcs(file: SourceFile) -> Told:
    from codesets.errors import MissingExtraError
    from codesets.hcpcs.kinds import MAIN_KINDS, TITLES, Kind, recognize

    words = _words_of_workbook(file)
    if words is not None and b"hcpc" not in words:
        return Told(Role.NONE, "workbook")
    # Only the contractor file has the column RECID; what other lists are, the builder tells.
    if words is not None and b"recid" not in words:
        return Told(Role.BESIDE, "workbook that speaks of HCPCS")
    try:
        found = recognize(file)
    except MissingExtraError:
        return Told(Role.NONE, "a workbook, for which the extra excel is needed")
    if found.kind in MAIN_KINDS:
        return Told(Role.MAIN, TITLES[found.kind])
    if found.kind in (Kind.OTHER, Kind.UNKNOWN):
        return Told(Role.NONE, found.why)
    return Told(Role.BESIDE, TITLES[found.kind])


def _build_hcpcs(files: Sequence[SourceFile], edition: str | None, lenient: bool) -> bytes:
    from codesets.hcpcs.build import build

    return build(files, edition, lenient=lenient)


def _gem(direction: str) -> Installable:
    """One direction of the General Equivalence Mappings: each is a map of its own."""

    def tell(file: SourceFile) -> Told:
        from codesets.crosswalk.gem import layout_of

        layout = layout_of(file.head)
        if layout is None or layout.name != direction:
            return _NOTHING
        return Told(Role.MAIN, f"GEM {direction}")

    def build_gem(files: Sequence[SourceFile], edition: str | None, lenient: bool) -> bytes:
        from codesets.crosswalk.gem import build

        return build(files, edition, lenient=lenient)

    return Installable(f"gem-{direction}", tell, build_gem)


def _icd9(system: str) -> Installable:
    """The titles of ICD-9-CM, diagnoses or procedures, from their text files."""

    def tell(file: SourceFile) -> Told:
        from codesets.crosswalk.icd9 import system_of

        return Told(Role.MAIN, "titles of ICD-9-CM") if system_of(file) == system else _NOTHING

    def build_titles(files: Sequence[SourceFile], edition: str | None, lenient: bool) -> bytes:
        from codesets.crosswalk.icd9 import build

        return build(files, system, edition)

    return Installable(system, tell, build_titles)


def _grouper(system: str, module: str, words: tuple[bytes, ...], title: str) -> Installable:
    """A reference file of AHRQ: a workbook that speaks of all of some words, or CSV."""

    def tell(file: SourceFile) -> Told:
        said = _words_of_workbook(file)
        text = file.head.lower() if said is None else said
        return Told(Role.MAIN, title) if all(word in text for word in words) else _NOTHING

    def build_grouper(files: Sequence[SourceFile], edition: str | None, lenient: bool) -> bytes:
        build: Callable[..., bytes] = importlib.import_module(module).build
        return build(tuple(files), edition, lenient=lenient)

    return Installable(system, tell, build_grouper)


def _tell_hcc(file: SourceFile) -> Told:
    from codesets.store.hcc_lots import tell

    return tell(file)


def _build_hcc(files: Sequence[SourceFile], edition: str | None, lenient: bool) -> bytes:
    from codesets.grouping.hcc_build import build

    return build(files, None, edition, lenient=lenient)


def _arrange_hcc(lots: Sequence[Lot], asked: str | None) -> Arranged:
    from codesets.store.hcc_lots import arrange

    return arrange(lots, asked)


KINDS = (
    Installable(
        "icd10cm",
        _tell_icd10cm,
        _build_icd10cm,
        cross_checks=frozenset(("codes",)),
        code_files=frozenset(("order", "codes")),
    ),
    # An issue says the same as workbook and as CSV.
    Installable(
        "conversion",
        _tell_conversion,
        _build_conversion,
        cross_checks=frozenset(("workbook", "csv")),
    ),
    *map(_gem, ("i9", "i10", "i9pcs", "pcsi9")),
    *map(_icd9, ("icd9cm", "icd9pcs")),
    *(
        _grouper(system, f"codesets.grouping.{module}", words, title)
        for system, module, words, title in (
            (
                "ccsr",
                "clinical",
                (b"ccsr category description", b"icd-10-cm code description"),
                "reference file of CCSR",
            ),
            (
                "cmr",
                "comorbidity",
                (b"# comorbidities", b"sas data element name"),
                "reference file of Elixhauser comorbidities",
            ),
            (
                "ccir",
                "chronic",
                (b"chronic condition indicator refined", b"'icd-10-cm code'"),
                "Chronic Condition Indicator Refined",
            ),
        )
    ),
    Installable("hcc", _tell_hcc, _build_hcc, arrange=_arrange_hcc),
    # Opens workbooks whole to tell what they are, and therefore comes last.
    Installable("hcpcs", _tell_hcpcs, _build_hcpcs),
)
"""The kinds in the order in which they are asked; the first that claims a file has it."""


def kinds_named(name: str | None) -> tuple[Installable, ...]:
    """The kinds that a name means, as `icd10cm`, `gem` or `hcc-v28`; all without one.

    Raises:
        EditionError: it is the name of none.
    """
    found = tuple(kind for kind in KINDS if name is None or kind.is_meant(name))
    if not found:
        known = ", ".join(kind.system for kind in KINDS)
        message = f"nothing that can be installed is called {name!r}; there are: {known}"
        raise EditionError(message, system=str(name), name="")
    return found
