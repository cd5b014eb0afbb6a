"""Where the publishers offer the files of each release: `_manifest.json`, read when first asked.

Made by `scripts/make_manifest.py`. Addresses say how far they can be trusted; none was asked when
the manifest was made.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any
from urllib.parse import urlsplit

from attrs import frozen

from codesets.errors import ReleaseNotFoundError
from codesets.store.kinds import kinds_named

__all__ = ["Address", "Listing", "Manifest", "Part", "manifest", "place_of"]

GUESS = "guess"


@frozen
class Address:
    """One place that a file is offered at.

    Attributes:
        url: the address, https.
        trust: `bytes`: what stood there was hashed; `seen`: the address was seen in use; `guess`:
            neither, or the file there may have been replaced.
        why: why it is a guess.
        sha256: digest of what stood there, where it is known.
        size: its length, likewise.
    """

    url: str
    trust: str
    why: str = ""
    sha256: str | None = None
    size: int | None = None

    @property
    def is_guess(self) -> bool:
        """Whether it is tried last, and said so."""
        return self.trust == GUESS


@frozen
class Part:
    """One file of a release, with all addresses that it is offered at, the best first.

    Attributes:
        name: what it is, as `order` or `tabular`.
        addresses: where it is offered.
        members: digests of the main files in it, where they are known.
        is_optional: a release is whole without it.
    """

    name: str
    addresses: tuple[Address, ...]
    members: frozenset[str] = frozenset()
    is_optional: bool = False


@frozen
class Listing:
    """A page on which a publisher lists files.

    Attributes:
        url: its address.
        system: the system whose files it lists.
        form: `folder` for the index of a file server, `page` for a web page.
    """

    url: str
    system: str
    form: str


@frozen(eq=False)
class Manifest:
    """All addresses that are known.

    Attributes:
        releases: system → edition → the parts of its release.
        listings: the publishers' listing pages.
        known: every address that was ever seen, of whatever file, with its length if that is known.
    """

    releases: Mapping[str, Mapping[str, tuple[Part, ...]]]
    listings: tuple[Listing, ...]
    known: Mapping[str, int | None]

    @property
    def places(self) -> frozenset[tuple[str, int]]:
        """Host and port of every address: nothing else is ever contacted."""
        urls = [listing.url for listing in self.listings]
        for editions in self.releases.values():
            for parts in editions.values():
                urls += [address.url for part in parts for address in part.addresses]
        return frozenset(place for url in urls if (place := place_of(url)) is not None)

    def parts(self, system: str, edition: str) -> tuple[Part, ...]:
        """The parts of a release.

        Raises:
            ReleaseNotFoundError: no address is known; the message says which editions have one.
            EditionError: the system is none that can be installed.
        """
        editions = self.releases.get(system)
        if editions is None:
            kinds_named(system)  # raises where that is the name of nothing
            editions = {}
        if edition not in editions:
            known = f" (known: {', '.join(editions)})" if editions else ""
            raise ReleaseNotFoundError(
                f"no address is known of {system} {edition}{known}; with its files at hand:"
                " codesets install --from PATH…",
                system=system,
                wanted=edition,
            )
        return editions[edition]


def place_of(url: str) -> tuple[str, int] | None:
    """Host and port of an https address; None for any other."""
    try:
        parts = urlsplit(url)
        if parts.scheme != "https" or not parts.hostname or parts.username is not None:
            return None
        return parts.hostname.lower(), parts.port or 443
    except ValueError:
        return None


@cache
def manifest() -> Manifest:
    """The manifest that comes with the package."""
    text = resources.files("codesets").joinpath("_manifest.json").read_text(encoding="utf-8")
    return _read(json.loads(text))


def _read(values: dict[str, Any]) -> Manifest:
    return Manifest(
        {
            system: {
                edition: tuple(_part(name, part) for name, part in parts.items())
                for edition, parts in editions.items()
            }
            for system, editions in values["releases"].items()
        },
        tuple(Listing(**listing) for listing in values["listings"]),
        values["known"],
    )


def _part(name: str, values: dict[str, Any]) -> Part:
    addresses = (
        Address(a["url"], a["trust"], a.get("why", ""), a.get("sha256"), a.get("bytes"))
        for a in values["addresses"]
    )
    members = frozenset(values.get("members", ()))
    return Part(name, tuple(addresses), members, values.get("optional", False))
