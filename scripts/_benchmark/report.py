"""The results for a reader: targets and what was reached side by side, then all figures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from _benchmark.course import Results

MS, US, NS, MB = 1e-3, 1e-6, 1e-9, 1e6
TRANSLATIONS, SHARE_OF_DICT = 300_000, 0.3
"""What `translate` is to reach: so many a second, or that share of the speed of a dict of lists."""


@dataclass(frozen=True, slots=True)
class Target:
    """One target: what, how it is computed, and what is asked for.

    Attributes:
        what: the measure in words.
        figures: the (measure, contender) pairs that must be there.
        value: computes the result.
        limit: the target.
        at_most: True if the result is to be at most the limit, False for at least.
        unit: what stands after a number.
    """

    what: str
    figures: tuple[tuple[str, str], ...]
    value: Callable[[Results], float]
    limit: float
    at_most: bool
    unit: str

    def outcome(self, results: Results) -> dict[str, Any] | None:
        """Target, result and whether it is met; None where the figures are missing."""
        if not all(results.has(*figure) for figure in self.figures):
            return None
        value = self.value(results)
        met = value <= self.limit if self.at_most else value >= self.limit
        return {
            "what": self.what,
            "target": f"{'at most' if self.at_most else 'at least'} {self.limit:g}{self.unit}",
            "result": value,
            "unit": self.unit,
            "met": met,
        }


def _ratio(
    what: str,
    limit: float,
    above: tuple[str, str],
    below: tuple[str, str],
    *,
    at_most: bool = False,
) -> Target:
    return Target(
        what,
        (above, below),
        lambda results: results.median(*above) / results.median(*below),
        limit,
        at_most,
        " ×",
    )


def _size(what: str, limit: float, figure: tuple[str, str], unit: float, name: str) -> Target:
    return Target(
        what, (figure,), lambda results: results.median(*figure) / unit, limit, True, f" {name}"
    )


def _targets() -> Iterator[Target]:
    for state, words in (("first", "first in a process"), ("again", "again in the same process")):
        yield _ratio(
            f"parse of the tabular XML to a release, time by `lxml.etree.parse`'s: {words}",
            5,
            (f"parse.{state}", "codesets"),
            (f"parse.{state}", "lxml"),
            at_most=True,
        )
    yield _size("parse: peak memory of the process", 200, ("parse.peak", "codesets"), MB, "MB")
    for part, words in (
        ("inside", "import, open, first look-up"),
        ("whole", "whole process, start and end of the interpreter included"),
    ):
        yield _ratio(
            f"fresh process faster than simple-icd-10-cm's: {words}",
            20,
            (f"fresh.{part}", "simple"),
            (f"fresh.{part}", "codesets"),
        )
    yield _size("fresh process: peak memory", 35, ("fresh.peak", "codesets"), MB, "MB")
    yield _size("opening a compiled release", 1, ("open", "codesets"), MS, "ms")
    for key, words, limit in (
        ("known", "`code in release`", 0.8),
        ("check", "`release.check(code)`", 0.3),
        ("title", "`release[code].display`", 0.4),
    ):
        for state, strings in (("", "the same strings"), (".anew", "equal strings made anew")):
            yield _ratio(
                f"{words}, codes already seen, speed by the bare function: {strings}",
                limit,
                (f"known{state}", "dict"),
                (f"{key}{state}", "codesets"),
            )
    for state, strings in (("", "the same strings"), (".anew", "equal strings made anew")):
        yield _ratio(
            f"`history.check(code, on=day)`, time by `release.check(code)`'s: {strings}",
            2,
            (f"dated{state}", "codesets"),
            (f"check{state}", "codesets"),
            at_most=True,
        )
        yield _ratio(
            "`history.check(code, on=day)`, faster than shape-healthcare-codes'"
            f" `is_valid(code, day)`: {strings}",
            8,
            (f"dated{state}", "shape"),
            (f"dated{state}", "codesets"),
        )
    # Not the first time: then the texts themselves are made, which the peer does at its import.
    yield _ratio(
        "all codes of chapter 19 as texts, per node faster than simple-icd-10-cm's",
        10,
        ("below.texts", "simple"),
        ("below.texts", "codesets"),
    )
    yield _size("reading the larger GEM of 2018", 400, ("map.read", "codesets"), MS, "ms")
    yield _size("opening it compiled", 1, ("map.open", "codesets"), MS, "ms")
    for state, strings in (("", "the same strings"), (".anew", "equal strings made anew")):
        yield Target(
            "`gem.translate(code)`, codes already seen, speed by the smaller of 300,000 a second"
            f" and 0.3 × a bare dict of lists: {strings}",
            ((f"map.translate{state}", "dict"), (f"map.translate{state}", "codesets")),
            partial(_by_smaller_demand, f"map.translate{state}"),
            1,
            False,
            " ×",
        )


def _by_smaller_demand(measure: str, results: Results) -> float:
    """By how much the smaller of the two demands on `translate` is met."""
    seconds = results.median(measure, "codesets")
    by_dict = results.median(measure, "dict") / seconds
    return max(1 / seconds / TRANSLATIONS, by_dict / SHARE_OF_DICT)


TARGETS = tuple(_targets())


def outcomes(results: Results) -> list[dict[str, Any]]:
    """Each target that the run has figures for, with its result."""
    return [found for target in TARGETS if (found := target.outcome(results)) is not None]


# The tables of all figures: title, unit, then per line the words and the measure; a column for
# each contender that has one of them.
_NAMES = {
    "interpreter": "bare interpreter",
    "dict": "bare dict",
    "lxml": "`lxml.etree.parse`",
    "codesets": "codesets",
    "simple": "simple-icd-10-cm",
    "cms": "cms-icd",
    "mappings": "icd-mappings",
    "shape": "shape-healthcare-codes",
}
_PARSE = (
    ("first in a process, ms", "parse.first", MS),
    ("again in the same process, ms", "parse.again", MS),
    ("peak memory, MB", "parse.peak", MB),
)
_FRESH = (
    ("import, open, first look-up, ms", "fresh.inside", MS),
    ("whole process, ms", "fresh.whole", MS),
    ("peak memory, MB", "fresh.peak", MB),
)
_OPEN = (("opening, ms", "open", MS),)
_LOOP = (
    ("is it a code: seen", "known", NS),
    ("… equal strings made anew", "known.anew", NS),
    ("… not yet seen", "known.first", NS),
    ("may it be used: seen", "check", NS),
    ("… equal strings made anew", "check.anew", NS),
    ("… not yet seen", "check.first", NS),
    ("may it be used on a day: seen", "dated", NS),
    ("… equal strings made anew", "dated.anew", NS),
    ("its title: seen", "title", NS),
    ("… equal strings made anew", "title.anew", NS),
    ("… not yet seen", "title.first", NS),
)
_BELOW = (
    ("as texts", "below.texts", NS),
    ("as texts, first time in a release", "below.texts.first", NS),
    ("as objects", "below.objects", NS),
    ("as objects, first time in a release", "below.objects.first", NS),
)

_MAP_FILE = (
    ("reading it, ms", "map.read", MS),
    ("opening it compiled, ms", "map.open", MS),
)
_MAP = (
    ("all that it says of a code: seen", "map.translate", NS),
    ("… equal strings made anew", "map.translate.anew", NS),
    ("… not yet seen", "map.translate.first", NS),
    ("… and its targets: seen", "map.targets", NS),
    ("… equal strings made anew", "map.targets.anew", NS),
)

_TABLES: tuple[tuple[str, tuple[tuple[str, str, float], ...]], ...] = (
    ("Reading the tabular XML", _PARSE),
    ("A fresh process", _FRESH),
    ("Opening what is already compiled", _OPEN),
    ("In a loop, ns a code", _LOOP),
    ("All below chapter 19, ns a node", _BELOW),
    ("The GEM of 2018 from ICD-10-CM to ICD-9-CM", _MAP_FILE),
    ("Translating by it, ns a code", _MAP),
)


def markdown(results: Results, about: Mapping[str, Any]) -> str:
    """The part of the benchmark page that a run makes."""
    lines = [
        "<!-- Made by scripts/benchmark.py; do not edit. -->",
        "",
        *_about(about),
        "",
        "### Targets",
        "",
        *_table(
            ("measure", "target", "result", ""),
            (
                (o["what"], o["target"], f"{_number(o['result'])}{o['unit']}", _word(o))
                for o in outcomes(results)
            ),
        ),
    ]
    for title, rows in _TABLES:
        shown = [row for row in rows if row[1] in results.values]
        if not shown:
            continue
        keys = [key for key in _NAMES if any(results.has(row[1], key) for row in shown)]
        lines += ["", f"### {title}", ""]
        lines += _table(
            ("", *(_NAMES[key] for key in keys)),
            (
                (
                    words,
                    *(
                        _number(results.median(measure, key) / unit)
                        if results.has(measure, key)
                        else "–"
                        for key in keys
                    ),
                )
                for words, measure, unit in shown
            ),
        )
    if results.known:
        asked = about["release"]["sample"]
        told = ", ".join(f"{_NAMES[key]} {known:,}" for key, known in results.known.items())
        lines += [
            "",
            f"Of the {asked:,} codes asked for, each says that so many may be used: {told}.",
        ]
    return "\n".join(lines) + "\n"


def _about(about: Mapping[str, Any]) -> Iterator[str]:
    machine = about["machine"]
    release = about["release"]
    yield f"- Made: {about['made']}, {about['rounds']} rounds, by:"
    yield f"  `{about['command']}`"
    kind = ", ".join(str(machine[name]) for name in ("system", "architecture") if name in machine)
    memory = f", {machine['memory_gib']} GiB of memory" if "memory_gib" in machine else ""
    yield f"- Machine: {kind}, {machine['cores']} cores{memory}"
    build = "with" if release["is_optimised"] else "without"
    yield (
        f"- Python: {about['python']}, built {build} profile-guided optimisation, the same for"
        " every contender"
    )
    ours = [f"{name} {version}" for name, version in release["versions"].items()]
    yield f"- Contenders: {', '.join([*ours, *about['peers']])}"
    if about["left_out"]:
        yield f"- Left out: {', '.join(about['left_out'])}"
    yield (
        f"- Release: {release['release']}, {release['codes']:,} codes,"
        f" {release['billable']:,} of them billable; tabular XML: {about['official']}"
    )


def _word(outcome: Mapping[str, Any]) -> str:
    return "met" if outcome["met"] else "**missed**"


def _number(value: float) -> str:
    if value >= 100:
        return f"{value:,.0f}"
    if value >= 10:
        return f"{value:.1f}"
    return f"{value:.2f}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"| --- |{' ---: |' * (len(head) - 1)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
