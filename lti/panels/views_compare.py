"""Answer the switch on a learner's page that shows or hides the comparison with the course: theirs alone to decide."""

from dataclasses import replace

from flask import request

from analytics.language import gettext
from bridge.store.voice import load_choice, save_choice
from lti.changes import Change, Changing, Done, ask_nothing
from lti.guard import Asker, GuardedRequest, View
from lti.panels.paused import unless_paused
from lti.panels.views import show_learner
from lti.panels.views_voice import COMPARE, find_own

SHOW, HIDE = "show", "hide"


def _compare(asked: Changing, _heard: None) -> Done:
    course_id, person_id = find_own(asked)
    choice = load_choice(asked.db, course_id, person_id)
    is_shown = request.form.get("comparison") == SHOW
    save_choice(asked.db, course_id, person_id, replace(choice, shows_comparison=is_shown), asked.now)
    strong = gettext("The comparison is shown.") if is_shown else gettext("The comparison is hidden.")
    return Done(f"{COMPARE}: kept", "good", strong, gettext("Only you read it, and you can change it at any time."))


def _follow(_asker: Asker, done: Done, _heard: None) -> View:
    @unless_paused
    def show(asked: GuardedRequest) -> str:
        return show_learner(asked, done)

    return show


SWITCH = Change(COMPARE, ask_nothing, _compare, _follow, "course")
