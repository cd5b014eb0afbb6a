"""Random HCPCS releases: every kind of record, every shape that releases have had."""

from __future__ import annotations

from datetime import date

from attrs import evolve
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from codesets.hcpcs.details import HcpcsRecord
from codesets.hcpcs.layout import FIELDS, ActionCode, CoverageCode, values
from hcpcs.writer import Shape, SheetShape

unhurried = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example],
)
"""For tests that write and read whole files: how long one takes says nothing."""

UPPER, DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789"
PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))

codes = st.builds("{}{:04}".format, st.sampled_from("ABCEFGHIJKLMNOPQRSTUV"), st.integers(0, 9999))
modifiers = st.builds("{}{}".format, st.sampled_from(UPPER), st.sampled_from(UPPER + DIGITS))
words = st.text(PRINTABLE, min_size=1, max_size=12) | st.text(PRINTABLE, min_size=40, max_size=79)
dates = st.dates(date(1982, 1, 1), date(2030, 12, 31))


@st.composite
def long_descriptions(draw: st.DrawFn) -> str:
    """Mostly one line, up to sixty."""
    sentence = draw(st.lists(words, min_size=1, max_size=12))
    return " ".join(sentence * draw(st.sampled_from((1, 1, 1, 2, 5, 30))))[:4700].strip()


def _repeated(
    items: SearchStrategy[str], most: int, least: int = 0
) -> SearchStrategy[tuple[str, ...]]:
    return st.lists(items, min_size=least, max_size=most).map(tuple)


def _of(name: str) -> SearchStrategy[str]:
    return st.sampled_from(sorted(values(name)))


def _tokens(width: int) -> SearchStrategy[str]:
    """Free text without blanks at its ends."""
    return st.text(PRINTABLE, min_size=1, max_size=width)


def _short() -> SearchStrategy[str]:
    return (
        st.lists(_tokens(9), min_size=1, max_size=3)
        .map(" ".join)
        .map(lambda text: text[:28].rstrip())
    )


def _records(is_modifier: bool) -> SearchStrategy[HcpcsRecord]:
    """Records without their key."""
    optional_day = st.none() | dates
    details: dict[str, SearchStrategy[object]] = {
        "pricing_indicators": _repeated(_of("pricing"), 4, 1),
        "multiple_pricing_indicator": _of("multiple_pricing"),
        "coverage_issues_manual": _repeated(_tokens(6), 3),
        "carriers_manual": _repeated(_tokens(8), 3),
        "statute": st.just("") | _tokens(10),
        "lab_certifications": _repeated(_of("lab_certification"), 8),
        "cross_references": _repeated(codes | _tokens(5), 5),
        "asc_group": st.sampled_from(("", "YY")),
        "asc_effective_on": optional_day,
        "mog_group": st.just("") | _of("mog_group"),
        "mog_policy_indicator": st.just("") | _of("mog_policy"),
        "mog_effective_on": optional_day,
        "processing_note": st.just("") | st.integers(0, 9999).map("{:04}".format),
        "betos": _of("betos"),
        "types_of_service": _repeated(_of("type_of_service"), 5, 1),
        "anesthesia_base_units": st.integers(0, 999),
    }
    blanks: dict[str, object] = {
        entry.name: () if entry.occurs > 1 else None if entry.form.name != "TEXT" else ""
        for entry in FIELDS
        if entry.name in details
    }
    return st.builds(
        HcpcsRecord,
        key=st.just(""),
        is_modifier=st.just(is_modifier),
        long_description=long_descriptions(),
        short_description=_short(),
        coverage=st.none() | st.sampled_from(CoverageCode),
        added_on=dates,
        action_effective_on=optional_day,
        terminated_on=optional_day,
        action=st.sampled_from(ActionCode),
        # Modifiers have blank details, but for a few.
        **{
            name: st.just(blanks[name]) | drawn if is_modifier else drawn
            for name, drawn in details.items()
        },
    )


# Drawn from strategies that are made once: making them anew for each record costs the most.
_CODE, _MODIFIER = _records(False), _records(True)
_keys = st.tuples(st.just(True), modifiers) | st.tuples(st.just(False), codes)


@st.composite
def releases(draw: st.DrawFn, most: int = 6) -> tuple[HcpcsRecord, ...]:
    """Modifiers, then codes, ascending; at least one of the two."""
    keys = draw(st.lists(_keys, min_size=1, max_size=most, unique=True))
    return tuple(
        evolve(draw(_MODIFIER if is_modifier else _CODE), key=key)
        for is_modifier, key in sorted(keys, key=lambda pair: pair[1].rjust(5))
    )


preamble_lines = st.text(PRINTABLE + " \t\xa0’*-", max_size=150).map(lambda text: f"*{text}")
shapes = st.builds(
    Shape,
    preamble=st.lists(st.just("") | preamble_lines, max_size=11).map(tuple),
    first_width=st.sampled_from((320, 293)) | st.integers(293, 320),
    further_width=st.sampled_from((91, 320, 316, 0)) | st.integers(91, 320),
    closing=st.sampled_from(("", "\r\n", " " * 300 + "\r\n", "\x1a")),
)
sheet_shapes = st.builds(
    SheetShape,
    name=st.sampled_from(("A", "hcpc16_2_", "HCPC2025_JAN_ANWEB_12172024")),
    preamble=st.lists(preamble_lines, max_size=10).map(tuple),
    pads_modifiers=st.booleans(),
    numbers=st.frozensets(st.sampled_from(("RECID", "ADD DT", "ACT EFF DT", "TERM DT", "ASC_DT"))),
    cut_after=st.integers(0, 5),
    shuffled=st.booleans(),
)
