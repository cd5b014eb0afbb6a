"""The code systems that maps lead from and to, and how their codes are spelled.

Files write codes without their punctuation; answers have it: ICD-9-CM 250.00, V54.12 and E812.0,
procedures 39.29, ICD-10-CM E11.9. Inside, codes are kept compact and in upper case.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from attrs import field, frozen

from codesets.arguments import quoted
from codesets.errors import CrosswalkError, MalformedCodeError
from codesets.system import HCPCS, ICD10CM, System

__all__ = ["CODINGS", "Coding", "coding_named"]

_OWN_WORK = "Work of the U.S. Government."
_CMS = "Centers for Medicare & Medicaid Services (CMS)"
_NCHS = "National Center for Health Statistics (NCHS)"
_AHRQ = "Agency for Healthcare Research and Quality (AHRQ)"

ICD9CM = System(
    "icd9cm", "ICD-9-CM", f"{_NCHS}; titles: {_CMS}", "http://hl7.org/fhir/sid/icd-9-cm",
    "2.16.840.1.113883.6.103", _OWN_WORK,
)  # fmt: skip
ICD9PCS = System(
    "icd9pcs", "ICD-9-CM procedures", _CMS, "http://hl7.org/fhir/sid/icd-9-cm",
    "2.16.840.1.113883.6.104", _OWN_WORK,
)  # fmt: skip
ICD10PCS = System(
    "icd10pcs", "ICD-10-PCS", _CMS, "http://www.cms.gov/Medicare/Coding/ICD10",
    "2.16.840.1.113883.6.4", _OWN_WORK,
)  # fmt: skip
HCC = System("hcc", "CMS-HCC", _CMS, "", "", _OWN_WORK)
CCSR = System("ccsr", "CCSR for ICD-10-CM diagnoses", _AHRQ, "", "", _OWN_WORK)
CCIR = System("ccir", "Chronic Condition Indicator Refined", _AHRQ, "", "", _OWN_WORK)
CMR = System("cmr", "Elixhauser Comorbidity Software Refined", _AHRQ, "", "", _OWN_WORK)


def _dotted(after: Callable[[str], int]) -> Callable[[str], str]:
    def spell(compact: str) -> str:
        place = after(compact)
        return compact if len(compact) <= place else f"{compact[:place]}.{compact[place:]}"

    return spell


def _capital(letter: str) -> str:
    """The capital of a letter; of one whose capital is that of another, as I of ı, itself."""
    capital = letter.upper()
    return capital if capital.lower() == letter else letter


@frozen
class Coding:
    """A code system as one end of a map.

    Attributes:
        system: the code system.
        pattern: the form of its codes, in upper case and without the dot.
        spell: the canonical spelling of a compact code.
        dot: places where a dot may stand in what is asked for, counted in characters before it.
        header: the form of what stands above the codes that begin with it; empty if nothing does.
    """

    system: System
    pattern: str
    spell: Callable[[str], str] = field(default=str, repr=False, eq=False)
    dot: Callable[[str], int] | None = field(default=None, repr=False, eq=False)
    header: str = field(default="", repr=False, eq=False)
    _form: re.Pattern[str] = field(init=False, repr=False, eq=False)

    @_form.default
    def _compile(self) -> re.Pattern[str]:
        return re.compile(self.pattern, re.ASCII | re.DOTALL)

    def compact(self, text: object) -> str:
        """The spelling without dot, in upper case, as maps keep it.

        Args:
            text: any common spelling: the dot at its one place or none, blanks around.

        Raises:
            MalformedCodeError: the text has not the form of a code of this system.
        """
        if isinstance(text, str):
            plain = text.strip(" ")
            if not plain.isascii():
                plain = "".join(map(_capital, plain))
            else:
                plain = plain.upper()
                if self.dot is not None and "." in plain:
                    bare = plain.replace(".", "", 1)
                    plain = bare if plain.index(".") == self.dot(bare) < len(bare) else ""
            if self._form.fullmatch(plain):
                return plain
        raise MalformedCodeError(
            f"{quoted(text)} is no {self.system.title} code: it has not the form of one",
            text=text,
            system=self.system.name,
        )

    def accepts(self, compact: str) -> bool:
        """Whether a text is a compact code of this system, by its form."""
        return self._form.fullmatch(compact) is not None

    def is_header(self, compact: str) -> bool:
        """Whether a compact text may stand above codes, by its form."""
        return re.fullmatch(self.header, compact, re.ASCII) is not None

    def accepts_all(self, compact: Iterable[str]) -> bool:
        """Whether all of some texts are compact codes of this system, asked at once."""
        together = "\n".join([*compact, ""])
        return re.fullmatch(rf"(?:(?:{self.pattern})\n)*", together, re.ASCII) is not None

    def normalize(self, text: object) -> str:
        """The canonical spelling of a code.

        Raises:
            MalformedCodeError: the text has not the form of a code of this system.
        """
        return self.spell(self.compact(text))


def _dotted_coding(system: System, pattern: str, after: Callable[[str], int]) -> Coding:
    return Coding(system, pattern, _dotted(after), after, header=pattern)


# ICD-9-CM (CMS, Official Guidelines): a category has three digits, V and two, E and three; at most
# two more after the dot, one for E codes. Procedures: two digits, then at most two. ICD-10-PCS: a
# code has seven characters; the headers of its order file are its tables, of three.
_PCS = "[0-9A-HJ-NP-Z]"
CODINGS = {
    coding.system.name: coding
    for coding in (
        _dotted_coding(
            ICD9CM,
            r"[0-9]{3,5}|V[0-9]{2,4}|E[0-9]{3,4}",
            lambda code: 4 if code.startswith("E") else 3,
        ),
        _dotted_coding(ICD9PCS, r"[0-9]{2,4}", lambda code: 2),
        _dotted_coding(ICD10CM, r"[A-Z][0-9A-Z]{2,6}", lambda code: 3),
        Coding(ICD10PCS, rf"{_PCS}{{7}}|{_PCS}{{3}}", header=rf"{_PCS}{{3}}"),
        # Modifiers too, and the CPT codes that cross references name.
        Coding(HCPCS, r"[0-9A-Z][0-9]{3}[0-9A-Z]|[0-9A-Z]{2}"),
        Coding(HCC, r"[0-9]{1,3}(?:_[0-9]|\.[0-9])?"),
        Coding(CCSR, r"[A-Z]{3}[0-9]{3}|[A-Z0-9]{3,7}"),
        Coding(CCIR, r"[0-9]"),
        Coding(CMR, r"[A-Z][A-Z0-9_]+"),
    )
}
"""The systems that the official maps speak of, by name."""


def coding_named(name: object) -> Coding:
    """The coding of a system of `CODINGS`, or one for a system of your own.

    A name with anything but lower-case letters and digits, as `SNOMED CT`, is the title of a system
    of your own: its codes are any texts, kept as they stand but for blanks around and letter case.

    Raises:
        CrosswalkError: the name is empty, or looks like one of the known names and is none.
    """
    if isinstance(name, str) and name in CODINGS:
        return CODINGS[name]
    if not isinstance(name, str) or not name.strip() or re.fullmatch(r"[a-z0-9]+", name):
        raise CrosswalkError(
            f"{name!r} is none of the systems known ({', '.join(CODINGS)}); a system of your own"
            " has a title with a capital or a blank, as 'SNOMED CT'"
        )
    return Coding(System(name, name, "", "", "", ""), r".+")
