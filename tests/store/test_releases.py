"""What there is, what is at hand, what is newer: by the calendar, and by the publishers' pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
import trustme

from codesets import store
from codesets.editions import editions, unpublished_updates
from codesets.errors import DownloadError, EditionError
from codesets.store import Upstream, upstream
from codesets.store.downloading import Limits
from codesets.store.manifest import Listing, Manifest
from store.publisher import Publisher, gives, publishing, says

QUICK = Limits(size=100_000, total=20.0, stall=10.0, attempts=1)

# The calendar.


def test_all_releases_ever_published_are_listed(small_files: dict[str, Path]) -> None:
    store.install(small_files["order"], edition="2025-april")
    listed = {each.edition.name: each for each in store.releases("icd10cm")}
    known = {edition.name for edition in editions("icd10cm")}
    without = {update.edition.name for update in unpublished_updates("icd10cm")}
    assert set(listed) == known | without
    assert [name for name, each in listed.items() if each.is_at_hand] == ["2025-april"]
    assert [name for name, each in listed.items() if each.is_newer] == [
        "2026", "2026-april", "2027"
    ]  # fmt: skip
    assert [name for name, each in listed.items() if not each.has_files] == ["2020-april"]
    today = date.today()
    assert all(each.is_in_force == each.edition.is_in_force(today) for each in listed.values())
    entry = listed["2025-april"].entry
    assert entry is not None
    assert entry.sources == ("order",)
    april = listed["2025-april"]
    assert (april.published_name, str(april)) == (
        "April 1, 2025 update", "icd10cm 2025-april (at hand)"
    )  # fmt: skip
    assert april.counts is not None
    assert april.counts.billable == 74_260
    assert april.to_dict()["path"] == str(entry.path)
    assert str(listed["2027"]) == "icd10cm 2027 (newer)"
    assert listed["2027"].to_dict()["at_hand"] is False


def test_one_later_than_the_calendar_is_listed_where_it_is_at_hand(
    small_files: dict[str, Path],
) -> None:
    store.install(small_files["order"], edition="2030")
    last = store.releases("icd10cm")[-1]
    assert (last.edition.name, last.is_at_hand, last.published_name) == ("2030", True, None)
    assert not any(each.is_newer for each in store.releases("icd10cm"))


def test_what_can_be_fetched_from_an_address_that_is_no_guess() -> None:
    listed = {each.edition.name: each for each in store.releases("hcpcs")}
    assert listed["2026-october"].can_be_fetched
    assert not listed["2021-july"].can_be_fetched
    assert listed["2026-october"].published_name == "October 2026 Alpha-Numeric HCPCS File"


def test_all_systems_and_none() -> None:
    assert {each.edition.system for each in store.releases()} >= {"icd10cm", "hcpcs"}
    with pytest.raises(EditionError, match="nothing that can be installed is called 'cpt'"):
        store.releases("cpt")


# The publishers' pages, in the form that they have.

FOLDER = "/pub/Health_Statistics/NCHS/Publications/ICD10CM/"
PAGE = "/medicare/coding-billing/icd-10-codes"
QUARTERS = "/medicare/coding-billing/healthcare-common-procedure-system/quarterly-update"

KNOWN = {
    f"https://ftp.cdc.gov{FOLDER}2026/icd10cm-Code%20Descriptions-2026.zip": 2_198_159,
    f"https://ftp.cdc.gov{FOLDER}2027/icd10cm-table-and-index-2027.zip": 22_000_000,
    f"https://ftp.cdc.gov{FOLDER}2027/icd10cm-code-descriptions-2027.zip": None,
    "https://www.cms.gov/files/zip/2027-code-descriptions-tabular-order.zip": 2_208_022,
    "https://www.cms.gov/files/zip/2023-code-descriptions-tabular-order-updated-01/11/2023.zip": 1,
    "https://www.cms.gov/files/zip/october-2026-alpha-numeric-hcpcs-file.zip": None,
}


def index(folder: str, *rows: tuple[str, str, str]) -> bytes:
    """The index of a folder as the file server of NCHS writes it."""
    lines = "".join(
        f' {day}  9:05 AM {size:>12} <A HREF="{folder}{name.replace(" ", "%20")}'
        f'{"/" if size.startswith("&") else ""}">{name}</A><br>'
        for day, size, name in rows
    )
    parent = folder.rstrip("/").rpartition("/")[0]
    return (
        f"<html><head><title>ftp.cdc.gov - {folder}</title></head><body><H1>ftp.cdc.gov - {folder}"
        f'</H1><hr>\r\n\r\n<pre><A HREF="{parent}/">[To Parent Directory]</A><br><br>{lines}</pre>'
        "<hr></body></html>"
    ).encode()


ROOT = index(
    FOLDER,
    ("7/15/2025", "&lt;dir&gt;", "2026"),
    ("7/19/2026", "&lt;dir&gt;", "2027"),
    ("1/15/2027", "&lt;dir&gt;", "2027-update"),
    ("1/15/2020", "1024", "ReadMe.pdf"),
)
YEAR = index(
    f"{FOLDER}2027/",
    ("7/19/2026", "2198160", "icd10cm-code-descriptions-2027.zip"),
    ("7/20/2026", "22000001", "icd10cm-table-and-index-2027.zip"),
)
UPDATE = index(
    f"{FOLDER}2027-update/", ("1/15/2027", "2300000", "icd10cm Code Descriptions April 1 2027.zip")
)
CODES = b"""<!DOCTYPE html><html><body><h2>2028 ICD-10 CM &amp; PCS files</h2>
<h3>2028 ICD-10-CM files</h3><ul>
<li><a href="/files/zip/2028-code-descriptions-tabular-order.zip">2028 Code Descriptions in
 Tabular Order - Updated 07/09/2027 (ZIP)</a></li>
