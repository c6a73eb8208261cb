"""Judge how Moodle answered: address, token, functions, plugin; each finding names what to mend and where."""

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
UPGRADE = (
    "Build the plugin that belongs to this tool (`lea plugin zip`, or the download on the administrator's page) and "
    "install it under Site administration > Plugins > Install plugins."
)


def judge_connection(answers: Answers, moodle_url: str) -> tuple[Finding, ...]:
    """Return the findings about address, token, functions and plugin; what could not be asked is left out."""
    error = answers.errors.get(Function.VERSION)
    if error is not None and not _comes_from_moodle(error):
        return (_unanswered(error),)
    how = (
        "over https, with a certificate that is accepted"
        if moodle_url.startswith("https:")
        else "over http, which is for trials only"
    )
    address = Finding("Address", True, f"{moodle_url} answers {how}.")
    token = _token(answers, moodle_url)
    if not token.is_good:
        return address, token
    return address, token, *_plugin(answers), *_functions(answers), *_capabilities(answers, moodle_url)


def connect_page(moodle_url: str) -> str:
    """Return what to do where role, service user or token are not right: the plugin's own page mends all of them."""
    return (
        f"Open {moodle_url}/local/lea/connect.php as a site administrator: one click makes or mends the service user, "
        "its role and its token. Then save the token: `lea platform connect`, or on the administrator's page."
    )


def said(error: MoodleError) -> str:
    """Return what an error says, without its next step."""
    return str(error).removesuffix(error.next_step).strip()


def _comes_from_moodle(error: MoodleError) -> bool:
    """Say whether Moodle's web services gave the error, so that address and protocol are right."""
    return is_about_rights(error) or isinstance(error, TokenRejected | AccountSuspended | UnexpectedShape)


def _unanswered(error: MoodleError) -> Finding:
    if isinstance(error, WebServicesOff):
        step = (
            "In Moodle, switch on Site administration > Advanced features > Enable web services, and "
            f"{WEB_SERVICES} > Manage protocols > REST protocol. Then check again."
        )
        return Finding("Web services", False, said(error), step)
    if "SSL" in error.detail:
        step = (
            "Mend the certificate on Moodle's web server: its name, its dates, and that it comes with the intermediate "
            "certificates. Then check again."
        )
        return Finding("Address", False, f"The site's certificate was not accepted ({error.detail}).", step)
    return Finding("Address", False, said(error), error.next_step)


def _token(answers: Answers, moodle_url: str) -> Finding:
    error = answers.errors.get(Function.VERSION)
    if any(isinstance(given, TokenRejected) for given in answers.errors.values()):
        text = "Moodle does not know the token. It was deleted, or it expired: Moodle deletes an expired token."
        return Finding("Token", False, text, connect_page(moodle_url))
    if isinstance(error, AccountSuspended):
        step = "In Moodle: Site administration > Users > Accounts > Browse list of users, activate the account."
        return Finding("Token", False, f"{error.happened}, so its token opens nothing.", step)
    if not answers.reached and all(isinstance(given, AccessRefused) for given in answers.errors.values()):
        step = (
            f"One of these, in Moodle: (1) {WEB_SERVICES} > Manage tokens: the token has expired, or allows another "
            f"server's IP address alone. (2) {SERVICE}: the service is off, or the service user is not among the "
            f"authorised users. (3) {ROLES}: the service user's role lacks webservice/rest:use. All at once: "
            f"{connect_page(moodle_url)}"
        )
        return Finding("Token", False, "Moodle knows the token and refuses it every function.", step)
    if answers.version is None:
        return Finding("Token", True, "Moodle accepts the token.")
    user_id = answers.version.bot_moodle_user_id
    return Finding("Token", True, f"Moodle accepts the token; the service user has the id {user_id}.")


def _plugin(answers: Answers) -> tuple[Finding, ...]:
    error = answers.errors.get(Function.VERSION)
    if answers.version is not None:
        return (_version(answers.version),)
    if isinstance(error, UnexpectedShape):
        return (Finding("Plugin", False, said(error), UPGRADE),)
    if isinstance(error, PluginMissing):
        text = "Moodle does not have the plugin local_lea, or its installation was not completed."
        step = f"{UPGRADE} If it is there, complete it under Site administration > Notifications."
        return (Finding("Plugin", False, text, step),)
    return ()


def _version(found: PluginVersion) -> Finding:
    names = f"local_lea {found.release} ({found.version}) on Moodle {found.moodle_release}"
    if found.version < OLDEST_PLUGIN_VERSION:
        return Finding("Plugin", False, f"{names}; this tool needs {OLDEST_PLUGIN_VERSION} or later.", UPGRADE)
    return Finding("Plugin", True, f"{names}; this tool works from {OLDEST_PLUGIN_VERSION} on.")


def _functions(answers: Answers) -> tuple[Finding, ...]:
    if not answers.reached and isinstance(answers.errors.get(Function.VERSION), PluginMissing):
        return ()  # the missing plugin is named already, with the same step
    wrong = tuple(_function(function, error) for function, error in answers.errors.items() if is_not_rights_only(error))
    untried = len(Function) - len(answers.reached) - len(answers.errors)
    if wrong or untried:
        return wrong
    return (Finding("Functions", True, f"All {len(Function)} may be called."),)


def is_not_rights_only(error: MoodleError) -> bool:
    """Say whether an error is about the function, not about a capability that is judged by itself."""
    return not isinstance(error, PermissionMissing)


def _function(function: Function, error: MoodleError) -> Finding:
    name = f"Function {function}"
    if isinstance(error, AccessRefused):
        step = f"In Moodle: {SERVICE} > Functions, add {function}. Upgrading the plugin does it, too."
        return Finding(name, False, "The service in Moodle does not hold this function.", step)
    if isinstance(error, PluginMissing):
        return Finding(name, False, "The plugin in Moodle does not have this function.", UPGRADE)
    return Finding(name, None, f"It could not be tried. {said(error)}", error.next_step)


def _capabilities(answers: Answers, moodle_url: str) -> tuple[Finding, ...]:
    if answers.version is None:
        if not isinstance(answers.errors.get(Function.VERSION), PermissionMissing):
            return ()
        rest = "The others can be told once this one is there."
        return (_capability(FIRST_CAPABILITY, moodle_url, rest),)
    given = answers.version.capabilities
    missing = tuple(_capability(one.name, moodle_url) for one in given if not one.is_held)
    if missing or not given:
        return missing
    return (Finding("Capabilities", True, f"The service user holds all {len(given)}."),)


def _capability(name: str, moodle_url: str, more: str = "") -> Finding:
    step = (
        f"In Moodle: {ROLES}, edit the service user's role and set {name} to Allow; or let the button at "
        f"{moodle_url}/local/lea/connect.php do it."
    )
    return Finding(f"Capability {name}", False, f"The service user lacks it. {more}".strip(), step)
