"""Small releases in a data folder of their own, as the tests of the timeline have them."""

from timeline.conftest import at_hand, put

__all__ = ["at_hand", "put"]
