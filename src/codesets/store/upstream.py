"""What the publishers list that the manifest does not know yet."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from attrs import evolve, frozen

from codesets._edition_names import spoken_of
from codesets.errors import CodesetsError
from codesets.store.compiling import known_editions
from codesets.store.downloading import Limits, fetch, forbid_offline
from codesets.store.installing import Tell
from codesets.store.manifest import Listing, Manifest, manifest

__all__ = ["Offer", "Upstream", "check_upstream", "offers_in_folder", "offers_on_page"]

_LIMITS = Limits(size=8 * 1024 * 1024, total=120.0, stall=30.0)
"""A listing is a page, not a release."""

# The index of the file server of NCHS: date, time, length or <dir>, address, name.
_ROW = re.compile(
    r"(\d{1,2}/\d{1,2}/\d{4})\s+\d{1,2}:\d\d [AP]M\s+(\d+|&lt;dir&gt;)\s+"
    r'<A HREF="([^"]+)">([^<]+)</A>',
    re.IGNORECASE,
)
_FILE = re.compile(r"\.(zip(-\d+)?|txt|xml|xlsx|csv)$", re.IGNORECASE)
_REPEATED = re.compile(r"(?<=\.zip)-\d+$", re.IGNORECASE)
_YEAR = re.compile(r"20\d\d")
# What the pages offer beside the files of the system.
_OTHERS = {
    "icd10cm": re.compile(r"pcs|gem|reimbursement|ms-drg|icd-9|icd9", re.IGNORECASE),
    "hcpcs": re.compile(r"^(?!.*alpha-?numeric-hcpcs)", re.IGNORECASE),
}


@frozen
class Offer:
    """One file that a publisher lists.

    Attributes:
        url: its address.
        system: the system whose listing it is.
        label: what the publisher calls it.
        edition: the one edition that address and label speak of; empty if none or several.
        is_new_edition: the calendar does not know that edition.
        size: its length, where the listing says it.
        changed_on: the day of the file, likewise.
        known_size: the length that the manifest knows, where that is another.
    """

    url: str
    system: str
    label: str
    edition: str = ""
    is_new_edition: bool = False
    size: int | None = None
    changed_on: date | None = None
    known_size: int | None = None

    @property
    def is_reissue(self) -> bool:
        """Whether the address is known, but of a file of another length."""
        return self.known_size is not None

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form."""
        return {
            "system": self.system,
            "edition": self.edition or None,
            "new_edition": self.is_new_edition,
            "reissue": self.is_reissue,
            "url": self.url,
            "label": self.label,
            "size": self.size,
            "known_size": self.known_size,
            "changed_on": None if self.changed_on is None else self.changed_on.isoformat(),
        }


@frozen
class Upstream:
    """What the publishers list that is not known.

    Attributes:
        offers: files at addresses that the manifest does not know, or of another length.
        problems: listings that could not be read, and why.
        listings: how many were.
    """

    offers: tuple[Offer, ...]
    problems: tuple[str, ...]
    listings: int

    def __iter__(self) -> Iterator[Offer]:
        return iter(self.offers)

    def __len__(self) -> int:
        return len(self.offers)

    @property
    def new_editions(self) -> tuple[tuple[str, str], ...]:
        """System and name of the editions that the calendar does not know."""
        found = ((offer.system, offer.edition) for offer in self.offers if offer.is_new_edition)
        return tuple(dict.fromkeys(found))


def check_upstream(
    system: str | None = None, *, tell: Tell | None = None, limits: Limits | None = None
) -> Upstream:
    """Read the publishers' listing pages, and name what the manifest does not know yet.

    Goes to the network, to the listing pages of NCHS and CMS alone; fetches no release.

    Args:
        system: the listings of this system only, as `icd10cm`.
        tell: is told what is being done.
        limits: of size and time.

    Returns:
        The files that are not known, and what could not be read.

    Raises:
        DownloadError: `CODESETS_OFFLINE` forbids the network.
        MissingExtraError: the extra `install` is not installed.
    """
    known = manifest()
    forbid_offline(known.listings[0].url)
    reader = _Reader(known, tell or (lambda _: None), limits or _LIMITS)
    offers: list[Offer] = []
    problems: list[str] = []
    read = 0
    for listing in known.listings:
        if system in (None, listing.system):
            try:
                offers += reader.offers(listing)
                read += 1
            except CodesetsError as error:
                problems.append(str(error))
    unknown = (found for offer in offers if (found := reader.unknown(offer)) is not None)
    return Upstream(tuple(dict.fromkeys(unknown)), tuple(problems), read)


