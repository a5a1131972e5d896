"""City: a place that can be posted."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class City:
    """A place: what the gazetteer knows of it.

    `country` is an ISO 3166-1 alpha-2 code, `department` a French département ("Sarthe"),
    `region` a French région ("Pays de la Loire") or empty. Latitude and longitude are degrees
    (WGS 84), `altitude` metres above sea level, `timezone` an IANA name.
    """

    name: str
    country: str
    department: str = ""
    region: str = ""
    latitude: float
    longitude: float
    population: int = 0
    altitude: int = 0
    timezone: str = "UTC"
    geoname_id: int | None = None

    @property
    def key(self) -> str:
        """What makes it the same city again: the GeoNames id, or else name and rough position."""
        if self.geoname_id is not None:
            return f"geonames:{self.geoname_id}"
        return f"{self.country}:{self.name.casefold()}:{self.latitude:.1f},{self.longitude:.1f}"
