"""Who may see what: every viewer against every action, as one table to read."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.policy.access import Action, CourseRole, Reason, Subject, Viewer, decide
from analytics.policy.relationships import WORKS_WITH_LEARNERS, Kind, Relationship
from analytics.policy.starting import start_action
from tests.analytics.policy import test_access as known

COURSE, ELSEWHERE = known.COURSE, known.OTHER_COURSE
LENA, OTTO, GONE = known.LEARNER, known.OTHER_LEARNER, 13
"""Lena is in group A and in a school that is switched on, Otto in group B and in one that is off; the third left."""
SCHOOL_ON, SCHOOL_OFF = 501, 502
IN_A, IN_B = frozenset({known.GROUP_A}), frozenset({known.GROUP_B})

STAFF = replace(known.NOBODY, course_id=None, is_trained=True)
"""Launched from the site's home: no course, no part in one."""
ADVISER = replace(STAFF, relationships=frozenset(Relationship(Kind.ADVISER, who) for who in (LENA, OTTO, GONE)))
OFFICER = replace(
    STAFF, relationships=frozenset(Relationship(Kind.SUPPORT_OFFICER, None, s) for s in (SCHOOL_ON, SCHOOL_OFF))
)


def holder(kind: Kind, *, school: int | None = None) -> Viewer:
    """Make somebody trained who holds one relationship."""
    return replace(STAFF, relationships=frozenset({Relationship(kind, None, school)}))


BROKEN = frozenset(Relationship(Kind.BREAK_GLASS, who) for who in (OTTO, GONE))
OPERATOR = replace(STAFF, person_id=None, is_trained=False, is_operator=True)
GLASS = replace(STAFF, relationships=BROKEN | {Relationship(Kind.MAINTAINER)})


VIEWERS = {
    **known.VIEWERS,
    "adviser": ADVISER,
    "adviser, not trained": replace(ADVISER, is_trained=False),
    "adviser, Moodle silent": replace(ADVISER, is_live=False),
    "adviser of somebody else": replace(ADVISER, relationships=frozenset({Relationship(Kind.ADVISER, 99)})),
    "adviser whose time is over": STAFF,
    "adviser who tutors group A": replace(
        known.VIEWERS["tutor of group A only"], relationships=ADVISER.relationships, is_trained=True
    ),
    "adviser who administers": replace(ADVISER, is_admin=True, manages_tool=True),
    "support officer": OFFICER,
    "support officer, not trained": replace(OFFICER, is_trained=False),
    "support officer elsewhere": holder(Kind.SUPPORT_OFFICER, school=503),
    "lead": holder(Kind.LEAD, school=SCHOOL_ON),
    "lead, Moodle silent": replace(holder(Kind.LEAD, school=SCHOOL_ON), is_live=False),
    "lead, not trained": replace(holder(Kind.LEAD, school=SCHOOL_ON), is_trained=False),
    "faculty": holder(Kind.FACULTY),
    "faculty, not trained": replace(holder(Kind.FACULTY), is_trained=False),
    "faculty, Moodle silent": replace(holder(Kind.FACULTY), is_live=False),
    "maintainer": holder(Kind.MAINTAINER),
    "maintainer, not trained": replace(holder(Kind.MAINTAINER), is_trained=False),
    "maintainer, glass broken": GLASS,
    "same, not trained": replace(GLASS, is_trained=False),
    "same, Moodle silent": replace(GLASS, is_live=False),
    "maintainer no more, glass left": replace(GLASS, relationships=BROKEN),
    "operator at the server": OPERATOR,
}

