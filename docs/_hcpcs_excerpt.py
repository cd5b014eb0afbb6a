"""The file that the examples on HCPCS read: some records of January 2025, laid out as CMS does.

No release of HCPCS comes with the package; this excerpt answers in the place of one.
"""

from __future__ import annotations

import textwrap
from pathlib import Path

from codesets.hcpcs.layout import (
    CONTINUED_BY,
    FIELDS,
    SEQUENCE_STEP,
    Field,
    Form,
    RecordKind,
    field_named,
)

__all__ = ["write_excerpt"]

_LONG = field_named("long_description")
# Code and short description; the long description; all other fields that are not blank.
_RECORDS = """
AM: Physician, team member svc
    Physician, team member service
  carriers_manual=4105.7 cross_references=QM coverage=D processing_note=0069
  added_on=19910101 action_effective_on=19970101 action=N

LT: Left side
    Left side (used to identify procedures performed on the left side of the body)
  coverage=C added_on=19840101 action_effective_on=19970101 action=N

QM: Ambulance arr by provider
    Ambulance service provided under arrangement by a provider of services
  coverage=C added_on=19960101 action_effective_on=19990101 action=N

V8: Infection present
    Infection present
  coverage=C added_on=20100101 action_effective_on=20120401 terminated_on=20120331
  action=N

A0100: Nonemergency transport taxi
    Non-emergency transportation; taxi
  pricing_indicators=00 multiple_pricing_indicator=9 coverage=I betos=O1A
  types_of_service=D anesthesia_base_units=0 added_on=19820101
  action_effective_on=20030101 action=N

A0380: Basic life support mileage
    Bls mileage (per mile)
  pricing_indicators=00 multiple_pricing_indicator=9 cross_references=A0425 coverage=I
  betos=O1A types_of_service=D anesthesia_base_units=0 added_on=19950101
  action_effective_on=20030101 action=N

A0425: Ground mileage
    Ground mileage, per statute mile
  pricing_indicators=52 multiple_pricing_indicator=A coverage=C betos=O1A
  types_of_service=D anesthesia_base_units=0 added_on=20010101
  action_effective_on=20010101 action=N

A4221: Supp non-insulin inf cath/wk
    Supplies for maintenance of non-insulin drug infusion catheter, per week (list drugs
    separately)
  pricing_indicators=34 multiple_pricing_indicator=A coverage=C betos=D1E
  types_of_service=P anesthesia_base_units=0 added_on=19970101
  action_effective_on=20170101 action=N

A4222: Infusion supplies with pump
    Infusion supplies for external drug infusion pump, per cassette or bag (list drugs
    separately)
  pricing_indicators=34 multiple_pricing_indicator=A coverage=C betos=D1E
  types_of_service=P anesthesia_base_units=0 added_on=19970101
  action_effective_on=20050101 action=N

A6520: G com garmnt glove nghttime
    Gradient compression garment, glove, padded, for nighttime use, each
  pricing_indicators=40 multiple_pricing_indicator=A coverage=C betos=O1L
  types_of_service=S anesthesia_base_units=0 added_on=20240101
  action_effective_on=20240101 action=N

C9136: Factor viii (eloctate)
    Injection, factor viii, fc fusion protein, (recombinant), per i.u.
  pricing_indicators=53 multiple_pricing_indicator=A statute=1833(t)
  cross_references=Q9975 coverage=D betos=O1E types_of_service=9F anesthesia_base_units=0
  added_on=20150101 action_effective_on=20150401 terminated_on=20150331 action=N

E0970: Wheelchair no. 2 footplates
    No. 2 footplates, except for elevating leg rest
  pricing_indicators=00 multiple_pricing_indicator=9 coverage_issues_manual=60-9
  cross_references=K0037K0042 coverage=I betos=D1D types_of_service=APR
  anesthesia_base_units=0 added_on=19860101 action_effective_on=20010401 action=N

J0570: Buprenorphine implant 74.2mg
    Buprenorphine implant, 74.2 mg
  pricing_indicators=51 multiple_pricing_indicator=A coverage=C betos=O1E
  types_of_service=1 anesthesia_base_units=0 added_on=20170101
  action_effective_on=20250101 terminated_on=20241231 action=D

J1440: Fecal microbiota jslm 1 ml
    Fecal microbiota, live - jslm, 1 ml
  pricing_indicators=13 multiple_pricing_indicator=A coverage=C asc_group=YY
  asc_effective_on=20230701 betos=T2D types_of_service=1 anesthesia_base_units=0
  added_on=20230701 action_effective_on=20230701 action=N

J7205: Factor viii fc fusion recomb
    Injection, factor viii fc fusion protein (recombinant), per iu
  pricing_indicators=51 multiple_pricing_indicator=A coverage=D asc_group=YY
  asc_effective_on=20160101 processing_note=0127 betos=O1E types_of_service=1P
  anesthesia_base_units=0 added_on=20160101 action_effective_on=20160101 action=N

K0037: Hi mount flip-up footrest ea
    High mount flip-up footrest, each
  pricing_indicators=32 multiple_pricing_indicator=A coverage=C betos=D1D
  types_of_service=APR anesthesia_base_units=0 added_on=19940101
  action_effective_on=20181001 action=N

P7001: Culture bacterial urine
    Culture, bacterial, urine; quantitative, sensitivity study
  pricing_indicators=00 multiple_pricing_indicator=9 lab_certifications=110
  cross_references=CPT coverage=I betos=T1H types_of_service=5 anesthesia_base_units=0
  added_on=19860101 action_effective_on=19960101 action=N

Q9975: Factor viii fc fusion recomb
    Injection, factor viii fc fusion protein (recombinant), per iu
  pricing_indicators=51 multiple_pricing_indicator=A cross_references=J7205 coverage=D
  processing_note=0127 betos=O1E types_of_service=1P anesthesia_base_units=0
  added_on=20150401 action_effective_on=20160101 terminated_on=20151231 action=N

S3854: Gene profile panel breast
    Gene expression profiling panel for use in the management of breast cancer treatment
  pricing_indicators=00 multiple_pricing_indicator=9 coverage=I betos=Z2
  types_of_service=9 anesthesia_base_units=0 added_on=20060101
  action_effective_on=20160701 action=N
"""


def write_excerpt(path: Path) -> None:
    """Write the excerpt as a text file of 320 columns a line."""
    lines = [line for record in _RECORDS.strip().split("\n\n") for line in _lines(record)]
    path.write_bytes("".join(f"{line}\r\n" for line in lines).encode("ascii"))


def _lines(record: str) -> list[str]:
    first, *rest = record.split("\n")
    key, _, short = first.partition(": ")
    said = dict(part.split("=") for line in rest if "=" in line for part in line.split())
    said["short_description"] = short
    kind = RecordKind.MODIFIER if len(key) == 2 else RecordKind.CODE
    long = " ".join(line.strip() for line in rest if "=" not in line)
    lines = []
    for number, text in enumerate(textwrap.wrap(long, _LONG.width - 1, break_on_hyphens=False), 1):
        leading = {
            "key": key.rjust(5),
            "sequence_number": f"{SEQUENCE_STEP * number:05}",
            "record_kind": str(kind if number == 1 else CONTINUED_BY[kind]),
            "long_description": text,
        }
        columns = {**said, **leading} if number == 1 else leading
        lines.append("".join(_columns(columns.get(field.name, ""), field) for field in FIELDS))
    return lines


def _columns(text: str, field: Field) -> str:
    aligned = text.rjust(field.width) if text and field.form is Form.NUMBER else text
    return aligned.ljust(field.width * field.occurs)
