"""What the publishers call their editions, and what names of files and folders say of them.

Only text in, text and days out; `codesets.editions` makes editions of it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import date

__all__ = ["PATTERNS", "days_by_pattern", "name_by_day", "name_by_first_day", "picked", "spoken_of"]

_Day = tuple[int, int, int]
_FIRST_YEAR_BY_QUARTER = 2020

# Months in which each publisher releases: first and last day in force, each (years to add, month,
# day). ICD-10-CM for October bears the fiscal year and no month.
_DAYS: Mapping[str, Mapping[str, tuple[_Day, _Day]]] = {
    "icd10cm": {
        "": ((-1, 10, 1), (0, 9, 30)),
        "january": ((0, 1, 1), (0, 9, 30)),
        "april": ((0, 4, 1), (0, 9, 30)),
    },
    "hcpcs": {
        "january": ((0, 1, 1), (0, 3, 31)),
        "april": ((0, 4, 1), (0, 6, 30)),
        "july": ((0, 7, 1), (0, 9, 30)),
        "october": ((0, 10, 1), (0, 12, 31)),
    },
}
# The conversion table of NCHS appears with the releases that have new codes.
_DAYS = {**_DAYS, "conversion": _DAYS["icd10cm"]}

PATTERNS: Mapping[str, str] = {
    "icd10cm": "YYYY, YYYY-january or YYYY-april",
    "hcpcs": "YYYY-january, YYYY-april, YYYY-july or YYYY-october",
    "conversion": "YYYY, YYYY-january or YYYY-april",
}
"""How the editions of each system are named, for error messages."""

_NAME = re.compile(r"(20[0-9]{2})(?:-([a-z]+))?")
_SUFFIX = re.compile(r"\.(zip|txt|xml|xlsx?|prn|csv|codeset)$")
# The day of a re-issue is no edition: `2022-code-descriptions-…-updated-02012022.zip` (CMS).
_UPDATED = re.compile(r"updated[-_ 0-9]*")
_YEAR = re.compile(r"(?<![0-9])20([0-9]{2})(?![0-9])|(?:fy|hcpcs?)[-_ ]?([0-9]{2})(?![0-9])")
_MONTH = re.compile(
    r"(?<![a-z])(jan|apr|jul|oct)(?:uary|il|y|ober)?(?![a-z])|(?<![a-z])(update)(?![a-z])"
)
_MONTH_NAMES = {"jan": "january", "apr": "april", "jul": "july", "oct": "october"}


def days_by_pattern(system: str, name: object) -> tuple[date, date] | None:
    """First and last day of the edition that the pattern makes of a name; None if it does not fit.

    The pattern is today's: it says nothing of whether there ever was such an edition.
    """
    match = _NAME.fullmatch(name) if isinstance(name, str) else None
    days = _DAYS[system].get(match[2] or "") if match else None
    if match is None or days is None:
        return None
    first, last = (date(int(match[1]) + years, month, day) for years, month, day in days)
    return first, last


def name_by_first_day(system: str, day: date) -> str | None:
    """The name that the pattern gives to an edition by its first day; None if none begins so."""
    for suffix, ((years, *start), _) in _DAYS[system].items():
        if [day.month, day.day] == start:
            year = day.year - years
            return f"{year}-{suffix}" if suffix else str(year)
    return None


def name_by_day(system: str, day: date) -> str:
    """The name that the pattern gives to the edition of a day: the one that is surely published.

    ICD-10-CM is published for every October 1; an update in mid-year cannot be foreseen.
    """
    months = [""] if "" in _DAYS[system] else list(_DAYS[system])
    for year in (day.year, day.year + 1):
        for month in months:
            name = f"{year}-{month}" if month else str(year)
            days = days_by_pattern(system, name)
            if days is not None and days[0] <= day <= days[1]:
                return name
    raise ValueError(f"no edition of {system} has {day}")


def picked(editions: Collection[str], names: Iterable[str]) -> str | None:
    """The one of some editions that the names of files and folders speak of.

    A name that fits none of them says nothing (`Downloads 2024` around the files of 2016); those
    that fit some must agree.

    Returns:
        The edition's name, or None if the names fit several or contradict each other.
    """
    left = frozenset(editions)
    for name in names:
        fitting = frozenset(edition for edition in editions if _fits(edition, name))
        left = left & fitting if fitting else left
    return next(iter(left)) if len(left) == 1 else None


def spoken_of(system: str, names: Iterable[str]) -> tuple[str, ...]:
    """The editions that names speak of, in the order of the names."""
    found: dict[str, None] = {}
    for name in names:
        years, months = _hints(name)
        for year in sorted(years):
            # Before there were quarters a year was enough to name a HCPCS file.
            annual = system == "hcpcs" and year < _FIRST_YEAR_BY_QUARTER
            for month in sorted(months) or (["january"] if annual else [""]):
                edition = f"{year}-{month}" if month else str(year)
                if days_by_pattern(system, edition) is not None:
                    found[edition] = None
    return tuple(found)


def _fits(edition: str, name: str) -> bool:
    """Whether a file or folder of that name can be the edition's."""
    if _is_edition(stem := _SUFFIX.sub("", name.strip().lower())):
        return stem == edition
    years, months = _hints(name)
    year, _, month = edition.partition("-")
    # ICD-10-CM for October is published for the fiscal year: October 2025 is the edition 2026.
    is_october = not month and "october" in months
    if years and int(year) not in years and not (is_october and int(year) - 1 in years):
        return False
    # The folders of NCHS for April are called `2024-Update`, `2026-update`.
    return not months or month in months or is_october or ("update" in months and bool(month))


def _is_edition(stem: str) -> bool:
    return any(days_by_pattern(system, stem) is not None for system in _DAYS)


def _hints(name: str) -> tuple[frozenset[int], frozenset[str]]:
    """The years and months that a name contains; `update` stands for a month not said."""
    text = _UPDATED.sub(" ", name.lower())
    years = (int(match[1] or match[2]) + 2000 for match in _YEAR.finditer(text))
    months = (_MONTH_NAMES.get(m[1] or "", "update") for m in _MONTH.finditer(text))
    return frozenset(years), frozenset(months)
