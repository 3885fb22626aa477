"""What a server listed in its capabilities."""
from typing import NamedTuple


class Offer(NamedTuple):
    """The mechanisms and the binding types, in the server's order."""

    mechanisms: tuple
    binding_types: tuple

    @property
    def has_plus(self):
        return any(name.endswith("-PLUS") for name in self.mechanisms)
