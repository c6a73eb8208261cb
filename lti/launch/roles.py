"""Read the roles claim: the principal context role alone counts (LTI 1.3 Core, appendix A.2).

A role here is necessary and never sufficient: what somebody may see comes from Moodle's live word.
"""

import re
from collections.abc import Sequence
from enum import StrEnum

VOCABULARY = "http://purl.imsglobal.org/vocab/lis/v2/"
CONTEXT_ROLE = re.compile(re.escape(VOCABULARY) + r"membership(?:#([A-Za-z]+)|/([A-Za-z]+)#[A-Za-z]+)")
"""`membership#X`, and the sub-role `membership/X#sub`, of which X is the principal role."""
CONTEXT_ROLES = frozenset(
    {"Administrator", "ContentDeveloper", "Instructor", "Learner", "Mentor", "Manager", "Member", "Officer"}
)
"""Core and non-core context roles; their short names are the deprecated form, valid for context roles alone."""
PLATFORM_ADMIN_ROLES = frozenset({f"{VOCABULARY}system/person#Administrator", f"{VOCABULARY}system/person#SysAdmin"})


class LtiRole(StrEnum):
    """The principal context role of a launch, as far as this tool tells them apart."""

    INSTRUCTOR = "instructor"
    LEARNER = "learner"
    OTHER = "other"
    """A context role of no use here, or none."""


def principal_role(lti_role: str) -> str | None:
    """Return the principal context role named by one entry of the claim; None for any other kind of text.

    System and institution roles, unknown vocabularies and look-alikes give None.
    """
    if lti_role in CONTEXT_ROLES:
        return lti_role
    found = CONTEXT_ROLE.fullmatch(lti_role)
    if found is None:
        return None
    name = found.group(1) or found.group(2)
    return name if name in CONTEXT_ROLES else None


def find_lti_role(lti_roles: Sequence[str]) -> LtiRole:
    """Return the role that says most about access: Instructor before Learner before anything else. Empty: OTHER."""
    principals = {principal_role(lti_role) for lti_role in lti_roles}
    if "Instructor" in principals:
        return LtiRole.INSTRUCTOR
    return LtiRole.LEARNER if "Learner" in principals else LtiRole.OTHER


def is_platform_admin(lti_roles: Sequence[str]) -> bool:
    """Say whether the launch names an administrator of the whole site; that opens no named row."""
    return any(lti_role in PLATFORM_ADMIN_ROLES for lti_role in lti_roles)
