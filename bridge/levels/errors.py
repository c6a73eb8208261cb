"""What is wrong with a level that somebody wrote."""

from collections.abc import Mapping

from bridge.errors import BridgeError


class LevelFormError(BridgeError):
    """A level's form does not fit. `problems`: where (such as "expects.activity.a_week") → what is meant."""

    code = "level-form"
    next_step = "Nothing was changed. docs/levels.md has an example of each entry."

    def __init__(self, problems: Mapping[str, str], lines: Mapping[str, int] | None = None) -> None:
        self.problems = dict(problems)
        self.lines = dict(lines or {})
        listed = "\n".join(f"  {self._where(path)}{text}" for path, text in self.problems.items())
        super().__init__(f"The level does not fit:\n{listed}\n{self.next_step}")

    def _where(self, path: str) -> str:
        line = next((self.lines[known] for known in _outwards(path) if known in self.lines), None)
        named = f"{path}: " if path else ""
        return named if line is None else f"line {line}, {named}" if named else f"line {line}: "


def _outwards(path: str) -> list[str]:
    """Give a path and what it lies in, innermost first."""
    parts = path.split(".")
    return [".".join(parts[:count]) for count in range(len(parts), 0, -1)]
