"""Releases on this machine: installing, listing, checking, removing them.

    from codesets import store

    store.install("folder/of/official/files")

Installed releases stand in the data folder (`CODESETS_DATA_DIR`, or the platform's for user data),
beside those that come with the package. Nothing is ever fetched unasked.
"""

from __future__ import annotations

from codesets.shelf import ShelfEntry, data_folder, entries
from codesets.store.fetching import download
from codesets.store.installing import install
from codesets.store.outcomes import Installation, Outcome, PassedOver, State
from codesets.store.shelving import Verified, provenance, remove, verify

__all__ = [
    "Installation",
    "Outcome",
    "PassedOver",
    "ShelfEntry",
    "State",
    "Verified",
    "data_folder",
    "download",
    "entries",
    "install",
    "provenance",
    "remove",
    "verify",
]
