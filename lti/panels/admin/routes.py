"""The panel's routes as data: who sees a page, what needs an answer from Moodle first, what changes something."""

from collections.abc import Callable

from flask import Response

from analytics.policy.access import Action
from bridge.plugin_zip import build_plugin_archive
from lti.changes import changing
from lti.guard import GuardedRequest, guarded, guarded_after
from lti.panels.admin import connection, platforms, switching
from lti.panels.admin.connection import connection_panel
from lti.panels.admin.courses import courses_panel, list_live
from lti.panels.admin.views import check_connection, check_panel, overview_panel


def plugin_panel(_asked: GuardedRequest) -> Response:
    """Answer with the plugin's zip, as Moodle's "Install plugins" page takes it; no secret is in it."""
    archive = build_plugin_archive()
    headers = {"Content-Disposition": f'attachment; filename="{archive.file_name}"'}
    return Response(archive.content, mimetype="application/zip", headers=headers)


sync, link, approve, refuse = platforms.CHANGES

ROUTES: tuple[tuple[str, str, Callable[[], Response]], ...] = (
    ("/admin", "admin", guarded(Action.ADMIN_VIEW)(overview_panel)),
    ("/admin/check", "admin_check", guarded_after(Action.ADMIN_VIEW, check_connection, check_panel)),
    ("/admin/connection", "admin_connection", guarded(Action.ADMIN_VIEW)(connection_panel)),
    ("/admin/connection/save", "admin_connection_save", changing(connection.CHANGE)),
    ("/admin/courses", "admin_courses", guarded_after(Action.ADMIN_VIEW, list_live, courses_panel)),
    ("/admin/courses/switch", "admin_switch", changing(switching.CHANGE)),
    ("/admin/plugin", "admin_plugin", guarded(Action.ADMIN_VIEW)(plugin_panel)),
    ("/admin/sync", "admin_sync", changing(sync)),
    ("/admin/link", "admin_link", changing(link)),
    ("/admin/approve", "admin_approve", changing(approve)),
    ("/admin/refuse", "admin_refuse", changing(refuse)),
)
"""Path, name, decided view; all POST."""
