"""The error of a student-record file that cannot be taken at all."""

from bridge.errors import BridgeError


class FeedRefused(BridgeError):
    """The file as a whole is not taken: its header or its form is wrong. A single row that does not fit is no error."""

    code = "feed-refused"
    next_step = "Mend the file as the message says and check it again: lea feed check FILE"
