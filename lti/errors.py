"""What can go wrong on a page, and the only place where errors become pages and status codes.

PageError                          a page with a reason code, what is safe, and what to do next
├── LoginRefused                   the login initiation does not fit (400)
├── LaunchRefused                  the launch fails a check (400)
├── PlatformAnswered               the platform sent an error instead of a launch (400)
├── KeysUnavailable                the platform's keys cannot be fetched just now (503)
├── NoSuchLink                     the registration link is unknown (404)
├── LinkOver                       the registration link was used, or is older than its hour (410)
├── RegistrationRefused            the platform cannot be registered with, or does not want to be (400)
├── SessionEnded                   idle, too old, signed out, or the rights changed (403)
├── NotFound                       no such page, or outside the viewer's reach: one and the same answer (404)
├── AccessRefused                  this person has no page in this course (403)
├── CourseNotReady                 not switched on, or no roster yet (403)
├── RightsUnchecked                Moodle cannot confirm a staff member's rights just now (503)
├── TooManyViews                   more named pages in an hour than one person is shown (429)
├── PurposeRefused                 a file with names, for a purpose that is missing or forbidden (403)
├── FileTooLong                    a file with more names than one file may hold (403)
├── TooManyExports                 more files with names in a day than one person is given (429)
├── WrongOrigin                    the form came from another site (403)
├── StepMissing                    a step of a case that the policy's order does not allow yet (409)
├── FormExpired                    a one-time form is too old, or is not this page's (409)
└── FormUsed                       a one-time form was sent before (409)
"""

from collections.abc import Mapping

from flask import Flask, Response, g, make_response, render_template, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from bridge.errors import BridgeError
from lti.headers import is_foreign_form
from lti.reasons import OPEN_AGAIN, TEXTS, ReasonText
from lti.services import services


class PageError(Exception):
    """The base: `code` names the reason in pages, logs and the access log."""

    status = 400
    default_code = "refused"

    def __init__(self, code: str | None = None, *, detail: str = "") -> None:
        self.code = code or self.default_code
        self.detail = detail
        """For the log alone; never a value from outside, a name or a token."""
        super().__init__(self.code)

    @property
    def text(self) -> ReasonText:
        """What the page says."""
        return TEXTS[self.code]


class LoginRefused(PageError):
    """The login initiation does not fit."""


class LaunchRefused(PageError):
    """The launch fails a check."""


class PlatformAnswered(PageError):
    """The platform sent an error instead of a launch."""

    default_code = "platform-error"


class KeysUnavailable(PageError):
    """The platform's keys cannot be fetched just now."""

    status = 503
    default_code = "keys-unavailable"


class NoSuchLink(PageError):
    """The registration link is unknown."""

    status = 404
    default_code = "link-unknown"


class LinkOver(PageError):
    """The registration link was used, or is older than its hour."""

    status = 410
    default_code = "link-used"


class RegistrationRefused(PageError):
    """The platform cannot be registered with, or does not want to be."""

    default_code = "registration-refused"

    def __init__(self, code: str | None = None, *, found: str = "", platform_says: str = "", detail: str = "") -> None:
        super().__init__(code, detail=detail)
        self.found = found
        """What exactly does not fit, in our words."""
        self.platform_says = platform_says
        """The platform's own answer, without tokens; shown escaped, never logged."""


class SessionEnded(PageError):
    """The session is idle, too old, signed out, or its rights changed."""

    status = 403
    default_code = "session-ended"


class NotFound(PageError):
    """No such page, or one outside the viewer's reach: the same answer, so that nobody can probe for ids."""

    status = 404
    default_code = "not-found"


class AccessRefused(PageError):
    """This person has no page in this course."""

    status = 403
    default_code = "no-role"


class CourseNotReady(PageError):
    """The course is not switched on, or its roster was not read yet."""

    status = 403
    default_code = "course-not-on"


class RightsUnchecked(PageError):
    """Moodle cannot confirm a staff member's rights just now."""

    status = 503
    default_code = "rights-unchecked"


class TooManyViews(PageError):
    """This person was shown as many pages with learners' names within the hour as one person is shown."""

    status = 429
    default_code = "too-many-views"


class PurposeRefused(PageError):
    """A file with learners' names was asked for without a purpose, or for a forbidden one."""

    status = 403
    default_code = "purpose-missing"


class FileTooLong(PageError):
    """A file would hold more learners' names than one file may."""

    status = 403
    default_code = "file-too-long"


