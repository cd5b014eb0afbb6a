"""Readers of what lies beside the contractor file: notes, NOC codes, corrections, transactions.

All but the processing notes are read from their Excel form. The text forms (.prn, .txt) of the
same lists cut long cells at their columns ("01/01/201", "Revise Long & Short De"), and the NOC
text of 2017 holds 991 codes where the list has 139; they are told apart and passed over.
"""

from __future__ import annotations

from codesets.hcpcs.companions.corrections import Correction, corrections_in, read_corrections
from codesets.hcpcs.companions.noc import NocCode, noc_codes_in, read_noc_codes
from codesets.hcpcs.companions.notes import ProcessingNote, read_processing_notes
from codesets.hcpcs.companions.tables import ListKind, find_list
from codesets.hcpcs.companions.transactions import (
    Transaction,
    TransactionReport,
    read_transactions,
    transactions_in,
)

__all__ = [
    "Correction",
    "ListKind",
    "NocCode",
    "ProcessingNote",
    "Transaction",
    "TransactionReport",
    "corrections_in",
    "find_list",
    "noc_codes_in",
    "read_corrections",
    "read_noc_codes",
    "read_processing_notes",
    "read_transactions",
    "transactions_in",
]
