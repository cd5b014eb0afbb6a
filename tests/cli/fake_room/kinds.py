"""Which files the second code set is read from."""

from __future__ import annotations

from codesets.sources import SourceFile

MAIN_KINDS = ("taxis", "fevers too")


def kind_of(file: SourceFile) -> str:
    if file.head.startswith(b"TAXIS"):
        return "taxis"
    return "fevers too" if file.member == "both.xml" else ""
