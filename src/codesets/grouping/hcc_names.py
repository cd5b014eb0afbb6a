"""What CMS calls its HCC files: model, payment year and issue, which no line of them says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date

from codesets._edition import Edition
from codesets.errors import EditionError
from codesets.grouping.hcc_files import COMPANIONS, kind_of, macro_in
from codesets.sources import SourceFile

__all__ = ["KIND", "companions_of", "model_named", "models_served", "payment_edition"]

KIND = "hcc-"
"""What names of compiled files begin with; the model follows."""

# F2421P2M: model version 24, payment year 2021, second issue; F2823T2N_FY22FY23 names the fiscal
# years of its codes too, F221690P (payment year 2016) no issue.
_FORMAT = re.compile(
    r"F(?P<version>\d\d)(?P<year>\d\d)(?:[A-Z](?P<issue>\d)[A-Z]|\d\d[A-Z])(?P<fiscal>(?:_?FY\d\d)*)",
    re.IGNORECASE,
)
# "2027 Initial ICD-10-CM Mappings", "2024 Midyear_Final ICD-10-CM Mappings".
_MAPPINGS = re.compile(r"(?P<year>20\d\d)[ _-]+(?P<issue>initial|mid[ _-]?year)", re.IGNORECASE)
_YEAR = re.compile(r"(?<![0-9])(20[0-9]{2})(?![0-9])")
_EDITION = re.compile(r"20[0-9]{2}(-[a-z0-9]+)*")

_MODELS = {"21": "esrd-v21"}
"""Version in the name of a format file → model, where it is not the CMS-HCC model itself."""
_SERVED = {
    "20": ("esrd-v21",),
    "21": ("esrd-v21",),
    "22": ("v22",),
    "23": ("v23",),
    "24": ("v24", "esrd-v24"),
    "28": ("v28",),
}
"""Version in the name of a macro → the models whose labels or hierarchy it is.

The package of ESRD V21 has the macros V20H87L1 and V20H87H1; ESRD V24 has the categories of V24.
Other versions (V05, V07) are those of HHS-HCC, another programme.
"""


def model_named(file: SourceFile) -> str:
    """The model that the name of a format file speaks of, as `v28`; empty where it does not."""
    match = _FORMAT.match(file.member)
    return "" if match is None else _MODELS.get(match["version"], f"v{match['version']}")


def models_served(file: SourceFile) -> tuple[str, ...] | None:
    """The models whose labels or hierarchy a file has, by its macro; None where it does not say."""
    name = macro_in(file)
    return _SERVED.get(name[1:3], ()) if name else None


def companions_of(model: str, files: Iterable[SourceFile]) -> dict[str, SourceFile]:
    """The labels and the hierarchy of a model, where there are some; of several the newest.

    CMS numbers them: V28115L3 is newer than V28115L1.
    """
    found: dict[str, SourceFile] = {}
    for file in sorted(files, key=macro_in):
        kind = kind_of(file)
        served = models_served(file) if kind in COMPANIONS else ()
        if served is None or model in served:
            found[kind] = file
    return {kind: found[kind] for kind in COMPANIONS if kind in found}


def payment_edition(system: str, named: str | None, file: SourceFile) -> Edition:
    """Which payment year and issue a table is of.

    CMS issues tables of a payment year several times, and each is an edition of its own: `2021-1`
    and `2021-2` (F2421P1M, F2421P2M), `2023-2-fy22fy23` (F2823T2N_FY22FY23), `2027-initial` (CMS's
    table of mappings). A name that tells no issue gives the year alone.

    Args:
        system: what the compiled file is called by, as `hcc-v28`.
        named: the edition's name; None to go by the names of the file, its archive and its folder.
        file: the table.

    Raises:
        EditionError: an edition was named that is none.
    """
    if named is not None and not _EDITION.fullmatch(named):
        message = f"{system} has no edition {named!r}: a payment year, or year and issue as 2021-2"
        raise EditionError(message, system=system, name=named)
    name = named or _spoken(file, (file.member, file.archive, file.folder))
    if not name:
        return Edition(system, "", is_certain=False)
    year = int(name[:4])
    return Edition(system, name, date(year, 1, 1), date(year, 12, 31))


def _spoken(file: SourceFile, names: Sequence[str]) -> str:
    match = _FORMAT.match(file.member)
    if match is not None:
        fiscal = match["fiscal"].replace("_", "").lower()
        return "-".join(filter(None, (f"20{match['year']}", match["issue"], fiscal)))
    for name in names:
        if (match := _MAPPINGS.search(name)) is not None:
            return f"{match['year']}-{re.sub('[ _-]', '', match['issue'].lower())}"
    years = filter(None, map(_YEAR.search, names))
    return next((year[1] for year in years), "")
