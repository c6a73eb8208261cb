"""Write the part of a data-protection impact assessment that the tool itself can fill in: docs/dpia.md."""

from collections.abc import Sequence

from analytics.policy.retention import BASIS_WORDS, RetentionRule

INTRODUCTION = """# Data protection: what is held, why, and for how long

This page is generated: `lea retention document` prints it with the periods that an institution has set. It is the
part of a data-protection impact assessment (DPIA) that the tool can fill in. What only an institution can say (who
was consulted, what remains of the risks, who signed) belongs in its own document, whose number is the setting
`LEA_DPIA_REFERENCE`.
"""

SECTIONS = {
    "D1": (
        "The log as it arrives",
        "Needed so that figures can be reconciled with Moodle's log. The risk is a trail of a person's day: so no"
        " address and no content is taken, nothing of courses that are not switched on, and the rows leave soon; "
        "figures never need them.",
    ),
    "D2": (
        "Evidence and what is measured from it",
        "The purpose itself: to notice early when somebody might need support. The risk is a profile: so a day "
        "holds neither counts nor times, looking at these pages is never an input, and every learner sees each "
        "row.",
    ),
    "D3": (
        "What was shown",
        "Kept unchanged so that a learner, or somebody who looks into a complaint, can follow what was said at "
        "the time and from what. The risk is that an old figure sticks to a person: so staff see the running "
        "course alone, and it goes.",
    ),
    "D4": (
        "Who is who",
        "Needed to show a learner's page to that learner and to nobody else without a right. The risk is a second"
        " student register: so contact details and photos are not copied, and a name goes with the last course.",
    ),
    "D5": (
        "Who looks, and by what right",
        "Needed so that every named view can be answered for. The risk is that staff are watched: so only views "
        "of learners' data leave a row, and learners and the data-protection contact alone read them.",
    ),
    "D6": (
        "Requests of learners",
        "Needed to honour an objection or an erasure for good, also after a backup was restored. The risk is that"
        " the request itself names somebody: so what is kept of an erasure is a keyed hash.",
    ),
    "D7": (
        "The tool's own records",
        "Needed to show that data is read and removed as promised. Nothing about a person.",
    ),
    "D8": (
        "What people decide, and what learners say",
        "Needed so that a person, by name, answers for each step, and so that a learner can answer. The risk is a file "
        "of opinions: so learners read each entry unless a lead withholds one with a reason, and once it goes, only a "
        "chain of digests stays that names nobody.",
    ),
}
"""Section → its title, and why the data is needed and what speaks against it."""

CLOSING = """
## How it is shown

Each night the worker removes what is older than its period, kind by kind, then counts again what is that old: both
numbers are kept (`lea retention status`; "left over" must be 0). A learner reads every row about themselves and its
period on the page "What is held about me". An erasure is a request that a person decides (`lea erase`); its mark
keeps the data from coming back out of Moodle's log or out of a backup (`lea tombstones`). An objection or a
restriction pauses the processing for one learner (`lea restrict`).
"""

HEAD = "| kind | what | from | lawful basis | kept | tables |\n|---|---|---|---|---|---|\n"


def write_dpia(rules: Sequence[RetentionRule], reference: str = "") -> str:
    """Return the page as Markdown; `reference` is the institution's own number of its assessment, empty for none."""
    parts = [INTRODUCTION]
    if reference:
        parts.append(f"\nThe institution's own assessment: {reference}\n")
    for section, (title, why) in SECTIONS.items():
        parts.append(f"\n## {section} {title}\n\n{why}\n\n{HEAD}")
        parts += [_row(rule) for rule in rules if rule.dpia == section]
    return "".join([*parts, CLOSING])


def _row(rule: RetentionRule) -> str:
    tables = ", ".join(f"`{table}`" for table in rule.tables) or "all of a person's"
    cells = (f"`{rule.kind}`", rule.what, rule.source, BASIS_WORDS[rule.basis], rule.period_words, tables)
    return f"| {' | '.join(cells)} |\n"