PERSON = {
    LENA: Subject(None, LENA, school_id=SCHOOL_ON, is_school_on=True),
    OTTO: Subject(None, OTTO, school_id=SCHOOL_OFF),
    GONE: Subject(None, GONE, school_id=SCHOOL_ON, is_school_on=True, is_left_out=True),
}
COLUMNS = {
    "C1": ("the course's panel", Action.COURSE_VIEW, Subject(COURSE)),
    "C2": ("another course's panel", Action.COURSE_VIEW, Subject(ELSEWHERE)),
    "L1": ("Lena's page in the course", Action.LEARNER_VIEW, Subject(COURSE, LENA, IN_A)),
    "L2": ("Otto's page in the course", Action.LEARNER_VIEW, Subject(COURSE, OTTO, IN_B)),
    "L3": ("nobody's page in the course", Action.LEARNER_VIEW, Subject(COURSE, None)),
    "L4": ("Lena's page in another course", Action.LEARNER_VIEW, Subject(ELSEWHERE, LENA, IN_A)),
    "P0": ("the list of one's people", Action.PEOPLE_VIEW, Subject(None)),
    "P1": ("Lena over all courses", Action.PERSON_VIEW, PERSON[LENA]),
    "P2": ("Otto over all courses", Action.PERSON_VIEW, PERSON[OTTO]),
    "P3": ("who left, over all courses", Action.PERSON_VIEW, PERSON[GONE]),
    "P4": ("nobody over all courses", Action.PERSON_VIEW, Subject(None)),
    "G0": ("break glass", Action.BREAK_GLASS, Subject(None)),
    "T0": ("say when one was trained", Action.TRAINING, Subject(None)),
    "S1": ("a school's page", Action.SCHOOL_VIEW, Subject(None, school_id=SCHOOL_ON)),
    "S2": ("another school's page", Action.SCHOOL_VIEW, Subject(None, school_id=SCHOOL_OFF)),
    "S3": ("change who works for a school", Action.SCHOOL_CHANGE, Subject(None, school_id=SCHOOL_ON)),
    "E1": ("what the course expects", Action.STATEMENT_VIEW, Subject(COURSE, school_id=SCHOOL_ON)),
    "E2": ("what another course expects", Action.STATEMENT_VIEW, Subject(ELSEWHERE, school_id=SCHOOL_OFF)),
    "O1": ("Lena's own page", Action.OWN_VIEW, Subject(COURSE, LENA)),
    "O2": ("Lena's own page elsewhere", Action.OWN_VIEW, Subject(ELSEWHERE, LENA)),
    "O3": ("Otto's own page", Action.OWN_VIEW, Subject(COURSE, OTTO)),
    "O4": ("Lena's own courses", Action.OWN_COURSES_VIEW, Subject(None, LENA)),
    "O5": ("Otto's own courses", Action.OWN_COURSES_VIEW, Subject(None, OTTO)),
    "H1": ("all rows about Lena", Action.OWN_HELD_VIEW, Subject(None, LENA)),
    "H2": ("all rows about Otto", Action.OWN_HELD_VIEW, Subject(None, OTTO)),
    "H3": ("Lena's rows as a file", Action.OWN_HELD_EXPORT, Subject(None, LENA)),
    "H4": ("Otto's rows as a file", Action.OWN_HELD_EXPORT, Subject(None, OTTO)),
    "A1": ("the tool's state", Action.ADMIN_VIEW, Subject(None)),
    "A2": ("change the tool", Action.ADMIN_CHANGE, Subject(None)),
    "F1": ("figures of the platform", Action.FIGURES_VIEW, Subject(None)),
    "F2": ("figures of a school", Action.FIGURES_VIEW, Subject(None, school_id=SCHOOL_ON)),
    "F3": ("figures of another school", Action.FIGURES_VIEW, Subject(None, school_id=SCHOOL_OFF)),
    "X1": ("set up and run the tool", Action.OPERATE, Subject(None)),
    "X2": ("take evidence in", Action.EVIDENCE_CHANGE, Subject(None)),
    "X3": ("change records", Action.RECORDS_CHANGE, Subject(None)),
    "X4": ("check the seals", Action.AUDIT_VIEW, Subject(None)),
    "X5": ("Lena's rows, as she asked", Action.SUBJECT_EXPORT, Subject(None, LENA)),
    "X6": ("erase or pause Lena", Action.SUBJECT_RIGHTS, Subject(None, LENA)),
    "V1": ("Lena says something about a week", Action.OWN_CHANGE, Subject(COURSE, LENA)),
    "V2": ("Lena says it of a course elsewhere", Action.OWN_CHANGE, Subject(ELSEWHERE, LENA)),
    "V3": ("somebody says it as Otto", Action.OWN_CHANGE, Subject(COURSE, OTTO)),
    "V4": ("Lena complains", Action.OWN_COMPLAIN, Subject(None, LENA)),
    "V5": ("somebody complains as Otto", Action.OWN_COMPLAIN, Subject(None, OTTO)),
    "D1": ("answer what Lena said", Action.DISPUTE_ANSWER, PERSON[LENA]),
    "D2": ("answer what Otto said", Action.DISPUTE_ANSWER, PERSON[OTTO]),
    "D3": ("answer who left", Action.DISPUTE_ANSWER, PERSON[GONE]),
    "Q1": ("complaints of a school", Action.COMPLAINTS_VIEW, Subject(None, school_id=SCHOOL_ON)),
    "Q2": ("complaints of another school", Action.COMPLAINTS_VIEW, Subject(None, school_id=SCHOOL_OFF)),
    "Q3": ("answer a complaint", Action.COMPLAINT_ANSWER, Subject(None, school_id=SCHOOL_ON)),
    "Q4": ("evidence of a complaint", Action.COMPLAINT_EXPORT, Subject(None, school_id=SCHOOL_ON)),
    "Q5": ("evidence of another school's", Action.COMPLAINT_EXPORT, Subject(None, school_id=SCHOOL_OFF)),
    "K1": ("Lena's case", Action.CASE_VIEW, PERSON[LENA]),
    "K2": ("Otto's case", Action.CASE_VIEW, PERSON[OTTO]),
    "K3": ("a step of Lena's case", Action.CASE_CHANGE, PERSON[LENA]),
    "K4": ("a step of Otto's case", Action.CASE_CHANGE, PERSON[OTTO]),
    "K5": ("keep an entry from Lena", Action.CASE_WITHHOLD, PERSON[LENA]),
    "K6": ("keep an entry from Otto", Action.CASE_WITHHOLD, PERSON[OTTO]),
    "K7": ("tell Lena's school from a course's", Action.HAND_OVER_RAISE, PERSON[LENA]),
    "K8": ("tell from a school that is off", Action.HAND_OVER_RAISE, PERSON[OTTO]),
    "K9": ("tell of who left", Action.HAND_OVER_RAISE, PERSON[GONE]),
    "Y1": ("the course's list as a file", Action.COURSE_EXPORT, Subject(COURSE)),
    "Y2": ("another course's list as a file", Action.COURSE_EXPORT, Subject(ELSEWHERE)),
    "Y3": ("the list of one's people as a file", Action.PEOPLE_EXPORT, Subject(None)),
    "Y4": ("the list of what to do first as a file", Action.WORK_EXPORT, Subject(None)),
    "Y5": ("one message to several of one's people", Action.PEOPLE_MESSAGE, Subject(None)),
    "R1": ("what is opened in the course", Action.RESOURCES_VIEW, Subject(COURSE)),
    "R2": ("what is opened in another course", Action.RESOURCES_VIEW, Subject(ELSEWHERE)),
}

