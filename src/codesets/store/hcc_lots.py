"""CMS-HCC tables to the lots that are installed: one for each model, payment year and issue.

CMS packs labels and hierarchy of a model with one table of it, or by themselves, and one CSV table
has all models. So the files of all places are looked at together: every table is joined by labels
and hierarchy of its model, from its own place where they are there, else from any.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from attrs import evolve, field, frozen

from codesets.errors import CodesetsError
from codesets.grouping.hcc_build import build, text_digest
from codesets.grouping.hcc_files import COMPANIONS, TABLES, kind_of, macro_in, models_in
from codesets.grouping.hcc_names import (
    KIND,
    companions_of,
    model_named,
    models_served,
    payment_edition,
)
from codesets.sources import SourceFile
from codesets.store.gathering import Arranged, Found, Lot
from codesets.store.kinds import Installable, Role, Told
from codesets.store.outcomes import PassedOver

__all__ = ["arrange", "tell"]

_WORDS = {"format": "CMS-HCC format file", "table": "CMS's table of mappings to HCCs"}


def tell(file: SourceFile) -> Told:
    """What a file is to CMS-HCC."""
    kind = kind_of(file)
    if kind in TABLES:
        return Told(Role.MAIN, _WORDS[kind])
    if kind in COMPANIONS:
        name = macro_in(file)
        if models_served(file) == ():
            return Told(Role.NONE, f"{kind} {name} of a model that is not read")
        return Told(Role.BESIDE, f"{kind} of HCCs {name}".rstrip())
    if kind:
        return Told(Role.NONE, "HCCs of ICD-9-CM codes, which are not read")
    return Told(Role.NONE, "SAS program" if b"%MACRO" in file.head.upper() else "")


@frozen(eq=False)
class _Table:
    """One model's part of one file."""

    place: str
    found: Found
    model: str
    edition: str

    @property
    def system(self) -> str:
        return f"{KIND}{self.model}"


@frozen(eq=False)
class _Files:
    """The files of one place, and what became of them."""

    lot: Lot
    passed: list[PassedOver] = field(init=False, factory=list)


def arrange(lots: Sequence[Lot], asked: str | None) -> Arranged:
    """A lot for each table, joined by labels and hierarchy of its model.

    Args:
        lots: the files of each place.
        asked: `hcc` or one model, as `hcc-v28`, if one was asked for. It is the model of format
            files whose names speak of none.
    """
    model = (asked or "").removeprefix("hcc").removeprefix("-").lower()
    places = tuple(map(_Files, lots))
    tables = [table for table in _tables(places, model) if not model or table.model == model]
    releases: dict[tuple[str, object], list[_Table]] = {}
    for table in tables:
        # What nobody names is refused by itself, with the way out; two of one name together.
        key = table.edition or table
        releases.setdefault((table.system, key), []).append(table)
    found = [_lot(several, places) for several in releases.values()]
    _tell_unused(places, found)
    return _told(places, found)


def _tables(places: Sequence[_Files], model: str) -> Iterator[_Table]:
    seen: dict[object, Found] = {}
    for place in places:
        for found in place.lot.main():
            models = _models(found.file, model)
            edition = payment_edition(KIND, None, found.file).name
            first = seen.setdefault((text_digest(found.file), models, edition), found)
            if first is not found:
                word = f"the same as {first.file.name}"
                place.passed.append(PassedOver(found.file.name, word))
                continue
            for each in models:
                yield _Table(place.lot.place, found, each, edition)


def _models(file: SourceFile, model: str) -> tuple[str, ...]:
    """The models of a table; an empty name where nobody says: then reading it says so."""
    if kind_of(file) == "format":
        return (model_named(file) or model,)
    try:
        return models_in(file) or ("",)
    except CodesetsError:
        return ("",)


def _lot(tables: Sequence[_Table], places: Sequence[_Files]) -> Lot:
    """The lot of one release; of several different tables that bear its name, to be refused."""
    first = tables[0]
    near = [
        found for place in places if place.lot.place == first.place for found in place.lot.files
    ]
    named = [found for place in places for found in place.lot.files if models_served(found.file)]
    companions: list[Found] = []
    for kind in COMPANIONS:
        mine = next(
            (each for among in (near, named) if (each := _of(first.model, kind, among))), None
        )
        companions += [] if mine is None else [mine]
    missing = [kind for kind in COMPANIONS if kind not in {kind_of(c.file) for c in companions}]
    return Lot(
        _installable(first.model),
        first.place,
        (*(table.found for table in tables), *companions),
        remarks=(_without(missing, first.model),) if missing else (),
    )


def _of(model: str, kind: str, among: Iterable[Found]) -> Found | None:
    """The labels or the hierarchy of a model, the newest of several."""
    files = {each.file: each for each in among}
    file = companions_of(model, files).get(kind)
    return None if file is None else files[file]


_LACKING = {
    "labels": "its categories have no titles",
    "hierarchy": "no category drops another",
}


def _without(missing: Sequence[str], model: str) -> str:
    lacking = ", and ".join(_LACKING[kind] for kind in missing)
    return f"no {' and no '.join(missing)} of {model} among the files: {lacking}"


def _installable(model: str) -> Installable:
    def build_model(files: Sequence[SourceFile], edition: str | None, lenient: bool) -> bytes:
        return build(files, model or None, edition, lenient=lenient)

    return Installable(f"{KIND}{model}" if model else "hcc", tell, build_model)


def _tell_unused(places: Sequence[_Files], lots: Sequence[Lot]) -> None:
    used = {found.file for lot in lots for found in lot.files}
    for place in places:
        told = {each.file for each in place.passed}
        for found in place.lot.files:
            if found.file not in used and found.file.name not in told:
                place.passed.append(PassedOver(found.file.name, found.told.words))


def _told(places: Sequence[_Files], lots: Sequence[Lot]) -> Arranged:
    """The lots, the first of each place with what was passed over there."""
    aside: list[tuple[str, tuple[PassedOver, ...]]] = []
    first: dict[str, Lot] = {}
    for lot in lots:
        first.setdefault(lot.place, lot)
    passed = {place.lot.place: (*place.lot.unclaimed, *place.passed) for place in places}
    for name, each in passed.items():
        if name not in first and each:
            aside.append((name, each))
    return Arranged(
        tuple(
            evolve(lot, unclaimed=passed[lot.place]) if first[lot.place] is lot else lot
            for lot in lots
        ),
        tuple(aside),
    )
