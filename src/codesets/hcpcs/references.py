"""Cross references as a relation, by what the file proves.

Record layout, field 15: "crosswalks a deleted code, or a code not valid for Medicare, to a valid
current code". Live codes also point back to the temporary code that they took over from; such a
reference must not be read as a replacement.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from codesets.hcpcs.release import HcpcsRelease
    from codesets.hcpcs.views import HcpcsEntry

__all__ = [
    "CrossReference",
    "ReferenceKind",
    "Target",
    "TargetKind",
    "cross_reference",
    "replacement_chains",
]

NOT_PAYABLE = "I"
"""The coverage code of what is not valid for Medicare."""


class ReferenceKind(StrEnum):
    """What a cross reference means, by the state of the code that has it."""

    REPLACED_BY = "replaced-by"
    """The code has a termination date."""
    USE_INSTEAD = "use-instead"
    """The code is live but not payable by Medicare (coverage I)."""
    SUPERSEDES = "supersedes"
    """The code is live and payable: it points back to the code it took over from."""


class TargetKind(StrEnum):
    """What a cross reference points to."""

    LIVE = "live"
    """A live code (or modifier) of this release."""
    TERMINATED = "terminated"
    """A terminated code of this release."""
    ABSENT = "absent"
    """Neither a code nor a modifier of this release."""
    CPT = "cpt"
    """A CPT code, which is outside this code set; only the code itself is known."""
    UNSPECIFIC = "unspecific"
    """The literal `CPT`: some CPT code."""


@frozen
class Target:
    """One code that a cross reference names.

    Attributes:
        code: the code as the file writes it.
        kind: what it is, seen from this release.
        is_modifier: True if it names a modifier.
    """

    code: str
    kind: TargetKind
    is_modifier: bool = False


@frozen
class CrossReference:
    """The cross references of one code; several targets are a choice.

    Attributes:
        source: the code that has them.
        kind: what they mean.
        targets: what they name, in the order of the file.
        is_modifier: True if the source is a modifier.
    """

    source: str
    kind: ReferenceKind
    targets: tuple[Target, ...]
    is_modifier: bool = False

    @property
    def is_choice(self) -> bool:
        """True if several targets are offered."""
        return len(self.targets) > 1

    def __str__(self) -> str:
        words = self.kind.replace("-", " ")
        return f"{self.source} {words} {' or '.join(target.code for target in self.targets)}"


_CPT = re.compile(r"[0-9]{4}[0-9FTUM]")


def cross_reference(entry: HcpcsEntry) -> CrossReference | None:
    """What the cross references of a code or modifier say; None if it has none."""
    codes = entry.cross_reference_codes
    if not codes:
        return None
    if entry.terminated_on is not None:
        kind = ReferenceKind.REPLACED_BY
    elif entry.coverage == NOT_PAYABLE:
        kind = ReferenceKind.USE_INSTEAD
    else:
        kind = ReferenceKind.SUPERSEDES
    targets = tuple(_target(entry.release, code) for code in codes)
    return CrossReference(entry.code, kind, targets, entry.is_modifier)


def _target(release: HcpcsRelease, code: str) -> Target:
    if code == "CPT":
        return Target(code, TargetKind.UNSPECIFIC)
    if _CPT.fullmatch(code):
        return Target(code, TargetKind.CPT)
    entry: HcpcsEntry | None = release.get(code)
    if entry is None:
        entry = release.modifiers.get(code)
    if entry is None:
        return Target(code, TargetKind.ABSENT)
    kind = TargetKind.LIVE if release.is_live(entry) else TargetKind.TERMINATED
    return Target(code, kind, entry.is_modifier)


def replacement_chains(entry: HcpcsEntry) -> tuple[tuple[str, ...], ...]:
    """The ways from a code to what replaced it, followed to their ends.

    A way goes on through terminated codes only. It ends at a live code, a CPT code or a code
    without reference; and at a code from which it was followed already, be it a loop (a code and
    its successor may name each other) or where two ways meet. So there are at most as many ways as
    there are references, whatever a file holds.

    Returns:
        One tuple a way, the code itself first; none for a live code or one without reference.

    Example:
        From the file of January 2025: C9136, Q9975, J7205.
    """
    ways: list[tuple[str, ...]] = []
    followed: set[HcpcsEntry] = set()
    unfinished: list[tuple[HcpcsEntry | None, tuple[str, ...]]] = [(entry, (entry.code,))]
    while unfinished:
        last, way = unfinished.pop()
        reference = None if last is None or last in followed else cross_reference(last)
        if last is None or reference is None or reference.kind is not ReferenceKind.REPLACED_BY:
            ways.append(way)
            continue
        followed.add(last)
        unfinished += [
            (_replaced(entry.release, target), (*way, target.code))
            for target in reversed(reference.targets)
        ]
    return tuple(way for way in ways if len(way) > 1)


def _replaced(release: HcpcsRelease, target: Target) -> HcpcsEntry | None:
    """The code that a target names, if it was ended itself."""
    if target.kind is not TargetKind.TERMINATED:
        return None
    return release.modifiers[target.code] if target.is_modifier else release[target.code]