TABLE = """
                               C1 C2 L1 L2 L3 L4 P0 P1 P2 P3 P4 G0 T0 S1 S2 S3 E1 E2 O1 O2 O3 O4 O5 H1 H2 H3 H4 A1 A2
tutor                          C1 .  L1 L2 .  .  .  .  .  .  .  .  T0 .  .  .  E1 .  .  .  .  .  .  .  .  .  .  .  .
tutor of group A only          C1 .  L1 .  .  .  .  .  .  .  .  .  T0 .  .  .  E1 .  .  .  .  .  .  .  .  .  .  .  .
tutor of no group              C1 .  .  .  .  .  .  .  .  .  .  .  T0 .  .  .  E1 .  .  .  .  .  .  .  .  .  .  .  .
tutor, not trained             .  .  .  .  .  .  .  .  .  .  .  .  T0 .  .  .  E1 .  .  .  .  .  .  .  .  .  .  .  .
tutor, Moodle silent           .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  E1 .  .  .  .  .  .  .  .  .  .  .  .
tutor who administers          C1 .  L1 L2 .  .  .  .  .  .  .  .  T0 .  .  .  E1 .  .  .  .  .  .  .  .  .  .  A1 .
tutor who learns elsewhere     C1 .  L1 L2 .  .  .  .  .  .  .  .  T0 .  .  .  E1 E2 .  .  .  .  .  .  .  .  .  .  .
learner                        .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  E1 E2 O1 O2 .  O4 .  H1 .  H3 .  .  .
learner, Moodle silent         .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  E1 E2 O1 O2 .  O4 .  H1 .  H3 .  .  .
learner of one course          .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  E1 .  O1 .  .  O4 .  H1 .  H3 .  .  .
administrator                  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  A1 A2
administrator, Moodle silent   .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  A1 A2
category manager               .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  A1 .
nobody                         .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
stranger                       .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
adviser                        .  .  .  .  .  .  P0 P1 .  .  .  .  T0 .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
adviser, not trained           .  .  .  .  .  .  .  .  .  .  .  .  T0 .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
adviser, Moodle silent         .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
adviser of somebody else       .  .  .  .  .  .  P0 .  .  .  .  .  T0 .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
adviser whose time is over     .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
adviser who tutors group A     C1 .  L1 .  .  .  P0 P1 .  .  .  .  T0 .  .  .  E1 .  .  .  .  .  .  .  .  .  .  .  .
adviser who administers        .  .  .  .  .  .  P0 P1 .  .  .  .  T0 .  .  .  .  .  .  .  .  .  .  .  .  .  .  A1 A2
support officer                .  .  .  .  .  .  P0 P1 .  .  .  .  T0 .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
support officer, not trained   .  .  .  .  .  .  .  .  .  .  .  .  T0 .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
support officer elsewhere      .  .  .  .  .  .  P0 .  .  .  .  .  T0 .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
lead                           .  .  .  .  .  .  .  .  .  .  .  .  T0 S1 .  S3 E1 .  .  .  .  .  .  .  .  .  .  .  .
lead, Moodle silent            .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  E1 .  .  .  .  .  .  .  .  .  .  .  .
lead, not trained              .  .  .  .  .  .  .  .  .  .  .  .  T0 .  .  .  E1 .  .  .  .  .  .  .  .  .  .  .  .
faculty                        .  .  .  .  .  .  .  .  .  .  .  .  T0 .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
faculty, not trained           .  .  .  .  .  .  .  .  .  .  .  .  T0 .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
faculty, Moodle silent         .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
maintainer                     .  .  .  .  .  .  .  .  .  .  .  G0 T0 .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
maintainer, not trained        .  .  .  .  .  .  .  .  .  .  .  .  T0 .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
maintainer, glass broken       .  .  .  .  .  .  .  .  P2 .  .  G0 T0 .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
same, not trained              .  .  .  .  .  .  .  .  .  .  .  .  T0 .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
same, Moodle silent            .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
maintainer no more, glass left .  .  .  .  .  .  .  .  .  .  .  .  T0 .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
operator at the server         .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
"""
"""Of each viewer what they may do by a page, by the columns above; a dot is a refusal. The learner is Lena."""

