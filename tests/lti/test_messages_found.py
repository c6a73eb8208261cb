"""What gives messages to the catalogue reads tokens: it misses those inside an f-string, and takes a plural with
another message among its values for one without."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.lti.test_translations import ROOT, Key, find_said

PLACES = {
    "gettext": (None, 0),
    "html_text": (None, 0),
    "mark": (None, 0),
    "ngettext": (None, 0, 1),
    "html_ngettext": (None, 0, 1),
    "mark_plural": (None, 0, 1),
    "pgettext": (0, 1),
    "npgettext": (0, 1, 2),
}
"""What says a message: where its context stands (None: it has none), and where the text, or its two."""


def find_written(tree: ast.AST) -> Iterator[tuple[int, Key]]:
    """Find every message that is written out in a module, with its line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in PLACES:
            context_at, *texts_at = PLACES[node.func.id]
            texts = tuple(text for at in texts_at if (text := read(node, at)) is not None)
            if len(texts) == len(texts_at):
                context = None if context_at is None else read(node, context_at)
                yield node.lineno, (context, texts if len(texts) > 1 else texts[0])


def read(call: ast.Call, place: int | None) -> str | None:
    """Return a literal argument; None where it is none."""
    given = call.args[place] if place is not None and place < len(call.args) else None
    return given.value if isinstance(given, ast.Constant) and isinstance(given.value, str) else None


def test_every_message_that_is_written_out_is_found_for_the_catalogue() -> None:
    said = {(context, text if isinstance(text, str) else tuple(text)[:2]) for context, text in find_said()}
    lost = [
        f"{path.relative_to(ROOT)}:{line}: {message}"
        for folder in ("analytics", "bridge", "lti")
        for path in sorted(Path(ROOT / folder).rglob("*.py"))
        for line, message in find_written(ast.parse(path.read_text()))
        if message not in said
    ]

    assert lost == [], "Take the call out of its f-string, or its values out of the call."


def test_the_reading_sees_calls_that_tokens_hide() -> None:
    code = "f\"{gettext('Hidden.')}\"\nngettext('{number} day', '{number} days', 2, of=gettext('Inner'))\ngettext(name)"

    assert {message for _, message in find_written(ast.parse(code))} == {
        (None, "Hidden."),
        (None, ("{number} day", "{number} days")),
        (None, "Inner"),
    }
