"""The routes of the page about what is opened, and of its file: both for whoever may see the course's panel."""

from analytics.policy.access import Action
from lti.guard import guarded
from lti.panels.resources.views_resources import resources_csv, resources_panel

ROUTES = (
    ("/tutor/resources", "resources", guarded(Action.RESOURCES_VIEW)(resources_panel)),
    ("/tutor/resources.csv", "resources_csv", guarded(Action.RESOURCES_VIEW)(resources_csv)),
)
"""Path, name, decided view."""