COMMANDS = """
                               F1 F2 F3 X1 X2 X3 X4 X5 X6
tutor                          .  .  .  .  .  .  .  .  .
tutor of group A only          .  .  .  .  .  .  .  .  .
tutor of no group              .  .  .  .  .  .  .  .  .
tutor, not trained             .  .  .  .  .  .  .  .  .
tutor, Moodle silent           .  .  .  .  .  .  .  .  .
tutor who administers          .  .  .  .  .  .  .  .  .
tutor who learns elsewhere     .  .  .  .  .  .  .  .  .
learner                        .  .  .  .  .  .  .  .  .
learner, Moodle silent         .  .  .  .  .  .  .  .  .
learner of one course          .  .  .  .  .  .  .  .  .
administrator                  .  .  .  .  .  .  .  .  .
administrator, Moodle silent   .  .  .  .  .  .  .  .  .
category manager               .  .  .  .  .  .  .  .  .
nobody                         .  .  .  .  .  .  .  .  .
stranger                       .  .  .  .  .  .  .  .  .
adviser                        .  .  .  .  .  .  .  .  .
adviser, not trained           .  .  .  .  .  .  .  .  .
adviser, Moodle silent         .  .  .  .  .  .  .  .  .
adviser of somebody else       .  .  .  .  .  .  .  .  .
adviser whose time is over     .  .  .  .  .  .  .  .  .
adviser who tutors group A     .  .  .  .  .  .  .  .  .
adviser who administers        .  .  .  .  .  .  .  .  .
support officer                .  .  .  .  .  .  .  .  .
support officer, not trained   .  .  .  .  .  .  .  .  .
support officer elsewhere      .  .  .  .  .  .  .  .  .
lead                           .  F2 .  .  .  .  .  .  .
lead, Moodle silent            .  .  .  .  .  .  .  .  .
lead, not trained              .  F2 .  .  .  .  .  .  .
faculty                        F1 F2 F3 .  .  .  .  .  .
faculty, not trained           F1 F2 F3 .  .  .  .  .  .
faculty, Moodle silent         .  .  .  .  .  .  .  .  .
maintainer                     .  .  .  .  .  .  .  .  .
maintainer, not trained        .  .  .  .  .  .  .  .  .
maintainer, glass broken       .  .  .  .  .  .  .  .  .
same, not trained              .  .  .  .  .  .  .  .  .
same, Moodle silent            .  .  .  .  .  .  .  .  .
maintainer no more, glass left .  .  .  .  .  .  .  .  .
operator at the server         .  .  .  X1 X2 X3 X4 X5 X6
"""
"""Of each viewer what they may read that names nobody, and what they may do by a command."""

