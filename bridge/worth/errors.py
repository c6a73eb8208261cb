"""The error of `lea evaluate`."""

from bridge.errors import BridgeError


class WorthRefused(BridgeError):
    """A file of outcomes or groups cannot be used, or there is nothing to measure."""

    code = "worth-refused"
    next_step = "Nothing was stored. docs/worth.md describes the files."

    def __init__(self, problem: str) -> None:
        super().__init__(f"{problem} {self.next_step}")
