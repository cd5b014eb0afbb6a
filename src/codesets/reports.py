"""The section of a compiled file that tells how the release was made."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from codesets.problems import Anomaly
from codesets.reconciliation import Reconciliation
from codesets.sources import SourceInfo

__all__ = ["make_reports"]


def make_reports(
    provenance: Iterable[SourceInfo],
    anomalies: Iterable[Anomaly],
    reconciliation: Reconciliation,
) -> dict[str, Any]:
    """The JSON-safe content of the section `REPORTS`."""
    return {
        "provenance": [
            {
                "file": info.file,
                "archive": info.archive,
                "kind": info.kind,
                "size": info.size,
                "sha256": info.sha256,
                "archive_sha256": info.archive_sha256,
            }
            for info in provenance
        ],
        "anomalies": [anomaly.to_dict() for anomaly in anomalies],
        "reconciliation": reconciliation.to_list(),
    }
