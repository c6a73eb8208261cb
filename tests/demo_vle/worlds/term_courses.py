"""The six invented courses of the generated term: titles, weekly topics, coursework."""

from dataclasses import dataclass
from typing import Literal

WEEKS = 12
READING_WEEK = 7
FRIDAY, THURSDAY, WEDNESDAY, TUESDAY, MONDAY = 4, 3, 2, 1, 0


@dataclass(frozen=True, slots=True)
class TaskPlan:
    """A piece of coursework. Due in `week` (13 is the week after the last) on `weekday` (0 Monday) at `hour`."""

    modname: Literal["assign", "quiz"]
    name: str
    week: int
    weekday: int
    hour: int


@dataclass(frozen=True, slots=True)
class CoursePlan:
    """A course. `topics`: weeks 1–12, the reading week's empty. `worksheet`: what each week holds beside notes."""

    id: int
    code: str
    title: str
    school: str
    worksheet: str
    topics: tuple[str, ...]
    tasks: tuple[TaskPlan, ...]
    groups: tuple[str, ...] = ()
    separate_groups: bool = False
    small: bool = False


def _topics(text: str) -> tuple[str, ...]:
    topics = [part.strip() for part in text.split(";")]
    return (*topics[: READING_WEEK - 1], "", *topics[READING_WEEK - 1 :])


COURSES: tuple[CoursePlan, ...] = (
    CoursePlan(
        11, "BIO4102", "Cell Biology and Genetics", "School of Life Sciences", "Lab sheet",
        _topics(
            "What is a cell?; Membranes and transport; Proteins and enzymes; Energy and mitochondria; The cell cycle;"
            " DNA replication; Transcription and translation; Gene regulation; Inheritance; Mutation and repair;"
            " Reading a genome"
        ),
        (
            TaskPlan("quiz", "Lab safety and microscopy quiz", 3, FRIDAY, 17),
            TaskPlan("assign", "Lab report 1: enzyme kinetics", 5, THURSDAY, 16),
            TaskPlan("quiz", "Mid-term test", 8, WEDNESDAY, 17),
            TaskPlan("assign", "Lab report 2: fruit fly crosses", 11, THURSDAY, 16),
            TaskPlan("quiz", "Genetics problem quiz", 13, TUESDAY, 17),
        ),
    ),
    CoursePlan(
        12, "HST5017", "Britain and the World since 1900", "School of History", "Seminar reading",
        _topics(
            "An empire at its height; The First World War; Votes and protest; Between the wars; The Second World War;"
            " The welfare state; Decolonisation; Migration and Windrush; Europe, in and out; The Thatcher years;"
            " Devolution"
        ),
        (
            TaskPlan("assign", "Source commentary", 4, FRIDAY, 12),
            TaskPlan("assign", "Essay 1", 8, FRIDAY, 12),
            TaskPlan("assign", "Essay 2", 13, THURSDAY, 12),
        ),
    ),
    CoursePlan(
        13, "MTH4100", "Calculus I", "School of Mathematical Sciences", "Problem sheet",
        _topics(
            "Functions and graphs; Limits; Continuity; The derivative; Rules of differentiation; Maxima and minima;"
            " The integral; The fundamental theorem; Techniques of integration; Sequences and series; Taylor series"
        ),
        (
            TaskPlan("quiz", "Online quiz 1", 2, FRIDAY, 17),
            TaskPlan("quiz", "Online quiz 2", 4, FRIDAY, 17),
            TaskPlan("quiz", "Online quiz 3", 6, FRIDAY, 17),
            TaskPlan("quiz", "Online quiz 4", 9, FRIDAY, 17),
            TaskPlan("quiz", "Online quiz 5", 11, FRIDAY, 17),
            TaskPlan("assign", "Hand-in exercise: series", 13, MONDAY, 17),
        ),
    ),
    CoursePlan(
        14, "PSY5203", "Research Methods in Psychology", "School of Psychology", "Seminar worksheet",
        _topics(
            "Questions and hypotheses; Ethics; Sampling; Describing data; Designing experiments; Surveys and scales;"
            " Testing differences; Correlation; Regression; Interviews and themes; Writing a report"
        ),
        (
            TaskPlan("assign", "Ethics form", 3, THURSDAY, 16),
            TaskPlan("quiz", "Statistics test 1", 6, WEDNESDAY, 17),
            TaskPlan("assign", "Data analysis exercise", 9, THURSDAY, 16),
            TaskPlan("quiz", "Statistics test 2", 12, MONDAY, 12),
            TaskPlan("assign", "Research report", 13, FRIDAY, 16),
        ),
        ("Seminar group 1", "Seminar group 2", "Seminar group 3", "Seminar group 4"),
        separate_groups=True,
    ),
    CoursePlan(
        15, "ECN5110", "Principles of Microeconomics", "School of Economics", "Class exercise",
        _topics(
            "Choice and scarcity; Demand and supply; Elasticity; Consumers; Firms and costs; Perfect competition;"
            " Monopoly; Oligopoly; Labour markets; Externalities; Public goods"
        ),
        (
            TaskPlan("quiz", "Multiple choice test 1", 4, WEDNESDAY, 12),
            TaskPlan("assign", "Short essay: a price that changed", 6, THURSDAY, 12),
            TaskPlan("quiz", "Multiple choice test 2", 10, WEDNESDAY, 12),
            TaskPlan("assign", "Problem set", 13, WEDNESDAY, 12),
        ),
    ),
    CoursePlan(
        16, "ENG6030", "Medieval Manuscripts in the Archive", "School of English", "Transcription exercise",
        _topics(
            "In the reading room; Parchment and ink; Insular hands; Caroline minuscule; Gothic hands; Layout;"
            " Illumination; Marginalia; Binding; Provenance; Digital editions"
        ),
        (
            TaskPlan("assign", "Transcription portfolio", 6, FRIDAY, 12),
            TaskPlan("assign", "Description of a manuscript", 12, MONDAY, 12),
        ),
        small=True,
    ),
)  # fmt: skip
