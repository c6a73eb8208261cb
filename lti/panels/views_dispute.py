"""Answer a learner who said that a week is not right: by their adviser or a support officer of their school."""

from flask import request

from analytics.language import gettext, mark
from bridge.store.voice import answer_dispute
from lti.changes import Changing, Done, refused, simple_change
from lti.errors import NotFound
from lti.panels.views_people import DISPUTE_FORM, show_person
from lti.panels.views_voice import read_text
from lti.panels.words import clean

FINDINGS = {"yes": True, "no": False}
NOTHING = mark("Nothing was stored.")


def _answer(asked: Changing) -> Done:
    given = request.form.get("dispute", "")
    dispute_id = int(given) if given.isascii() and given.isdigit() and len(given) <= 18 else 0
    if not asked.object:
        raise NotFound
    finding, text = FINDINGS.get(request.form.get("found", "")), read_text("text")
    if finding is None or not text:
        return refused(DISPUTE_FORM, gettext("Say what you found, and why."), gettext(NOTHING))
    by = clean(asked.launch.display_name)
    if not answer_dispute(asked.db, int(asked.object), dispute_id, text, was_right=finding, by=by, now=asked.now):
        return refused(DISPUTE_FORM, gettext("Somebody answered it already."), gettext(NOTHING))
    return Done(
        f"{DISPUTE_FORM}: {dispute_id}",
        "good",
        gettext("It is answered."),
        gettext("The learner reads it with your name."),
    )


ANSWER = simple_change(DISPUTE_FORM, _answer, show_person, "learner")
