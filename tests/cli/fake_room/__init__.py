"""A second code set of three codes: how another room joins the command.

One module plays both parts, the library's doors and the words for the verbs.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from attrs import frozen

from codesets.cli.describing import PLAINLY, Asked, Description, Item, Node, NoteLevel
from codesets.editions import Edition
from codesets.errors import ReleaseNotFoundError, SelectionError
from codesets.findings import Finding, NotInRelease, Valid
from codesets.system import HCPCS

SYSTEM = HCPCS
EDITION = Edition("hcpcs", "2025-january", date(2025, 1, 1), date(2025, 3, 31))


@frozen
class TaxiCode:
    code: str
    display: str


# A000 and B20 are fevers too; Z9999 has the form of both code sets' codes.
CODES = {
    "A000": TaxiCode("A000", "Taxi"),
    "B20": TaxiCode("B20", "Bus"),
    "W0001": TaxiCode("W0001", "Walk"),
}


@frozen(eq=False)
class Taxis:
    edition: Edition = EDITION

    def __contains__(self, text: object) -> bool:
        return text in CODES

    def get(self, text: str) -> TaxiCode | None:
        return CODES.get(text)

    def check(self, text: str) -> Finding:
        code = CODES.get(text)
        if code is None:
            return NotInRelease(text, self.edition, self, text)
        return Valid(text, self.edition, code)

    def _explain(self, text: str) -> tuple[str, tuple[str, ...]]:
        return "", ()

    def select(self, *patterns: str) -> list[TaxiCode]:
        if not set(patterns) <= set(CODES):
            raise SelectionError("no taxi", pattern=patterns)
        return [CODES[pattern] for pattern in patterns]


RELEASE = Taxis()


def load(name: str | None = None) -> Taxis:
    if name not in (None, "2025-january"):
        raise ReleaseNotFoundError("no such taxi", system="hcpcs", wanted=name)
    return RELEASE


def is_well_formed(text: object) -> bool:
    return isinstance(text, str) and len(text) == 5 and text[0].isalpha() and text[1:].isdigit()


PLAIN = "live"


def find(release: Taxis, text: str, asked: Asked = PLAINLY) -> TaxiCode | None:
    return release.get(text)


def check(release: Taxis, text: str, asked: Asked = PLAINLY) -> Finding:
    return release.check(text)


def hint(release: Taxis, text: str) -> str:
    return ""


def beginning(release: Taxis, text: str) -> Iterable[str]:
    return [code for code in CODES if code.startswith(text)]


def describe(thing: TaxiCode, asked: Asked = PLAINLY) -> Description:
    return Description(thing.code, thing.display, "live", True, ())


def record(thing: TaxiCode, asked: Asked = PLAINLY) -> dict[str, Any]:
    return {"code": thing.code, "display": thing.display}


def brief(code: TaxiCode, asked: Asked = PLAINLY) -> Item:
    return Item(code.code, code.display)


def brief_record(code: TaxiCode, asked: Asked = PLAINLY) -> dict[str, Any]:
    return record(code)


def note_levels(thing: TaxiCode) -> tuple[NoteLevel, ...]:
    return ()


def note_records(thing: TaxiCode) -> list[dict[str, Any]]:
    return []


def node(thing: TaxiCode) -> Node:
    identity = {"code": thing.code}
    return Node(thing.code, thing.display, "", identity, record(thing), 0, None, lambda: iter(()))
