"""Judge how Moodle answered: address, token, functions, plugin; each finding names what to mend and where."""

from analytics.language import gettext
from bridge.checks.answers import Answers, is_about_rights
from bridge.checks.findings import Finding
from bridge.moodle.errors import (
    AccessRefused,
    AccountSuspended,
    MoodleError,
    PermissionMissing,
    PluginMissing,
    TokenRejected,
    UnexpectedShape,
    WebServicesOff,
)
from bridge.moodle.functions import OLDEST_PLUGIN_VERSION, Function
from bridge.records import PluginVersion

WEB_SERVICES = "Site administration > Server > Web services"
SERVICE = f"{WEB_SERVICES} > External services > Learner Engagement Analytics"
ROLES = "Site administration > Users > Permissions > Define roles"
FIRST_CAPABILITY = "local/lea:readcourses"
"""What the first question needs; its answer tells of the others."""
INSTALL = "Site administration > Plugins > Install plugins"


def judge_connection(answers: Answers, moodle_url: str) -> tuple[Finding, ...]:
    """Return the findings about address, token, functions and plugin; what could not be asked is left out."""
    error = answers.errors.get(Function.VERSION)
    if error is not None and not _comes_from_moodle(error):
        return (_unanswered(error),)
    if moodle_url.startswith("https:"):
        how = gettext("{address} answers over https, with a certificate that is accepted.", address=moodle_url)
    else:
        how = gettext("{address} answers over http, which is for trials only.", address=moodle_url)
    address = Finding(gettext("Address"), True, how)
    token = _token(answers, moodle_url)
    if not token.is_good:
        return address, token
    return address, token, *_plugin(answers), *_functions(answers), *_capabilities(answers, moodle_url)


def connect_page(moodle_url: str) -> str:
    """Return what to do where role, service user or token are not right: the plugin's own page mends all of them."""
    return gettext(
        "Open {page} as a site administrator: one click makes or mends the service user, its role and its token. Then "
        "save the token: `lea platform connect`, or on the administrator's page.",
        page=f"{moodle_url}/local/lea/connect.php",
    )


def upgrade_step() -> str:
    """Return what to do where the plugin is missing or too old."""
    return gettext(
        "Build the plugin that belongs to this tool (`lea plugin zip`, or the download on the administrator's page) "
        "and install it under {where}.",
        where=INSTALL,
    )


def said(error: MoodleError) -> str:
    """Return what an error says, without its next step; the facts in brackets are Moodle's."""
    facts = str(error).removeprefix(error.happened).removesuffix(error.next_step).strip()
    return f"{gettext(error.happened)} {facts}"


def _comes_from_moodle(error: MoodleError) -> bool:
    """Say whether Moodle's web services gave the error, so that address and protocol are right."""
    return is_about_rights(error) or isinstance(error, TokenRejected | AccountSuspended | UnexpectedShape)


def _unanswered(error: MoodleError) -> Finding:
    if isinstance(error, WebServicesOff):
        step = gettext(
            "In Moodle, switch on {services}, and {protocol}. Then check again.",
            services="Site administration > Advanced features > Enable web services",
            protocol=f"{WEB_SERVICES} > Manage protocols > REST protocol",
        )
        return Finding(gettext("Web services"), False, said(error), step)
    if "SSL" in error.detail:
        step = gettext(
            "Mend the certificate on Moodle's web server: its name, its dates, and that it comes with the intermediate "
            "certificates. Then check again."
        )
        text = gettext("The site's certificate was not accepted ({detail}).", detail=error.detail)
        return Finding(gettext("Address"), False, text, step)
    return Finding(gettext("Address"), False, said(error), gettext(error.next_step))


def _token(answers: Answers, moodle_url: str) -> Finding:
    error, name = answers.errors.get(Function.VERSION), gettext("Token")
    if any(isinstance(given, TokenRejected) for given in answers.errors.values()):
        text = gettext(
            "Moodle does not know the token. It was deleted, or it expired: Moodle deletes an expired token."
        )
        return Finding(name, False, text, connect_page(moodle_url))
    if isinstance(error, AccountSuspended):
        where = "Site administration > Users > Accounts > Browse list of users"
        text = gettext("The service user's Moodle account is suspended, so its token opens nothing.")
        return Finding(name, False, text, gettext("In Moodle: {where}, activate the account.", where=where))
    if not answers.reached and all(isinstance(given, AccessRefused) for given in answers.errors.values()):
        step = gettext(
            "One of these, in Moodle: (1) {tokens}: the token has expired, or allows another server's IP address "
            "alone. (2) {service}: the service is off, or the service user is not among the authorised users. "
            "(3) {roles}: the service user's role lacks webservice/rest:use. All at once: {page}",
            tokens=f"{WEB_SERVICES} > Manage tokens",
            service=SERVICE,
            roles=ROLES,
            page=connect_page(moodle_url),
        )
        return Finding(name, False, gettext("Moodle knows the token and refuses it every function."), step)
    if answers.version is None:
        return Finding(name, True, gettext("Moodle accepts the token."))
    user_id = answers.version.bot_moodle_user_id
    return Finding(name, True, gettext("Moodle accepts the token; the service user has the id {id}.", id=user_id))


