"""HCPCS codes and modifiers for programs: plain values with keys that stay the same."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from codesets.findings import Finding
from codesets.hcpcs.check import check_entry
from codesets.hcpcs.companions import Correction
from codesets.hcpcs.views import HcpcsCode, HcpcsEntry

__all__ = ["corrected", "entry_record", "identity_of", "status"]


def status(finding: Finding) -> str:
    """`valid`, `terminated` or `not yet added`: the kind of a finding in words."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(finding).__name__).lower()


def identity_of(entry: HcpcsEntry) -> dict[str, Any]:
    """What a code or modifier is known by."""
    return {"kind": "modifier" if entry.is_modifier else "code", "code": entry.code}


def corrected(correction: Correction) -> str:
    """A line of a corrections sheet in its own words, and whose they are."""
    day = f" ({correction.effective_on})" if correction.effective_on else ""
    return f"{correction.action}{day}, says {correction.file}"


def entry_record(entry: HcpcsEntry, on: date | None) -> dict[str, Any]:
    """All that `show` knows of a code or modifier.

    Args:
        entry: the code or modifier.
        on: the day for `status`; None for the first day of the edition.
    """
    finding = check_entry(entry, entry.code, on)
    note = entry.processing_note
    listed = entry.is_not_otherwise_classified if isinstance(entry, HcpcsCode) else None
    return identity_of(entry) | {
        "display": entry.display,
        "long_description": entry.long_description,
        "short_description": entry.short_description,
        "status": status(finding),
        "on": _day(on or entry.release.first_day),
        "is_valid": finding.is_valid,
        "added_on": _day(entry.added_on),
        "terminated_on": _day(entry.terminated_on),
        "periods": [
            {
                "first_day": _day(period.first_day),
                "last_day": _day(period.last_day),
                "is_certain": period.is_certain,
            }
            for period in entry.periods
        ],
        "action": _worded(entry.action),
        "action_effective_on": _day(entry.action_effective_on),
        "coverage": _worded(entry.coverage),
        "pricing_indicators": _all_worded(entry.pricing_indicators),
        "multiple_pricing_indicator": _worded(entry.multiple_pricing_indicator),
        "betos": _worded(entry.betos),
        "types_of_service": _all_worded(entry.types_of_service),
        "lab_certifications": _all_worded(entry.lab_certifications),
        "coverage_issues_manual": list(entry.coverage_issues_manual),
        "carriers_manual": list(entry.carriers_manual),
        "statute": entry.statute or None,
        "asc_group": _worded(entry.asc_group),
        "asc_effective_on": _day(entry.asc_effective_on),
        "mog_group": _worded(entry.mog_group),
        "mog_policy_indicator": _worded(entry.mog_policy_indicator),
        "mog_effective_on": _day(entry.mog_effective_on),
        "anesthesia_base_units": entry.anesthesia_base_units,
        "cross_reference": _reference(entry),
        "replacement_chains": [list(way) for way in entry.release.replacement_chains(entry)],
        "processing_note_number": entry.processing_note_number or None,
        "processing_note": None if note is None else note.text,
        "is_not_otherwise_classified": listed,
        "reported_change": entry.transaction,
        "corrections": [_correction(correction) for correction in entry.corrections],
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _worded(value: Any) -> dict[str, str] | None:
    """A token with its official wording; None for none."""
    return {"value": str(value), "meaning": value.meaning} if value else None


def _all_worded(values: Iterable[Any]) -> list[dict[str, str]]:
    return [worded for worded in map(_worded, values) if worded is not None]


def _reference(entry: HcpcsEntry) -> dict[str, Any] | None:
    reference = entry.cross_reference
    if reference is None:
        return None
    return {
        "kind": str(reference.kind),
        "is_choice": reference.is_choice,
        "targets": [
            {"code": target.code, "kind": str(target.kind), "is_modifier": target.is_modifier}
            for target in reference.targets
        ],
    }


def _correction(correction: Correction) -> dict[str, Any]:
    return {
        "action": correction.action,
        "effective_on": _day(correction.effective_on),
        "cells": [{"head": head, "text": text} for head, text in correction.cells],
        "file": correction.file,
        "sheet": correction.sheet,
        "row": correction.row,
    }