<li><a href="/files/zip/2027-Code-Descriptions-Tabular-Order.zip-0">2027 Code Descriptions</a>
<li><a href="/files/zip/2023-code-descriptions-tabular-order-updated-01/11/2023.zip">2023</a></li>
<li><a href="/files/zip/2028-icd-10-pcs-codes-file.zip">2028 ICD-10-PCS Codes File (ZIP)</a></li>
<li><a href="/about">About</a></li></ul></body></html>"""
QUARTER = b"""<html><body><ul>
<li><a href="/files/zip/january-2027-alpha-numeric-hcpcs-files.zip">January 2027 Alpha-Numeric
HCPCS File (ZIP)</a></li>
<li><a href="/files/zip/october-2026-alpha-numeric-hcpcs-file.zip">October 2026</a></li>
<li><a href="/files/zip/dmepos-fee-schedule.zip">DMEPOS</a></li></ul></body></html>"""

Check = Callable[..., Upstream]


@pytest.fixture
def publisher(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Publisher]:
    authority = trustme.CA()
    bundle = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(bundle))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    with publishing(authority) as publisher:
        publisher.offers(FOLDER, gives(ROOT))
        publisher.offers(f"{FOLDER}2027/", gives(YEAR))
        publisher.offers(f"{FOLDER}2027-update/", gives(UPDATE))
        publisher.offers(PAGE, gives(CODES))
        publisher.offers(QUARTERS, gives(QUARTER))
        listings = (
            Listing(publisher.url(FOLDER), "icd10cm", "folder"),
            Listing(publisher.url(PAGE), "icd10cm", "page"),
            Listing(publisher.url(QUARTERS), "hcpcs", "page"),
        )
        known = Manifest({}, listings, KNOWN)
        monkeypatch.setattr(upstream, "manifest", lambda: known)
        yield publisher


def test_what_the_publishers_list_and_nobody_knows_is_named(publisher: Publisher) -> None:
    found = store.check_upstream(limits=QUICK)
    assert (found.problems, found.listings) == ((), 3)
    said = [(o.edition, o.url.rpartition("/")[2], o.is_new_edition, o.is_reissue) for o in found]
    assert said == [
        ("2027", "icd10cm-table-and-index-2027.zip", False, True),
        ("2027-april", "icd10cm%20Code%20Descriptions%20April%201%202027.zip", True, False),
        ("2028", "2028-code-descriptions-tabular-order.zip", True, False),
        ("2027-january", "january-2027-alpha-numeric-hcpcs-files.zip", True, False),
    ]
    assert found.new_editions == (
        ("icd10cm", "2027-april"), ("icd10cm", "2028"), ("hcpcs", "2027-january")
    )  # fmt: skip
    reissue, update, _, quarter = found
    assert (reissue.size, reissue.known_size, reissue.changed_on) == (
        22_000_001, 22_000_000, date(2026, 7, 20)
    )  # fmt: skip
    assert update.to_dict()["changed_on"] == "2027-01-15"
    assert quarter.label == "January 2027 Alpha-Numeric HCPCS File (ZIP)"
    # The folder of a year before is not looked into again.
    assert f"{FOLDER}2026/" not in [path for path, _ in publisher.asked]


def test_one_system_alone(publisher: Publisher) -> None:
    found = store.check_upstream("hcpcs", limits=QUICK)
    assert [offer.edition for offer in found] == ["2027-january"]
    assert [path for path, _ in publisher.asked] == [QUARTERS]


def test_a_page_that_cannot_be_read_does_not_hide_the_others(publisher: Publisher) -> None:
    publisher.offers(FOLDER, says(403))
    publisher.offers(PAGE, gives(b"<html><body>We have moved</body></html>"))
    found = store.check_upstream(limits=QUICK)
    assert [offer.edition for offer in found] == ["2027-january"]
    refused, empty = found.problems
    assert "the server answered 403 Forbidden" in refused
    assert "lists no file; it may have changed its form" in empty


def test_nothing_is_asked_offline(publisher: Publisher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CODESETS_OFFLINE", "1")
    with pytest.raises(DownloadError, match="CODESETS_OFFLINE forbids it"):
        store.check_upstream(limits=QUICK)
    assert publisher.asked == []


def test_the_manifest_knows_its_own_addresses() -> None:
    """What the manifest fetches from is nothing new."""
    from codesets.store.manifest import manifest

    known = manifest()
    reader = upstream._Reader(known, lambda _: None, QUICK)
    for releases in known.releases.values():
        for parts in releases.values():
            for part in parts:
                for address in part.addresses:
                    if not address.is_guess:
                        assert reader.unknown(upstream.Offer(address.url, "", "")) is None
