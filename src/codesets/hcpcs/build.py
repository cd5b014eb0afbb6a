"""Official files of a HCPCS release to the bytes of a compiled one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

from attrs import define, field

from codesets._edition import Edition
from codesets._gc import gc_suspended
from codesets.compiled.writer import Writer
from codesets.editions import Counts, edition, published_counts, recognise
from codesets.hcpcs.companions import (
    Correction,
    NocCode,
    ProcessingNote,
    Transaction,
    corrections_in,
    noc_codes_in,
    read_processing_notes,
    transactions_in,
)
from codesets.hcpcs.details import HcpcsRecord, write_field
from codesets.hcpcs.kinds import MAIN_KINDS, READ_KINDS, Found, Kind, sort_out
from codesets.hcpcs.layout import FIELDS, Field
from codesets.hcpcs.reconcile import (
    compare_counts,
    compare_forms,
    compare_noc,
    compare_transactions,
)
from codesets.hcpcs.records import read_records
from codesets.hcpcs.workbook import read_main_sheet
from codesets.problems import Anomaly, Problems
from codesets.reconciliation import Difference, Reconciliation
from codesets.release import REPORTS
from codesets.reports import make_reports
from codesets.sources import Source, SourceInfo, open_sources, passed_over
from codesets.system import HCPCS

__all__ = ["build"]

KEPT = tuple(entry for entry in FIELDS if entry.number >= 8)
"""The fields that the compiled file keeps as text of their columns.

