"""One statement of a map, and the words in which maps state relationships."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from attrs import frozen

from codesets.crosswalk.codings import Coding
from codesets.problems import Place

__all__ = ["LEFT_OUT", "RELATIONSHIPS", "MapEnd", "MapEntry", "Relationship"]


class Relationship(StrEnum):
    """How the source of an entry stands to its target, in FHIR's words (ConceptMapRelationship)."""

    EQUIVALENT = "equivalent"
    """Both mean the same."""
    RELATED_TO = "related-to"
    """They have to do with each other; the map does not say how. A GEM's flag *approximate* says no
    direction, so it is this."""
    NARROWER = "source-is-narrower-than-target"
    """The target is the wider one, as a category that the code is put into."""
    BROADER = "source-is-broader-than-target"
    """The source is the wider one."""
    NOT_RELATED_TO = "not-related-to"
    """The map says that there is no target."""

    @property
    def reversed(self) -> Relationship:
        """The relationship of target to source."""
        return _REVERSED.get(self, self)

    def then(self, other: Relationship) -> Relationship:
        """The relationship of two steps; what is not the same or of one direction is related."""
        if self is Relationship.EQUIVALENT:
            return other
        if other is Relationship.EQUIVALENT or other is self:
            return self
        return Relationship.RELATED_TO


_REVERSED = {
    Relationship.NARROWER: Relationship.BROADER,
    Relationship.BROADER: Relationship.NARROWER,
}
RELATIONSHIPS = tuple(Relationship)
"""The relationships in the order by which compiled maps number them."""
LEFT_OUT = "left_out"
"""Name of the section with the rows that a restriction left out, by compact source."""


@frozen
class MapEnd:
    """What a map leads from, or to.

    Attributes:
        coding: the code system, and the spelling of its codes.
        release: the edition whose codes are meant; empty where the map does not say.
    """

    coding: Coding
    release: str = ""

    def __str__(self) -> str:
        return f"{self.coding.system.title} {self.release}".rstrip()


@frozen
class MapEntry:
    """One statement of a map: a row of its file.

    Attributes:
        source: the code that it is about, canonical.
        target: what it maps to, canonical; None where the map says that there is nothing, and where
            it names codes that only a release could list (`is_unresolved`).
        relationship: how the source stands to the target.
        flags: flags of the file, as they stand.
        scenario: 0 for a target that stands alone; else the number of the scenario that it belongs
            to: a full translation then has one target of each choice list of one scenario.
        choice_list: the number of the choice list within the scenario; 0 where there is none.
        via: codes passed on the way, where two maps were composed.
        raw: the text of the row.
        place: file and line or row.
    """

    source: str
    target: str | None
    relationship: Relationship
    flags: str
    scenario: int
    choice_list: int
    via: str | None
    raw: str
    place: Place

    @property
    def is_exact(self) -> bool:
        """The map calls the two equivalent."""
        return self.relationship is Relationship.EQUIVALENT

    @property
    def is_no_map(self) -> bool:
        """The map says that there is no target for this source."""
        return self.relationship is Relationship.NOT_RELATED_TO

    @property
    def is_unresolved(self) -> bool:
        """The row names codes by a range, which only a release can list: see `raw`."""
        return self.target is None and not self.is_no_map

    @property
    def is_combination(self) -> bool:
        """The target is only one part of a full translation."""
        return self.scenario > 0

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe form."""
        return {
            "source": self.source,
            "target": self.target,
            "relationship": str(self.relationship),
            "flags": self.flags,
            "scenario": self.scenario,
            "choice_list": self.choice_list,
            "via": self.via,
            "raw": self.raw,
            "place": str(self.place),
        }

    def __repr__(self) -> str:
        return f"<MapEntry {self.source} {self.relationship} {self.target}>"
