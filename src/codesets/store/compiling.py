"""One release's files to a compiled file of a certain edition, or the reason why not."""

from __future__ import annotations

from codesets._edition import Edition
from codesets.compiled.reader import Compiled
from codesets.editions import edition as edition_named
from codesets.editions import editions, recognise
from codesets.errors import EditionError
from codesets.store.gathering import Lot
from codesets.store.shelving import edition_of, provenance_of

__all__ = ["compile_lot", "known_editions"]

_WAY_OUT = "say it with --edition (edition=…)"


def compile_lot(lot: Lot, edition: str | None, *, lenient: bool) -> Compiled:
    """The compiled release of some files.

    Args:
        lot: the files.
        edition: the edition's name; None to recognise it. An edition that the calendar does not
            know yet is the one that the files' names speak of, if they speak of one alone.
        lenient: list what cannot be read instead of raising.

    Raises:
        EditionError: the edition is not certain; names the candidates.
        SourceError: the files are not those of one release.
    """
    compiled = Compiled.from_bytes(lot.kind.build(lot.sources, edition, lenient))
    if edition is not None:
        return compiled
    found = edition_of(compiled)
    if not found.is_named:
        name = _later_edition(lot, found)
        return Compiled.from_bytes(lot.kind.build(lot.sources, name, lenient))
    if not found.is_certain and not _same_bytes(compiled, found):
        candidates = " or ".join((found.name, *found.alternatives))
        raise EditionError(
            f"the files may be those of {lot.kind.system} {candidates}; {_WAY_OUT}",
            system=lot.kind.system,
            name="",
        )
    return compiled


def known_editions(system: str) -> frozenset[str]:
    """The names in the system's calendar; none if there is no calendar."""
    try:
        return frozenset(each.name for each in editions(system))
    except EditionError:
        return frozenset()


def _later_edition(lot: Lot, found: Edition) -> str:
    """The one edition, later than the calendar, that the names of unrecognised files speak of.

    Raises:
        EditionError: they speak of none, of several, or of one whose files are known to be others.
    """
    system, spoken = lot.kind.system, found.alternatives
    if len(spoken) == 1 and spoken[0] not in known_editions(system):
        try:
            return edition_named(system, spoken[0]).name
        except EditionError:
            pass
    hint = f" (their names speak of {' and '.join(spoken)})" if spoken else ""
    raise EditionError(
        f"the edition of these {system} files is not recognised{hint}; {_WAY_OUT}",
        system=system,
        name="",
    )


def _same_bytes(compiled: Compiled, found: Edition) -> bool:
    """Whether the publisher issued these very files as each of the candidates.

    Then it does not matter which of them the release is called.
    """
    infos = provenance_of(compiled)
    by_digest = recognise(
        found.system,
        archive_sha256s=[info.archive_sha256 for info in infos if info.archive_sha256],
        member_sha256s=[info.sha256 for info in infos],
    )
    known = {by_digest.name, *by_digest.alternatives}
    return by_digest.is_named and {found.name, *found.alternatives} <= known
