"""A launch as the certification suite does it, over HTTP, and what counts as refused."""

from collections.abc import Mapping

import requests

from tests.lti.served import Tool, reason_of
from tests.lti.small_world import LEARNER, OPEN, TUTOR

LTI = "https://purl.imsglobal.org/spec/lti/claim/"
LIS = "http://purl.imsglobal.org/vocab/lis/v2/"
TEACHER_AND_STUDENT = {"teacher": TUTOR, "student": LEARNER}


def launch(tool: Tool, who: int, changed: Mapping[str, object]) -> requests.Response:
    """Do a whole launch whose claims are changed as said; a value of `...` leaves a claim out."""
    login = tool.login(who, OPEN)
    return tool.post_launch(login, tool.mint(login, who, OPEN, **changed))


def is_clean_refusal(answer: requests.Response) -> bool:
    """Say whether an answer refuses as every refusal must: 4xx, a reason, a reference, nothing of a panel, not kept."""
    holds_panel = "page_token" in answer.text or "Lena" in answer.text or "Cleo" in answer.text
    is_traced = answer.headers["X-Request-Id"] in answer.text and reason_of(answer) is not None
    is_kept = answer.headers["Cache-Control"] != "no-store"
    return 400 <= answer.status_code < 500 and is_traced and not holds_panel and not is_kept
