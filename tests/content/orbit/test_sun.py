"""Where the sun stands, against the almanac."""

from datetime import UTC, datetime

import pytest

from content.orbit.sun import subsolar_point


@pytest.mark.parametrize(
    ("at", "latitude"),
    [
        (datetime(2026, 3, 20, 14, 46, tzinfo=UTC), 0.0),
        (datetime(2026, 6, 21, 8, 24, tzinfo=UTC), 23.44),
        (datetime(2026, 9, 23, 0, 5, tzinfo=UTC), 0.0),
        (datetime(2026, 12, 21, 20, 50, tzinfo=UTC), -23.44),
        (datetime(2040, 3, 20, 0, 11, tzinfo=UTC), 0.0),
    ],
)
def test_equinoxes_and_solstices(at: datetime, latitude: float) -> None:
    assert subsolar_point(at)[0] == pytest.approx(latitude, abs=0.02)


@pytest.mark.parametrize(
    ("month", "day", "minutes"),
    [(2, 11, -14.2), (4, 15, 0.0), (5, 14, 3.7), (6, 13, 0.0), (7, 26, -6.5), (11, 3, 16.4)],
)
def test_noon_at_greenwich_is_early_or_late_by_the_equation_of_time(
    month: int, day: int, minutes: float
) -> None:
    _, longitude = subsolar_point(datetime(2026, month, day, 12, tzinfo=UTC))
    assert -longitude * 4 == pytest.approx(minutes, abs=0.4)


def test_it_goes_west_by_15_degrees_an_hour() -> None:
    at_six, at_seven = (
        subsolar_point(datetime(2026, 11, 25, hour, tzinfo=UTC))[1] for hour in (6, 7)
    )
    assert at_six - at_seven == pytest.approx(15, abs=0.02)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        subsolar_point(datetime(2026, 11, 25, 9))  # noqa: DTZ001 - that is what is refused
