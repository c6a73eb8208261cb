"""Answers that go wrong on the way: error pages, cut connections, dripping, half, wrong or bombing bodies."""

import functools
import json
import socket
import zlib
from collections.abc import Iterator

from flask import Response, request

from tests.demo_vle.faults import Fault, Planned
from tests.demo_vle.site import Site

REFUSALS = frozenset({Fault.SERVER_ERROR, Fault.MAINTENANCE, Fault.SERVICES_OFF, Fault.RESET, Fault.REDIRECT})
"""Faults at which no answer is made at all."""

HTML = "text/html; charset=utf-8"
MEGABYTE = 1 << 20
BOMB_MEGABYTES = 256
HUGE_MEGABYTES = 96
DRIPS = 20
NOT_FOLLOWED = "http://192.0.2.1/elsewhere"
MAINTENANCE_PAGE = """<!DOCTYPE html>\r
<html  lang="en" xml:lang="en">\r
    <head>\r
        <meta http-equiv="Content-Type" content="text/html; charset=utf-8" />\r
        <title>Demo VLE under maintenance</title>\r
    </head>\r
    <body>\r
        <h1>This site is undergoing maintenance and is currently not available</h1>\r
    </body>\r
</html>\r
"""


def break_answer(site: Site, planned: Planned, answer: Response) -> Response:
    """Turn a right answer into what the fault makes of it; faults that are Moodle's own errors leave it alone."""
    fault, seconds = planned.fault, planned.seconds
    if fault is Fault.SILENCE:
        site.closing.wait(seconds)
        return answer
    body = answer.get_data()
    broken = {
        Fault.SERVER_ERROR: lambda: Response("<html><h1>Internal Server Error</h1></html>", 500, content_type=HTML),
        Fault.MAINTENANCE: lambda: _maintenance(),
        Fault.SERVICES_OFF: lambda: Response("", 403, content_type=HTML),
        Fault.RESET: lambda: Response(_cut()),
        Fault.REDIRECT: lambda: Response("", 302, {"Location": NOT_FOLLOWED}),
        Fault.SLOW: lambda: _sized(answer, _drip(site, body, seconds), len(body)),
        Fault.HALF_BODY: lambda: _sized(answer, iter([body[: len(body) // 2]]), len(body)),
        Fault.WRONG_JSON: lambda: Response(
            b'{"maxid": 12, "events": [{"id": 1,, <b>Notice', content_type="application/json"
        ),
        Fault.WRONG_SHAPE: lambda: Response(b'{"weather": ["fine"]}', content_type="application/json"),
        Fault.GZIP_BOMB: lambda: _bomb(),
        Fault.SHUFFLED: lambda: _shuffled(answer),
        Fault.SHORT: lambda: _short(answer),
        Fault.HUGE: lambda: Response(_huge(), content_type="application/json"),
    }.get(fault)
    return answer if broken is None else broken()


def _maintenance() -> Response:
    return Response(MAINTENANCE_PAGE, 503, {"Retry-After": "300"}, content_type=HTML)


def _sized(answer: Response, body: Iterator[bytes], length: int) -> Response:
    return Response(body, content_type=answer.content_type, headers={"Content-Length": str(length)})


def _drip(site: Site, body: bytes, seconds: float) -> Iterator[bytes]:
    step = max(1, len(body) // DRIPS)
    for start in range(0, len(body), step):
        if site.closing.wait(seconds / DRIPS):
            return
        yield body[start : start + step]


def _shuffled(answer: Response) -> Response:
    page = answer.get_json()
    if "events" in page:
        page["events"] = [*page["events"][::-1], *page["events"][::3]]
    return Response(json.dumps(page), content_type=answer.content_type)


def _short(answer: Response) -> Response:
    page = answer.get_json()
    if page.get("events"):
        page["events"] = page["events"][: 1 + len(page["events"]) // 3]
    return Response(json.dumps(page), content_type=answer.content_type)


def _cut() -> Iterator[bytes]:
    connection = request.environ["werkzeug.socket"]

    def body() -> Iterator[bytes]:
        connection.shutdown(socket.SHUT_RDWR)
        raise ConnectionResetError("cut on purpose")
        yield b""

    return body()


@functools.cache
def _bomb_body() -> bytes:
    packer = zlib.compressobj(wbits=31)
    block = b" " * MEGABYTE
    parts = [packer.compress(b'{"maxid":1,"events":[')]
    parts.extend(packer.compress(block) for _ in range(BOMB_MEGABYTES))
    return b"".join([*parts, packer.compress(b"]}"), packer.flush()])


def _bomb() -> Response:
    return Response(_bomb_body(), content_type="application/json", headers={"Content-Encoding": "gzip"})


def _huge() -> Iterator[bytes]:
    yield b'{"maxid":1,"events":['
    for _ in range(HUGE_MEGABYTES):
        yield b" " * MEGABYTE
    yield b"]}"
