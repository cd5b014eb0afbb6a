"""Releases fetched from a publisher, and all that a publisher may do instead."""

from __future__ import annotations

import hashlib
import json
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme
from attrs import evolve

from codesets import hcpcs, icd10cm, store
from codesets.errors import (
    DigestError,
    DownloadError,
    EditionError,
    MissingExtraError,
    ReleaseNotFoundError,
    StoreError,
)
from codesets.store import fetching
from codesets.store.downloading import Limits
from codesets.store.manifest import Address, Manifest, Part, manifest, place_of
from codesets.store.outcomes import Outcome, State
from official import official_folder
from store.publisher import (
    Answer,
    Publisher,
    breaks_off,
    drips,
    drips_in_head,
    endless,
    gives,
    publishing,
    redirects,
    says,
    stalls,
    states,
)

QUICK = Limits(size=100_000, total=20.0, stall=10.0, attempts=3, pause=0.0)
PATH = "/files/zip/january-2031-alpha-numeric-hcpcs-file.txt"
Fetch = Callable[..., Outcome]


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def publisher(
    authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Publisher]:
    """A publisher whose certificate is trusted."""
    bundle = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(bundle))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    with publishing(authority) as publisher:
        yield publisher


def known_as(*addresses: Address, members: frozenset[str] = frozenset()) -> Manifest:
    part = Part("release", addresses, members)
    return Manifest({"hcpcs": {"2031-january": (part,)}}, (), {})


@pytest.fixture
def fetch(publisher: Publisher, monkeypatch: pytest.MonkeyPatch) -> Fetch:
    """Offer January 2031 with some answers, and download it."""

    def fetch(*answers: Answer, sha256: str | None = None, **options: object) -> Outcome:
        if answers:
            publisher.offers(PATH, *answers)
        known = known_as(Address(publisher.url(PATH), "seen", sha256=sha256))
        monkeypatch.setattr(fetching, "manifest", lambda: known)
        limits = options.pop("limits", QUICK)
        return store.download("hcpcs", "2031-january", limits=limits, **options)  # type: ignore[arg-type]

    return fetch


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def changed(text: bytes) -> bytes:
    """A contractor file with another word in it."""
    after = text.replace(b"Physician", b"PHYSICIAN", 1)
    assert after != text
    return after


# Well-behaved.


def test_a_release_is_fetched_and_installed(
    fetch: Fetch, publisher: Publisher, hcpcs_text: bytes, data_folder: Path
) -> None:
    told: list[str] = []
    outcome = fetch(gives(hcpcs_text), tell=told.append)
    assert str(outcome) == "hcpcs 2031-january installed"
    assert outcome.remarks == ()
    assert hcpcs.load("2031-january").edition.is_certain
    assert left(data_folder) == ["downloads.json", "hcpcs-2031-january.codeset"]
    ((path, headers),) = publisher.asked
    assert path == PATH
    assert headers["user-agent"].startswith("Mozilla/5.0 (compatible; codesets/")
    assert headers["accept-encoding"] == "identity"
    assert not {"authorization", "cookie", "referer"} & set(headers)
    assert f"fetching {publisher.url(PATH)}" in told


