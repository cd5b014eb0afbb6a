"""Categories of official groupers that change where a code of a list gives way to others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from attrs import evolve, field, frozen

from codesets.grouping import Category, Grouper
from codesets.impact.results import ImpactFinding
from codesets.tracing import Outcome, Trace

__all__ = ["Placement", "Regrouping", "regrouped"]


def _tuple(values: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(values)


@frozen
class Placement:
    """Where a grouper puts one code.

    Attributes:
        code: the code, canonical.
        categories: its categories.
        is_listed: False for a code that the table does not have. It has none of the codes that are
            newer than itself, and some tables list only codes that have a category.
    """

    code: str
    categories: tuple[Category, ...] = field(converter=_tuple)
    is_listed: bool

    @property
    def ids(self) -> tuple[str, ...]:
        """The names of the categories."""
        return tuple(each.id for each in self.categories)

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form."""
        return {
            "code": self.code,
            "categories": [each.to_dict() for each in self.categories],
            "is_listed": self.is_listed,
        }

    def __str__(self) -> str:
        none = "none" if self.is_listed else "not in the table"
        return f"{self.code} {' + '.join(self.ids) or none}"


@frozen
class Regrouping:
    """What came of a code is in other categories than the code was.

    Attributes:
        grouper: name of the grouper, as `hcc-v28`.
        version: which version of its table speaks.
        before: where the code was put.
        after: where each code is put that came, or may have come, of it.
    """

    grouper: str
    version: str
    before: Placement
    after: tuple[Placement, ...] = field(converter=_tuple)

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form."""
        return {
            "grouper": self.grouper,
            "version": self.version,
            "before": self.before.to_dict(),
            "after": [each.to_dict() for each in self.after],
        }

    def __str__(self) -> str:
        after = ", ".join(map(str, self.after)) or "nothing"
        return f"{self.grouper} {self.version}: {self.before} → {after}"


def regrouped(
    findings: Iterable[ImpactFinding], groupers: Sequence[Grouper]
) -> list[ImpactFinding]:
    """The findings, those with a way with the categories that change on it.

    Args:
        findings: what a new release means for a list.
        groupers: the tables to ask.
    """
    return [evolve(each, regroupings=_changed(each.traces, groupers)) for each in findings]


def _changed(traces: Iterable[Trace], groupers: Sequence[Grouper]) -> list[Regrouping]:
    found = []
    for trace in traces:
        for grouper in groupers if trace.outcome is not Outcome.UNCHANGED else ():
            before = _placed(trace.code, grouper)
            after = [_placed(code, grouper) for code in trace.codes]
            now = {frozenset(each.ids) for each in after} or {frozenset()}
            if now != {frozenset(before.ids)}:
                kind, version = grouper.crosswalk.kind, grouper.edition.name
                found.append(Regrouping(kind, version, before, after))
    return found


def _placed(code: str, grouper: Grouper) -> Placement:
    return Placement(code, grouper.categories(code), code in grouper)
