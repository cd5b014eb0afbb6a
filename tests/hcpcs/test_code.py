"""The syntax of codes and modifiers."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codesets.errors import MalformedCodeError
from codesets.hcpcs.code import (
    is_well_formed,
    is_well_formed_modifier,
    normalize,
    normalize_modifier,
    syntax_problem,
)
from hcpcs import official_files
from hcpcs.strategies import codes, modifiers


class Name(StrEnum):
    CODE = "a4221"


@pytest.mark.parametrize(
    ("text", "code"),
    [("A4221", "A4221"), (" a4221 ", "A4221"), ("v5364", "V5364"), (Name.CODE, "A4221")],
)
def test_spellings_of_codes(text: str, code: str) -> None:
    assert normalize(text) == code
    assert type(normalize(text)) is str
    assert is_well_formed(text)


@pytest.mark.parametrize(("text", "modifier"), [("LT", "LT"), ("   lt", "LT"), ("x1 ", "X1")])
def test_spellings_of_modifiers(text: str, modifier: str) -> None:
    assert normalize_modifier(text) == modifier
    assert is_well_formed_modifier(text)


MALFORMED = [
    ("", "empty"),
    ("   ", "empty"),
    ("99213", "CPT"),
    ("0159t", "CPT"),
    ("LT", "normalize_modifier"),
    ("A4221-A4230", "range"),
    ("A42.21", "no dot"),
    ("A4221\n", "only a letter and four digits"),
    ("\tA4221", "only a letter and four digits"),
    ("W1234", "from A to V"),
    ("A422", "five characters"),
    ("A42211", "five characters"),
    ("AB221", "four digits follow"),
    ("ſ1000", "outside ASCII"),
    ("A٤221", "outside ASCII"),
    ("A4221\xa0", "outside ASCII"),
]


@pytest.mark.parametrize(("text", "words"), MALFORMED)
def test_malformed_codes_say_why(text: str, words: str) -> None:
    with pytest.raises(MalformedCodeError, match=words) as caught:
        normalize(text)
    assert caught.value.text == text
    assert caught.value.system == "hcpcs"
    assert words in syntax_problem(text)
    assert not is_well_formed(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        ("25", "CPT modifier"),
        ("1P", "CPT modifier"),
        ("A4221", "form of a code"),
        ("L", "two characters"),
        ("LTX", "two characters"),
        ("L-", "a letter first"),
        ("ﬀ", "outside ASCII"),
        ("ß", "outside ASCII"),
    ],
)
def test_malformed_modifiers_say_why(text: str, words: str) -> None:
    with pytest.raises(MalformedCodeError, match=words):
        normalize_modifier(text)
    assert not is_well_formed_modifier(text)


@pytest.mark.parametrize("thing", [None, b"A4221", 4221, 1.5, ["A4221"], ("A4221",), object()])
@pytest.mark.parametrize(
    ("function", "test"),
    [(normalize, is_well_formed), (normalize_modifier, is_well_formed_modifier)],
)
def test_what_is_no_text(
    thing: object, function: Callable[[object], str], test: Callable[[object], bool]
) -> None:
    assert not test(thing)
    with pytest.raises(ValueError, match=f"a text is wanted, not {type(thing).__name__}") as caught:
        function(thing)
    assert isinstance(caught.value, MalformedCodeError)


@given(codes, modifiers)
def test_codes_and_modifiers_share_no_spelling(code: str, modifier: str) -> None:
    assert normalize(code.lower()) == code
    assert normalize_modifier(modifier.lower()) == modifier
    assert not is_well_formed(modifier)
    assert not is_well_formed_modifier(code)


@given(st.text() | st.text("AaVvWſK0189 .-", max_size=7))
def test_normalize_is_idempotent_or_refuses(text: str) -> None:
    for function, test in (
        (normalize, is_well_formed),
        (normalize_modifier, is_well_formed_modifier),
    ):
        if test(text):
            assert function(function(text)) == function(text) == text.strip(" ").upper()
        else:
            with pytest.raises(MalformedCodeError):
                function(text)


@pytest.mark.official
@pytest.mark.parametrize("edition", official_files.EDITIONS)
def test_official_keys_are_well_formed(edition: str) -> None:
    for record in official_files.main(edition):
        spelled = normalize_modifier(record.key) if record.is_modifier else normalize(record.key)
        assert spelled == record.key
