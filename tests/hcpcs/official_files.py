"""The official HCPCS releases, each file of them read once a run."""

from __future__ import annotations

from functools import cache

from codesets.hcpcs.companions import (
    Correction,
    NocCode,
    ProcessingNote,
    TransactionReport,
    corrections_in,
    noc_codes_in,
    read_processing_notes,
    transactions_in,
)
from codesets.hcpcs.details import HcpcsRecord
from codesets.hcpcs.kinds import Found, Kind, sort_out
from codesets.hcpcs.records import read_records
from codesets.hcpcs.workbook import read_main_sheet
from codesets.problems import Anomaly, Problems
from codesets.sources import open_sources
from official import official_folder

WITH_TEXT = ("2016-january", "2018-january", "2019-january", "2020-january", "2025-january")
EDITIONS = (*WITH_TEXT[:4], "2020-april", "2020-october", WITH_TEXT[4])


@cache
def files(edition: str) -> dict[Kind, tuple[Found, ...]]:
    return dict(sort_out(open_sources([official_folder("hcpcs", edition)])))


def one(edition: str, kind: Kind) -> Found:
    (found,) = files(edition)[kind]
    return found


@cache
def text_bytes(edition: str) -> bytes:
    return one(edition, Kind.TEXT).file.read()


@cache
def text(edition: str) -> tuple[tuple[HcpcsRecord, ...], tuple[Anomaly, ...]]:
    problems = Problems(one(edition, Kind.TEXT).file.name)
    records = read_records(text_bytes(edition), problems)
    return records, problems.anomalies


@cache
def workbook(edition: str) -> tuple[tuple[HcpcsRecord, ...], tuple[Anomaly, ...]]:
    found = one(edition, Kind.WORKBOOK)
    problems = Problems(found.file.name)
    records = read_main_sheet(found.sheets, problems)
    return records, problems.anomalies


def main(edition: str) -> tuple[HcpcsRecord, ...]:
    """The records of the text, or of the workbook where no text is at hand."""
    return (text if edition in WITH_TEXT else workbook)(edition)[0]


@cache
def notes(edition: str) -> tuple[ProcessingNote, ...]:
    found = one(edition, Kind.NOTES)
    return read_processing_notes(found.file.read(), Problems(found.file.name))


@cache
def noc(edition: str) -> tuple[tuple[NocCode, ...], tuple[Anomaly, ...]]:
    found = one(edition, Kind.NOC)
    problems = Problems(found.file.name)
    return noc_codes_in(found.sheets, problems), problems.anomalies


@cache
def corrections(edition: str) -> dict[str, tuple[tuple[Correction, ...], tuple[Anomaly, ...]]]:
    read = {}
    for found in files(edition)[Kind.CORRECTIONS]:
        problems = Problems(found.file.name)
        read[found.file.member] = corrections_in(found.sheets, problems), problems.anomalies
    return read


@cache
def transactions(edition: str) -> tuple[TransactionReport, tuple[Anomaly, ...]]:
    found = one(edition, Kind.TRANSACTIONS)
    problems = Problems(found.file.name)
    return transactions_in(found.sheets, problems), problems.anomalies
