"""The rule of `trace`, clause by clause, over small worlds made up at random.

"It goes on by itself only where the step is one to one: the old code ended, exactly one new code
names it, that code names only it, and the diff shows no other billable code under it."
"""

from __future__ import annotations

import io

from attrs import frozen
from hypothesis import given, settings
from hypothesis import strategies as st

import codesets
from codesets import icd10cm
from codesets.crosswalk import ConversionTable
from codesets.icd10cm import Icd10cmRelease
from codesets.tracing import Outcome
from crosswalk.writer import conversion_csv
from timeline.conftest import Order, order_file

CODES = ("A001", "A002", "A003", "B99")
UNDER = ("A0010", "A0011")
PREVIOUS = (
    "A00.1",
    "A00.1",
    "A00.2",
    "B99",
    "A00.1 and B99",
    "A00.1, A00.3",
    "A00.1-A00.2",
    "None",
)


def dotted(code: str) -> str:
    return code if len(code) == 3 else f"{code[:3]}.{code[3:]}"


@frozen
class World:
    """Which codes are billable before and after, and what the table says of the change."""

    before: frozenset[str]
    after: frozenset[str]
    rows: tuple[tuple[str, str], ...]

    @property
    def releases(self) -> tuple[Icd10cmRelease, Icd10cmRelease]:
        return tuple(
            icd10cm.parse(io.BytesIO(order_file(order(codes))), edition=edition)
            for codes, edition in ((self.before, "2018"), (self.after, "2019"))
        )  # type: ignore[return-value]

    @property
    def table(self) -> ConversionTable:
        rows = [(new, 2018, said) for new, said in (*self.rows, ("C99", "B98"))]
        return ConversionTable.parse(io.BytesIO(conversion_csv(rows)), edition="2019")

    def is_one_to_one(self, old: str, new: str) -> bool:
        """The rule, read off the sentence."""
        named_by = {code for code, said in self.rows if covers(said, old)}
        under = {code for code in self.after if code.startswith(old) and code != old}
        return (
            old in self.before
            and old not in self.after
            and named_by == {new}
            and new in self.after
            and new not in self.before
            and {said for code, said in self.rows if code == new} == {old}
            and under <= {new}
        )


def covers(said: str, code: str) -> bool:
    if said == "A00.1-A00.2":
        return code in ("A00.1", "A00.2")
    return code in said.replace(",", "").split()


def order(billable: frozenset[str]) -> Order:
    """An order file of these codes and the headers above them."""
    headers = {"A00"} | {"A001" for code in billable if code.startswith("A00.1") and len(code) > 5}
    compact = {code.replace(".", "") for code in billable}
    rows = dict.fromkeys(headers, (False, "x")) | {code: (True, code) for code in compact}
    return dict(sorted(rows.items())) | ({} if "B99" in compact else {"B98": (True, "B98")})


@st.composite
def worlds(draw: st.DrawFn) -> World:
    sides = []
    for _ in range(2):
        codes = set(draw(st.sets(st.sampled_from(CODES))))
        under = draw(st.sets(st.sampled_from(UNDER)))
        codes = codes - {"A001"} | under if under else codes
        sides.append(frozenset(map(dotted, codes)))
    places = st.sampled_from([*map(dotted, (*CODES, *UNDER))])
    rows = draw(st.lists(st.tuples(places, st.sampled_from(PREVIOUS)), max_size=4))
    return World(sides[0], sides[1], tuple(rows))


@settings(max_examples=150)
@given(worlds())
def test_a_step_is_taken_by_itself_only_where_it_is_one_to_one(world: World) -> None:
    old, new = world.releases
    table = world.table
    for code in world.before:
        found = codesets.trace(code, old, new, table=table)
        ways = [other for other in world.after if world.is_one_to_one(code, other)]
        if code in world.after:
            assert (found.outcome, found.codes) == (Outcome.UNCHANGED, (code,))
        elif ways:
            assert (found.outcome, list(found.codes)) == (Outcome.MAPPED, ways)
        else:
            assert found.outcome in (Outcome.AMBIGUOUS, Outcome.GONE)
            assert not found.steps[-1].is_one_to_one
            named_by = {new for new, said in world.rows if covers(said, code)}
            assert named_by <= set(found.codes)
            assert {each for each in world.after if each.startswith(code)} <= set(found.codes)


@settings(max_examples=150)
@given(worlds())
def test_a_step_is_one_to_one_in_both_directions_or_in_neither(world: World) -> None:
    old, new = world.releases
    table = world.table
    for code in world.after - world.before:
        back = codesets.trace(code, new, old, table=table)
        ways = [other for other in world.before if world.is_one_to_one(other, code)]
        assert (back.outcome is Outcome.MAPPED) == bool(ways)
        if ways:
            assert list(back.codes) == ways


def test_the_worlds_have_ways_of_both_kinds() -> None:
    """So that the laws above can fail."""
    one = World(frozenset(["A00.1"]), frozenset(["A00.2"]), (("A00.2", "A00.1"),))
    assert one.is_one_to_one("A00.1", "A00.2")
    divided = World(frozenset(["A00.1"]), frozenset(["A00.10", "A00.11"]), (("A00.10", "A00.1"),))
    assert not divided.is_one_to_one("A00.1", "A00.10")
