"""The roles claim: principal roles alone, least privilege for everything odd (LTI 1.3 Core, appendix A.2)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti.launch.roles import LtiRole, find_lti_role, is_platform_admin

LIS = "http://purl.imsglobal.org/vocab/lis/v2/"


@pytest.mark.parametrize(
    ("lti_roles", "role"),
    [
        ([f"{LIS}membership#Instructor"], LtiRole.INSTRUCTOR),
        ([f"{LIS}membership#Learner"], LtiRole.LEARNER),
        (["Instructor"], LtiRole.INSTRUCTOR),
        (["Learner"], LtiRole.LEARNER),
        ([f"{LIS}membership/Instructor#TeachingAssistant"], LtiRole.INSTRUCTOR),
        ([f"{LIS}membership/Learner#NonCreditLearner"], LtiRole.LEARNER),
        ([f"{LIS}membership/Learner#Instructor"], LtiRole.LEARNER),
        ([f"{LIS}membership/Mentor#Instructor"], LtiRole.OTHER),
        ([f"{LIS}membership#Learner", f"{LIS}membership#Instructor"], LtiRole.INSTRUCTOR),
        ([f"{LIS}membership#Administrator"], LtiRole.OTHER),
        ([f"{LIS}membership#Mentor"], LtiRole.OTHER),
        ([f"{LIS}membership#TeachingAssistant"], LtiRole.OTHER),
        ([f"{LIS}institution/person#Instructor"], LtiRole.OTHER),
        ([f"{LIS}institution/person#Student"], LtiRole.OTHER),
        ([f"{LIS}system/person#Administrator"], LtiRole.OTHER),
        ([f"{LIS}person#Instructor"], LtiRole.OTHER),
        (["urn:lti:role:ims/lis/Instructor"], LtiRole.OTHER),
        (["https://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"], LtiRole.OTHER),
        (["http://evil.example/vocab/lis/v2/membership#Instructor"], LtiRole.OTHER),
        ([f"{LIS}membership#Instructor "], LtiRole.OTHER),
        ([f"{LIS}membership#Instructor\n"], LtiRole.OTHER),
        ([f"{LIS}membership#instructor"], LtiRole.OTHER),
        ([f"{LIS}membership#Instructor#Learner"], LtiRole.OTHER),
        ([f"{LIS}membership/Instructor#"], LtiRole.OTHER),
        ([f"{LIS}membership/Instructor/x#y"], LtiRole.OTHER),
        (["instructor"], LtiRole.OTHER),
        (["Instructor,Learner"], LtiRole.OTHER),
        ([""], LtiRole.OTHER),
        ([], LtiRole.OTHER),
    ],
)
def test_only_a_principal_context_role_counts(lti_roles: list[str], role: LtiRole) -> None:
    assert find_lti_role(lti_roles) is role


@pytest.mark.parametrize(
    ("lti_roles", "is_admin"),
    [
        ([f"{LIS}system/person#Administrator"], True),
        ([f"{LIS}system/person#SysAdmin"], True),
        ([f"{LIS}institution/person#Administrator"], False),
        ([f"{LIS}membership#Administrator"], False),
        (["Administrator"], False),
        ([], False),
    ],
)
def test_only_the_systems_own_administrators_administer_the_tool(lti_roles: list[str], is_admin: bool) -> None:
    assert is_platform_admin(lti_roles) is is_admin


@given(st.lists(st.text(max_size=50), max_size=5))
def test_any_text_gives_some_role_and_mere_text_gives_none_of_use(lti_roles: list[str]) -> None:
    known = {"Instructor", "Learner"}
    role = find_lti_role([entry for entry in lti_roles if entry not in known])

    assert role is LtiRole.OTHER
