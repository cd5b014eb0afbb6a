"""All titles of a release at once, for who goes through all codes."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from codesets.compiled.format import NONE
from codesets.icd10cm.annotations import meanings_at

if TYPE_CHECKING:
    from codesets.icd10cm.release import Icd10cmRelease

__all__ = ["displays"]


def displays(release: Icd10cmRelease) -> list[str]:
    """`code.display` of every code, in tabular order."""
    file = release.file
    texts = file.texts(file.column("code.display"))
    if None not in texts:
        return cast("list[str]", texts)
    parents, characters = file.column("tree.parents").tolist(), bytes(file.column("code.character"))
    # The codes of one stem follow each other.
    stem, meanings = NONE, {}
    for row, text in enumerate(texts):
        if text is None:
            if parents[row] != stem:
                stem = parents[row]
                meanings = meanings_at(release, stem)
            try:
                texts[row] = f"{texts[stem]}, {meanings[characters[row]]}"
            except (IndexError, KeyError) as error:
                raise file.damaged("display") from error
    return cast("list[str]", texts)
