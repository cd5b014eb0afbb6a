"""Differences between the files of one HCPCS release that should agree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from codesets.editions import Counts
from codesets.hcpcs.companions import NocCode, Transaction
from codesets.hcpcs.details import HcpcsRecord, write_field
from codesets.hcpcs.kinds import Kind
from codesets.hcpcs.layout import FIELDS, Field
from codesets.reconciliation import Difference, DifferenceKind

__all__ = ["compare_counts", "compare_forms", "compare_noc", "compare_transactions"]

COMPARED = tuple(entry for entry in FIELDS if hasattr(HcpcsRecord, entry.name))
"""The fields that a record has a value for."""

Key = tuple[bool, str]


def _keyed(records: Iterable[HcpcsRecord]) -> dict[Key, HcpcsRecord]:
    return {(record.is_modifier, record.key): record for record in records}


def compare_forms(text: Sequence[HcpcsRecord], workbook: Sequence[HcpcsRecord]) -> list[Difference]:
    """What the workbook of a release says otherwise than its text; the text wins."""
    left, right = _keyed(text), _keyed(workbook)
    differences: list[Difference] = []
    for key, record in left.items():
        other = right.get(key)
        if other is None:
            differences.append(_one_sided(record, Kind.TEXT, Kind.WORKBOOK))
        elif record != other:
            differences += [
                _field_difference(record, other, entry)
                for entry in COMPARED
                if _shown(record, entry) != _shown(other, entry)
            ]
    for key, record in right.items():
        if key not in left:
            differences.append(_one_sided(record, Kind.TEXT, Kind.WORKBOOK, is_left=False))
    common = [key for key in right if key in left]
    for mine, its in zip([key for key in left if key in right], common, strict=True):
        if mine != its:
            differences.append(
                Difference(
                    DifferenceKind.SEQUENCE, mine[1], Kind.TEXT, mine[1], Kind.WORKBOOK, its[1]
                )
            )
            break
    return differences


def _one_sided(record: HcpcsRecord, left: Kind, right: Kind, *, is_left: bool = True) -> Difference:
    title = record.long_description
    if is_left:
        return Difference(DifferenceKind.MISSING, record.key, left, title, right, None)
    return Difference(
        DifferenceKind.EXTRA, record.key, left, None, right, title, resolution="no code of it"
    )


def _shown(record: HcpcsRecord, entry: Field) -> str:
    for name, columns in record.unread:
        if name == entry.name:
            return columns
    value = getattr(record, entry.name)
    return str(value) if isinstance(value, str) else write_field(entry, value).strip()


def _field_difference(record: HcpcsRecord, other: HcpcsRecord, entry: Field) -> Difference:
    return Difference(
        DifferenceKind.FIELD,
        record.key,
        Kind.TEXT,
        _shown(record, entry),
        Kind.WORKBOOK,
        _shown(other, entry),
        entry.name,
        "the text wins",
    )


def compare_noc(records: Sequence[HcpcsRecord], noc: Sequence[NocCode]) -> list[Difference]:
    """What the list of NOC codes says otherwise than the release."""
    main = {record.key: record for record in records if not record.is_modifier}
    differences: list[Difference] = []
    for listed in noc:
        record = main.get(listed.code)
        if record is None:
            differences.append(
                Difference(
                    DifferenceKind.EXTRA,
                    listed.code,
                    "release",
                    None,
                    Kind.NOC,
                    listed.long_description,
                    resolution="no code of the release",
                )
            )
            continue
        pairs = (
            ("long_description", record.long_description, listed.long_description),
            ("added_on", str(record.added_on or ""), str(listed.added_on or "")),
            ("terminated_on", str(record.terminated_on or ""), str(listed.terminated_on or "")),
        )
        differences += [
            Difference(
                DifferenceKind.FIELD,
                record.key,
                "release",
                mine,
                Kind.NOC,
                its,
                name,
                "the contractor file wins",
            )
            for name, mine, its in pairs
            # A row that was split over two has its dates once only.
            if mine != its and (its or name != "added_on")
        ]
    return differences


def compare_transactions(
    records: Sequence[HcpcsRecord], sheets: Iterable[Sequence[Transaction]]
) -> list[Difference]:
    """What the sheets of the transaction report say otherwise than the release.

    The change that they name against the action code, and the descriptions, which the reports up
    to 2018 do not have. Every sheet lists all codes: what two of them say alike is listed once.
    """
    keyed = _keyed(records)
    differences: dict[Difference, None] = {}
    for sheet in sheets:
        differences.update(dict.fromkeys(_compare_sheet(keyed, sheet)))
    return list(differences)


def _compare_sheet(
    keyed: Mapping[Key, HcpcsRecord], sheet: Iterable[Transaction]
) -> Iterator[Difference]:
    told: dict[Key, list[Transaction]] = {}
    for transaction in sheet:
        told.setdefault((transaction.is_modifier, transaction.key), []).append(transaction)
    for key, record in keyed.items():
        lines = told.pop(key, [])
        if not lines:
            yield _transaction(record.key, "action", str(record.action or ""), None)
        for line in lines:
            if line.action != record.action:
                its = str(line.action or line.words)
                yield _transaction(record.key, "action", str(record.action or ""), its)
            if line.short_description not in ("", record.short_description):
                pair = (record.short_description, line.short_description)
                yield _transaction(record.key, "short_description", *pair)
            if line.long_description not in ("", record.long_description):
                pair = (record.long_description, line.long_description)
                yield _transaction(record.key, "long_description", *pair)
    for (_, unknown), lines in told.items():
        for line in lines:
            yield _transaction(unknown, "action", None, str(line.action or line.words))


def _transaction(key: str, name: str, mine: str | None, its: str | None) -> Difference:
    return Difference(
        DifferenceKind.FIELD,
        key,
        "release",
        mine,
        Kind.TRANSACTIONS,
        its,
        name,
        "the contractor file wins",
    )


def compare_counts(ours: Counts, published: Counts | None) -> list[Difference]:
    """What is known of the edition's size otherwise than the files hold."""
    if published is None:
        return []
    differences: list[Difference] = []
    for name in ("codes", "modifiers"):
        mine, stated = getattr(ours, name), getattr(published, name)
        if stated is not None and mine != stated:
            differences.append(
                Difference(
                    DifferenceKind.COUNT,
                    "",
                    "release",
                    str(mine),
                    "published counts",
                    str(stated),
                    name,
                    "the files are not complete, or not those of the edition",
                )
            )
    return differences
