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
from codesets.store.listing import Listed, releases
from codesets.store.outcomes import Installation, Outcome, PassedOver, State
from codesets.store.shelving import Verified, provenance, remove, verify
from codesets.store.upstream import Offer, Upstream, check_upstream

__all__ = [
    "Installation",
    "Listed",
    "Offer",
    "Outcome",
    "PassedOver",
    "ShelfEntry",
    "State",
    "Upstream",
    "Verified",
    "check_upstream",
    "data_folder",
    "download",
    "entries",
    "install",
    "provenance",
    "releases",
    "remove",
    "verify",
]