def test_no_password_of_the_users_goes_along(
    fetch: Fetch,
    publisher: Publisher,
    hcpcs_text: bytes,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine localhost login me password mine\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    fetch(gives(hcpcs_text))
    assert "authorization" not in publisher.asked[0][1]


def test_the_next_address_is_asked_where_one_has_nothing(
    publisher: Publisher, hcpcs_text: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    guess = publisher.offers(PATH, gives(hcpcs_text))
    known = known_as(
        Address(publisher.url("/gone.txt"), "seen"),
        Address(publisher.offers("/page.txt", says(200, b"<!DOCTYPE html><p>Sorry")), "seen"),
        Address(guess, "guess", why="the address follows the publisher's pattern"),
    )
    monkeypatch.setattr(fetching, "manifest", lambda: known)
    outcome = store.download("hcpcs", "2031-january", limits=QUICK)
    assert outcome.remarks == (f"taken from {guess}: the address follows the publisher's pattern",)


def test_a_part_that_is_not_needed_may_be_missing(
    publisher: Publisher, hcpcs_text: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = (
        Part("corrections", (Address(publisher.url("/gone.zip"), "guess"),), is_optional=True),
        Part("release", (Address(publisher.offers(PATH, gives(hcpcs_text)), "seen"),)),
    )
    known = Manifest({"hcpcs": {"2031-january": parts}}, (), {})
    monkeypatch.setattr(fetching, "manifest", lambda: known)
    outcome = store.download("hcpcs", "2031-january", limits=QUICK)
    assert outcome.state is State.INSTALLED
    assert "without corrections" in outcome.remarks[0]


# Not.


@pytest.mark.parametrize(
    ("answer", "limits", "said"),
    [
        (says(404), {}, "cannot be fetched: the server answered 404 Not Found"),
        (says(403, b"<html>"), {}, "the server answered 403 Forbidden"),
        (says(503), {}, r"the server answered 503 Service Unavailable \(3 attempts\)"),
        (says(204), {}, "the server answered 204 No Content"),
        (says(200, b" <!doctype HTML><title>Page not found"), {}, "is a web page, not the file"),
        (breaks_off(b"x" * 1000), {}, r"it broke off after 500 (of 1,000 )?bytes \(3 attempts\)"),
        (breaks_off(b"x" * 1000, states_length=False), {}, r"it broke off .*\(3 attempts\)"),
        (stalls(b"x" * 1000), {"stall": 0.1, "attempts": 1}, "nothing came for 0.1 seconds"),
        (drips, {"total": 0.3}, "is not there after 0.3 seconds"),
        (drips_in_head, {"total": 0.3}, "is not there after 0.3 seconds"),
        (endless, {}, "is larger than 100,000 bytes, which no official file is"),
        (states(100_001), {}, "is larger than 100,000 bytes, which no official file is"),
        (redirects("http://localhost/x"), {}, "is redirected to http://.*, which is no https"),
        (redirects("ftp://localhost/x"), {}, "is redirected to ftp://.*, which is no https"),
        (redirects("https://localhost:1/x"), {}, "no host of the publishers"),
        (redirects("https://me:pw@localhost/x"), {}, "which is no https address"),
        (redirects("//elsewhere.test/x"), {}, "to https://elsewhere.test/x, which is no host"),
        (redirects(PATH), {}, "is redirected more than 5 times"),
    ],
)  # fmt: skip
def test_what_a_publisher_may_do_instead(
    answer: Answer, limits: dict[str, Any], said: str, fetch: Fetch, data_folder: Path
) -> None:
    with pytest.raises(DownloadError, match=said) as caught:
        fetch(answer, limits=evolve(QUICK, **limits))
    assert isinstance(caught.value, OSError)
    assert "codesets install --from PATH…" in str(caught.value)
    assert left(data_folder) == []


@pytest.mark.parametrize("first", [says(502), breaks_off(b"x" * 1000)])
def test_another_attempt_may_mend_it(first: Answer, fetch: Fetch, hcpcs_text: bytes) -> None:
    assert fetch(first, first, gives(hcpcs_text)).state is State.INSTALLED


def test_no_host_is_contacted_but_those_of_the_manifest(
    fetch: Fetch, authority: trustme.CA, hcpcs_text: bytes
) -> None:
    with publishing(authority) as elsewhere, publishing(authority, plain=True) as plain:
        for url in (
            elsewhere.offers(PATH, gives(hcpcs_text)),
            plain.offers(PATH, gives(hcpcs_text)).replace("https:", "http:"),
        ):
            with pytest.raises(DownloadError, match="is redirected to"):
                fetch(redirects(url))
        assert elsewhere.asked == plain.asked == []


def test_a_redirect_within_the_publishers_hosts_is_followed(
    fetch: Fetch, publisher: Publisher, hcpcs_text: bytes
) -> None:
    publisher.offers("/moved.txt", gives(hcpcs_text))
    assert fetch(redirects("/moved.txt", 301)).state is State.INSTALLED


def test_a_server_that_cannot_prove_who_it_is(
    fetch: Fetch, publisher: Publisher, hcpcs_text: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    with pytest.raises(DownloadError, match=r"(?i)certificate"):
        fetch(gives(hcpcs_text))
    assert publisher.asked == []


def test_nobody_is_asked_offline(
    fetch: Fetch, publisher: Publisher, monkeypatch: pytest.MonkeyPatch, data_folder: Path
) -> None:
    monkeypatch.setenv("CODESETS_OFFLINE", "1")
    with pytest.raises(DownloadError, match="CODESETS_OFFLINE forbids it"):
        fetch(says(200))
    assert publisher.asked == []
    assert not data_folder.exists()


def test_the_extra_is_named_where_it_is_missing(
    fetch: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pooch", None)
    with pytest.raises(MissingExtraError, match=r'pip install "codesets\[install\]"'):
        fetch(says(200))


def test_a_release_of_which_no_address_is_known() -> None:
    with pytest.raises(ReleaseNotFoundError, match="no address is known of icd10cm 2031"):
        store.download("icd10cm", "2031")
    with pytest.raises(ReleaseNotFoundError, match=r"of gem-i9 2018; with its files at hand"):
        store.download("gem-i9", "2018")
    with pytest.raises(EditionError, match="nothing that can be installed is called 'cpt'"):
        store.download("cpt", "2026")
    with pytest.raises(EditionError, match="icd10cm has no edition 'soon': its editions are named"):
        store.download("icd10cm", "soon")


def test_no_test_leaves_the_loopback() -> None:
    with (
        socket.socket() as stream,
        pytest.raises(RuntimeError, match="would leave the loopback"),
    ):
        stream.connect(("192.0.2.1", 443))  # an address that documents use, and nobody has


# Another file.


def test_the_files_of_another_edition_are_not_installed(
    fetch: Fetch, publisher: Publisher, hcpcs_text: bytes, data_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    url = publisher.offers("/HCPC2030_OCT_ANWEB.txt", gives(hcpcs_text))
    monkeypatch.setattr(fetching, "manifest", lambda: known_as(Address(url, "seen")))
    with pytest.raises(EditionError, match=r"for hcpcs 2031-january is 2030-october; nothing was"):
        store.download("hcpcs", "2031-january", limits=QUICK)
    assert left(data_folder) == []


def test_a_file_of_something_else_is_no_release(fetch: Fetch, data_folder: Path) -> None:
    with pytest.raises(DownloadError, match="holds no release file, but january-2031"):
        fetch(gives(b"something else"))
    assert left(data_folder) == []


def test_a_file_that_was_issued_again_is_refused_until_accepted(
    fetch: Fetch, hcpcs_text: bytes, data_folder: Path
) -> None:
    again = changed(hcpcs_text)
    with pytest.raises(DigestError) as caught:
        fetch(gives(again), sha256=sha256(hcpcs_text))
    assert caught.value.expected == (sha256(hcpcs_text),)
    assert caught.value.found == sha256(again)
    assert f"its sha256 is {sha256(again)}, not {sha256(hcpcs_text)}" in str(caught.value)
    assert "--accept-reissue" in str(caught.value)
    assert left(data_folder) == []
    known = sha256(hcpcs_text)
    assert fetch(gives(again), sha256=known, accept_reissue=True).state is State.INSTALLED
    # From then on both are known, and a third is not.
    assert fetch(gives(again), sha256=known).state is State.THERE
    assert fetch(gives(hcpcs_text), sha256=known).state is State.REPLACED
    with pytest.raises(DigestError):
        fetch(gives(changed(again)), sha256=known)


def test_a_file_not_known_is_recorded_when_it_first_comes(
    fetch: Fetch, publisher: Publisher, hcpcs_text: bytes, data_folder: Path
) -> None:
    fetch(gives(hcpcs_text))
    record = json.loads((data_folder / "downloads.json").read_bytes())
    assert record == {"sha256": {publisher.url(PATH): sha256(hcpcs_text)}}
    again = changed(hcpcs_text)
    with pytest.raises(DigestError, match=sha256(hcpcs_text)):
        fetch(gives(again))
    assert fetch(gives(again), accept_reissue=True).state is State.REPLACED
    with pytest.raises(DigestError, match=sha256(again)):
        fetch(gives(hcpcs_text))


def test_a_file_in_another_archive_is_known_by_its_own_digest(
    publisher: Publisher, hcpcs_text: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = Address(publisher.offers(PATH, gives(hcpcs_text)), "bytes", sha256="0" * 64)
    known = known_as(address, members=frozenset([sha256(hcpcs_text)]))
    monkeypatch.setattr(fetching, "manifest", lambda: known)
    assert store.download("hcpcs", "2031-january", limits=QUICK).state is State.INSTALLED


def test_a_damaged_record_is_said(fetch: Fetch, hcpcs_text: bytes, data_folder: Path) -> None:
    data_folder.mkdir()
    for damage in (b"{", b"[]", b'{"sha256": {"a": 1}}'):
        (data_folder / "downloads.json").write_bytes(damage)
        with pytest.raises(StoreError, match=r"downloads\.json is damaged"):
            fetch(gives(hcpcs_text))


# Official files under their official paths.


def moved(publisher: Publisher) -> Manifest:
    """The manifest itself, its two hosts moved to the loopback: paths and digests stay."""
    hosts = {"ftp.cdc.gov": "localhost", "www.cms.gov": "127.0.0.1"}

    def there(address: Address) -> Address:
        place = place_of(address.url)
        assert place is not None
        path = address.url.partition(place[0])[2]
        return evolve(address, url=publisher.url(path, hosts[place[0]]))

    def part(each: Part) -> Part:
        return evolve(each, addresses=tuple(map(there, each.addresses)))

    return Manifest(
        {
            system: {name: tuple(map(part, parts)) for name, parts in editions.items()}
            for system, editions in manifest().releases.items()
        },
        (),
        {},
    )


NCHS = "/pub/Health_Statistics/NCHS/Publications/ICD10CM"


@pytest.mark.official
def test_official_files_under_their_official_paths(
    publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "manifest", lambda: moved(publisher))
    folder = official_folder("icd10cm", "2017")
    # NCHS's own order file is not there: the archive of CMS holds it too.
    publisher.offers(
        "/medicare/coding/icd10/downloads/2017-icd10-code-descriptions.zip",
        gives(folder / "2017-icd10-code-descriptions.zip"),
    )
    publisher.offers(
        f"{NCHS}/2017/ICD10CM_FY2017_Full_XML.zip", gives(folder / "ICD10CM_FY2017_Full_XML.zip")
    )
    outcome = store.download("icd10cm", "2017")
    assert outcome.sources == ("tabular", "order", "codes")
    assert len(icd10cm.load("2017").select("*", billable=True)) == 71_486


@pytest.mark.official
def test_an_official_archive_is_known_by_its_members(
    publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No digest of the archive of January 2025 is known, only those of the files in it."""
    monkeypatch.setattr(fetching, "manifest", lambda: moved(publisher))
    name = "january-2025-alpha-numeric-hcpcs-file.zip"
    archive = official_folder("hcpcs", "2025-january") / name
    publisher.offers(f"/files/zip/{name}", gives(archive))
    assert store.download("hcpcs", "2025-january").state is State.INSTALLED
    # Another year's archive in its place is neither.
    other = official_folder("hcpcs", "2020-january") / "2020-Alpha-Numeric-HCPCS-File.zip"
    publisher.offers(f"/files/zip/{name}", gives(other))
    store.remove("hcpcs", "2025-january")
    with pytest.raises(DigestError):
        store.download("hcpcs", "2025-january")
    assert store.entries() == ()