VOICE = """
                               V1 V2 V3 V4 V5 D1 D2 D3 Q1 Q2 Q3 Q4 Q5
tutor                          .  .  .  .  .  .  .  .  .  .  . .  .
tutor of group A only          .  .  .  .  .  .  .  .  .  .  . .  .
tutor of no group              .  .  .  .  .  .  .  .  .  .  . .  .
tutor, not trained             .  .  .  .  .  .  .  .  .  .  . .  .
tutor, Moodle silent           .  .  .  .  .  .  .  .  .  .  . .  .
tutor who administers          .  .  .  .  .  .  .  .  .  .  . .  .
tutor who learns elsewhere     .  .  .  .  .  .  .  .  .  .  . .  .
learner                        V1 V2 .  V4 .  .  .  .  .  .  . .  .
learner, Moodle silent         V1 V2 .  V4 .  .  .  .  .  .  . .  .
learner of one course          V1 .  .  V4 .  .  .  .  .  .  . .  .
administrator                  .  .  .  .  .  .  .  .  .  .  . .  .
administrator, Moodle silent   .  .  .  .  .  .  .  .  .  .  . .  .
category manager               .  .  .  .  .  .  .  .  .  .  . .  .
nobody                         .  .  .  .  .  .  .  .  .  .  . .  .
stranger                       .  .  .  .  .  .  .  .  .  .  . .  .
adviser                        .  .  .  .  .  D1 .  .  .  .  . .  .
adviser, not trained           .  .  .  .  .  .  .  .  .  .  . .  .
adviser, Moodle silent         .  .  .  .  .  .  .  .  .  .  . .  .
adviser of somebody else       .  .  .  .  .  .  .  .  .  .  . .  .
adviser whose time is over     .  .  .  .  .  .  .  .  .  .  . .  .
adviser who tutors group A     .  .  .  .  .  D1 .  .  .  .  . .  .
adviser who administers        .  .  .  .  .  D1 .  .  .  .  . .  .
support officer                .  .  .  .  .  D1 .  .  .  .  . .  .
support officer, not trained   .  .  .  .  .  .  .  .  .  .  . .  .
support officer elsewhere      .  .  .  .  .  .  .  .  .  .  . .  .
lead                           .  .  .  .  .  .  .  .  Q1 .  Q3 Q4 .
lead, Moodle silent            .  .  .  .  .  .  .  .  .  .  . .  .
lead, not trained              .  .  .  .  .  .  .  .  .  .  . .  .
faculty                        .  .  .  .  .  .  .  .  .  .  . .  .
faculty, not trained           .  .  .  .  .  .  .  .  .  .  . .  .
faculty, Moodle silent         .  .  .  .  .  .  .  .  .  .  . .  .
maintainer                     .  .  .  .  .  .  .  .  .  .  . .  .
maintainer, not trained        .  .  .  .  .  .  .  .  .  .  . .  .
maintainer, glass broken       .  .  .  .  .  .  .  .  .  .  . .  .
same, not trained              .  .  .  .  .  .  .  .  .  .  . .  .
same, Moodle silent            .  .  .  .  .  .  .  .  .  .  . .  .
maintainer no more, glass left .  .  .  .  .  .  .  .  .  .  . .  .
operator at the server         .  .  .  .  .  .  .  .  .  .  . .  .
"""
"""Of each viewer what learners say, and who answers."""

