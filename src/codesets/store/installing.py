"""Official files at hand to releases on the shelf, whatever the files are called.

Each release is read whole before anything is written; one that is refused leaves the others, and
what stood on the shelf, as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from attrs import evolve, field, frozen

from codesets.compiled.reader import Compiled
from codesets.errors import CodesetsError, EditionError, SourceError
from codesets.sources import Source
from codesets.store import kinds
from codesets.store.compiling import compile_lot
from codesets.store.gathering import Lot, arranged, completed, gather, joined, look_into
from codesets.store.outcomes import Installation, Outcome, PassedOver, State
from codesets.store.shelving import edition_of, lost_by, provenance_of, shelve

__all__ = ["Tell", "install", "install_each", "installed"]

Tell = Callable[[str], None]
"""Is told, a phrase at a time, what is being done."""


def install(
    *sources: Source,
    edition: str | None = None,
    system: str | None = None,
    lenient: bool = False,
    replace: bool = False,
    tell: Tell | None = None,
) -> Installation:
    """Install releases from official files at hand; nothing is fetched.

    The files of one release stand in one folder, in the publishers' archives or without them, or
    are all named singly; a folder of such folders holds one release each. Names do not matter:
    what a file is, and of which edition, is told by what it holds. Other files are passed over and
    listed. A release is written whole or not at all, and takes the place of an older one of its
    edition, unless that holds more.

    Args:
        sources: paths of files, archives and folders, or open binary files.
        edition: the edition's name, where it is not recognised; for files of one release.
        system: install releases of this system only, as `icd10cm`, `gem`, `hcc` or `hcc-v28`.
        lenient: list what cannot be read in the release's anomalies instead of refusing it.
        replace: let a release take the place of one that holds more, as a tabular list.
        tell: is told what is being done.

    Returns:
        What became of each release; false if one was refused, which leaves the others as they are.

    Raises:
        SourceError: no release among the files, or a folder that cannot be read.
        EditionError: an edition is named, but there are several releases; no such system.

    Example:
        >>> from codesets import store
        >>> done = store.install("2026-code-descriptions-tabular-order.zip")  # doctest: +SKIP
        >>> [str(outcome) for outcome in done]  # doctest: +SKIP
        ['icd10cm 2026 installed']
    """
    return Installation(
        tuple(
            install_each(
                sources,
                edition=edition,
                system=system,
                lenient=lenient,
                replace=replace,
                tell=tell,
            )
        )
    )


def install_each(
    sources: Sequence[Source],
    *,
    edition: str | None = None,
    system: str | None = None,
    lenient: bool = False,
    replace: bool = False,
    tell: Tell | None = None,
) -> Iterator[Outcome]:
    """As `install`, an outcome at a time as they come."""
    say = tell or (lambda _: None)
    chosen = kinds.kinds_named(system)
    lots: list[Lot] = []
    aside: list[Outcome] = []
    for place in gather(sources):
        say(f"looking into {place.name}")
        try:
            here = look_into(place, chosen)
        except CodesetsError as error:
            aside.append(Outcome(State.REFUSED, place.name, error=error))
            continue
        lots += here.lots
        if not here.lots:
            passed = here.unclaimed
            aside.append(Outcome(State.PASSED_OVER, place.name, passed_over=passed))
    found = arranged(lots, system)
    lots = list(found.lots)
    aside += [Outcome(State.PASSED_OVER, name, passed_over=each) for name, each in found.aside]
    _check(lots, aside, edition)
    yield from aside
    run = _Run(edition, lenient, replace)
    for lot in completed(lots):
        say(f"reading {lot.kind.system} from {lot.place}")
        yield run.outcome(lot)


def _check(lots: Sequence[Lot], aside: Sequence[Outcome], edition: str | None) -> None:
    """Refuse what makes no sense as a whole."""
    # One file may hold several releases of one edition: CMS's table has the HCCs of all models.
    files = {each.file for lot in lots for each in lot.main()}
    if edition is not None and len(lots) > 1 and len(files) > 1:
        found = ", ".join(f"{lot.kind.system} in {lot.place}" for lot in lots)
        raise EditionError(
            f"{edition} can be the edition of one release only, and there are {len(lots)}: {found};"
            " install one at a time, or choose with --system (system=…)",
            system=lots[0].kind.system,
            name=edition,
        )
    if not lots and all(aside):
        passed = [each for outcome in aside for each in outcome.passed_over]
        listed = "; ".join(map(str, passed[:5])) or "nothing"
        more = f"; and {len(passed) - 5} more" if len(passed) > 5 else ""
        raise SourceError(f"no release among the files: {listed}{more}")


@frozen
class _Run:
    """One call: what was asked for, and what was installed in it so far."""

    edition: str | None
    lenient: bool
    replace: bool
    _lots: dict[tuple[str, str], Lot] = field(init=False, factory=dict)

    def outcome(self, lot: Lot) -> Outcome:
        """What becomes of the files of one place."""
        try:
            compiled = self.compiled(lot)
            found = edition_of(compiled)
            before = self._lots.get((found.system, found.name))
            if before is not None and lost_by(compiled, lot.kind.cross_checks) is not None:
                # Unpacked archives: the order file lies in one folder, the tabular list in another.
                lot = joined(before, lot)
                compiled = self.compiled(lot)
            outcome = installed(lot, compiled, replace=self.replace)
        except CodesetsError as error:
            return Outcome(State.REFUSED, lot.place, lot.kind.system, error=error)
        self._lots[found.system, found.name] = lot
        return outcome

    def compiled(self, lot: Lot) -> Compiled:
        return compile_lot(lot, self.edition, lenient=self.lenient)


def installed(lot: Lot, compiled: Compiled, *, replace: bool) -> Outcome:
    """Put a compiled release on the shelf.

    Raises:
        SourceError: the one that it would replace holds more.
        StoreError: the data folder cannot be written.
    """
    found = edition_of(compiled)
    lost = None if replace else lost_by(compiled, lot.kind.cross_checks)
    if lost is not None:
        older, missing = lost
        raise SourceError(
            f"{found.system} {found} is at hand with {' + '.join(older.sources)}, and these files"
            f" have no {' and no '.join(sorted(missing))}; hand in all files of the release"
            " together, or say --replace (replace=True)"
        )
    path, state = shelve(compiled.to_bytes())
    return _outcome_of(lot, compiled, Outcome(state, lot.place, found.system, found, path))


def _outcome_of(lot: Lot, compiled: Compiled, outcome: Outcome) -> Outcome:
    """The outcome with all that is known of the release."""
    edition = edition_of(compiled)
    files = provenance_of(compiled)
    read = {(info.archive, info.file) for info in files}
    passed = [
        PassedOver(f.file.name, f.told.words)
        for f in lot.files
        if (f.file.archive, f.file.member) not in read
    ]
    remarks = list(lot.remarks)
    if not edition.is_certain:
        others = " and ".join(edition.alternatives)
        remarks.append(f"the very same files were issued as {others}")
    values = compiled.header.values
    return evolve(
        outcome,
        sources=tuple(values["content"]),
        counts=tuple((str(name), int(count)) for name, count in values["counts"].items()),
        files=files,
        passed_over=(*passed, *lot.unclaimed),
        remarks=tuple(remarks),
    )
