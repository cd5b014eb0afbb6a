"""The free text of the column of previous codes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codesets.crosswalk.conversion.grammar import Joining, Term, TermKind, read_previous

CODES = st.sampled_from(
    ("A92.8", "I10", "C44.1121", "S06.890A", "QA0.1", "C4A", "T15.02XA", "H44.20", "U07.1", "O9A.0")
)
FORMS = (
    ("{}", TermKind.CODE, False),
    ("{}-{}", TermKind.RANGE, True),
    ("{}.-", TermKind.BELOW, False),
    ("a code from {}-", TermKind.BELOW, False),
    ("Code from categories {}-{}", TermKind.CATEGORIES, True),
    ("Codes in Categories {}-{}", TermKind.CATEGORIES, True),
)


@st.composite
def terms(draw: st.DrawFn) -> Term:
    form, kind, is_span = draw(st.sampled_from(FORMS))
    first = draw(CODES.filter(lambda code: "." not in code) if ".-" in form else CODES)
    last = draw(CODES) if is_span else None
    text = form.format(first, last) if is_span else form.format(first)
    return Term(kind, first, last, text)


CELLS = st.lists(terms(), min_size=1, max_size=8).flatmap(
    lambda found: st.tuples(
        st.just(found),
        st.lists(
            st.sampled_from((", ", "; ", " and ", " AND ", " & ")),
            min_size=len(found) - 1,
            max_size=len(found) - 1,
        ),
        st.sampled_from(("", " ")),
    )
)


@given(CELLS)
def test_a_cell_is_read_as_it_was_written(cell: tuple[list[Term], list[str], str]) -> None:
    """Terms, connectors and the raw text all come back."""
    written, connectors, blank = cell
    text = written[0].text + "".join(
        connector + term.text for connector, term in zip(connectors, written[1:], strict=True)
    )
    previous = read_previous(text + blank)
    assert previous.terms == tuple(written)
    assert previous.connectors == tuple(connectors)
    assert previous.text == text + blank
    together = any(connector.strip() in ("and", "AND", "&") for connector in connectors)
    if len(written) == 1:
        assert previous.joining is Joining.SINGLE
    else:
        assert previous.joining is (Joining.TOGETHER if together else Joining.ALTERNATIVES)
    assert previous.codes == tuple(t.first for t in written if t.kind is TermKind.CODE)
    assert all(map(previous.names, previous.codes))


@given(st.text(max_size=60))
def test_no_text_breaks_the_grammar(text: str) -> None:
    previous = read_previous(text)
    assert previous.text == text
    assert previous.is_understood == (previous.joining is not Joining.UNKNOWN)
    assert bool(previous.terms) <= previous.is_understood
    assert len(previous.connectors) == max(len(previous.terms) - 1, 0)


@pytest.mark.parametrize(
    "text",
    ["", " ", "none", "A92.8,", "A92.8 A92.9", "a92.8", "A92.8 or A92.9", "A928.", "NA", "A92.8-",
     "A92.8;;A92.9", "see A92.8", "A92.80000"],
)  # fmt: skip
def test_what_is_outside_the_grammar_is_kept_and_said(text: str) -> None:
    previous = read_previous(text)
    if text == "A92.8-":  # like `R11-`: all below
        assert previous.terms[0].kind is TermKind.BELOW
        return
    assert not previous.is_understood
    assert previous.joining is Joining.UNKNOWN
    assert previous.to_dict()["text"] == text
    assert previous.form == ""


@pytest.mark.parametrize(
    ("text", "code", "covered"),
    [
        ("A92.8", "a928", True),
        ("A92.8", "A92.80", False),
        ("H35.20-H35.23", "H35.21", True),
        ("H35.20-H35.23", "H35.231", True),
        ("H35.20-H35.23", "H35.24", False),
        ("S06.890D-S06.899S", "S06.891A", True),
        ("S06.890A-S06.899A", "S06.890D", True),
        ("S06.890A-S06.899A", "S06.899D", False),
        ("I10-I15.9", "I13.0", True),
        ("I63.-", "I63.9", True),
        ("I63.-", "I63", False),
        ("a code from R11-", "R11.2", True),
        ("Codes in Categories T15-T19", "T19.9XXS", True),
        ("Codes in Categories T15-T19", "T20.00XA", False),
    ],
)
def test_what_a_term_covers(text: str, code: str, covered: bool) -> None:
    """Formats: expand over the codes of the release before with lo <= code <= hi, or below hi."""
    previous = read_previous(text)
    assert previous.names(code) is covered
    canonical = "A92.8" if code == "a928" else code
    assert previous.expand([canonical]) == (((canonical,) if covered else ()),)


def test_a_cell_says_how_its_codes_belong_together() -> None:
    joining = {text: read_previous(text).joining for text in (
        "None", "A92.8", "H02.201, H02.202, H02.204 and H02.205", "P78.89; E83.118",
        "I25.710-I25.711; I25.718", "M96.89 & Y84.8", "H35.20-H35.23",
    )}  # fmt: skip
    assert list(joining.values()) == [
        Joining.NOTHING, Joining.SINGLE, Joining.TOGETHER, Joining.ALTERNATIVES,
        Joining.ALTERNATIVES, Joining.TOGETHER, Joining.SINGLE,
    ]  # fmt: skip
    assert read_previous("None").is_none
    assert str(read_previous("A92.8 ")) == "A92.8 "
