"""The REST endpoint /webservice/rest/server.php: who may call, what the call answers, Moodle's errors."""

import json
from collections.abc import Mapping
from xml.sax.saxutils import escape

from flask import Blueprint, Response, request

from tests.demo_vle import ws_errors
from tests.demo_vle.broken import REFUSALS, break_answer
from tests.demo_vle.faults import Fault, Planned
from tests.demo_vle.functions import ELSEWHERE, FUNCTIONS
from tests.demo_vle.parameters import check_parameters
from tests.demo_vle.site import Site
from tests.demo_vle.worlds.model import IGNORED_EVENT, LogRow
from tests.demo_vle.ws_errors import WsError

MOODLES_OWN = frozenset({"wstoken", "wsfunction", "moodlewsrestformat", "moodlewssettingraw", "moodlewssettingfilter"})


def make_webservices(site: Site) -> Blueprint:
    """Build the endpoint for a site."""
    blueprint = Blueprint("webservices", __name__)

    @blueprint.route("/webservice/rest/server.php", methods=["GET", "POST"])
    def serve() -> Response:
        form = {key: str(value) for key, value in request.values.items()}
        function = form.get("wsfunction", "")
        site.served.count_call(function)
        planned = site.faults.take(function)
        if planned is not None and planned.fault in REFUSALS:
            return break_answer(site, planned, Response())
        answer = _answer(site, form, planned)
        answer = break_answer(site, planned, answer) if planned is not None else answer
        answer.date = site.now()
        return answer

    return blueprint


def _answer(site: Site, form: Mapping[str, str], planned: Planned | None) -> Response:
    as_json = form.get("moodlewsrestformat") == "json"
    try:
        return _written(_call(site, form, planned), as_json)
    except WsError as error:
        if as_json:
            return _written(error.as_dict(), as_json)
        return _xml(
            f'<EXCEPTION class="{escape(error.exception)}">\n<ERRORCODE>{escape(error.errorcode)}</ERRORCODE>\n'
            f"<MESSAGE>{escape(error.message)}</MESSAGE>\n</EXCEPTION>\n"
        )


def _call(site: Site, form: Mapping[str, str], planned: Planned | None) -> object:
    name = form.get("wsfunction", "")
    _authenticate(site, form.get("wstoken"))
    if planned is not None:
        _refuse_as_planned(site, planned, name)
    if not name:
        raise ws_errors.invalid_parameter()
    if name in ELSEWHERE or (name in FUNCTIONS and name in site.left_out_of_service):
        raise ws_errors.access_denied()
    if name not in FUNCTIONS or (name.startswith("local_lea_") and not site.plugin_installed):
        raise ws_errors.no_record("external_functions")
    function = FUNCTIONS[name]
    given = {key: value for key, value in form.items() if key not in MOODLES_OWN}
    values = check_parameters(given, function.parameters)
    if site.log_calls:
        _log_call(site)
    if function.capability is not None and function.capability not in site.capabilities:
        raise ws_errors.no_permission(function.capability)
    return function.answer(site, values)


def _authenticate(site: Site, token: str | None) -> None:
    if site.token is None or token != site.token:
        raise ws_errors.invalid_token()
    if site.token_valid_until is not None and site.now() >= site.token_valid_until:
        site.token = None  # Moodle deletes an expired token: the next call says invalidtoken.
        raise ws_errors.access_denied()
    if "webservice/rest:use" not in site.capabilities:
        raise ws_errors.access_denied()
    bot = site.world.users[site.world.bot_id]
    if bot.suspended:
        raise ws_errors.user_suspended(bot.username)


def _refuse_as_planned(site: Site, planned: Planned, name: str) -> None:
    if planned.fault is Fault.TOKEN_EXPIRED:
        site.token = None
    capability = FUNCTIONS[name].capability if name in FUNCTIONS else None
    errors = {
        Fault.SITE_MAINTENANCE: ws_errors.site_maintenance(),
        Fault.INVALID_TOKEN: ws_errors.invalid_token(),
        Fault.TOKEN_EXPIRED: ws_errors.access_denied(),
        Fault.ACCESS_DENIED: ws_errors.access_denied(),
        Fault.NO_PERMISSION: ws_errors.no_permission(capability or "local/lea:readcourses"),
        Fault.USER_SUSPENDED: ws_errors.user_suspended(site.world.users[site.world.bot_id].username),
        Fault.UNKNOWN_FUNCTION: ws_errors.no_record("external_functions"),
    }
    if planned.fault in errors:
        raise errors[planned.fault]


def _log_call(site: Site) -> None:
    site.world.log.append(LogRow(0, IGNORED_EVENT, 0, site.world.bot_id, 0, 0, 0, site.seconds(), "ws", 0, ""))


def _written(value: object, as_json: bool) -> Response:
    if as_json:
        return Response(json.dumps(value, separators=(",", ":")), content_type="application/json")
    return _xml(f"<RESPONSE>\n{_xml_of(value)}</RESPONSE>\n")


def _xml(inner: str) -> Response:
    return Response(f'<?xml version="1.0" encoding="UTF-8" ?>\n{inner}', content_type="application/xml; charset=utf-8")


def _xml_of(value: object) -> str:
    if isinstance(value, dict):
        keys = "".join(f'<KEY name="{escape(key)}">{_xml_of(item)}</KEY>\n' for key, item in value.items())
        return f"<SINGLE>\n{keys}</SINGLE>\n"
    if isinstance(value, list):
        return "<MULTIPLE>\n" + "".join(_xml_of(item) for item in value) + "</MULTIPLE>\n"
    if value is None:
        return '<VALUE null="null"/>\n'
    return f"<VALUE>{escape(str(int(value) if isinstance(value, bool) else value))}</VALUE>\n"