@frozen
class _Reader:
    """Reads listings by way of the network."""

    manifest: Manifest
    tell: Tell
    limits: Limits

    def offers(self, listing: Listing) -> list[Offer]:
        """All files of a listing.

        Raises:
            CodesetsError: it cannot be read, or has another form now.
        """
        text = self.text(listing.url)
        if listing.form == "folder":
            files, folders = offers_in_folder(text, listing.url, listing.system)
            for folder in self.interesting(folders):
                files += offers_in_folder(self.text(folder), folder, listing.system)[0]
            found, seen = files, bool(files or folders)
        else:
            found = offers_on_page(text, listing.url, listing.system)
            seen = bool(found)
        if not seen:
            raise CodesetsError(f"{listing.url} lists no file; it may have changed its form")
        return found

    def text(self, url: str) -> str:
        self.tell(f"reading {url}")
        with tempfile.TemporaryDirectory(prefix="codesets-listing-") as name:
            path, _ = fetch(
                url, Path(name), self.manifest.places, limits=self.limits, tell=self.tell
            )
            return path.read_text(encoding="utf-8", errors="replace")

    def interesting(self, folders: Iterable[str]) -> list[str]:
        """The folders that are new, and those of the latest year that is known."""
        paths = {_path(url).rpartition("/")[0] for url in self.manifest.known}
        years = [int(year) for path in paths for year in _YEAR.findall(path.rpartition("/")[2])]
        latest = max(years, default=0)
        return [
            folder
            for folder in folders
            if _path(folder).rstrip("/") not in paths
            or any(int(y) >= latest for y in _YEAR.findall(_path(folder).rpartition("icd10cm")[2]))
        ]

    def unknown(self, offer: Offer) -> Offer | None:
        """The offer, if it says anything new."""
        sizes = {_path(url): size for url, size in self.manifest.known.items()}
        path = _path(offer.url)
        if path not in sizes:
            return offer
        known = sizes[path]
        if known is None or offer.size is None or known == offer.size:
            return None
        return evolve(offer, known_size=known)


def _path(url: str) -> str:
    """What is compared: servers do not tell upper from lower case, and CMS adds `-0` to a name."""
    return _REPEATED.sub("", unquote(urlsplit(url).path)).lower()


def offers_in_folder(text: str, url: str, system: str) -> tuple[list[Offer], list[str]]:
    """The files and the folders in the index of a file server (IIS).

    Args:
        text: the page.
        url: its address.
        system: the system whose files it lists.
    """
    files, folders = [], []
    for day, size, href, name in _ROW.findall(text):
        address = urljoin(url, href)
        if not size.isdecimal():
            folders.append(address)
        elif _FILE.search(name):
            changed = datetime.strptime(day, "%m/%d/%Y").date()
            offer = _named(address, system, unquote(name), folder=unquote(url))
            files.append(evolve(offer, size=int(size), changed_on=changed))
    return files, folders


def offers_on_page(text: str, url: str, system: str) -> list[Offer]:
    """The files that a page of CMS links to, of the system's own alone.

    Args:
        text: the page.
        url: its address.
        system: the system whose files it lists.
    """
    from lxml import html

    found = []
    for link in html.fromstring(text or "<p/>").iterfind(".//a[@href]"):
        address = urljoin(url, link.get("href", "").strip())
        if _FILE.search(urlsplit(address).path):
            label = " ".join(link.text_content().split())
            if not _OTHERS[system].search(f"{urlsplit(address).path} {label}"):
                found.append(_named(address, system, label))
    return found


def _named(url: str, system: str, label: str, folder: str = "") -> Offer:
    """An offer with the edition that its names speak of.

    The file's own name comes first: labels bear the days of re-issues. In a folder of NCHS for an
    update (`2026-update`) a name without a month says too little.
    """
    own = spoken_of(system, [unquote(urlsplit(url).path).rpartition("/")[2]])
    spoken = own if len(own) == 1 else spoken_of(system, [label])
    edition = spoken[0] if len(spoken) == 1 else ""
    if "update" in folder.rstrip("/").rpartition("/")[2].lower() and "-" not in edition:
        edition = ""
    is_new = bool(edition) and edition not in known_editions(system)
    return Offer(url, system, label, edition, is_new)
