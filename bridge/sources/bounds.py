"""Bounds for files that are taken in: a regular file alone, and a bound on memory that no forged file gets around.

What a Parquet file says about its own sizes may be a lie: the reader believes the head of each page and asks for that
much memory. So the process itself is bounded while a file is read, and what would go beyond is an error, not a machine
without memory.
"""

import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bridge.sources.errors import SourceRefused

MOST_MEMORY = 4 * 1024**3
"""Bytes of address space that reading a file may take beyond what the process has."""
STATM = Path("/proc/self/statm")


def find_file(path: Path) -> int:
    """Return how many bytes a file has.

    Raises:
        SourceRefused: it is not there, or no regular file: a device or a pipe may never end.
    """
    try:
        found = path.stat()
    except OSError as error:
        raise SourceRefused(f"The file cannot be read: {error.strerror}. Nothing was read.") from error
    if not path.is_file():
        raise SourceRefused("This is a device, a pipe or a folder, and no file. Save it as a file. Nothing was read.")
    return found.st_size


@contextmanager
def bounded_memory(most_bytes: int | None = None) -> Iterator[None]:
    """Let this process take `most_bytes` more address space (None: MOST_MEMORY); beyond, MemoryError is raised.

    Where the system does not tell what the process has (not Linux), nothing is bounded.
    """
    if not sys.platform.startswith("linux"):
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    has = int(STATM.read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    wanted = has + (MOST_MEMORY if most_bytes is None else most_bytes)
    ceilings = [wanted, *(limit for limit in (soft, hard) if limit != resource.RLIM_INFINITY)]
    resource.setrlimit(resource.RLIMIT_AS, (min(ceilings), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
