"""The manifest of official addresses, and the script that makes it."""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import codesets
from codesets.editions import editions
from codesets.errors import EditionError, ReleaseNotFoundError
from codesets.store.manifest import manifest, place_of
from official import official_root

REPOSITORY = Path(__file__).resolve().parents[2]


def test_every_address_is_of_a_publisher_and_https() -> None:
    assert manifest().places == {("ftp.cdc.gov", 443), ("www.cms.gov", 443)}
    for releases in manifest().releases.values():
        for parts in releases.values():
            for part in parts:
                assert part.addresses
                for address in part.addresses:
                    assert place_of(address.url) in manifest().places


def test_what_is_a_guess_comes_last_and_says_why() -> None:
    guesses = 0
    for releases in manifest().releases.values():
        for parts in releases.values():
            for part in parts:
                flags = [address.is_guess for address in part.addresses]
                assert flags == sorted(flags)
                for address in part.addresses:
                    assert bool(address.why) == address.is_guess
                guesses += sum(flags)
    assert guesses > 20


def test_releases_are_those_of_the_calendar() -> None:
    for system, releases in manifest().releases.items():
        assert set(releases) <= {edition.name for edition in editions(system)}
    # All that ever were in force can be had from somewhere.
    for system in ("icd10cm", "hcpcs"):
        for edition in editions(system):
            if edition.effective_from is not None:
                assert manifest().parts(system, edition.name)


def test_a_release_of_icd10cm_has_its_order_file_and_its_tabular_list() -> None:
    for edition in editions("icd10cm"):
        if edition.effective_from is not None:
            parts = {part.name for part in manifest().parts("icd10cm", edition.name)}
            assert parts == {"order", "tabular"}


def test_an_edition_without_an_address_is_said() -> None:
    with pytest.raises(ReleaseNotFoundError, match="no address is known of icd10cm 2020-april"):
        manifest().parts("icd10cm", "2020-april")
    with pytest.raises(EditionError, match="nothing that can be installed is called 'foo'"):
        manifest().parts("foo", "2025")


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("https://www.cms.gov/x", ("www.cms.gov", 443)),
        ("https://WWW.cms.gov:8443/x", ("www.cms.gov", 8443)),
        ("http://www.cms.gov/x", None),
        ("https://user@www.cms.gov/x", None),
        ("https:///x", None),
        ("https://[/x", None),
        ("https://www.cms.gov:x/", None),
        ("", None),
    ],
)
def test_the_place_of_an_address(url: str, place: tuple[str, int] | None) -> None:
    assert place_of(url) == place


# The script.


@pytest.fixture(scope="module")
def script() -> ModuleType:
    """`scripts/make_manifest.py`."""
    path = REPOSITORY / "scripts" / "make_manifest.py"
    spec = importlib.util.spec_from_file_location("make_manifest", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.path.insert(0, str(path.parent))
    try:
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(path.parent))
    return module


Make = Callable[..., dict[str, Any]]


def address(url: str, **changes: Any) -> dict[str, Any]:
    return {
        "system": "ICD-10-CM",
        "release": "FY2026",
        "kind": "order file",
        "url": url,
        "sha256": None,
        "bytes": None,
        "sightings": [{}],
        "trust": "seen in 2 independent places",
        **changes,
    }


@pytest.fixture
def make(script: ModuleType, tmp_path: Path) -> Make:
    def make(*records: dict[str, Any]) -> dict[str, Any]:
        head = "archive\tmember\tkind\tbytes\tsha256\tfound in\thow judged unmodified\n"
        row = f"icd10cm/2026/a.zip\to.txt\torder\t1\t{'a' * 64}\there\tas it came\n"
        (tmp_path / "PROVENANCE.tsv").write_text(head + row, encoding="utf-8")
        (tmp_path / "sources.json").write_text(json.dumps(records), encoding="utf-8")
        made = tmp_path / "manifest.json"
        # That of the package under test: against the built wheel there is no source tree.
        calendar = Path(codesets.__file__).parent / "_calendar.json"
        arguments = [str(tmp_path / "PROVENANCE.tsv"), str(tmp_path / "sources.json")]
        arguments += ["--calendar", str(calendar)]
        assert script.main([*arguments, "--manifest", str(made)]) == 0
        assert script.main([*arguments, "--manifest", str(made), "--check"]) == 0
        made.with_suffix(".old").write_text("{}", encoding="utf-8")
        old = str(made.with_suffix(".old"))
        assert script.main([*arguments, "--manifest", old, "--check"]) == 1
        values: dict[str, Any] = json.loads(made.read_text(encoding="utf-8"))
        return values

    return make


CMS = "https://www.cms.gov/"


def test_addresses_stand_by_how_far_they_can_be_trusted(make: Make) -> None:
    made = make(
        address(f"{CMS}pattern.txt", trust="pattern only", sightings=[]),
        address("http://www.cms.gov/plain.txt"),
        address(f"{CMS}candidate.txt", note="both sightings are candidate lists, not downloads"),
        address(f"{CMS}once.txt", trust="seen in 1 place"),
        address(f"{CMS}twice.txt", alt_urls=[f"{CMS}Twice.txt"]),
        address("https://ftp.cdc.gov/hashed.txt", sha256="b" * 64, bytes=5),
    )
    order = made["releases"]["icd10cm"]["2026"]["order"]
    assert order["members"] == ["a" * 64, "b" * 64]
    assert [(each["url"], each["trust"]) for each in order["addresses"]] == [
        ("https://ftp.cdc.gov/hashed.txt", "bytes"),
        (f"{CMS}twice.txt", "seen"),
        (f"{CMS}once.txt", "seen"),
        (f"{CMS}Twice.txt", "seen"),
        (f"{CMS}candidate.txt", "guess"),
        ("https://www.cms.gov/plain.txt", "guess"),
        (f"{CMS}pattern.txt", "guess"),
    ]
    assert order["addresses"][-1]["why"] == "the address follows the publisher's pattern"
    assert f"{CMS}pattern.txt" not in made["known"]


def test_what_is_not_to_be_used_is_left_out(make: Make) -> None:
    made = make(
        address(f"{CMS}a.txt"),
        address(f"{CMS}b.txt", trust="contradicted or machine-repeated: one script"),
        address(f"{CMS}c.pdf", kind="guidelines"),
        address(f"{CMS}d.zip", system="ICD-10-PCS"),
        address(f"{CMS}e.txt", kind="doubtful address (do not use)", release="?"),
    )
    text = json.dumps(made["releases"])
    assert f"{CMS}a.txt" in text
    assert not any(f"{CMS}{name}" in text for name in "bcde")
    assert list(made["known"]) == [f"{CMS}a.txt", f"{CMS}b.txt", f"{CMS}c.pdf"]


def test_an_edition_that_the_calendar_does_not_have_is_refused(make: Make) -> None:
    with pytest.raises(ValueError, match="not in the calendar"):
        make(address(f"{CMS}a.txt", release="FY2031"))


@pytest.mark.official
def test_the_manifest_is_as_the_script_makes_it(script: ModuleType) -> None:
    root = official_root()
    sources = root.parent / "formats" / "sources.json"
    assert script.main([str(root / "PROVENANCE.tsv"), str(sources), "--check"]) == 0
