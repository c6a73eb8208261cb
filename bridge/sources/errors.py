"""The error of a file that cannot be taken in at all."""

from bridge.errors import BridgeError


class SourceRefused(BridgeError):
    """The file as a whole is not taken: its header or its form is wrong. A single row that does not fit is no error."""

    code = "source-refused"
    next_step = "Mend the file as the message says and look at it again: lea import KIND FILE --dry-run"
