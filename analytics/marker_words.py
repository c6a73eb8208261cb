"""Say each marker's things in the reader's language: one whole message for each, since languages order and bend words
differently (docs/languages.md)."""

from analytics.language import gettext, mark, mark_plural, ngettext
from analytics.levels import Form, Marker
from analytics.markers import MarkerShare

Forms = tuple[str, str]

NAMES: dict[Marker, str] = {
    Marker.ACTIVITY: mark("activity"),
    Marker.ATTENDANCE: mark("session"),
    Marker.LECTURE_CAPTURE: mark("recording"),
    Marker.MEETINGS: mark("meeting"),
    Marker.LIBRARY: mark("library item"),
    Marker.CO_CURRICULAR: mark("co-curricular activity"),
}
DONE: dict[Marker, Forms] = {
    Marker.ACTIVITY: mark_plural("{number} activity opened", "{number} activities opened"),
    Marker.ATTENDANCE: mark_plural("{number} session attended", "{number} sessions attended"),
    Marker.LECTURE_CAPTURE: mark_plural("{number} recording watched", "{number} recordings watched"),
    Marker.MEETINGS: mark_plural("{number} meeting attended", "{number} meetings attended"),
    Marker.LIBRARY: mark_plural("{number} library item used", "{number} library items used"),
    Marker.CO_CURRICULAR: mark_plural(
        "{number} co-curricular activity joined", "{number} co-curricular activities joined"
    ),
}
DONE_ON: dict[Marker, Forms] = {
    Marker.ACTIVITY: mark_plural("{number} activity was opened on {date}", "{number} activities were opened on {date}"),
    Marker.ATTENDANCE: mark_plural(
        "{number} session was attended on {date}", "{number} sessions were attended on {date}"
    ),
    Marker.LECTURE_CAPTURE: mark_plural(
        "{number} recording was watched on {date}", "{number} recordings were watched on {date}"
    ),
    Marker.MEETINGS: mark_plural(
        "{number} meeting was attended on {date}", "{number} meetings were attended on {date}"
    ),
    Marker.LIBRARY: mark_plural(
        "{number} library item was used on {date}", "{number} library items were used on {date}"
    ),
    Marker.CO_CURRICULAR: mark_plural(
        "{number} co-curricular activity was joined on {date}",
        "{number} co-curricular activities were joined on {date}",
    ),
}
EACH_DONE: dict[Marker, str] = {
    Marker.ATTENDANCE: mark("each session attended"),
    Marker.LECTURE_CAPTURE: mark("each recording watched"),
    Marker.MEETINGS: mark("each meeting attended"),
    Marker.LIBRARY: mark("each library item used"),
    Marker.CO_CURRICULAR: mark("each co-curricular activity joined"),
}
MET: dict[tuple[Marker, Form], Forms] = {
    (Marker.ACTIVITY, Form.VISITS): mark_plural(
        "{met} of {number} expected activity", "{met} of {number} expected activities"
    ),
    (Marker.ATTENDANCE, Form.SESSIONS): mark_plural(
        "{met} of {number} session attended", "{met} of {number} sessions attended"
    ),
    (Marker.LECTURE_CAPTURE, Form.VISITS): mark_plural(
        "{met} of {number} expected recording", "{met} of {number} expected recordings"
    ),
    (Marker.LECTURE_CAPTURE, Form.SESSIONS): mark_plural(
        "{met} of {number} recording watched", "{met} of {number} recordings watched"
    ),
    (Marker.MEETINGS, Form.VISITS): mark_plural(
        "{met} of {number} expected meeting", "{met} of {number} expected meetings"
    ),
    (Marker.MEETINGS, Form.SESSIONS): mark_plural(
        "{met} of {number} meeting attended", "{met} of {number} meetings attended"
    ),
    (Marker.LIBRARY, Form.VISITS): mark_plural(
        "{met} of {number} expected library item", "{met} of {number} expected library items"
    ),
    (Marker.LIBRARY, Form.SESSIONS): mark_plural(
        "{met} of {number} library item used", "{met} of {number} library items used"
    ),
    (Marker.CO_CURRICULAR, Form.VISITS): mark_plural(
        "{met} of {number} expected co-curricular activity", "{met} of {number} expected co-curricular activities"
    ),
    (Marker.CO_CURRICULAR, Form.SESSIONS): mark_plural(
        "{met} of {number} co-curricular activity joined", "{met} of {number} co-curricular activities joined"
    ),
}
DID: dict[tuple[Marker, Form], Forms] = {
    (Marker.ACTIVITY, Form.VISITS): mark_plural(
        "opened {met} of {number} expected activity", "opened {met} of {number} expected activities"
    ),
    (Marker.ATTENDANCE, Form.SESSIONS): mark_plural(
        "attended {met} of {number} session", "attended {met} of {number} sessions"
    ),
    (Marker.LECTURE_CAPTURE, Form.VISITS): mark_plural(
        "watched {met} of {number} expected recording", "watched {met} of {number} expected recordings"
    ),
    (Marker.LECTURE_CAPTURE, Form.SESSIONS): mark_plural(
        "watched {met} of {number} recording", "watched {met} of {number} recordings"
    ),
    (Marker.MEETINGS, Form.VISITS): mark_plural(
        "attended {met} of {number} expected meeting", "attended {met} of {number} expected meetings"
    ),
    (Marker.MEETINGS, Form.SESSIONS): mark_plural(
        "attended {met} of {number} meeting", "attended {met} of {number} meetings"
    ),
    (Marker.LIBRARY, Form.VISITS): mark_plural(
        "used {met} of {number} expected library item", "used {met} of {number} expected library items"
    ),
    (Marker.LIBRARY, Form.SESSIONS): mark_plural(
        "used {met} of {number} library item", "used {met} of {number} library items"
    ),
    (Marker.CO_CURRICULAR, Form.VISITS): mark_plural(
        "joined {met} of {number} expected co-curricular activity",
        "joined {met} of {number} expected co-curricular activities",
    ),
    (Marker.CO_CURRICULAR, Form.SESSIONS): mark_plural(
        "joined {met} of {number} co-curricular activity", "joined {met} of {number} co-curricular activities"
    ),
}
"""As a clause of the sentence: "you opened 4 of 16 expected activities"."""


