"""Compare a web-service answer with a structure: one that the plugin declares, or one that recorded answers show.

A structure is a dict with `kind` (value, list or record): a value has `type`, a list `content`, a record `keys`; each
has `null` (null may stand there) and `required` (1: its key must be there).
"""

from collections.abc import Mapping, Sequence
from typing import Any

Structure = Mapping[str, Any]

JSON_TYPES: dict[str, type] = {"int": int, "bool": bool, "float": float}
"""The JSON type of each of Moodle's parameter types; every other one is text."""


def find_differences(structure: Structure, answer: object, where: str = "answer") -> list[str]:
    """Compare an answer with a structure; one line for each difference, empty when they agree."""
    if answer is None:
        return [] if structure["null"] else [f"{where} is null"]
    if structure["kind"] == "list":
        if not isinstance(answer, list):
            return [f"{where} is no list"]
        content = structure["content"]
        return [line for n, item in enumerate(answer) for line in find_differences(content, item, f"{where}[{n}]")]
    if structure["kind"] == "value":
        expected = JSON_TYPES.get(structure["type"], str)
        return [] if type(answer) is expected else [f"{where} is {type(answer).__name__}, not {expected.__name__}"]
    if not isinstance(answer, dict):
        return [f"{where} is no record"]
    keys = structure["keys"]
    lines = [f"{where}.{key} is not declared" for key in answer if key not in keys]
    for key, value in keys.items():
        if key in answer:
            lines += find_differences(value, answer[key], f"{where}.{key}")
        elif value["required"] == 1:
            lines.append(f"{where}.{key} is missing")
    return lines


def infer_structure(answers: Sequence[object]) -> Structure:
    """Infer the structure that several answers of one function share.

    A key is required when every record has it. A list that is empty everywhere gets the content `{}` and so admits no
    entry. Raises ValueError when the answers differ in kind.
    """
    present = [answer for answer in answers if answer is not None]
    common = {"null": len(present) < len(answers), "required": 1}
    if all(isinstance(answer, list) for answer in present):
        items = [item for answer in present if isinstance(answer, list) for item in answer]
        return {**common, "kind": "list", "content": infer_structure(items) if items else {}}
    records = [answer for answer in present if isinstance(answer, dict)]
    if len(records) == len(present):
        return {**common, "kind": "record", "keys": _infer_keys(records)}
    types = {type(answer) for answer in present}
    if len(types) > 1:
        raise ValueError(f"one place holds {sorted(kind.__name__ for kind in types)}")
    return {**common, "kind": "value", "type": types.pop().__name__}


def _infer_keys(records: Sequence[Mapping[str, object]]) -> dict[str, Structure]:
    keys = dict.fromkeys(key for record in records for key in record)
    structures: dict[str, Structure] = {}
    for key in keys:
        values = [record[key] for record in records if key in record]
        structures[key] = {**infer_structure(values), "required": 1 if len(values) == len(records) else 2}
    return structures
