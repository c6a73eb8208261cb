"""The panels' routes: each is decided by the guard, reads once, prepares values, prints a template; POST only."""

from flask import Blueprint

from analytics.policy.access import Action
from analytics.policy.starting import start_action
from lti.changes import changing
from lti.guard import guarded, sign_out
from lti.panels import voice_routes
from lti.panels.admin import routes as admin_routes
from lti.panels.cases import routes as case_routes
from lti.panels.messages import routes as message_routes
from lti.panels.resources import routes as resource_routes
from lti.panels.views import (
    course_panel,
    learner_courses_panel,
    learner_panel,
    learner_week_panel,
    start_page,
    tutor_learner_panel,
)
from lti.panels.views_export import course_csv, people_csv
from lti.panels.views_figure import learner_figure_panel, tutor_figure_panel
from lti.panels.views_figures import figures_panel
from lti.panels.views_glass import BREAK, glass_panel
from lti.panels.views_held import data_use_panel, held_csv, held_json, held_panel
from lti.panels.views_levels import CHANGES as level_changes
from lti.panels.views_levels import level_panel, levels_panel
from lti.panels.views_looks import looks_panel
from lti.panels.views_people import ACKNOWLEDGE, people_panel, person_panel, training_panel
from lti.panels.views_school import CHANGES as school_changes
from lti.panels.views_school import school_panel
from lti.panels.views_statement import statement_panel

__all__ = ["blueprint", "start_page"]

blueprint = Blueprint("panels", __name__, url_prefix="/panel")

LEVELS = (
    ("/school/level/save", "level_save", level_changes[0]),
    ("/school/level/discard", "level_discard", level_changes[1]),
    ("/school/level/publish", "level_publish", level_changes[2]),
)
SCHOOL = (
    ("/school/add", "school_add", school_changes[0]),
    ("/school/end", "school_end", school_changes[1]),
    ("/school/end-advising", "school_end_advising", school_changes[2]),
    ("/school/train", "school_train", school_changes[3]),
)
ROUTES = (
    ("/", "start", guarded(start_action)(start_page)),
    ("/tutor", "tutor", guarded(Action.COURSE_VIEW)(course_panel)),
    ("/tutor/list.csv", "tutor_csv", guarded(Action.COURSE_EXPORT)(course_csv)),
    ("/tutor/learner", "tutor_learner", guarded(Action.LEARNER_VIEW)(tutor_learner_panel)),
    ("/tutor/learner/figure", "tutor_figure", guarded(Action.LEARNER_VIEW)(tutor_figure_panel)),
    ("/learner", "learner", guarded(Action.OWN_VIEW)(learner_panel)),
    ("/learner/week", "learner_week", guarded(Action.OWN_VIEW)(learner_week_panel)),
    ("/learner/figure", "learner_figure", guarded(Action.OWN_VIEW)(learner_figure_panel)),
    ("/learner/courses", "learner_courses", guarded(Action.OWN_COURSES_VIEW)(learner_courses_panel)),
    ("/learner/course", "learner_course", guarded(Action.OWN_VIEW)(learner_panel)),
    ("/learner/data-use", "learner_data_use", guarded(Action.OWN_HELD_VIEW)(data_use_panel)),
    ("/learner/held", "learner_held", guarded(Action.OWN_HELD_VIEW)(held_panel)),
    ("/learner/held.json", "learner_held_json", guarded(Action.OWN_HELD_EXPORT)(held_json)),
    ("/learner/held.csv", "learner_held_csv", guarded(Action.OWN_HELD_EXPORT)(held_csv)),
    ("/learner/looks", "learner_looks", guarded(Action.OWN_COURSES_VIEW)(looks_panel)),
    *voice_routes.ROUTES,
    ("/statement", "statement", guarded(Action.STATEMENT_VIEW)(statement_panel)),
    ("/people", "people", guarded(Action.PEOPLE_VIEW)(people_panel)),
    ("/people/list.csv", "people_csv", guarded(Action.PEOPLE_EXPORT)(people_csv)),
    ("/people/learner", "person", guarded(Action.PERSON_VIEW)(person_panel)),
    ("/people/glass", "glass", guarded(Action.BREAK_GLASS)(glass_panel)),
    ("/people/glass/break", "glass_break", changing(BREAK, Action.BREAK_GLASS, Action.BREAK_GLASS)),
    ("/people/training", "training", guarded(Action.TRAINING)(training_panel)),
    ("/people/training/done", "training_done", changing(ACKNOWLEDGE, Action.TRAINING, Action.TRAINING)),
    ("/figures", "figures", guarded(Action.FIGURES_VIEW)(figures_panel)),
    ("/school", "school", guarded(Action.SCHOOL_VIEW)(school_panel)),
    ("/school/levels", "levels", guarded(Action.SCHOOL_VIEW)(levels_panel)),
    ("/school/level", "level", guarded(Action.SCHOOL_VIEW)(level_panel)),
    *(
        (path, name, changing(change, Action.SCHOOL_CHANGE, Action.SCHOOL_VIEW))
        for path, name, change in SCHOOL + LEVELS
    ),
    *resource_routes.ROUTES,
    *case_routes.ROUTES,
    *message_routes.ROUTES,
    *admin_routes.ROUTES,
    ("/sign-out", "sign_out", sign_out),
)
"""Path, name, decided view."""

for path, name, view in ROUTES:
    blueprint.add_url_rule(path, name, view, methods=["POST"])
