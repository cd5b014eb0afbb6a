"""The content of any release: which class knows its code set."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import field, frozen

from codesets._edition import Edition
from codesets.diff.content import Content, FieldSpec
from codesets.diff.kinds import Subject
from codesets.diff.values import BILLABLE
from codesets.errors import ComparisonTypeError
from codesets.hcpcs import HcpcsRelease
from codesets.icd10cm import Icd10cmRelease

__all__ = ["BillableContent", "content_of", "sides"]


def content_of(release: Any) -> Content:
    """What a release says, in parts that can be compared.

    Args:
        release: a release, or the content of one.

    Raises:
        ComparisonTypeError: it is neither.
    """
    if isinstance(release, Content):
        return release
    if isinstance(release, Icd10cmRelease):
        from codesets.diff.of_icd10cm import Icd10cmContent

        return Icd10cmContent(release)
    if isinstance(release, HcpcsRelease):
        from codesets.diff.of_hcpcs import HcpcsContent

        return HcpcsContent(release)
    raise ComparisonTypeError(
        f"a release is wanted, as icd10cm.load or hcpcs.parse gives one, not"
        f" {type(release).__name__}: {str(release)[:60]!r}"
    )


HEADERS = "headers"


def sides(old: Any, new: Any) -> tuple[Content, Content]:
    """Two releases as contents that can be compared.

    A codes file has no headers: against one, only billable codes are compared, for a header that
    it does not have was not deleted.

    Raises:
        ComparisonTypeError: one of them is no release.
    """
    before, after = content_of(old), content_of(new)
    # What is of two code sets is not compared at all.
    is_one_set = before.system == after.system
    if not is_one_set or (HEADERS in before.parts) == (HEADERS in after.parts):
        return before, after
    return BillableContent(before), BillableContent(after)


@frozen(eq=False)
class BillableContent(Content):
    """The billable codes of a content, and nothing else of it."""

    base: Content
    _places: dict[str, int] = field(init=False, repr=False)

    @_places.default
    def _read_places(self) -> dict[str, int]:
        base = self.base
        billable = (
            code
            for code in base.codes(Subject.CODE)
            if base.value(Subject.CODE, code, "state") == BILLABLE
        )
        return {code: place for place, code in enumerate(billable)}

    @property
    def subjects(self) -> tuple[Subject, ...]:
        return (Subject.CODE,)

    @property
    def system(self) -> str:
        return self.base.system

    @property
    def edition(self) -> Edition:
        return self.base.edition

    @property
    def parts(self) -> frozenset[str]:
        return self.base.parts

    def fields(self, subject: Subject) -> tuple[FieldSpec, ...]:
        return self.base.fields(subject)

    def codes(self, subject: Subject) -> Sequence[str]:
        return tuple(self._places)

    def row(self, subject: Subject, code: str) -> int:
        return self._places.get(code, -1)

    def value(self, subject: Subject, code: str, name: str) -> Any:
        return self.base.value(subject, code, name)

    def chapter_of(self, subject: Subject, code: str) -> int | str | None:
        return self.base.chapter_of(subject, code)
