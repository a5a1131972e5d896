"""Metrics: what the database holds, in Prometheus' text format.

All of it is read when it is asked for, so it is the same after a restart and from every replica;
but for `city_a_day_ready`, which is this process's own.
"""

from collections.abc import Iterable, Mapping

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)

from bot.app import App
from bot.readiness import Lookout
from schedules.ledger import LATENESS_BOUNDS, Figures, Status, Stock


async def exposition(app: App, lookout: Lookout) -> bytes:
    """The page that Prometheus scrapes. Raises StoreUnavailable."""
    families = [
        *_of_destinations(await app.store.figures()),
        *_of_queue(await app.store.stock()),
        *_of_holds(app, frozenset(await app.store.holds())),
        *_of_alerts(app, await app.store.untold()),
        _of_readiness(lookout),
    ]
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collected(families))
    return generate_latest(registry)


def _of_destinations(figures: Mapping[str, Figures]) -> list[Metric]:
    publications = GaugeMetricFamily(
        "city_a_day_publications",
        "Publications on record, by what has become of them.",
        labels=("destination", "status"),
    )
    attempts = CounterMetricFamily(
        "city_a_day_attempts", "Attempts to publish.", labels=("destination",)
    )
    retries = CounterMetricFamily(
        "city_a_day_retries", "Attempts after a Publication's first.", labels=("destination",)
    )
    last_success = GaugeMetricFamily(
        "city_a_day_last_success_timestamp_seconds",
        "When the newest date's Publication was published.",
        labels=("destination",),
    )
    last_lateness = GaugeMetricFamily(
        "city_a_day_last_lateness_seconds",
        "How long after its instant the newest date's Publication was published.",
        labels=("destination",),
    )
    lateness = HistogramMetricFamily(
        "city_a_day_lateness_seconds",
        "How long after their instant Publications were published, since the first one.",
        labels=("destination",),
    )
    for name, found in figures.items():
        for status in Status:
            publications.add_metric((name, status.value), found.publications.get(status, 0))
        attempts.add_metric((name,), found.attempts)
        retries.add_metric((name,), found.retries)
        if found.lateness is None:
            continue
        last_success.add_metric((name,), found.lateness.last_at.timestamp())
        last_lateness.add_metric((name,), found.lateness.last.total_seconds())
        all_of_them = found.publications.get(Status.PUBLISHED, 0)
        within = zip(map(str, map(float, LATENESS_BOUNDS)), found.lateness.within, strict=True)
        lateness.add_metric((name,), [*within, ("+Inf", all_of_them)], found.lateness.total_seconds)
    return [publications, attempts, retries, last_success, last_lateness, lateness]


def _of_queue(stock: Stock) -> list[Metric]:
    queue = GaugeMetricFamily(
        "city_a_day_queue_entries", "Entries that wait in the queue.", labels=("state",)
    )
    queue.add_metric(("ready",), stock.ready)
    queue.add_metric(("draft",), stock.draft)
    queue.add_metric(("held",), stock.held)
    return [queue]


def _of_holds(app: App, holds: frozenset[str]) -> list[Metric]:
    on_hold = GaugeMetricFamily(
        "city_a_day_destination_on_hold",
        "1 while a destination takes no posts because its credentials were refused.",
        labels=("destination",),
    )
    for name in app.publishers:
        on_hold.add_metric((name,), float(name in holds))
    return [on_hold]


def _of_alerts(app: App, untold: Mapping[str, int]) -> list[Metric]:
    waiting = GaugeMetricFamily(
        "city_a_day_alerts_untold",
        "Alerts that a channel has not taken yet.",
        labels=("channel",),
    )
    for channel in app.telling.channels:
        waiting.add_metric((channel.name,), untold.get(channel.name, 0))
    return [waiting]


def _of_readiness(lookout: Lookout) -> Metric:
    return GaugeMetricFamily(
        "city_a_day_ready",
        "1 when this process could publish the next post, as of its last look.",
        value=float(lookout.latest is not None and lookout.latest.ready),
    )


class _Collected:
    """A collector of what was collected already: the registry asks without waiting."""

    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterable[Metric]:
        return self._families