The ones before them are the key, what follows from it, and the long description.
"""


@define
class _Files:
    """What was read from the files of one release."""

    text: tuple[HcpcsRecord, ...] | None = None
    workbook: tuple[HcpcsRecord, ...] | None = None
    notes: tuple[ProcessingNote, ...] = ()
    noc: tuple[NocCode, ...] | None = None
    corrections: list[Correction] = field(factory=list)
    transactions: tuple[tuple[Transaction, ...], ...] = ()
    """By sheet: one is sorted by change, another by code."""
    anomalies: list[Anomaly] = field(factory=list)

    @property
    def records(self) -> tuple[HcpcsRecord, ...]:
        """The records of the release: where text and workbook are there, the text wins."""
        records = self.text if self.text is not None else self.workbook
        return records or ()


def build(sources: Sequence[Source], name: str | None, *, lenient: bool) -> bytes:
    """The compiled release of one set of official files.

    Args:
        sources: files, archives and folders of one release.
        name: the edition's name; None to recognise it.
        lenient: list what cannot be read instead of raising.

    Returns:
        The bytes of a compiled file, the same for the same input.

    Raises:
        SourceError: no contractor file, two of a kind that differ, files of two editions, or a
            file that was handed in by itself and is of no known kind.
        SourceFormatError: a file that is not what its format says.
        MissingExtraError: workbooks only, and the extra `excel` is not installed.
        EditionError: a name that the calendar cannot place.
    """
    with gc_suspended():
        found = {
            kind: sorted(several, key=lambda each: each.file.member)
            for kind, several in sort_out(open_sources(sources)).items()
        }
        # The archives of CMS hold READMEs and the like: what is in one is passed over in silence.
        unknown = [each.file for each in found.get(Kind.UNKNOWN, ()) if each.file.is_named]
        passed = [passed_over(file, lenient=lenient) for file in unknown]
        files = _read(found, lenient=lenient)
        files.anomalies += passed
        chosen = edition(HCPCS.name, name) if name else _recognise(found, files.records)
        return _compile(files, chosen, found, _compare(files, chosen))


def _read(found: Mapping[Kind, Sequence[Found]], *, lenient: bool) -> _Files:
    files = _Files()
    for kind in READ_KINDS:
        for each in found.get(kind, ()):
            problems = Problems(each.file.name, lenient)
            if kind is Kind.TEXT:
                files.text = read_records(each.file.read(), problems)
            elif kind is Kind.WORKBOOK:
                files.workbook = read_main_sheet(each.sheets, problems)
            elif kind is Kind.NOTES:
                files.notes = read_processing_notes(each.file.read(), problems)
            elif kind is Kind.NOC:
                files.noc = noc_codes_in(each.sheets, problems)
            elif kind is Kind.CORRECTIONS:
                files.corrections += corrections_in(each.sheets, problems)
            else:
                report = transactions_in(each.sheets, problems)
                files.transactions = tuple(report.sheets.values())
            files.anomalies += problems.anomalies
    return files


def _counts(records: Iterable[HcpcsRecord]) -> Counts:
    modifiers = [record.is_modifier for record in records]
    return Counts(codes=modifiers.count(False), modifiers=modifiers.count(True))


def _recognise(found: Mapping[Kind, Sequence[Found]], records: Sequence[HcpcsRecord]) -> Edition:
    main = [each.file for kind in MAIN_KINDS for each in found.get(kind, ())]
    infos = [file.info("") for file in main]
    return recognise(
        HCPCS.name,
        archive_sha256s=[info.archive_sha256 for info in infos if info.archive_sha256],
        member_sha256s=[info.sha256 for info in infos],
        counts=_counts(records),
        names=[name for file in main for name in (file.member, file.archive, file.folder) if name],
    )


def _compare(files: _Files, chosen: Edition) -> list[Difference]:
    differences: list[Difference] = []
    if files.text is not None and files.workbook is not None:
        differences += compare_forms(files.text, files.workbook)
    if files.noc is not None:
        differences += compare_noc(files.records, files.noc)
    if files.transactions:
        differences += compare_transactions(files.records, files.transactions)
    return differences + compare_counts(_counts(files.records), published_counts(chosen))


def _compile(
    files: _Files,
    chosen: Edition,
    found: Mapping[Kind, Sequence[Found]],
    differences: list[Difference],
) -> bytes:
    writer = Writer()
    codes = [record for record in files.records if not record.is_modifier]
    modifiers = [record for record in files.records if record.is_modifier]
    for space, records in (("", codes), ("modifier.", modifiers)):
        keys = [record.key for record in records]
        writer.keys(keys, space)
        writer.blob(f"{space}codes", "\n".join(keys).encode("ascii"))
        writer.texts(f"{space}long_description", [r.long_description for r in records])
        for entry in KEPT:
            writer.texts(f"{space}{entry.name}", _columns(records, entry))
    writer.json("extras", _extras(files))
    read = [(kind, each) for kind in READ_KINDS for each in found.get(kind, ())]
    provenance: list[SourceInfo] = [each.file.info(str(kind)) for kind, each in read]
    reports = make_reports(provenance, files.anomalies, Reconciliation(differences))
    writer.json(REPORTS, reports)
    ended = [[r.terminated_on is not None for r in records] for records in (codes, modifiers)]
    header = {
        "system": HCPCS.name,
        "edition": chosen.to_dict(),
        "content": list(dict.fromkeys(str(kind) for kind, _ in read)),
        "counts": {
            "codes": len(codes),
            "modifiers": len(modifiers),
            "terminated_codes": sum(ended[0]),
            "terminated_modifiers": sum(ended[1]),
        },
    }
    return writer.finish(header, apart=[REPORTS])


def _columns(records: Sequence[HcpcsRecord], entry: Field) -> list[str]:
    """The columns of a field as the file has them, right-trimmed, of each record."""
    written: dict[Any, str] = {None: ""}  # few values, many records
    columns: list[str] = []
    for record in records:
        value = getattr(record, entry.name, None)
        text = written.get(value)
        if text is None:
            text = written[value] = write_field(entry, value).rstrip(" ")
        columns.append(dict(record.unread).get(entry.name, text) if record.unread else text)
    return columns


def _extras(files: _Files) -> dict[str, Any]:
    """What the companion files say."""
    told: dict[tuple[str, bool], str] = {}
    for transaction in chain.from_iterable(files.transactions):
        told.setdefault((transaction.key, transaction.is_modifier), transaction.words)
    words: dict[str, list[tuple[str, bool]]] = {}
    for key, kind_of_change in told.items():
        words.setdefault(kind_of_change, []).append(key)
    return {
        "notes": [(note.number, note.text, note.line) for note in files.notes],
        "noc": None if files.noc is None else sorted({code.code for code in files.noc}),
        "corrections": [
            (
                c.key,
                c.is_modifier,
                c.action,
                None if c.effective_on is None else c.effective_on.isoformat(),
                c.cells,
                c.file,
                c.sheet,
                c.row,
            )
            for c in files.corrections
        ],
        "transactions": words,
    }
