"""Where the sun stands."""

import math
from datetime import UTC, datetime

_J2000 = datetime(2000, 1, 1, 12, tzinfo=UTC)


def subsolar_point(at: datetime) -> tuple[float, float]:
    """Latitude and longitude, in degrees, of the place where the sun is overhead at an instant.

    The low-precision formula of the Astronomical Almanac (section C): within 0.02° from 1950 to
    2050. ValueError for a time without a zone.
    """
    if at.tzinfo is None:
        raise ValueError("the sun's place needs an instant, a time with its zone")
    days = (at - _J2000).total_seconds() / 86_400
    mean_longitude = 280.460 + 0.9856474 * days
    anomaly = math.radians(357.528 + 0.9856003 * days)
    ecliptic = math.radians(
        mean_longitude + 1.915 * math.sin(anomaly) + 0.020 * math.sin(2 * anomaly)
    )
    tilt = math.radians(23.439 - 0.0000004 * days)
    declination = math.asin(math.sin(tilt) * math.sin(ecliptic))
    ascension = math.atan2(math.cos(tilt) * math.sin(ecliptic), math.cos(ecliptic))
    turned = 280.46062 + 360.98564737 * days  # the Earth's rotation since: sidereal time, degrees
    longitude = (math.degrees(ascension) - turned + 180) % 360 - 180
    return math.degrees(declination), longitude
