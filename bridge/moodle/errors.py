"""What can go wrong when Moodle is asked (it answers HTTP 200 with an `errorcode`, or no JSON at all).

MoodleError                       is_temporary: the same call may work later without anybody doing anything
├── PlatformError                 the whole site is concerned: there is no point in asking for the next course
│   ├── MoodleUnreachable         temporary: no connection, reset, TLS
│   ├── ProxyUnreachable          temporary: the proxy of LEA_EGRESS_PROXY does not let the call out
│   ├── MoodleTimeout             temporary: no answer in time
│   ├── MoodleServerError         temporary: HTTP 5xx or 429
│   ├── SiteInMaintenance         temporary: 503 with HTML, or `sitemaintenance`
│   ├── WebServicesOff            403 with an empty body
│   ├── MoodleRedirects           3xx: the saved address is not the site's own
│   ├── TokenRejected             `invalidtoken`
│   ├── AccessRefused             `accessexception`
│   ├── AccountSuspended          `wsaccessusersuspended`
│   ├── PluginMissing             `invalidrecord` about the function
│   ├── ClocksApart               the handshake gave another time than this server's
│   ├── PluginTooOld              the handshake gave an older version than this code needs
│   └── InsecureAddress           plain http to another machine
└── AnswerError                   this one call is concerned
    ├── PermissionMissing         `nopermissions`
    ├── ParameterRefused          `invalidparameter`
    ├── CourseUnknown             `invalidrecord` about the course
    ├── CourseNotAccessible       `errorcoursecontextnotvalid`
    ├── CourseNotSwitchedOn       `coursenotswitchedon`
    ├── MoodleRefused             any other `errorcode`, or another HTTP status
    ├── NotJson                   the answer is not JSON (XML, an HTML page)
    ├── AnswerCutShort            temporary: JSON that ends too early
    ├── AnswerTooLarge            more bytes than allowed, after decompression
    └── UnexpectedShape           JSON of another shape than the plugin's
"""

from analytics.language import mark
from bridge.errors import BridgeError


class MoodleError(BridgeError):
    """Moodle did not give what was asked. Nothing that was saved before is touched by it."""

    code = "moodle"
    is_temporary = False
    happened = mark("Moodle did not give what was asked")

    def __init__(
        self,
        function: str,
        *,
        errorcode: str | None = None,
        http_status: int | None = None,
        detail: str = "",
        retry_after: float | None = None,
    ) -> None:
        self.function = function
        """The web-service function that was called."""
        self.errorcode = errorcode
        """Moodle's own, where it gave one."""
        self.http_status = http_status
        self.detail = detail
        """What Moodle or the network said, without secrets."""
        self.retry_after = retry_after
        """Seconds after which Moodle asked to be called again."""
        facts = [function]
        facts += [f"errorcode {errorcode}"] if errorcode else []
        facts += [f"HTTP {http_status}"] if http_status else []
        facts += [detail] if detail else []
        super().__init__(f"{self.happened} ({'; '.join(facts)}). {self.next_step}")


class PlatformError(MoodleError):
    """The whole site is concerned."""


class AnswerError(MoodleError):
    """This one call is concerned; others may work."""


class MoodleUnreachable(PlatformError):
    """No connection, or it broke."""

    code = "moodle-unreachable"
    is_temporary = True
    happened = mark("Moodle could not be reached")
    next_step = mark(
        "The next run tries again. If it goes on, check the site's address, its certificate and the firewall."
    )


class ProxyUnreachable(PlatformError):
    """The proxy that calls go through is down, or it refuses."""

    code = "egress-proxy"
    is_temporary = True
    happened = mark("The proxy for outgoing calls did not let the call through")
    next_step = mark(
        "The next run tries again. If it goes on, check LEA_EGRESS_PROXY: that the proxy runs, its user and password,"
        " and that its rules allow the Moodle site."
    )


class MoodleTimeout(PlatformError):
    """No answer in time."""

    code = "moodle-timeout"
    is_temporary = True
    happened = mark("Moodle did not answer in time")
    next_step = mark("The next run tries again. If it goes on, look at the load of the Moodle server.")


class MoodleServerError(PlatformError):
    """HTTP 5xx or 429."""

    code = "moodle-server-error"
    is_temporary = True
    happened = mark("Moodle's server failed or asked for a pause")
    next_step = mark("The next run tries again. If it goes on, look into Moodle's PHP and web-server error log.")


class SiteInMaintenance(PlatformError):
    """Maintenance mode, by the site's settings or by its command line, or an upgrade."""

    code = "moodle-maintenance"
    is_temporary = True
    happened = mark("The Moodle site is in maintenance mode")
    next_step = mark("Nothing to do: the next run after it goes on from where this one stopped.")


class WebServicesOff(PlatformError):
    """HTTP 403 with an empty body."""

    code = "moodle-web-services-off"
    happened = mark("Moodle refused every web-service call")
    next_step = mark("Switch on web services (Site administration > Advanced features) and the REST protocol.")


