"""Who writes each table, in words, and the module that does: what the models cannot say of themselves."""

from collections.abc import Mapping

ROSTER = "the sync, from Moodle's roster"
MEASURE = "the sync, when learners' weeks are measured"
COURSES = "`lea course`, the administrators' page, and the sync"
FILES = "`lea import`, from a file"
REGISTERS = "the sync, from Moodle's registers, or a file by `lea import`"
FEED = "`lea feed apply`, from the student record"
LAUNCH = "a launch"
REGISTERING = "registering a Moodle, by `lea` or by a page"
LEARNER = "a learner, on their own page"
STAFF = "members of staff, on the pages of cases"
LEVELS = "`lea level`, or a school's lead on a page"
CALENDAR = "`lea calendar`"
CLOSED_WEEK = "the sync, once for each closed week"

WRITERS: Mapping[str, tuple[str, str]] = {
    "access_log": ("every page that names a learner, every refusal, and some commands", "bridge/store/access_log.py"),
    "access_seal": ("the worker every night, and `lea audit verify`", "bridge/store/seals.py"),
    "activity": ("the sync, from Moodle's courses", "bridge/store/activities.py"),
    "alert": ("the pages and the worker, when a limit is passed", "bridge/store/alerts.py"),
    "calendar_break": (CALENDAR, "bridge/store/calendar_changes.py"),
    "case_entry": (STAFF, "bridge/store/case_chain.py"),
    "complaint": (f"{LEARNER}; answered by the school's lead", "bridge/store/complaints.py"),
    "concern": (f"{CLOSED_WEEK}, by the school's published rule; closed by people", "bridge/store/concerns.py"),
    "continue_code": (LAUNCH, "bridge/store/launches.py"),
    "course": (COURSES, "bridge/store/courses.py"),
    "course_group": (ROSTER, "bridge/store/roster.py"),
    "course_role": (ROSTER, "bridge/store/roster.py"),
    "course_run": (f"{COURSES}, and {CALENDAR}, when the course is taught again", "bridge/store/course_rollover.py"),
    "course_school": ("`lea school`", "bridge/store/schools.py"),
    "deletion_cursor": ("the sync", "bridge/store/cursor.py"),
    "deployment": (REGISTERING, "bridge/store/platforms.py"),
    "dispute": (f"{LEARNER}; answered by staff", "bridge/store/voice.py"),
    "enrolment": (ROSTER, "bridge/store/roster.py"),
    "erasure_decision": ("`lea erase`", "bridge/store/erasure_decisions.py"),
    "evaluation": (CLOSED_WEEK, "bridge/store/engagement.py"),
    "exemption": ("`lea exemption`, or a file by `lea import`", "bridge/store/exemptions.py"),
    "facts_place": ("`lea facts`", "bridge/store/facts_place.py"),
    "figure_member": (CLOSED_WEEK, "bridge/store/figures.py"),
    "figure_pool": (CLOSED_WEEK, "bridge/store/figures.py"),
    "frozen_figure": (CLOSED_WEEK, "bridge/store/figures.py"),
    "frozen_opening": (CLOSED_WEEK, "bridge/store/openings.py"),
    "group_member": (ROSTER, "bridge/store/roster.py"),
    "hand_over": (STAFF, "bridge/store/hand_overs.py"),
    "learner_choice": (LEARNER, "bridge/store/voice.py"),
    "learner_state": (MEASURE, "bridge/store/engagement.py"),
    "learner_task": ("the sync, from Moodle's tasks, or a file by `lea import`", "bridge/store/tasks.py"),
    "learner_week": (MEASURE, "bridge/store/engagement.py"),
    "lease": ("the worker and `lea sync`", "bridge/sync/lease.py"),
    "level_draft": (LEVELS, "bridge/store/levels.py"),
    "log_cursor": ("the sync, in the transaction of each batch", "bridge/store/cursor.py"),
    "log_event": ("the sync, from Moodle's log", "bridge/store/log_events.py"),
    "lti_login": ("a login from Moodle", "bridge/store/launches.py"),
    "message_template": ("a school's lead, on a page", "bridge/store/message_templates.py"),
    "outage": ("`lea outage`", "bridge/store/outages.py"),
    "pending_registration": ("Dynamic Registration", "bridge/store/pending_registrations.py"),
    "person": (ROSTER, "bridge/store/roster.py"),
    "platform": (REGISTERING, "bridge/store/platforms.py"),
    "platform_key_set": ("a launch, when Moodle's keys were fetched", "bridge/store/keys.py"),
    "presence": ("the sync, from Moodle's log, or files by `lea import` and `lea rebuild`", "bridge/store/facts.py"),
    "programme": (FEED, "bridge/store/student_records.py"),
    "published_level": (LEVELS, "bridge/store/levels.py"),
    "quarantine": ("the sync", "bridge/store/quarantine.py"),
    "rebuild": ("`lea rebuild`, in the transaction of each week", "bridge/store/rebuilds.py"),
    "register_mark": (REGISTERS, "bridge/store/registers.py"),
    "register_session": (REGISTERS, "bridge/store/registers.py"),
    "registration": (REGISTERING, "bridge/store/registrations.py"),
    "registration_link": ("`lea register`, or the administrators' page", "bridge/store/registration_links.py"),
    "relationship": (
        "`lea feed apply`, `lea relationship`, or a school's lead on a page",
        "bridge/store/relationships.py",
    ),
    "restriction": ("`lea restrict`", "bridge/store/restrictions.py"),
    "retention_run": ("the worker every night, and `lea retention run`", "bridge/store/retention.py"),
    "school": ("`lea school`, and `lea feed apply`", "bridge/store/schools.py"),
    "school_process": ("a school's lead, on a page", "bridge/store/processes.py"),
    "self_declared": (LEARNER, "bridge/store/voice.py"),
    "source_freshness": ("the sync and `lea import`", "bridge/store/sources.py"),
    "source_import": (FILES, "bridge/store/sources.py"),
    "source_item": (FILES, "bridge/store/registers.py"),
    "stale_learner": ("whatever changes what a learner is measured by", "bridge/store/engagement.py"),
    "student_record": (FEED, "bridge/store/student_records.py"),
    "support_case": (STAFF, "bridge/store/cases.py"),
    "support_service": (
        "`lea school`, or a school's lead on a page",
        "bridge/store/support_services.py",
    ),
    "sync_request": ("the administrators' page", "bridge/store/sync_requests.py"),
    "sync_run": ("the worker and `lea sync`", "bridge/store/runs.py"),
    "task": ("the sync, from Moodle's tasks, or a file by `lea import`", "bridge/store/tasks.py"),
    "teaching_calendar": (CALENDAR, "bridge/store/calendar_changes.py"),
    "tombstone": ("`lea erase`, and the sync where Moodle tells of an erasure", "bridge/store/tombstones.py"),
    "tool_key": ("`lea keys`, and the first launch", "bridge/store/keys.py"),
    "training": ("`lea training`, whoever was trained, or a school's lead on a page", "bridge/store/relationships.py"),
    "used_form_token": ("a form that was sent", "bridge/store/form_tokens.py"),
    "viewer_access": ("every page, from Moodle's live answer", "bridge/store/viewers.py"),
    "viewer_session": (LAUNCH, "bridge/store/viewer_sessions.py"),
}
"""Table → who writes it, and the module of the rows' making."""
