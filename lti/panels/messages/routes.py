"""The routes of messages and the directory of services; each is decided by the guard."""

from analytics.policy.access import Action
from lti.changes import changing
from lti.guard import guarded, guarded_after
from lti.panels.messages.contacting import ask_contact
from lti.panels.messages.views_message import SEND_MESSAGE, message_panel
from lti.panels.messages.views_services import CHANGES as service_changes
from lti.panels.messages.views_services import school_services_panel, services_panel
from lti.panels.messages.views_several import SEND_SEVERAL, several_panel
from lti.panels.messages.views_templates import CHANGES as template_changes
from lti.panels.messages.views_templates import templates_panel

OF_A_SCHOOL = (
    ("/school/templates/save", "message_template_save", template_changes[0]),
    ("/school/templates/delete", "message_template_delete", template_changes[1]),
    ("/school/services/save", "service_save", service_changes[0]),
    ("/school/services/delete", "service_delete", service_changes[1]),
)
ROUTES = (
    ("/people/message", "message", guarded_after(Action.CASE_CHANGE, ask_contact, message_panel)),
    ("/people/message/send", "message_send", changing(SEND_MESSAGE, Action.CASE_CHANGE, Action.CASE_CHANGE)),
    ("/people/messages", "messages", guarded(Action.PEOPLE_MESSAGE)(several_panel)),
    ("/people/messages/send", "messages_send", changing(SEND_SEVERAL, Action.PEOPLE_MESSAGE, Action.PEOPLE_MESSAGE)),
    ("/services", "services", guarded(Action.STATEMENT_VIEW)(services_panel)),
    ("/learner/services", "learner_services", guarded(Action.OWN_COURSES_VIEW)(services_panel)),
    ("/people/services", "people_services", guarded(Action.PEOPLE_VIEW)(services_panel)),
    ("/school/services", "school_services", guarded(Action.SCHOOL_VIEW)(school_services_panel)),
    ("/school/templates", "message_templates", guarded(Action.SCHOOL_VIEW)(templates_panel)),
    *((path, name, changing(change, Action.SCHOOL_CHANGE, Action.SCHOOL_VIEW)) for path, name, change in OF_A_SCHOOL),
)
"""Path, name, decided view."""
