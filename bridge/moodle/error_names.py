"""Which named error stands for what Moodle answers as its `errorcode`."""

from collections.abc import Mapping

from bridge.moodle.errors import (
    AccessRefused,
    AccountSuspended,
    CourseNotAccessible,
    CourseNotSwitchedOn,
    CourseUnknown,
    MoodleError,
    MoodleRefused,
    ParameterRefused,
    PermissionMissing,
    PluginMissing,
    SiteInMaintenance,
    TokenRejected,
)

BY_ERRORCODE: Mapping[str, type[MoodleError]] = {
    "invalidtoken": TokenRejected,
    "accessexception": AccessRefused,
    "wsaccessusersuspended": AccountSuspended,
    "sitemaintenance": SiteInMaintenance,
    "nopermissions": PermissionMissing,
    "invalidparameter": ParameterRefused,
    "errorcoursecontextnotvalid": CourseNotAccessible,
    "coursenotswitchedon": CourseNotSwitchedOn,
}
"""Moodle's error codes; `invalidrecord` is decided by `name_error`, because it has two meanings."""


def name_error(function: str, errorcode: str, message: str, *, names_a_course: bool) -> MoodleError:
    """Return the named error for Moodle's `errorcode`; class names and texts differ by version and language.

    `invalidrecord` means a missing course or a missing function. Only a call that names a course can mean the former,
    and then the table's name, which no language pack translates, tells them apart.
    """
    if errorcode == "invalidrecord":
        is_course = names_a_course and "external_functions" not in message
        return (CourseUnknown if is_course else PluginMissing)(function, errorcode=errorcode, detail=message)
    return BY_ERRORCODE.get(errorcode, MoodleRefused)(function, errorcode=errorcode, detail=message)
