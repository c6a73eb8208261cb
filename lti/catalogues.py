"""Compile each language's catalogue (`make messages`): Babel's own command takes the "% o" of "75 % of the level" for a
place to fill in, and refuses a translation without one. The places in braces are held by tests."""

import io
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from lti.language import TRANSLATIONS


def compile_catalogue(path: Path) -> bytes:
    """Return what is served of a ``messages.po``: the messages that have a translation, in all of its forms."""
    with path.open("rb") as file:
        catalogue = read_po(file, locale=path.parent.parent.name)
    for message in list(catalogue):
        if message.id and not all(message.string if isinstance(message.string, tuple) else (message.string,)):
            catalogue.delete(message.id, message.context)
    made = io.BytesIO()
    write_mo(made, catalogue)
    return made.getvalue()


def main() -> None:
    """Compile every catalogue beside its source."""
    for path in TRANSLATIONS.glob("*/LC_MESSAGES/messages.po"):
        path.with_suffix(".mo").write_bytes(compile_catalogue(path))


if __name__ == "__main__":
    main()
