"""A release from its publisher: its files fetched, compared with what is known, installed."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from attrs import evolve, frozen

from codesets._edition_names import PATTERNS
from codesets.compiled.reader import Compiled
from codesets.editions import edition as edition_named
from codesets.errors import CodesetsError, DigestError, DownloadError, EditionError, SourceError
from codesets.shelf import data_folder
from codesets.sources import open_sources
from codesets.store import kinds
from codesets.store.downloading import Limits, fetch, forbid_offline
from codesets.store.gathering import Lot, Place, look_into
from codesets.store.installing import Tell, installed
from codesets.store.kinds import Installable
from codesets.store.manifest import Address, Manifest, Part, manifest
from codesets.store.outcomes import Outcome
from codesets.store.recorded import record, recorded
from codesets.store.shelving import FETCHING, edition_of, make_folder

__all__ = ["download"]


def download(
    system: str,
    edition: str,
    *,
    accept_reissue: bool = False,
    lenient: bool = False,
    replace: bool = False,
    tell: Tell | None = None,
    limits: Limits | None = None,
) -> Outcome:
    """Download a release from its publisher and install it.

    Goes to the network, but to the hosts of the publishers alone (CMS and NCHS), by https, and not
    at all where `CODESETS_OFFLINE=1` forbids it. What comes is compared with the digest that the
    package knows of it, or that was recorded when it first came.

    Args:
        system: name of the system, as `icd10cm`.
        edition: the edition's name, as `2027` or `2026-october`.
        accept_reissue: take a file that is not the one known: publishers issue files again.
        lenient: list what cannot be read in the release's anomalies instead of refusing it.
        replace: let the release take the place of one that holds more.
        tell: is told what is being done.
        limits: of size and time.

    Returns:
        What became of it.

    Raises:
        EditionError: no such system, or no edition of that name.
        ReleaseNotFoundError: no address of it is known.
        DownloadError: a file cannot be had; nothing was installed.
        DigestError: a file is not the one that is known.
        SourceError: the files are not of that release.
        MissingExtraError: the extra `install` is not installed.
        StoreError: the data folder cannot be written.
    """
    kinds.kinds_named(system)
    if system in PATTERNS:
        edition_named(system, edition)
    known = manifest()
    parts = known.parts(system, edition)
    forbid_offline(parts[0].addresses[0].url)
    kind = next(kind for kind in kinds.KINDS if kind.system == system)
    fetcher = _Fetcher(kind, known, accept_reissue, tell or (lambda _: None), limits)
    make_folder(data_folder())
    with tempfile.TemporaryDirectory(
        prefix=FETCHING, dir=data_folder(), ignore_cleanup_errors=True
    ) as name:
        came = [fetcher.part(part, Path(name, part.name)) for part in parts]
        fetched = [each for each in came if each.path is not None]
        remarks = tuple(remark for each in came for remark in each.remarks)
        fetcher.tell(f"reading {system} {edition}")
        lot = _lot(kind, f"{system} {edition}", [each.path for each in fetched if each.path])
        compiled = _compiled(lot, edition, lenient=lenient)
        outcome = installed(evolve(lot, remarks=remarks), compiled, replace=replace)
    record({each.url: each.sha256 for each in fetched})
    return outcome


@frozen
class _Came:
    """What came of one part; no path for an optional one that could not be had."""

    path: Path | None
    url: str = ""
    sha256: str = ""
    remarks: tuple[str, ...] = ()


@frozen
class _Fetcher:
    """Fetches the parts of a release."""

    kind: Installable
    manifest: Manifest
    accept_reissue: bool
    tell: Callable[[str], None]
    limits: Limits | None

    def part(self, part: Part, folder: Path) -> _Came:
        """The part from the first address that gives it.

        Raises:
            DownloadError: none does; tells of all.
            DigestError: one gives another file.
        """
        failures: list[CodesetsError] = []
        for number, address in enumerate(part.addresses):
            self.tell(f"fetching {address.url}")
            try:
                came = self.one(part, address, folder / str(number))
            except (DownloadError, SourceError) as error:
                failures.append(error)
                continue
            if not address.is_guess:
                return came
            return evolve(came, remarks=(f"taken from {address.url}: {address.why}",))
        said = "; ".join(map(str, failures))
        if part.is_optional:
            return _Came(None, remarks=(f"without {part.name}: {said}",))
        raise DownloadError(
            f"the {part.name} file cannot be had: {said}. With the files at hand: codesets install"
            " --from PATH…",
            url=part.addresses[0].url,
        )

    def one(self, part: Part, address: Address, folder: Path) -> _Came:
        """What an address gives, compared with what is known of it.

        Raises:
            DownloadError: nothing.
            SourceError: no file that the release is read from.
            DigestError: another file.
        """
        folder.mkdir(parents=True)
        places = self.manifest.places
        path, digest = fetch(address.url, folder, places, limits=self.limits, tell=self.tell)
        known = {recorded().get(address.url), address.sha256} - {None}
        main = [] if digest in known else self.main_digests(part, path)
        if digest not in known and not part.members.intersection(main):
            expected = tuple(sorted(each for each in known if each)) or tuple(sorted(part.members))
            if expected and not self.accept_reissue:
                found = digest if known else ", ".join(main)
                raise DigestError(
                    f"{address.url} is not the file that is known: its sha256 is {found}, not"
                    f" {' or '.join(expected)}; if the publisher has issued it again, accept it"
                    " with --accept-reissue (accept_reissue=True)",
                    url=address.url,
                    expected=expected,
                    found=found,
                )
        return _Came(path, address.url, digest)

    def main_digests(self, part: Part, path: Path) -> list[str]:
        """The digests of the files that the release is read from."""
        files = open_sources([path])
        main = [f.sha256 for f in files if self.kind.tell(f).role is kinds.Role.MAIN]
        if not main and not part.is_optional:
            held = ", ".join(file.member for file in files[:5])
            raise SourceError(f"{path.name} holds no {part.name} file, but {held or 'nothing'}")
        return main


def _lot(kind: Installable, name: str, paths: list[Path]) -> Lot:
    lots = look_into(Place(name, tuple(paths)), (kind,)).lots
    if not lots:
        raise SourceError(f"no release of {kind.system} in what was fetched for {name}")
    return lots[0]


def _compiled(lot: Lot, wanted: str, *, lenient: bool) -> Compiled:
    """The release, if the files are those of the edition wanted or nothing speaks against it.

    Raises:
        SourceError: they are those of another edition.
    """
    compiled = Compiled.from_bytes(lot.kind.build(lot.sources, None, lenient))
    found = edition_of(compiled)
    if found.name == wanted and found.is_certain:
        return compiled
    candidates = {*found.alternatives, *((found.name,) if found.is_named else ())}
    if candidates and wanted not in candidates:
        raise EditionError(
            f"what was fetched for {lot.kind.system} {wanted} is {' or '.join(sorted(candidates))};"
            " nothing was installed",
            system=lot.kind.system,
            name=wanted,
        )
    return Compiled.from_bytes(lot.kind.build(lot.sources, wanted, lenient))
