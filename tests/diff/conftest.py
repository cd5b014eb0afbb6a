"""A data folder of their own, as the tests of the timeline have it."""

from timeline.conftest import at_hand

__all__ = ["at_hand"]
