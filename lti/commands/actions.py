"""Name what each `lea` command does as an `Action`, and ask the rules of access before it does it.

Whoever runs commands on the server can read everything there anyway: what binds them is a contract. The table says what
each command is for, so that one without a name runs nothing, and what touches one learner's data leaves an access row.
"""

import uuid
from collections.abc import Mapping
from datetime import datetime

import click
from sqlalchemy.orm import Session

from analytics.policy.access import Action, Reason, Subject, Viewer, decide
from bridge.store.access_log import AT_THE_SERVER, AccessEntry, save_access

OPERATOR = Viewer(
    moodle_user_id=AT_THE_SERVER,
    person_id=None,
    course_id=None,
    course_role=None,
    is_admin=False,
    group_ids=frozenset(),
    sees_all_groups=False,
    is_operator=True,
)
ROLE = "operator"
COMMANDS: Mapping[str, Action] = {
    "db": Action.OPERATE,
    "serve": Action.OPERATE,
    "worker": Action.OPERATE,
    "sync": Action.OPERATE,
    "status": Action.OPERATE,
    "doctor": Action.OPERATE,
    "register": Action.OPERATE,
    "platform": Action.OPERATE,
    "plugin": Action.OPERATE,
    "keys": Action.OPERATE,
    "course": Action.OPERATE,
    "retention": Action.OPERATE,
    "export": Action.OPERATE,
    "facts": Action.OPERATE,
    "calendar": Action.EVIDENCE_CHANGE,
    "level": Action.EVIDENCE_CHANGE,
    "outage": Action.EVIDENCE_CHANGE,
    "exemption": Action.EVIDENCE_CHANGE,
    "import": Action.EVIDENCE_CHANGE,
    "measure": Action.EVIDENCE_CHANGE,
    "rebuild": Action.EVIDENCE_CHANGE,
    "school": Action.RECORDS_CHANGE,
    "relationship": Action.RECORDS_CHANGE,
    "training": Action.RECORDS_CHANGE,
    "feed": Action.RECORDS_CHANGE,
    "audit": Action.AUDIT_VIEW,
    "evaluations": Action.AUDIT_VIEW,
    "evaluate": Action.AUDIT_VIEW,
    "report": Action.AUDIT_VIEW,
    "held": Action.SUBJECT_EXPORT,
    "restrict": Action.SUBJECT_RIGHTS,
    "erase": Action.SUBJECT_RIGHTS,
    "tombstones": Action.SUBJECT_RIGHTS,
}
"""A command, or a group for all of its commands → what it does."""


def find_command_action(path: str) -> Action | None:
    """Return what a command does, by its words without `lea`; None: nobody named it."""
    return COMMANDS.get(path) or COMMANDS.get(path.partition(" ")[0])


def allow_command(path: str) -> None:
    """Ask the rules of access whether a command may run.

    Raises:
        click.ClickException: nobody named what it does, or the rules do not allow it to whoever runs commands.
    """
    action = find_command_action(path)
    if action is None or not decide(OPERATOR, action, Subject(None)).is_allowed:
        raise click.ClickException(f"What `lea {path}` does is named by no rule of access, so nothing was done.")


def note_access(
    db: Session, platform_id: int, now: datetime, action: Action, detail: str, subject_person_id: int | None = None
) -> None:
    """Leave the access row of a command, in the transaction of what it does; the subject reads it on their own page.

    `detail` says what was done, by and for whom, in at most 200 characters, and nothing about a learner.
    """
    entry = AccessEntry(
        at=now,
        platform_id=platform_id,
        viewer_moodle_user_id=AT_THE_SERVER,
        viewer_role=ROLE,
        action=action.value,
        moodle_course_id=0,
        subject_person_id=subject_person_id,
        is_allowed=True,
        reason=Reason.OPERATES_TOOL.value,
        request_id=f"command-{uuid.uuid4().hex[:12]}",
        detail=detail[:200],
    )
    save_access(db, entry)
