"""Answer learners with what people decided about them: concerns, cases and their notes, alerts between schools.

Notes are readable by default; one that is withheld says so, with the lead's reason (policy paragraph 23).
"""

from flask import render_template

from analytics.language import gettext, mark
from bridge.store.held import load_held
from bridge.store.held_tables import find_table
from lti.errors import NotFound
from lti.guard import GuardedRequest
from lti.panels.held_words import say_row
from lti.panels.views_held import common_values, moment_of, who_of

KINDS = (
    (
        "case_entry",
        mark("Notes of cases"),
        mark("No case about you was ever opened, or nothing was written down in one."),
    ),
    ("support_case", mark("Cases"), mark("No case about you was ever opened.")),
    ("concern", mark("Concerns"), mark("Your school’s published rule never asked anybody to look.")),
    ("hand_over", mark("What one school told another"), mark("No school told another anything about you.")),
)
"""Table, heading, and what is said without rows; the notes first, since people come for them."""


def own_case_panel(asked: GuardedRequest) -> str:
    """Answer with every row about the learner that people's decisions left, whole, in the words of "My data".

    Raises:
        NotFound: the viewer is nobody of the platform's lists.
    """
    who, moment = who_of(asked), moment_of(asked)
    kinds = []
    for name, title, nothing in KINDS:
        held = find_table(name)
        if held is None:
            raise NotFound
        kinds.append(
            (gettext(title), gettext(nothing), [say_row(row, moment) for row in load_held(asked.db, who, held)])
        )
    return render_template(
        "panels/learner_case.html.jinja",
        **common_values(asked),
        kinds=kinds,
    )
