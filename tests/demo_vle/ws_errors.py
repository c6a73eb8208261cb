"""Moodle's web service errors: status 200 and {exception, errorcode, message}; source: tests/recordings/ws_core."""

from dataclasses import dataclass

CAPABILITY_NAMES = {
    "local/lea:readcourses": "Read courses, activities, deletions and versions for the analytics service",
    "local/lea:readlog": "Read the standard log of courses for the analytics service",
    "local/lea:readroster": "Read who is in a course, with roles and groups, for the analytics service",
    "local/lea:readtasks": "Read due dates, times of submission and attendance for the analytics service",
    "local/lea:switchcourses": "Say for the analytics service in which courses the tool is switched on",
    "local/lea:viewcontact": "Be told how a learner can be reached, for the analytics service",
}


@dataclass(frozen=True, slots=True)
class WsError(Exception):
    """An error as Moodle words it."""

    exception: str
    errorcode: str
    message: str

    def as_dict(self) -> dict[str, object]:
        """Give the body of the answer."""
        return {"exception": self.exception, "errorcode": self.errorcode, "message": self.message}


def invalid_token() -> WsError:
    """No token, or one that does not exist."""
    return WsError("core\\exception\\moodle_exception", "invalidtoken", "Invalid token - token not found")


def access_denied() -> WsError:
    """An expired token, a function outside the service, a user who is not on its list."""
    return WsError("webservice_access_exception", "accessexception", "Access control exception")


def no_record(table: str) -> WsError:
    """A row that must exist does not."""
    return WsError(
        "dml_missing_record_exception", "invalidrecord", f"Can't find data record in database table {table}."
    )


def not_switched_on() -> WsError:
    """The course is not on the list that the service sent."""
    message = "Engagement is not switched on in this course."
    return WsError("core\\exception\\moodle_exception", "coursenotswitchedon", message)


def invalid_parameter() -> WsError:
    """A parameter is missing, unknown or of the wrong type."""
    return WsError(
        "core\\exception\\invalid_parameter_exception", "invalidparameter", "Invalid parameter value detected"
    )


def no_permission(capability: str) -> WsError:
    """The service user lacks a capability."""
    name = CAPABILITY_NAMES.get(capability, capability)
    message = f"Sorry, but you do not currently have permissions to do that ({name})."
    return WsError("core\\exception\\required_capability_exception", "nopermissions", message)


def user_suspended(username: str) -> WsError:
    """The service user's account is suspended."""
    message = f"Refused web service access for suspended username: {username}"
    return WsError("core\\exception\\moodle_exception", "wsaccessusersuspended", message)


def site_maintenance() -> WsError:
    """Maintenance by the web settings."""
    message = "The site is undergoing maintenance and is currently not available"
    return WsError("core\\exception\\moodle_exception", "sitemaintenance", message)