CASEWORK = """
                               K1 K2 K3 K4 K5 K6 K7 K8 K9
tutor                          .  .  .  .  .  .  .  .  .
tutor of group A only          .  .  .  .  .  .  .  .  .
tutor of no group              .  .  .  .  .  .  .  .  .
tutor, not trained             .  .  .  .  .  .  .  .  .
tutor, Moodle silent           .  .  .  .  .  .  .  .  .
tutor who administers          .  .  .  .  .  .  .  .  .
tutor who learns elsewhere     .  .  .  .  .  .  .  .  .
learner                        .  .  .  .  .  .  .  .  .
learner, Moodle silent         .  .  .  .  .  .  .  .  .
learner of one course          .  .  .  .  .  .  .  .  .
administrator                  .  .  .  .  .  .  .  .  .
administrator, Moodle silent   .  .  .  .  .  .  .  .  .
category manager               .  .  .  .  .  .  .  .  .
nobody                         .  .  .  .  .  .  .  .  .
stranger                       .  .  .  .  .  .  .  .  .
adviser                        K1 .  K3 .  .  .  .  .  .
adviser, not trained           .  .  .  .  .  .  .  .  .
adviser, Moodle silent         .  .  .  .  .  .  .  .  .
adviser of somebody else       .  .  .  .  .  .  .  .  .
adviser whose time is over     .  .  .  .  .  .  .  .  .
adviser who tutors group A     K1 .  K3 .  .  .  .  .  .
adviser who administers        K1 .  K3 .  .  .  .  .  .
support officer                K1 .  K3 .  .  .  K7 .  .
support officer, not trained   .  .  .  .  .  .  .  .  .
support officer elsewhere      .  .  .  .  .  .  .  .  .
lead                           .  .  .  .  K5 .  .  .  .
lead, Moodle silent            .  .  .  .  .  .  .  .  .
lead, not trained              .  .  .  .  .  .  .  .  .
faculty                        .  .  .  .  .  .  .  .  .
faculty, not trained           .  .  .  .  .  .  .  .  .
faculty, Moodle silent         .  .  .  .  .  .  .  .  .
maintainer                     .  .  .  .  .  .  .  .  .
maintainer, not trained        .  .  .  .  .  .  .  .  .
maintainer, glass broken       .  .  .  .  .  .  .  .  .
same, not trained              .  .  .  .  .  .  .  .  .
same, Moodle silent            .  .  .  .  .  .  .  .  .
maintainer no more, glass left .  .  .  .  .  .  .  .  .
operator at the server         .  .  .  .  .  .  .  .  .
"""
"""Of each viewer who looks after a learner, step by step."""

FILES = """
                               Y1 Y2 Y3 Y4 Y5 R1 R2
tutor                          Y1 .  .  .  .  R1 .
tutor of group A only          Y1 .  .  .  .  R1 .
tutor of no group              Y1 .  .  .  .  R1 .
tutor, not trained             .  .  .  .  .  .  .
tutor, Moodle silent           .  .  .  .  .  .  .
tutor who administers          Y1 .  .  .  .  R1 .
tutor who learns elsewhere     Y1 .  .  .  .  R1 .
learner                        .  .  .  .  .  .  .
learner, Moodle silent         .  .  .  .  .  .  .
learner of one course          .  .  .  .  .  .  .
administrator                  .  .  .  .  .  .  .
administrator, Moodle silent   .  .  .  .  .  .  .
category manager               .  .  .  .  .  .  .
nobody                         .  .  .  .  .  .  .
stranger                       .  .  .  .  .  .  .
adviser                        .  .  Y3 Y4 Y5 .  .
adviser, not trained           .  .  .  .  .  .  .
adviser, Moodle silent         .  .  .  .  .  .  .
adviser of somebody else       .  .  Y3 Y4 Y5 .  .
adviser whose time is over     .  .  .  .  .  .  .
adviser who tutors group A     Y1 .  Y3 Y4 Y5 R1 .
adviser who administers        .  .  Y3 Y4 Y5 .  .
support officer                .  .  Y3 Y4 Y5 .  .
support officer, not trained   .  .  .  .  .  .  .
support officer elsewhere      .  .  Y3 Y4 Y5 .  .
lead                           .  .  .  .  .  .  .
lead, Moodle silent            .  .  .  .  .  .  .
lead, not trained              .  .  .  .  .  .  .
faculty                        .  .  .  .  .  .  .
faculty, not trained           .  .  .  .  .  .  .
faculty, Moodle silent         .  .  .  .  .  .  .
maintainer                     .  .  .  .  .  .  .
maintainer, not trained        .  .  .  .  .  .  .
maintainer, glass broken       .  .  .  .  .  .  .
same, not trained              .  .  .  .  .  .  .
same, Moodle silent            .  .  .  .  .  .  .
maintainer no more, glass left .  .  .  .  .  .  .
operator at the server         .  .  .  .  .  .  .
"""
"""Of each viewer which lists of names they may take away as a file, the purpose judged apart, and what is opened."""