def name_thing(marker: Marker) -> str:
    """Name one thing of a marker: "session".

    Raises: KeyError for Tasks, here and below.
    """
    return gettext(NAMES[marker])


def count_done(marker: Marker, number: int) -> str:
    """Say what was done with so many: "1 session attended", "8 activities opened"."""
    return ngettext(*DONE[marker], number)


def count_done_on(marker: Marker, number: int, date: str) -> str:
    """Say what was done on a day: "3 activities were opened on Friday 6 November"."""
    return ngettext(*DONE_ON[marker], number, date=date)


def each_done(marker: Marker) -> str:
    """Say what is expected of sessions, whatever their number: "each session attended"."""
    return gettext(EACH_DONE[marker])


def say_share(share: MarkerShare) -> str:
    """Say a marker of one week: "3 of 4 expected activities", "1 of 2 sessions attended"."""
    return ngettext(*MET[share.marker, _form_of(share)], share.expected, met=share.met)


def say_did(share: MarkerShare) -> str:
    """Say a marker as a clause of the sentence: "opened 3 of 4 expected activities (up to 2 a day count)"."""
    done = ngettext(*DID[share.marker, _form_of(share)], share.expected, met=share.met)
    if share.a_day is None:
        return done
    return ngettext(
        "{done} (up to {number} a day counts)", "{done} (up to {number} a day count)", share.a_day, done=done
    )


def _form_of(share: MarkerShare) -> Form:
    return Form.SESSIONS if share.a_day is None else Form.VISITS
