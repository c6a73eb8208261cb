"""Compare the shape of two answers: keys and JSON types, whatever the values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

NAMES = {type(None): "null", bool: "bool", int: "int", float: "float", str: "str", list: "list", dict: "record"}


@dataclass(slots=True)
class Shape:
    """What was seen at one place. `keys`: of records; `always`: those that every record had; `items`: of lists."""

    types: set[str] = field(default_factory=set)
    keys: dict[str, "Shape"] = field(default_factory=dict)
    always: set[str] | None = None
    items: "Shape | None" = None
    was_empty: bool = False
    """One of the lists seen here was empty."""

    def learn(self, value: object) -> "Shape":
        """Add a value seen at this place. Returns this shape."""
        self.types.add(NAMES[type(value)])
        if isinstance(value, dict):
            self.always = set(value) if self.always is None else self.always & set(value)
            for key, item in value.items():
                self.keys.setdefault(key, Shape()).learn(item)
        elif isinstance(value, list):
            self.was_empty = self.was_empty or not value
            for item in value:
                self.items = (self.items or Shape()).learn(item)
        return self


def find_differences(recorded: object, answer: object, *, free: Iterable[str] = (), where: str = "answer") -> list[str]:
    """Compare an answer with a recorded one; empty when their shapes agree.

    Entries of a list are taken together: a key that only some of the recorded ones hold may be absent. `free`: places
    such as `answer.custom` that are not looked into.
    """
    return _differ(Shape().learn(recorded), answer, frozenset(free), where)


def _differ(shape: Shape, answer: object, free: frozenset[str], where: str) -> list[str]:
    if where in free:
        return []
    name = NAMES[type(answer)]
    if name not in shape.types:
        return [f"{where} is {name}, not {' or '.join(sorted(shape.types))}"]
    if isinstance(answer, dict):
        return _differ_in_keys(shape, answer, free, where)
    if not isinstance(answer, list) or shape.items is None:
        return []
    if not answer and not shape.was_empty:
        return [f"{where} is empty"]
    found: dict[str, None] = {}
    for item in answer:
        found |= dict.fromkeys(_differ(shape.items, item, free, f"{where}[]"))
    return list(found)


def _differ_in_keys(shape: Shape, answer: Mapping[str, object], free: frozenset[str], where: str) -> list[str]:
    absent = (shape.always or set()) - set(answer)
    lines = [f"{where}.{key} is missing" for key in sorted(absent) if f"{where}.{key}" not in free]
    for key, item in answer.items():
        place = f"{where}.{key}"
        if key in shape.keys:
            lines += _differ(shape.keys[key], item, free, place)
        elif place not in free:
            lines.append(f"{place} was not recorded")
    return lines