TABLES = [table.splitlines() for table in (TABLE, COMMANDS, VOICE, CASEWORK, FILES)]
HEADS = [head for lines in TABLES for head in lines[1].split()]
LINES = zip(*(lines[2:] for lines in TABLES), strict=True)
ROWS = {line[0][:31].strip(): [cell for part in line for cell in part[31:].split()] for line in LINES}


@pytest.mark.parametrize("viewer_name", VIEWERS)
def test_every_viewer_may_do_exactly_what_the_table_says(viewer_name: str) -> None:
    may = [
        code if decide(VIEWERS[viewer_name], action, subject).is_allowed else "."
        for code, (_, action, subject) in COLUMNS.items()
    ]
    assert may == ROWS[viewer_name]


def test_every_viewer_and_every_action_stands_in_the_table() -> None:
    assert {action for _, action, _ in COLUMNS.values()} == set(Action)
    assert list(COLUMNS) == HEADS
    assert all([line[:31].strip() for line in lines[2:]] == list(VIEWERS) for lines in TABLES)
    assert list(ROWS) == list(VIEWERS)


@pytest.mark.parametrize(
    ("viewer_name", "column", "reason"),
    [
        ("adviser", "P0", Reason.WORKS_WITH_LEARNERS),
        ("adviser", "P1", Reason.ADVISES),
        ("adviser", "P2", Reason.SCHOOL_OFF),
        ("adviser", "P3", Reason.LEFT_OUT),
        ("adviser", "P4", Reason.NO_SUBJECT),
        ("adviser, not trained", "P0", Reason.TRAINING_NEEDED),
        ("adviser, not trained", "P1", Reason.TRAINING_NEEDED),
        ("adviser, not trained", "T0", Reason.HOLDS_RELATIONSHIP),
        ("adviser, Moodle silent", "P1", Reason.RIGHTS_UNCHECKED),
        ("adviser of somebody else", "P1", Reason.NO_RELATIONSHIP),
        ("adviser whose time is over", "P0", Reason.NO_RELATIONSHIP),
        ("support officer", "P1", Reason.SUPPORTS_SCHOOL),
        ("support officer elsewhere", "P1", Reason.NO_RELATIONSHIP),
        ("lead", "P1", Reason.NO_RELATIONSHIP),
        ("lead", "S1", Reason.LEADS_SCHOOL),
        ("lead", "S2", Reason.OTHER_SCHOOL),
        ("lead, Moodle silent", "S3", Reason.RIGHTS_UNCHECKED),
        ("lead, not trained", "S1", Reason.TRAINING_NEEDED),
        ("support officer", "S1", Reason.NO_RELATIONSHIP),
        ("tutor", "T0", Reason.TEACHES_COURSE),
        ("faculty", "F3", Reason.IS_FACULTY),
        ("faculty, Moodle silent", "F1", Reason.RIGHTS_UNCHECKED),
        ("lead", "F2", Reason.LEADS_SCHOOL),
        ("lead", "F1", Reason.OTHER_SCHOOL),
        ("support officer", "F2", Reason.NO_RELATIONSHIP),
        ("operator at the server", "X5", Reason.OPERATES_TOOL),
        ("operator at the server", "L1", Reason.NO_ROLE),
        ("administrator", "X1", Reason.NO_RULE),
        ("maintainer", "G0", Reason.MAINTAINS_TOOL),
        ("maintainer, glass broken", "P2", Reason.BREAK_GLASS),
        ("maintainer, glass broken", "P3", Reason.LEFT_OUT),
        ("maintainer no more, glass left", "P2", Reason.NO_RELATIONSHIP),
        ("tutor", "P1", Reason.NO_RELATIONSHIP),
        ("administrator", "P0", Reason.NO_RELATIONSHIP),
        ("administrator", "T0", Reason.NO_RELATIONSHIP),
    ],
)
def test_a_decision_about_stored_relationships_names_its_reason(viewer_name: str, column: str, reason: Reason) -> None:
    _, action, subject = COLUMNS[column]
    assert decide(VIEWERS[viewer_name], action, subject).reason is reason


