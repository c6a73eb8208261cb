"""Say for each kind of data why it may be held, for how long, and where it lies (policy paragraph 28; UK GDPR art. 5).

The defaults are data here; `LEA_RETENTION_DAYS` and `LEA_LAWFUL_BASES` change them. docs/dpia.md is generated.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from analytics.language import mark
from analytics.policy.retention_rule import BASIS_WORDS, DataKind, LawfulBasis, RetentionRule

__all__ = ["BASIS_WORDS", "RULES", "DataKind", "LawfulBasis", "RetentionRule", "find_rule", "rules_with"]

MINIMUM_DAYS, MAXIMUM_DAYS = 1, 3_660
MOODLE = mark("Moodle")
MOODLE_OR_FILES = mark("Moodle, or a file of the institution")
TOOL = mark("this tool")
RECORD = mark("the student record")
AS_LONG_AS_CONNECTED = mark("as long as this Moodle is connected")
COURSE_OVER = mark("after the last teaching week of the course (or its switching on here, where that was later)")

RULES = (
    RetentionRule(
        DataKind.LOG_ROWS,
        mark("Moodle's log rows"),
        mark("Something you did in a course: what, in which activity, and when. No address and no content."),
        MOODLE,
        LawfulBasis.PUBLIC_TASK,
        35,
        mark("after they arrived here"),
        ("log_event",),
        "D1",
    ),
    RetentionRule(
        DataKind.SET_ASIDE,
        mark("Records set aside"),
        mark("The number and the fault of a record that could not be read. Never its content."),
        MOODLE,
        LawfulBasis.PUBLIC_TASK,
        35,
        mark("after they arrived here"),
        ("quarantine",),
        "D1",
    ),
    RetentionRule(
        DataKind.EVIDENCE,
        mark("Evidence of engagement"),
        mark(
            "A day on which you used an activity, or what a register says of a session: the day, what it was, and the"
            " kind of evidence. No count and no time of day."
        ),
        MOODLE_OR_FILES,
        LawfulBasis.PUBLIC_TASK,
        365,
        COURSE_OVER,
        ("presence", "register_mark"),
        "D2",
    ),
    RetentionRule(
        DataKind.MEASURES,
        mark("Your weeks as known now"),
        mark("A teaching week of yours as it is measured from today's evidence, and when there last was any evidence."),
        TOOL,
        LawfulBasis.PUBLIC_TASK,
        365,
        COURSE_OVER,
        ("learner_week", "learner_state", "stale_learner"),
        "D2",
    ),
    RetentionRule(
        DataKind.TASK_DATES,
        mark("Your dates for tasks"),
        mark("When a task is due for you, whether you are excused, and when it was first seen to be handed in."),
        MOODLE_OR_FILES,
        LawfulBasis.PUBLIC_TASK,
        365,
        COURSE_OVER,
        ("learner_task",),
        "D2",
    ),
    RetentionRule(
        DataKind.EVALUATIONS,
        mark("Weeks as they were shown"),
        mark(
            "What was shown about a week of yours after it had closed, everything it was worked out from, and among"
            " which others you are counted in figures without names."
        ),
        TOOL,
        LawfulBasis.PUBLIC_TASK,
        730,
        COURSE_OVER,
        ("evaluation", "figure_member"),
        "D3",
    ),
    RetentionRule(
        DataKind.MEMBERSHIP,
        mark("Your part in courses"),
        mark("A course you are or were in, your role and your groups there."),
        MOODLE_OR_FILES,
        LawfulBasis.PUBLIC_TASK,
        730,
        COURSE_OVER,
        ("enrolment", "course_role", "group_member"),
        "D4",
    ),
    RetentionRule(
        DataKind.PEOPLE,
        mark("Your name and numbers"),
        mark("Your name as Moodle shows it, your Moodle number, your ID number, and days that do not count for you."),
        MOODLE_OR_FILES,
        LawfulBasis.PUBLIC_TASK,
        None,
        mark("until you are in no course here any more"),
        ("person", "exemption"),
        "D4",
    ),
    RetentionRule(
        DataKind.DELETED_ACCOUNTS,
        mark("Everything about an account that Moodle deleted"),
        mark(
            "All the kinds above, where Moodle says that the account is deleted. Nobody sees them from that moment on."
        ),
        MOODLE,
        LawfulBasis.PUBLIC_TASK,
        90,
        mark("after Moodle told of it"),
        (),
        "D4",
    ),
    RetentionRule(
        DataKind.STUDENT_RECORD,
        mark("What the student record says"),
        mark(
            "Your home school and programme, your credits, whether you study part-time or do research, and your status."
        ),
        RECORD,
        LawfulBasis.PUBLIC_TASK,
        None,
        mark("until you are in no course here any more"),
        ("student_record",),
        "D4",
    ),
    RetentionRule(
        DataKind.RELATIONSHIPS,
        mark("Who works with you"),
        mark("Who is or was your adviser, or supports or leads for your school, from when to when, and who said so."),
        RECORD,
        LawfulBasis.PUBLIC_TASK,
        730,
        mark("after it ended"),
        ("relationship",),
        "D5",
    ),
    RetentionRule(
        DataKind.TRAINING,
        mark("Trainings of staff"),
        mark("That somebody did the training that comes before seeing learners by name, and when."),
        TOOL,
        LawfulBasis.LEGAL_OBLIGATION,
        None,
        AS_LONG_AS_CONNECTED,
        ("training",),
        "D5",
    ),
    RetentionRule(
        DataKind.VISITS,
        mark("Your visits to these pages"),
        mark("That you are signed in here, and what Moodle last said about your rights in a course."),
        MOODLE,
        LawfulBasis.PUBLIC_TASK,
        1,
        mark("after the visit is over"),
        ("viewer_session", "viewer_access", "continue_code"),
        "D5",
    ),
    RetentionRule(
        DataKind.ACCESS_ROWS,
        mark("Who has looked"),
        mark("That somebody was shown your name or your page, or was refused it: who, when, which page, and why."),
        TOOL,
        LawfulBasis.LEGAL_OBLIGATION,
        730,
        mark("after the look"),
        ("access_log", "access_seal"),
        "D5",
    ),
    RetentionRule(
        DataKind.ALERTS,
        mark("Alerts to the data-protection contact"),
        mark("That somebody opened unusually many pages. Nothing about a learner."),
        TOOL,
        LawfulBasis.LEGAL_OBLIGATION,
        730,
        mark("after the alert"),
        ("alert",),
        "D5",
    ),
    RetentionRule(
        DataKind.RESTRICTIONS,
        mark("Pauses you asked for"),
        mark("That your data is not processed, from when to when, and who decided it."),
        mark("your request"),
        LawfulBasis.LEGAL_OBLIGATION,
        730,
        mark("after the pause ended"),
        ("restriction",),
        "D6",
    ),
    RetentionRule(
        DataKind.ERASURE_DECISIONS,
        mark("Decisions on erasure"),
        mark("That a request for erasure was granted or refused, by whom and why, under a key that names nobody."),
        mark("a request"),
        LawfulBasis.LEGAL_OBLIGATION,
        2_190,
        mark("after the decision"),
        ("erasure_decision",),
        "D6",
    ),
    RetentionRule(
        DataKind.TOMBSTONES,
        mark("Marks of erasures"),
        mark("A key that names nobody and keeps erased data from coming back out of a backup or out of Moodle's log."),
        TOOL,
        LawfulBasis.LEGAL_OBLIGATION,
        None,
        AS_LONG_AS_CONNECTED,
        ("tombstone",),
        "D6",
    ),
    RetentionRule(
        DataKind.CONCERNS,
        mark("Concerns, and what you say about your weeks"),
        mark("That your school's published rule asked for a look at your week, and what you say, declare and choose."),
        mark("this tool, or you"),
        LawfulBasis.PUBLIC_TASK,
        730,
        COURSE_OVER,
        ("concern", "dispute", "self_declared", "learner_choice"),
        "D8",
    ),
    RetentionRule(
        DataKind.CASES,
        mark("What people did to support you"),
        mark("Each step that somebody wrote down, by name, and what came of it; alerts between schools."),
        mark("your school's staff"),
        LawfulBasis.PUBLIC_TASK,
        730,
        mark("after the case was closed, or the alert acknowledged"),
        ("support_case", "case_entry", "hand_over"),
        "D8",
    ),
    RetentionRule(
        DataKind.COMPLAINTS,
        mark("Your queries and complaints"),
        mark("What you asked or complained about, when it was acknowledged, and the answer."),
        mark("you"),
        LawfulBasis.LEGAL_OBLIGATION,
        2_190,
        mark("after the answer"),
        ("complaint",),
        "D8",
    ),
    RetentionRule(
        DataKind.RUNS,
        mark("Runs of this tool"),
        mark("When data was read from Moodle, how many rows and with what outcome. Nothing about a person."),
        TOOL,
        LawfulBasis.PUBLIC_TASK,
        400,
        mark("after the run"),
        ("sync_run",),
        "D7",
    ),
    RetentionRule(
        DataKind.PURGES,
        mark("Proofs of removal"),
        mark("How many rows of a kind were removed because their period was over. Nothing about a person."),
        TOOL,
        LawfulBasis.LEGAL_OBLIGATION,
        2_190,
        mark("after the removal"),
        ("retention_run",),
        "D7",
    ),
)


def rules_with(
    days: Mapping[DataKind, int], bases: Mapping[DataKind, LawfulBasis], rules: Iterable[RetentionRule] = RULES
) -> tuple[RetentionRule, ...]:
    """Return the rules with an institution's own periods and bases; a kind without a period keeps none.

    Raises:
        ValueError: a period is outside 1 to 3,660 days, or its kind is not kept by days.
    """
    changed = []
    for rule in rules:
        if rule.kind in days and rule.days is None:
            raise ValueError(f"{rule.kind} is kept {rule.counted_from}, so it has no number of days")
        if rule.kind in days and not MINIMUM_DAYS <= days[rule.kind] <= MAXIMUM_DAYS:
            raise ValueError(f"{rule.kind} must be kept {MINIMUM_DAYS} to {MAXIMUM_DAYS} days")
        changed.append(replace(rule, days=days.get(rule.kind, rule.days), basis=bases.get(rule.kind, rule.basis)))
    return tuple(changed)


def find_rule(rules: Iterable[RetentionRule], table: str) -> RetentionRule | None:
    """Return the rule that a table's rows are kept by; None: the table holds nothing that is kept by a rule."""
    return next((rule for rule in rules if table in rule.tables), None)
