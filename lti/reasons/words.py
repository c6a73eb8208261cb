"""The shape of an error page's words, and the sentences that several of them share."""

from dataclasses import dataclass

from analytics.language import mark

OPEN_AGAIN = mark("Go back to your course in Moodle and choose Engagement again.")
NOTHING_LOST = mark("Nothing was lost and nothing was stored.")


@dataclass(frozen=True, slots=True)
class ReasonText:
    """The messages of one error page: what happened, what is safe, what to do next; the template says them."""

    title: str
    happened: str
    safe: str
    next_step: str
