"""What each field that this tool reads from Moodle is for, in words for the people it is about (policy paragraph 5).

The fields themselves are the wire types' and nothing else: a field without words here fails the tests.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from bridge.log_records import LogRow
from bridge.moodle import wire
from bridge.moodle.functions import Function


@dataclass(frozen=True, slots=True)
class Source:
    """One answer of Moodle that says something about people."""

    function: Function
    title: str
    when: str
    """When it is asked for, as part of a sentence."""
    parts: tuple[type[msgspec.Struct], ...]


SOURCES = (
    Source(Function.LOG_EVENTS, "Moodle’s log", "with each sync", (LogRow,)),
    Source(
        Function.ROSTER,
        "The list of people of a course",
        "with each sync",
        (wire.WireUser, wire.WireRole, wire.WireEnrolment, wire.WireGroup),
    ),
    Source(Function.TASKS, "What is to be handed in", "with each sync", (wire.WireTask, wire.WireTaskLearner)),
    Source(
        Function.ATTENDANCE,
        "Registers of the Attendance activity",
        "with each sync, where your Moodle has that activity",
        (wire.WireSession, wire.WireMark),
    ),
    Source(Function.ACTIVITIES, "The activities of a course", "with each sync", (wire.WireActivity,)),
    Source(Function.DELETIONS, "What Moodle deleted", "with each sync", (wire.WireDeletion,)),
    Source(Function.VIEWER_ACCESS, "Your rights at this moment", "when you open these pages", (wire.WireViewerAccess,)),
    Source(
        Function.CONTACT,
        "How you can be reached",
        "when your adviser or a support officer is about to get in touch; nothing of it is kept",
        (wire.WireContact,),
    ),
)
"""The answers with something about people; all the others are about courses and about Moodle itself."""

FIELD_WORDS: Mapping[type[msgspec.Struct], Mapping[str, str]] = {
    LogRow: {
        "id": "the row’s number",
        "eventname": "what happened, such as “attempt started”",
        "edulevel": "whether it is teaching, taking part, or neither",
        "userid": "who did it",
        "relateduserid": "whom it was done to, where it was somebody else",
        "courseid": "in which course",
        "cmid": "in which activity",
        "timecreated": "when",
        "origin": "by web, by app, or by Moodle itself",
        "realuserid": "who was logged in as somebody else",
        "other": "numbers and yes/no of a short list of keys, see below; never text",
    },
    wire.WireUser: {
        "id": "Moodle’s number of the person",
        "firstname": "given name",
        "lastname": "family name",
        "fullname": "the name as Moodle displays it",
        "idnumber": "the institution’s number",
        "suspended": "whether the account is suspended",
        "roles": "the roles in the course",
        "enrolments": "the enrolments in the course",
        "groups": "the groups in the course",
    },
    wire.WireRole: {
        "shortname": "the name of a role in the course itself",
        "archetype": "whether it is a learner’s or a teacher’s",
    },
    wire.WireEnrolment: {
        "method": "how the enrolment was made",
        "active": "whether it is active",
        "timestart": "from when on",
        "timeend": "until when",
        "timecreated": "when it was made",
    },
    wire.WireGroup: {"id": "a group’s number", "name": "a group’s name"},
    wire.WireTask: {
        "cmid": "which activity it is",
        "modname": "which kind of activity",
        "name": "its name",
        "duedate": "when it is due for everybody",
        "excusedknown": "whether Moodle knows who is excused from it",
        "visible": "whether learners can see it",
        "teamwork": "whether one hands in for a team",
        "learners": "how it stands for each learner",
    },
    wire.WireTaskLearner: {
        "userid": "which learner",
        "duedate": "when it is due for this learner",
        "extended": "whether that is an extension",
        "excused": "whether this learner is excused; never why",
        "timesubmitted": "when it was handed in",
    },
    wire.WireSession: {
        "id": "the session’s number",
        "cmid": "in which activity the register is kept",
        "time": "when it began",
        "marks": "what the register says of each learner who was expected",
    },
    wire.WireMark: {
        "userid": "which learner",
        "status": "attended, absent or excused; never why",
    },
    wire.WireActivity: {
        "cmid": "the activity’s number",
        "modname": "which kind of activity",
        "name": "its name",
        "visible": "whether learners can see it",
        "section": "in which section of the course",
        "own": "whether it is this tool’s own page",
    },
    wire.WireDeletion: {
        "id": "the entry’s number",
        "kind": "an account, a course, an activity, or a request for erasure",
        "objectid": "the number of what was deleted",
        "courseid": "in which course",
        "timecreated": "when",
    },
    wire.WireViewerAccess: {
        "userid": "who asks",
        "courseid": "from which course",
        "known": "whether Moodle knows them",
        "suspended": "whether the account is suspended",
        "deleted": "whether the account is deleted",
        "enrolled": "whether they are enrolled in the course",
        "active": "whether the enrolment is active",
        "roles": "their roles in the course",
        "groups": "their groups in the course",
        "groupmode": "whether the course keeps its groups separate",
        "accessallgroups": "whether they may see all groups",
        "manages": "whether they run this tool",
        "opens": "which page they came for",
    },
    wire.WireContact: {
        "userid": "who you are",
        "courseid": "in which course",
        "learns": "whether you learn in that course",
        "email": "your university e-mail address",
        "personalemail": "your personal e-mail address, where your profile has one",
        "phones": "the telephone numbers of your profile",
    },
}
"""Wire type → field, as it travels → what it is."""

OTHER_KEYS = {
    "assignid": "the number of an assignment",
    "choiceid": "the number of a choice activity; never the choice",
    "completionstate": "whether an activity is complete",
    "coursesectionnumber": "which section of the course was opened",
    "discussionid": "the number of a discussion",
    "forumid": "the number of a forum",
    "forumtype": "the kind of forum",
    "groupid": "the number of the group that handed in",
    "itemid": "the number of a grade item; never the grade",
    "overridden": "whether a grade was set by hand; never the grade",
    "quizid": "the number of a quiz",
    "relateduserid": "whom it was done to",
    "studentisonline": "whether the quiz was open in the browser",
    "submission_editable": "whether what was handed in can still be changed",
    "submissionattempt": "which attempt it is",
    "submissionid": "the number of a submission; never its content",
    "submissionstatus": "new, draft, submitted or reopened",
    "submitterid": "who handed in",
}
"""The keys of a log row's `other` that the plugin lets out (its class other_keys), and what they are."""


def list_fields(source: Source) -> tuple[tuple[str, str], ...]:
    """Return what a source brings, field by field, from the wire types: (name as Moodle sends it, what it is).

    Raises:
        KeyError: a field has no words.
    """
    return tuple(
        (field.encode_name, FIELD_WORDS[part][field.encode_name])
        for part in source.parts
        for field in msgspec.structs.fields(part)
    )
