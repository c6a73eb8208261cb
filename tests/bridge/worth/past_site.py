"""A site with two past courses of forty learners each, which came by files of the benchmark's small folder."""

from dataclasses import dataclass
from pathlib import Path

from benchmarks.oulad import SITE, Converter, fill
from tests.benchmarks.small_oulad import write_folder
from tests.lti.commands.console import Console


@dataclass(frozen=True, slots=True)
class PastSite:
    """Where it is, and the files of what became of its learners."""

    console: Console
    address: str
    outcomes: Path
    groups: Path


class ConsoleTool:
    """Runs the benchmark's commands in a test's console."""

    def __init__(self, console: Console) -> None:
        self.console = console

    def lea(self, *words: object) -> None:
        """Run one command, which has to succeed."""
        answer = self.console.lea(*map(str, words))
        assert answer.exit_code == 0, answer.output


def make_past_site(console: Console, work: Path) -> PastSite:
    """Import the small folder into the console's database, with calendars and a published level."""
    converter = Converter(write_folder(work / "folder"), work)
    fill(ConsoleTool(console), converter)
    return PastSite(console, SITE, *converter.write_outcomes())
