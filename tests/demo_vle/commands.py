"""Several `lea` commands one after another in one process: loading the tool takes longer than most of them.

`python -m tests.demo_vle.commands '[["db", "upgrade"], ["sync"]]'`; what one of them asks for stands in standard input.
"""

import json
import sys
from collections.abc import Sequence

from lti.cli import main


def run_in_turn(commands: Sequence[Sequence[str]]) -> None:
    """Run commands until one fails.

    Raises:
        SystemExit: one failed; it says which.
    """
    for words in commands:
        try:
            main(list(words), prog_name="lea")
        except SystemExit as ended:
            if ended.code:
                raise SystemExit(f"`lea {' '.join(words)}` failed; what it said stands above.") from ended


if __name__ == "__main__":
    run_in_turn(json.loads(sys.argv[1]))