class MoodleRedirects(PlatformError):
    """A redirect; it is not followed, because the token would go with it."""

    code = "moodle-redirects"
    happened = mark("Moodle redirected the call, and a token is not sent after a redirect")
    next_step = mark("Save the site's own address as wwwroot in Moodle's config.php has it, with https.")


class TokenRejected(PlatformError):
    """The token is unknown, or it expired: Moodle then deletes it."""

    code = "moodle-token-rejected"
    happened = mark("Moodle does not know the web-service token")
    next_step = mark("Make a new token for the service user in Moodle and save it with `lea platform connect`.")


class AccessRefused(PlatformError):
    """Moodle gives one message for several reasons."""

    code = "moodle-access-refused"
    happened = mark("Moodle refused the service user")
    next_step = mark(
        "Check that the token has not expired and allows this server's IP address, that the service user is among the"
        " service's authorised users, and that the service holds the function."
    )


class AccountSuspended(PlatformError):
    """The service user's account is suspended."""

    code = "moodle-account-suspended"
    happened = mark("The service user's Moodle account is suspended")
    next_step = mark("Lift the suspension in Moodle.")


class PluginMissing(PlatformError):
    """The function does not exist there."""

    code = "moodle-plugin-missing"
    happened = mark("Moodle does not know the function")
    next_step = mark("Install or upgrade the plugin local_lea in Moodle, and run Moodle's upgrade.")


class PluginTooOld(PlatformError):
    """The plugin is older than this code needs."""

    code = "moodle-plugin-too-old"
    happened = mark("The plugin in Moodle is older than this tool needs")
    next_step = mark(
        "Nothing was read; what was read before stays. Upgrade local_lea in Moodle to the version that came with this"
        " tool: `lea plugin zip` builds it."
    )


class ClocksApart(PlatformError):
    """By a wrong clock weeks would close too early and data would go too early, neither of which can be taken back."""

    code = "moodle-clocks-apart"
    happened = "Moodle's clock and this server's are too far apart"
    next_step = (
        "Nothing was read, measured or removed; what was there before stays. Set both clocks by NTP: the next run goes"
        " on by itself."
    )


class InsecureAddress(PlatformError):
    """Plain http to another machine would show the token on the way."""

    code = "moodle-insecure-address"
    happened = mark("The site's address is neither https nor on this machine")
    next_step = mark("Save the site's https address. For a trial, set LEA_ALLOW_INSECURE_PLATFORMS=1.")


class PermissionMissing(AnswerError):
    """The service user lacks a capability."""

    code = "moodle-permission-missing"
    happened = mark("The service user lacks a permission")
    next_step = mark("Give its role the named capability (the plugin's README lists all of them).")


class ParameterRefused(AnswerError):
    """Plugin and tool disagree about a parameter."""

    code = "moodle-parameter-refused"
    happened = mark("Moodle refused a parameter")
    next_step = mark("Bring the plugin and this tool to versions that belong together.")


class CourseUnknown(AnswerError):
    """There is no such course any more."""

    code = "moodle-course-unknown"
    happened = mark("Moodle has no such course")
    next_step = mark("Switch the course off here if it was deleted in Moodle.")


class CourseNotAccessible(AnswerError):
    """The service user may not enter the course."""

    code = "moodle-course-not-accessible"
    happened = mark("The service user may not enter the course")
    next_step = mark("Give the service user's role moodle/course:view and moodle/course:viewhiddencourses.")


class CourseNotSwitchedOn(AnswerError):
    """The plugin gives nothing of a course that was not switched on."""

    code = "moodle-course-not-switched-on"
    happened = mark("Moodle has not been told that the course is switched on")
    next_step = mark(
        "The next run tells it. If it goes on, see that no other installation of this tool uses the same plugin."
    )


class MoodleRefused(AnswerError):
    """An error code that has no name here."""

    code = "moodle-refused"
    happened = mark("Moodle answered with an error")
    next_step = mark("Check the site's address, then look the error code up in Moodle; the last good numbers stay.")


class NotJson(AnswerError):
    """Something else than JSON."""

    code = "moodle-not-json"
    happened = mark("Moodle's answer is not JSON")
    next_step = mark("Check that the address is Moodle's and that no proxy or login page stands in front of it.")


class AnswerCutShort(AnswerError):
    """JSON that ends too early."""

    code = "moodle-answer-cut-short"
    is_temporary = True
    happened = mark("Moodle's answer ended too early")
    next_step = mark("The next run tries again. If it goes on, look at PHP's memory and time limits.")


class AnswerTooLarge(AnswerError):
    """More bytes than allowed."""

    code = "moodle-answer-too-large"
    happened = mark("Moodle's answer is larger than allowed")
    next_step = mark("Nothing of it was kept. Check that the address is Moodle's and how large the course is.")


class UnexpectedShape(AnswerError):
    """JSON, but not what the plugin sends."""

    code = "moodle-unexpected-shape"
    happened = mark("Moodle's answer has another shape than expected")
    next_step = mark("Bring the plugin and this tool to versions that belong together.")
