"""Hold the words a sentence has for each marker, one set for what is said and what is read back (docs/engagement.md
"Sentence")."""

from dataclasses import dataclass

from analytics.levels import Form, Marker


@dataclass(frozen=True, slots=True)
class Phrase:
    """How one marker is said: "opened 4 of 16 expected activities"."""

    verb: str
    singular: str
    plural: str

    def count(self, count: int) -> str:
        """Say so many of its things: "1 session", "8 sessions"."""
        return f"{count} {self.singular if count == 1 else self.plural}"


def _phrase(verb: str, thing: str, things: str = "") -> Phrase:
    return Phrase(verb, thing, things or f"{thing}s")


PHRASES: dict[tuple[Marker, Form], Phrase] = {
    (Marker.ACTIVITY, Form.VISITS): _phrase("opened", "expected activity", "expected activities"),
    (Marker.ATTENDANCE, Form.SESSIONS): _phrase("attended", "session"),
    (Marker.LECTURE_CAPTURE, Form.VISITS): _phrase("watched", "expected recording"),
    (Marker.LECTURE_CAPTURE, Form.SESSIONS): _phrase("watched", "recording"),
    (Marker.MEETINGS, Form.VISITS): _phrase("attended", "expected meeting"),
    (Marker.MEETINGS, Form.SESSIONS): _phrase("attended", "meeting"),
    (Marker.LIBRARY, Form.VISITS): _phrase("used", "expected library item"),
    (Marker.LIBRARY, Form.SESSIONS): _phrase("used", "library item"),
    (Marker.CO_CURRICULAR, Form.VISITS): _phrase(
        "joined", "expected co-curricular activity", "expected co-curricular activities"
    ),
    (Marker.CO_CURRICULAR, Form.SESSIONS): _phrase("joined", "co-curricular activity", "co-curricular activities"),
}
"""By marker and how it is measured, in the order of the sentence; Tasks has a clause of its own."""


def phrase_of(marker: Marker, a_day: int | None) -> Phrase:
    """Give a marker's words: with ``a_day`` those of items a day, without it those of sessions.

    Raises: KeyError for Tasks and for a form that the marker does not have.
    """
    return PHRASES[marker, Form.SESSIONS if a_day is None else Form.VISITS]
