"""What each field that this tool reads from Moodle is for, in words for the people it is about (policy paragraph 5).

The fields themselves are the wire types' and nothing else: a field without words here fails the tests.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from analytics.language import gettext, mark
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
    Source(Function.LOG_EVENTS, mark("Moodle’s log"), mark("with each sync"), (LogRow,)),
    Source(
        Function.ROSTER,
        mark("The list of people of a course"),
        mark("with each sync"),
        (wire.WireUser, wire.WireRole, wire.WireEnrolment, wire.WireGroup),
    ),
    Source(
        Function.TASKS, mark("What is to be handed in"), mark("with each sync"), (wire.WireTask, wire.WireTaskLearner)
    ),
    Source(
        Function.ATTENDANCE,
        mark("Registers of the Attendance activity"),
        mark("with each sync, where your Moodle has that activity"),
        (wire.WireSession, wire.WireMark),
    ),
    Source(Function.ACTIVITIES, mark("The activities of a course"), mark("with each sync"), (wire.WireActivity,)),
    Source(Function.DELETIONS, mark("What Moodle deleted"), mark("with each sync"), (wire.WireDeletion,)),
    Source(
        Function.VIEWER_ACCESS,
        mark("Your rights at this moment"),
        mark("when you open these pages"),
        (wire.WireViewerAccess,),
    ),
    Source(
        Function.CONTACT,
        mark("How you can be reached"),
        mark("when your adviser or a support officer is about to get in touch; nothing of it is kept"),
        (wire.WireContact,),
    ),
)
"""The answers with something about people; all the others are about courses and about Moodle itself."""

FIELD_WORDS: Mapping[type[msgspec.Struct], Mapping[str, str]] = {
    LogRow: {
        "id": mark("the row’s number"),
        "eventname": mark("what happened, such as “attempt started”"),
        "edulevel": mark("whether it is teaching, taking part, or neither"),
        "userid": mark("who did it"),
        "relateduserid": mark("whom it was done to, where it was somebody else"),
        "courseid": mark("in which course"),
        "cmid": mark("in which activity"),
        "timecreated": mark("when"),
        "origin": mark("by web, by app, or by Moodle itself"),
        "realuserid": mark("who was logged in as somebody else"),
        "other": mark("numbers and yes/no of a short list of keys, see below; never text"),
    },
    wire.WireUser: {
        "id": mark("Moodle’s number of the person"),
        "firstname": mark("given name"),
        "lastname": mark("family name"),
        "fullname": mark("the name as Moodle displays it"),
        "idnumber": mark("the institution’s number"),
        "suspended": mark("whether the account is suspended"),
        "roles": mark("the roles in the course"),
        "enrolments": mark("the enrolments in the course"),
        "groups": mark("the groups in the course"),
    },
    wire.WireRole: {
        "shortname": mark("the name of a role in the course itself"),
        "archetype": mark("whether it is a learner’s or a teacher’s"),
    },
    wire.WireEnrolment: {
        "method": mark("how the enrolment was made"),
        "active": mark("whether it is active"),
        "timestart": mark("from when on"),
        "timeend": mark("until when"),
        "timecreated": mark("when it was made"),
    },
    wire.WireGroup: {"id": mark("a group’s number"), "name": mark("a group’s name")},
    wire.WireTask: {
        "cmid": mark("which activity it is"),
        "modname": mark("which kind of activity"),
        "name": mark("its name"),
        "duedate": mark("when it is due for everybody"),
        "excusedknown": mark("whether Moodle knows who is excused from it"),
        "visible": mark("whether learners can see it"),
        "teamwork": mark("whether one hands in for a team"),
        "learners": mark("how it stands for each learner"),
    },
    wire.WireTaskLearner: {
        "userid": mark("which learner"),
        "duedate": mark("when it is due for this learner"),
        "extended": mark("whether that is an extension"),
        "excused": mark("whether this learner is excused; never why"),
        "timesubmitted": mark("when it was handed in"),
    },
    wire.WireSession: {
        "id": mark("the session’s number"),
        "cmid": mark("in which activity the register is kept"),
        "time": mark("when it began"),
        "marks": mark("what the register says of each learner who was expected"),
    },
    wire.WireMark: {
        "userid": mark("which learner"),
        "status": mark("attended, absent or excused; never why"),
    },
    wire.WireActivity: {
        "cmid": mark("the activity’s number"),
        "modname": mark("which kind of activity"),
        "name": mark("its name"),
        "visible": mark("whether learners can see it"),
        "section": mark("in which section of the course"),
        "own": mark("whether it is this tool’s own page"),
    },
    wire.WireDeletion: {
        "id": mark("the entry’s number"),
        "kind": mark("an account, a course, an activity, or a request for erasure"),
        "objectid": mark("the number of what was deleted"),
        "courseid": mark("in which course"),
        "timecreated": mark("when"),
    },
    wire.WireViewerAccess: {
        "userid": mark("who asks"),
        "courseid": mark("from which course"),
        "known": mark("whether Moodle knows them"),
        "suspended": mark("whether the account is suspended"),
        "deleted": mark("whether the account is deleted"),
        "enrolled": mark("whether they are enrolled in the course"),
        "active": mark("whether the enrolment is active"),
        "roles": mark("their roles in the course"),
        "groups": mark("their groups in the course"),
        "groupmode": mark("whether the course keeps its groups separate"),
        "accessallgroups": mark("whether they may see all groups"),
        "manages": mark("whether they run this tool"),
        "opens": mark("which page they came for"),
    },
    wire.WireContact: {
        "userid": mark("who you are"),
        "courseid": mark("in which course"),
        "learns": mark("whether you learn in that course"),
        "email": mark("your university e-mail address"),
        "personalemail": mark("your personal e-mail address, where your profile has one"),
        "phones": mark("the telephone numbers of your profile"),
    },
}
"""Wire type → field, as it travels → what it is."""

OTHER_KEYS = {
    "assignid": mark("the number of an assignment"),
    "choiceid": mark("the number of a choice activity; never the choice"),
    "completionstate": mark("whether an activity is complete"),
    "coursesectionnumber": mark("which section of the course was opened"),
    "discussionid": mark("the number of a discussion"),
    "forumid": mark("the number of a forum"),
    "forumtype": mark("the kind of forum"),
    "groupid": mark("the number of the group that handed in"),
    "itemid": mark("the number of a grade item; never the grade"),
    "overridden": mark("whether a grade was set by hand; never the grade"),
    "quizid": mark("the number of a quiz"),
    "relateduserid": mark("whom it was done to"),
    "studentisonline": mark("whether the quiz was open in the browser"),
    "submission_editable": mark("whether what was handed in can still be changed"),
    "submissionattempt": mark("which attempt it is"),
    "submissionid": mark("the number of a submission; never its content"),
    "submissionstatus": mark("new, draft, submitted or reopened"),
    "submitterid": mark("who handed in"),
}
"""The keys of a log row's `other` that the plugin lets out (its class other_keys), and what they are."""


def list_fields(source: Source) -> tuple[tuple[str, str], ...]:
    """Return what a source brings, field by field, from the wire types: (name as Moodle sends it, what it is).

    Raises:
        KeyError: a field has no words.
    """
    return tuple(
        (field.encode_name, gettext(FIELD_WORDS[part][field.encode_name]))
        for part in source.parts
        for field in msgspec.structs.fields(part)
    )
