"""Read YAML of plain values with the line of each entry; no aliases, no second entry of a name, no types of its own."""

from dataclasses import dataclass
from typing import Any

import yaml

from bridge.levels.errors import LevelFormError

LARGEST_FORM = 64 * 1024
DEEPEST = 8
BROKEN = (yaml.YAMLError, ValueError, LookupError, AttributeError, OverflowError)
"""What the YAML reader raises for values that are none, such as an empty `!!int`."""


@dataclass(frozen=True, slots=True)
class PlainYaml:
    """What a text says, and on which line each entry stands."""

    value: Any
    lines: dict[str, int]
    """Path such as "expects.activity" → line, from 1."""


class _Refused(Exception):
    def __init__(self, reason: str, line: int, path: str = "") -> None:
        super().__init__(reason)
        self.reason, self.line, self.path = reason, line, path


class _PlainLoader(yaml.SafeLoader):
    """Safe values alone; an alias could make a small text into an endless one. Dates stay text: the form reads them."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.events.AliasEvent):
            event = self.peek_event()  # type: ignore[no-untyped-call]  # the stubs leave it out
            raise _Refused("refers to another place (*). Write it out instead", event.start_mark.line + 1)
        return super().compose_node(parent, index)


_DAY = "tag:yaml.org,2002:timestamp"
_PlainLoader.yaml_implicit_resolvers = {
    first: [resolver for resolver in resolvers if resolver[0] != _DAY]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read_plain_yaml(text: str) -> PlainYaml:
    """Read a text; an empty one has no value.

    Raises:
        LevelFormError: it is no YAML, too large or deep, or holds an alias, a type of its own or one name twice.
    """
    if len(text.encode()) > LARGEST_FORM:
        raise LevelFormError({"": f"is larger than {LARGEST_FORM // 1024} kB"})
    loader = _PlainLoader(text)
    lines: dict[str, int] = {}
    try:
        node = loader.get_single_node()
        if node is None:
            return PlainYaml(None, lines)
        _walk(node, (), lines)
        return PlainYaml(loader.construct_document(node), lines)
    except _Refused as error:
        raise LevelFormError({error.path: error.reason}, {error.path: error.line}) from error
    except yaml.MarkedYAMLError as error:
        line = 1 if error.problem_mark is None else error.problem_mark.line + 1
        raise LevelFormError({"": f"cannot be read as YAML: {error.problem}"}, {"": line}) from error
    except RecursionError as error:
        raise LevelFormError({"": "cannot be read as YAML: it lies too deep"}) from error
    except BROKEN as error:
        raise LevelFormError({"": "cannot be read as YAML: it has something that cannot stand there"}) from error
    finally:
        loader.dispose()


def _walk(node: yaml.Node, path: tuple[str, ...], lines: dict[str, int]) -> None:
    name, line = ".".join(path), node.start_mark.line + 1
    lines.setdefault(name, line)
    if len(path) > DEEPEST:
        raise _Refused("lies too deep", line, name)
    if isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value):
            _walk(item, (*path, str(number)), lines)
    if isinstance(node, yaml.MappingNode):
        _walk_entries(node, path, lines)


def _walk_entries(node: yaml.MappingNode, path: tuple[str, ...], lines: dict[str, int]) -> None:
    seen: set[str] = set()
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise _Refused("has an entry whose name is no word", line, ".".join(path))
        inner = (*path, key.value)
        if key.value in seen:
            raise _Refused("stands here twice. Keep one of the two", line, ".".join(inner))
        if key.value == "<<":
            raise _Refused("merges another place in. Write it out instead", line, ".".join(inner))
        seen.add(key.value)
        lines[".".join(inner)] = line
        _walk(value, inner, lines)
