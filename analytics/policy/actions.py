"""Name what can be asked for and why it was allowed or refused: the words of `decide` and of the access log."""

from enum import StrEnum


class Action(StrEnum):
    """What can be asked for, `resource:action`."""

    COURSE_VIEW = "course:view"
    """The tutor's panel: the learners of one course by name."""
    LEARNER_VIEW = "learner:view"
    """One learner's page as their tutor sees it."""
    STATEMENT_VIEW = "statement:view"
    """What a course expects, as published; no learner's data."""
    OWN_VIEW = "own:view"
    """A learner's own page for one course."""
    OWN_COURSES_VIEW = "own_courses:view"
    """A learner's own page over all their courses."""
    OWN_HELD_VIEW = "own_held:view"
    """Every stored row about the learner, in words, and how the data is used."""
    OWN_HELD_EXPORT = "own_held:export"
    """The same rows as a file."""
    OWN_CHANGE = "own:change"
    """Learners say that a week is not right, declare an activity, or choose something about their own page."""
    OWN_COMPLAIN = "own:complain"
    """Learners send a query or a complaint to their school."""
    DISPUTE_ANSWER = "dispute:answer"
    """Answer a learner who said that a week is not right."""
    COMPLAINTS_VIEW = "complaints:view"
    """What learners of a school wrote to its lead: queries and complaints, and who wrote them."""
    COMPLAINT_ANSWER = "complaint:answer"
    """Acknowledge and answer one of these."""
    PEOPLE_VIEW = "people:view"
    """The learners whom an adviser or support officer works with, by name."""
    PERSON_VIEW = "person:view"
    """One of these learners over all their courses."""
    BREAK_GLASS = "break_glass:open"
    """Who looks after the tool gives a reason and may then look at one learner for an hour."""
    TRAINING = "training:acknowledge"
    """Say when one was trained, before any name is shown; no learner's data."""
    SCHOOL_VIEW = "school:view"
    """A school as its engagement lead sees it: who works with its learners, trained when; learners as counts alone."""
    SCHOOL_CHANGE = "school:change"
    """Begin and end who works with a school's learners, and record trainings."""
    FIGURES_VIEW = "figures:view"
    """Frozen figures about groups of learners, of a school or of the whole platform; nobody is named."""
    ADMIN_VIEW = "admin:view"
    """The state of the tool; no learner's data."""
    ADMIN_CHANGE = "admin:change"
    """Connect, approve, sync now, switch courses; no learner's data."""
    OPERATE = "tool:operate"
    """By command: set up, connect, run and check the tool; nobody is named."""
    EVIDENCE_CHANGE = "evidence:change"
    """By command: take evidence in, and say what counts as level, calendar, outage or exemption."""
    RECORDS_CHANGE = "records:change"
    """By command: schools, the student record, who works with whom, trainings."""
    AUDIT_VIEW = "audit:view"
    """By command: whether the access rows are as they were sealed, what needs eyes, how figures came about."""
    SUBJECT_EXPORT = "subject:export"
    """By command: every stored row about one person, for a request that they made."""
    SUBJECT_RIGHTS = "subject:rights"
    """By command: carry out an erasure, a pause or an objection that somebody decided."""


OF_THE_OPERATOR = frozenset(
    {
        Action.OPERATE,
        Action.EVIDENCE_CHANGE,
        Action.RECORDS_CHANGE,
        Action.AUDIT_VIEW,
        Action.SUBJECT_EXPORT,
        Action.SUBJECT_RIGHTS,
    }
)
"""What commands do, and no page."""


class Reason(StrEnum):
    """Why something was allowed or refused; stored in the access log."""

    TEACHES_COURSE = "teaches-course"
    SHARES_GROUP = "shares-group"
    TAKES_COURSE = "takes-course"
    OWN_DATA = "own-data"
    ADVISES = "advises"
    SUPPORTS_SCHOOL = "supports-school"
    WORKS_WITH_LEARNERS = "works-with-learners"
    HOLDS_RELATIONSHIP = "holds-relationship"
    LEADS_SCHOOL = "leads-school"
    IS_FACULTY = "is-faculty"
    BREAK_GLASS = "break-glass"
    MAINTAINS_TOOL = "maintains-tool"
    ADMINISTERS_TOOL = "administers-tool"
    OPERATES_TOOL = "operates-tool"
    RIGHTS_UNCHECKED = "rights-unchecked"
    NO_ROLE = "no-role"
    OTHER_COURSE = "other-course"
    OTHER_GROUP = "other-group"
    OTHER_SCHOOL = "other-school"
    NOT_OWN = "not-own"
    NO_SUBJECT = "no-subject"
    NO_RELATIONSHIP = "no-relationship"
    TRAINING_NEEDED = "training-needed"
    SCHOOL_OFF = "school-off"
    LEFT_OUT = "left-out"
    NO_RULE = "no-rule"