def test_who_advises_and_supports_the_same_learner_looks_as_their_adviser() -> None:
    both = replace(ADVISER, relationships=ADVISER.relationships | OFFICER.relationships)
    assert decide(both, Action.PERSON_VIEW, PERSON[LENA]).reason is Reason.ADVISES


@pytest.mark.parametrize(
    ("viewer_name", "action"),
    [
        ("adviser", Action.PEOPLE_VIEW),
        ("adviser, not trained", Action.TRAINING),
        ("adviser who tutors group A", Action.COURSE_VIEW),
        ("adviser who administers", Action.PEOPLE_VIEW),
        ("support officer", Action.PEOPLE_VIEW),
        ("lead", Action.SCHOOL_VIEW),
        ("lead, not trained", Action.TRAINING),
        ("faculty", Action.FIGURES_VIEW),
        ("faculty, not trained", Action.FIGURES_VIEW),
        ("maintainer", Action.BREAK_GLASS),
        ("maintainer, not trained", Action.TRAINING),
    ],
)
def test_somebody_with_a_stored_relationship_begins_there_unless_they_have_a_part_in_the_course(
    viewer_name: str, action: Action
) -> None:
    assert start_action(VIEWERS[viewer_name]) is action


IDS = st.one_of(st.none(), st.integers(1, 3))
HELD = st.builds(Relationship, kind=st.sampled_from(Kind), person_id=IDS, school_id=IDS)
ANYBODY = st.builds(
    Viewer,
    moodle_user_id=st.integers(1, 4),
    person_id=IDS,
    course_id=IDS,
    course_role=st.sampled_from([None, *CourseRole]),
    is_admin=st.booleans(),
    group_ids=st.frozensets(st.integers(1, 3)),
    sees_all_groups=st.booleans(),
    is_live=st.booleans(),
    manages_tool=st.booleans(),
    own_course_ids=st.frozensets(st.integers(1, 3)),
    relationships=st.frozensets(HELD, max_size=4),
    is_trained=st.booleans(),
)
ANY_SUBJECT = st.builds(
    Subject,
    course_id=IDS,
    person_id=IDS,
    group_ids=st.frozensets(st.integers(1, 3)),
    school_id=IDS,
    is_school_on=st.booleans(),
    is_left_out=st.booleans(),
)


@given(ANYBODY, ANY_SUBJECT)
def test_over_all_courses_nobody_is_seen_without_a_relationship_training_and_a_school_that_is_on(
    viewer: Viewer, subject: Subject
) -> None:
    if decide(viewer, Action.PERSON_VIEW, subject).is_allowed:
        assert viewer.is_trained
        assert viewer.is_live
        assert subject.person_id is not None
        assert not subject.is_left_out
        if decide(viewer, Action.PERSON_VIEW, subject).reason is Reason.BREAK_GLASS:
            assert any(held.kind is Kind.MAINTAINER for held in viewer.relationships)
            assert any(
                held.kind is Kind.BREAK_GLASS and held.person_id == subject.person_id for held in viewer.relationships
            )
            return
        assert subject.is_school_on
        assert any(
            held.kind in WORKS_WITH_LEARNERS
            and (
                held.person_id == subject.person_id
                or (held.school_id is not None and held.school_id == subject.school_id)
            )
            for held in viewer.relationships
        )


OF_STAFF = {
    Action.PEOPLE_EXPORT,
    Action.WORK_EXPORT,
    Action.PEOPLE_MESSAGE,
    Action.PEOPLE_VIEW,
    Action.PERSON_VIEW,
    Action.BREAK_GLASS,
    Action.TRAINING,
    Action.SCHOOL_VIEW,
    Action.SCHOOL_CHANGE,
    Action.STATEMENT_VIEW,
    Action.FIGURES_VIEW,
    Action.DISPUTE_ANSWER,
    Action.CASE_VIEW,
    Action.CASE_CHANGE,
    Action.CASE_WITHHOLD,
    Action.HAND_OVER_RAISE,
    Action.COMPLAINTS_VIEW,
    Action.COMPLAINT_ANSWER,
    Action.COMPLAINT_EXPORT,
}


@given(ANYBODY, ANY_SUBJECT)
def test_a_stored_relationship_gives_nothing_in_a_course_and_nothing_of_the_tool(
    viewer: Viewer, subject: Subject
) -> None:
    for action in set(Action) - OF_STAFF:
        assert decide(viewer, action, subject) == decide(replace(viewer, relationships=frozenset()), action, subject)