def _plugin(answers: Answers) -> tuple[Finding, ...]:
    error = answers.errors.get(Function.VERSION)
    if answers.version is not None:
        return (_version(answers.version),)
    if isinstance(error, UnexpectedShape):
        return (Finding(gettext("Plugin"), False, said(error), upgrade_step()),)
    if isinstance(error, PluginMissing):
        text = gettext("Moodle does not have the plugin local_lea, or its installation was not completed.")
        rest = gettext("If it is there, complete it under {where}.", where="Site administration > Notifications")
        return (Finding(gettext("Plugin"), False, text, f"{upgrade_step()} {rest}"),)
    return ()


def _version(found: PluginVersion) -> Finding:
    names = gettext(
        "local_lea {release} ({version}) on Moodle {moodle}",
        release=found.release,
        version=found.version,
        moodle=found.moodle_release,
    )
    if found.version < OLDEST_PLUGIN_VERSION:
        text = gettext("{found}; this tool needs {version} or later.", found=names, version=OLDEST_PLUGIN_VERSION)
        return Finding(gettext("Plugin"), False, text, upgrade_step())
    text = gettext("{found}; this tool works from {version} on.", found=names, version=OLDEST_PLUGIN_VERSION)
    return Finding(gettext("Plugin"), True, text)


def _functions(answers: Answers) -> tuple[Finding, ...]:
    if not answers.reached and isinstance(answers.errors.get(Function.VERSION), PluginMissing):
        return ()  # the missing plugin is named already, with the same step
    wrong = tuple(_function(function, error) for function, error in answers.errors.items() if is_not_rights_only(error))
    untried = len(Function) - len(answers.reached) - len(answers.errors)
    if wrong or untried:
        return wrong
    return (Finding(gettext("Functions"), True, gettext("All {number} may be called.", number=len(Function))),)


def is_not_rights_only(error: MoodleError) -> bool:
    """Say whether an error is about the function, not about a capability that is judged by itself."""
    return not isinstance(error, PermissionMissing)


def _function(function: Function, error: MoodleError) -> Finding:
    name = gettext("Function {name}", name=function)
    if isinstance(error, AccessRefused):
        step = gettext(
            "In Moodle: {where}, add {function}. Upgrading the plugin does it, too.",
            where=f"{SERVICE} > Functions",
            function=function,
        )
        return Finding(name, False, gettext("The service in Moodle does not hold this function."), step)
    if isinstance(error, PluginMissing):
        return Finding(name, False, gettext("The plugin in Moodle does not have this function."), upgrade_step())
    text = gettext("It could not be tried. {why}", why=said(error))
    return Finding(name, None, text, gettext(error.next_step))


def _capabilities(answers: Answers, moodle_url: str) -> tuple[Finding, ...]:
    if answers.version is None:
        if not isinstance(answers.errors.get(Function.VERSION), PermissionMissing):
            return ()
        rest = gettext("The others can be told once this one is there.")
        return (_capability(FIRST_CAPABILITY, moodle_url, rest),)
    given = answers.version.capabilities
    missing = tuple(_capability(one.name, moodle_url) for one in given if not one.is_held)
    if missing or not given:
        return missing
    text = gettext("The service user holds all {number}.", number=len(given))
    return (Finding(gettext("Capabilities"), True, text),)


def _capability(name: str, moodle_url: str, more: str = "") -> Finding:
    step = gettext(
        "In Moodle: {where}, edit the service user's role and set {name} to Allow; or let the button at {page} do it.",
        where=ROLES,
        name=name,
        page=f"{moodle_url}/local/lea/connect.php",
    )
    lacks = gettext("The service user lacks it.")
    return Finding(gettext("Capability {name}", name=name), False, f"{lacks} {more}".strip(), step)
