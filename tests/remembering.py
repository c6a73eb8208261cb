"""What is the same in every test is made once for a whole process: compiled statements and compiled templates.

Each test has an engine and applications of its own; compiling for each of them took most of a page's time.
"""

from types import CodeType
from typing import Any

from flask.templating import Environment
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket


class Statements(dict[tuple[Any, ...], Any]):
    """Compiled statements for engines of one kind. SQLAlchemy's keys begin with the dialect, of which each engine has
    one of its own; all of a kind are alike."""

    def __getitem__(self, key: tuple[Any, ...]) -> Any:
        return super().__getitem__(key[1:])

    def __setitem__(self, key: tuple[Any, ...], compiled: Any) -> None:
        super().__setitem__(key[1:], compiled)

    def get(self, key: tuple[Any, ...], default: Any = None) -> Any:
        """Return what was compiled for a key, whatever its dialect."""
        return super().get(key[1:], default)


STATEMENTS = {"sqlite": Statements(), "postgresql": Statements()}


class Templates(BytecodeCache):
    """Compiled templates, by the application that reads them: one may be told to read the same file in another way."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give a template's code, if it is known."""
        bucket.code = self._kept.get(self._key(bucket))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a template's code."""
        assert bucket.code is not None
        self._kept[self._key(bucket)] = bucket.code

    def _key(self, bucket: Bucket) -> tuple[str, str, str]:
        assert isinstance(bucket.environment, Environment)
        return bucket.environment.app.import_name, bucket.key, bucket.checksum
