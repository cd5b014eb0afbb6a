"""One small release, made for the purpose: every case that an answer has to tell apart.

Dates and references are those of the official files, so that what the tests say can be looked up;
other details are made up.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from codesets.hcpcs.details import HcpcsRecord
from codesets.hcpcs.layout import ActionCode, CoverageCode
from hcpcs.writer import write_notes, write_sheets, write_text, write_workbook

__all__ = ["SMALL", "companions", "day", "made", "small_text", "small_workbook"]


def day(digits: int) -> date:
    """The date that eight digits say."""
    return date(digits // 10000, digits // 100 % 100, digits % 100)


def made(
    key: str,
    long: str,
    added: int = 20100101,
    ended: int = 0,
    *xrefs: str,
    **changes: Any,
) -> HcpcsRecord:
    """A record with the details that most records have, as the field of its key says."""
    is_modifier = len(key) == 2
    values: dict[str, Any] = {
        "key": key,
        "is_modifier": is_modifier,
        "long_description": long,
        "short_description": long[:28].strip(),
        "pricing_indicators": () if is_modifier else ("51",),
        "multiple_pricing_indicator": "" if is_modifier else "A",
        "coverage_issues_manual": (),
        "carriers_manual": (),
        "statute": "",
        "lab_certifications": (),
        "cross_references": xrefs,
        "coverage": CoverageCode.SPECIAL_COVERAGE_INSTRUCTIONS,
        "asc_group": "",
        "asc_effective_on": None,
        "mog_group": "",
        "mog_policy_indicator": "",
        "mog_effective_on": None,
        "processing_note": "",
        "betos": "" if is_modifier else "O1E",
        "types_of_service": () if is_modifier else ("1", "P"),
        "anesthesia_base_units": None if is_modifier else 0,
        "added_on": day(added),
        "action_effective_on": day(added),
        "terminated_on": day(ended) if ended else None,
        "action": ActionCode.NO_MAINTENANCE,
    }
    return HcpcsRecord(**{**values, **changes})


NOT_PAYABLE = CoverageCode.NOT_PAYABLE

SMALL = (
    made("AM", "Physician, team member service", 19870101, 0, "QM"),
    made("CS", "Cost-sharing waived", 20110101, action=ActionCode.CHANGE_LONG_DESCRIPTION,
         action_effective_on=day(20200301)),
    made("LT", "Left side (used to identify procedures performed on the left side)", 19870101),
    made("QM", "Ambulance service provided under arrangement", 19890101),
    made("V8", "Infection present", 20090101, 20120331),
    made("A0100", "Non-emergency transportation; taxi", 19850101, coverage=NOT_PAYABLE,
         pricing_indicators=("00",), multiple_pricing_indicator="9", betos="O1A",
         types_of_service=("D",), processing_note="0017"),
    made("A0380", "Bls mileage (per mile)", 19950101, 0, "A0425", coverage=NOT_PAYABLE),
    made("A0425", "Ground mileage, per statute mile", 20010101),
    made("A4221", "Supplies for maintenance of drug infusion catheter, per week", 19970101),
    made("A4222", "Infusion supplies for external drug infusion pump, per cassette or bag",
         19970101, coverage_issues_manual=("60-14",), carriers_manual=("2130",),
         statute="1861(n)", lab_certifications=("310", "330"), asc_group="YY",
         asc_effective_on=day(20100101), pricing_indicators=("13", "21")),
    made("A6520", "Gradient compression garment, glove, padded, for nighttime use, each", 20240101,
         betos="O1L", pricing_indicators=("40",), types_of_service=("S",)),
    made("B4105", "In-line cartridge containing digestive enzyme(s)", 20190101, 0, "Q9994",
         processing_note="0000"),
    made("C8937", "Computer-aided detection, breast mri", 20060701, 0, "0159T"),
    made("C9136", "Injection, factor viii, fc fusion protein, (recombinant), per i.u.", 20150101,
         20150331, "Q9975"),
    made("C9742", "Laryngoscopy, flexible fiberoptic, with injection", 20150401, 20161231,
         "31573", "31574"),
    made("E1399", "Durable medical equipment, miscellaneous", 19890101),
    made("G0154", "Direct skilled nursing services", 20000101, 20160229),
    made("J1440", "Fecal microbiota, live - jslm, 1 ml", 20230701, coverage=None),
    made("J7205", "Injection, factor viii fc fusion protein (recombinant), per iu", 20160101),
    made("K0900", "Customized durable medical equipment", 20130701, 20251231, "E1399"),
    made("L0001", "Loop, first", 20000101, 20100630, "L0002"),
    made("L0002", "Loop, second", 20000101, 20100630, "L0001"),
    made("P7001", "Culture, bacterial, urine; quantitative", 19860101, 0, "CPT",
         coverage=NOT_PAYABLE),
    made("Q9975", "Injection, factor viii fc fusion (recombinant), per iu", 20150401, 20151231,
         "J7205"),
    made("Q9994", "In-line cartridge containing digestive enzyme(s)", 20180701, 20181231, "B4105"),
    made("S3854", "Gene expression profiling panel", 20060101, action=ActionCode.REACTIVATE,
         action_effective_on=day(20160701)),
    made("S8032", "Low-dose computed tomography for lung cancer screening", 20141001, 20160930,
         "G0297"),
    made("V5364", "Dysphagia screening", 20250701, action=ActionCode.ADD),
)  # fmt: skip
"""As a release of January 2025, before a code that ends and one that begins within the year."""


def small_text() -> bytes:
    """The release as text."""
    return write_text(SMALL)


def small_workbook() -> bytes:
    """The release as a workbook."""
    return write_workbook(SMALL)


def companions() -> dict[str, bytes]:
    """Companion files of the release, by name; each says something otherwise than it."""
    words = {ActionCode.NO_MAINTENANCE: "No Change", ActionCode.ADD: "ADD"}
    words[ActionCode.CHANGE_LONG_DESCRIPTION] = "Long Description Change"
    words[ActionCode.REACTIVATE] = "Re-activated"
    heads = ["HCPC", "ACTION CD", "SHORT DESCRIPTION", "LONG DESCRIPTION"]
    lines = [
        [r.key.rjust(5), words[r.action], r.short_description, r.long_description]
        for r in SMALL
        if r.action is not None and r.key != "A4221"
    ]
    by_code = [heads, *lines]
    by_change = [heads, *sorted(lines, key=lambda line: line[1])]
    by_code[4] = [*by_code[4][:1], "ADD", *by_code[4][2:]]
    by_code[5] = [*by_code[5][:2], "Infected", "Infection  not present"]
    return {
        "proc_notes.txt": write_notes([("0001", "FIRST."), ("0017", "SEE THE STATE'S PLAN.")]),
        "NOC codes.xlsx": write_sheets(
            {
                "NOC": [
                    ["NOC CODES - HCPCS 2025"],
                    [],
                    ["HCPCS", "LONG DESCRIPTION", "ADD DATE", "TERM DATE"],
                    ["E1399", "Durable medical equipment, miscellaneous", "19890101", ""],
                    ["K0900", "Customized", "20130701", "20251231"],
                    ["J3490", "Unclassified drugs", "19890101", ""],
                ]
            }
        ),
        "Corrections.xlsx": write_sheets(
            {
                "Sheet1": [
                    ["HCPCS/MOD Code", "Action", "Effective Date"],
                    ["A4221", "Revise LD", date(2024, 12, 31)],
                    ["LT", "Terminate ", "soon"],
                    ["M1389", "Remove code", ""],
                ]
            }
        ),
        "Transaction Report.xlsx": write_sheets(
            {"Changes by Action Code": by_change, "Changes by HCPC": by_code}
        ),
    }
