"""What Prometheus reads at /metrics: counts by bounded labels, nobody's name, number or address.

What requests were answered with is counted by each process of `lea serve` and added up from files in the folder
PROMETHEUS_MULTIPROC_DIR, which `lea serve` makes. How the syncs stand is read from the database when it is asked for,
so the worker needs no port of its own.
"""

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest

from flask import Flask, Response, abort, current_app, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from bridge.secrets import hash_token
from bridge.store.database import Sessions, reading
from bridge.store.metrics import SyncFigures, count_unsent_alerts, load_removal_times, load_sync_figures
from lti.services import services

EXTENSION = "lea metrics"
FOLDER = "PROMETHEUS_MULTIPROC_DIR"
SECONDS = (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
NO_ROUTE = "(no such route)"
LAUNCHES = frozenset({"launch.launch", "launch.continue"})
BEGUN = "begun"


@dataclass(frozen=True, slots=True)
class Meters:
    """What one process counts."""

    registry: CollectorRegistry
    latency: Histogram
    answers: Counter
    launches: Counter
    refusals: Counter


def make_meters() -> Meters:
    """Return fresh meters; their labels are routes, classes of status and reason codes: all from lists in the code."""
    registry = CollectorRegistry()
    return Meters(
        registry,
        Histogram("lea_request_seconds", "Time to answer, by route.", ["route"], buckets=SECONDS, registry=registry),
        Counter("lea_answers", "Answers by route and class of status.", ["route", "status"], registry=registry),
        Counter("lea_launches", "Launches by outcome: begun, or why not.", ["outcome"], registry=registry),
        Counter("lea_refusals", "Error pages by their reason code.", ["code"], registry=registry),
    )


def register_metrics(app: Flask) -> None:
    """Count every answer of an app, and give the counts at /metrics to whoever has the token."""
    app.extensions[EXTENSION] = make_meters()
    app.after_request(_count_answer)
    app.add_url_rule("/metrics", "metrics", _answer_metrics)


def _count_answer(answer: Response) -> Response:
    meters: Meters = current_app.extensions[EXTENSION]
    route = request.url_rule.rule if request.url_rule else NO_ROUTE
    meters.latency.labels(route).observe(time.perf_counter() - g.started)
    meters.answers.labels(route, f"{answer.status_code // 100}xx").inc()
    code = g.get("reason_code")
    if code is not None:
        meters.refusals.labels(code).inc()
    if request.endpoint in LAUNCHES:
        meters.launches.labels(code or BEGUN).inc()
    return answer


def _answer_metrics() -> Response:
    """Give the figures, or a page that is not there without LEA_METRICS_TOKEN."""
    wanted = services().settings.metrics_token
    if not wanted:
        abort(404)
    kind, _, given = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not compare_digest(hash_token(given), hash_token(wanted)):
        refused = {"WWW-Authenticate": "Bearer"}
        return Response("The bearer token is not LEA_METRICS_TOKEN.\n", 401, refused, mimetype="text/plain")
    tool, meters = services(), current_app.extensions[EXTENSION]
    counted = CollectorRegistry()
    if os.environ.get(FOLDER):
        MultiProcessCollector(counted)  # type: ignore[no-untyped-call] # prometheus-client has no types there
    from_database = CollectorRegistry()
    from_database.register(SyncCollector(tool.sessions, tool.now))
    text = generate_latest(counted if os.environ.get(FOLDER) else meters.registry) + generate_latest(from_database)
    return Response(text, content_type=CONTENT_TYPE_LATEST)


class SyncCollector(Collector):
    """How the syncs stand, read from the database when it is asked for. Platforms are told by number."""

    def __init__(self, sessions: Sessions, now: Callable[[], datetime]) -> None:
        self._sessions, self._now = sessions, now

    def collect(self) -> Iterator[Metric]:
        """Give the figures; while the database is away only that it is."""
        try:
            with reading(self._sessions) as db:
                figures, unsent = load_sync_figures(db, self._now()), count_unsent_alerts(db)
                removed = load_removal_times(db)
        except SQLAlchemyError:
            yield GaugeMetricFamily("lea_database_up", "1 while the database answers.", 0)
            return
        yield GaugeMetricFamily("lea_database_up", "1 while the database answers.", 1)
        yield GaugeMetricFamily("lea_alerts_unmailed", "Alerts that no mail told of.", unsent)
        removal = GaugeMetricFamily(
            "lea_removal_age_seconds", "Since what was due was last removed by its period.", labels=["platform"]
        )
        for platform_id, at in removed.items():
            removal.add_metric([str(platform_id)], (self._now() - at).total_seconds())
        yield removal
        yield from _sync_metrics(figures, self._now())


def _sync_metrics(figures: tuple[SyncFigures, ...], now: datetime) -> Iterator[Metric]:
    lag = GaugeMetricFamily(
        "lea_sync_lag_seconds", "Since when the log is not known; absent before the first read.", labels=["platform"]
    )
    success = GaugeMetricFamily(
        "lea_sync_success_age_seconds", "Since the last sync that succeeded.", labels=["platform"]
    )
    rows = GaugeMetricFamily("lea_sync_rows_day", "Rows of the last 24 hours.", labels=["platform", "kind"])
    aside = GaugeMetricFamily("lea_set_aside", "Records that stand aside now.", labels=["platform"])
    failures = GaugeMetricFamily(
        "lea_sync_failures_day", "Runs of the last 24 hours that failed, by error code.", labels=["platform", "code"]
    )
    for one in figures:
        platform = str(one.platform_id)
        for metric, at in ((lag, one.fresh_at), (success, one.succeeded_at)):
            if at is not None:
                metric.add_metric([platform], (now - at).total_seconds())
        for kind, count in (("read", one.rows_read), ("new", one.rows_new), ("set-aside", one.rows_set_aside)):
            rows.add_metric([platform, kind], count)
        aside.add_metric([platform], one.waiting_set_aside)
        for code, count in one.failures.items():
            failures.add_metric([platform, code], count)
    yield from (lag, success, rows, aside, failures)