class TooManyExports(PageError):
    """This person was given as many files with learners' names within the day as one person is given."""

    status = 429
    default_code = "too-many-exports"


class WrongOrigin(PageError):
    """The form came from another site."""

    status = 403
    default_code = "wrong-origin"


class StepMissing(PageError):
    """Another step of a person has to be written down first (policy paragraph 13); `found` names it."""

    status = 409
    default_code = "step-missing"

    def __init__(self, *, found: str) -> None:
        super().__init__()
        self.found = found


class FormExpired(PageError):
    """A one-time form is too old, or its token was made for another page, action or object."""

    status = 409
    default_code = "form-expired"


class FormUsed(PageError):
    """A one-time form was sent before."""

    status = 409
    default_code = "form-used"


WITH_A_WAY_BACK = frozenset(
    {"not-found", "form-expired", "form-used", "step-missing", "purpose-missing", "purpose-forbidden", "file-too-long"}
)
"""After these the session goes on, and the page leads back into it."""
WITH_THE_CONTACT = frozenset({"too-many-views", "too-many-exports", "purpose-forbidden", "no-role", "account-closed"})
"""These are about who may see what, so they say who answers questions about it."""
STATUS_CODES: Mapping[int, str] = {404: "not-found", 405: "open-again", 413: "too-large", 429: "too-many"}


def register_errors(app: Flask) -> None:
    """Turn every error of a request into a page; nothing of a traceback ever reaches a browser."""
    app.register_error_handler(PageError, _answer_page_error)
    app.register_error_handler(HTTPException, _answer_http_error)
    app.register_error_handler(SQLAlchemyError, _answer_database_error)
    app.register_error_handler(BridgeError, _answer_unexpected)
    app.register_error_handler(Exception, _answer_unexpected)


def _answer_page_error(error: PageError) -> Response:
    services().log.info(
        "refused",
        code=error.code,
        kind=type(error).__name__,
        status=error.status,
        detail=error.detail,
        request_id=g.request_id,
    )
    if isinstance(error, RegistrationRefused):
        return _page(error.code, error.status, found=error.found, platform_says=error.platform_says)
    if isinstance(error, StepMissing):
        return _page(error.code, error.status, found=error.found)
    return _page(error.code, error.status)


def _answer_http_error(error: HTTPException) -> Response:
    status = error.code or 500
    if status < 400:
        return make_response(error.get_response())
    code = STATUS_CODES.get(status, "bad-request" if status < 500 else "unexpected")
    services().log.info("refused", code=code, kind="http", status=status, request_id=g.request_id)
    answer = _page(code, status)
    if status == 405 and (allowed := error.get_response().headers.get("Allow")):
        answer.headers["Allow"] = allowed
    return answer


def _answer_database_error(error: SQLAlchemyError) -> Response:
    # Only the class: the message may hold what was bound.
    services().log.error("database failed", kind=type(error).__name__, request_id=g.request_id)
    return _page("database-down", 503)


def _answer_unexpected(error: Exception) -> Response:
    frames = []
    trace = error.__traceback__
    while trace is not None:
        frames.append(f"{trace.tb_frame.f_code.co_name}:{trace.tb_lineno}")
        trace = trace.tb_next
    services().log.error("failed", kind=type(error).__name__, at=frames[-8:], request_id=g.request_id)
    return _page("unexpected", 500)


def _page(code: str, status: int, *, found: str = "", platform_says: str = "") -> Response:
    text = TEXTS[code]
    g.reason_code = code
    page = render_template(
        "errors/page.html.jinja",
        text=text,
        code=code,
        found=found,
        platform_says=platform_says,
        # A page that must not tell two cases apart has nothing in it that differs between two requests.
        reference=None if code == "not-found" else g.request_id,
        contact=services().settings.privacy_contact if code in WITH_THE_CONTACT else "",
        page_token=echoed_token() if code in WITH_A_WAY_BACK else None,
        open_again=OPEN_AGAIN,
    )
    answer = make_response(page, status)
    if status == 503:
        answer.headers["Retry-After"] = "60"
    return answer


def echoed_token() -> str | None:
    """Return the page token of the form that was posted, for a way back: it is the sender's own, known or not.

    Not from another site's form: the way back would lead into a session that was slipped in.
    """
    if is_foreign_form(services().settings):
        return None
    if request.method != "POST" or request.content_length is None or request.content_length > 1_000_000:
        return None
    given = request.form.get("page_token", "")
    return given if 40 <= len(given) <= 50 and given.replace("-", "").replace("_", "").isalnum() else None
