"""Cities where a view from orbit could go wrong."""

import pytest

from content.city import City

LE_MANS = City(
    name="Le Mans",
    country="FR",
    department="Sarthe",
    region="Pays de la Loire",
    latitude=48.0021,
    longitude=0.2025,
)
PARIS = City(name="Paris", country="FR", department="Paris", latitude=48.8534, longitude=2.3488)
SAINT_DENIS = City(
    name="Saint-Denis",
    country="RE",
    department="La Réunion",
    region="La Réunion",
    latitude=-20.88,
    longitude=55.45,
)
SUVA = City(name="Suva", country="FJ", latitude=-18.1416, longitude=178.4415)
LONGYEARBYEN = City(name="Longyearbyen", country="SJ", latitude=78.2232, longitude=15.6267)
USHUAIA = City(name="Ushuaia", country="AR", latitude=-54.8108, longitude=-68.3159)
MCMURDO = City(name="McMurdo Station", country="AQ", latitude=-77.846, longitude=166.676)
CAIRO = City(name="القاهرة", country="EG", region="القاهرة", latitude=30.04, longitude=31.24)
QUITO = City(name="Quito", country="EC", latitude=-0.2299, longitude=-78.525)
NORTH_POLE = City(name="Pôle Nord", country="XX", latitude=90.0, longitude=0.0)
SOUTH_POLE = City(name="Pôle Sud", country="AQ", latitude=-90.0, longitude=0.0)
OLONNE = City(
    name="Les Sables-d'Olonne",
    country="FR",
    department="Vendée",
    region="Pays de la Loire",
    latitude=46.4972,
    longitude=-1.7833,
)
SAINT_GERMAIN = City(
    name="Saint-Germain-en-Laye",
    country="FR",
    department="Yvelines",
    region="Île-de-France",
    latitude=48.8989,
    longitude=2.0938,
)
SIXTY_LETTERS = City(
    name="Saint-Wandrille-Montmorency-sur-Meurthe-et-Moselle-lez-Amiens",
    country="FR",
    department="Alpes-de-Haute-Provence",
    region="Provence-Alpes-Côte d'Azur",
    latitude=44.0,
    longitude=6.0,
)
EXTREME = (
    SUVA,
    LONGYEARBYEN,
    USHUAIA,
    MCMURDO,
    QUITO,
    NORTH_POLE,
    SOUTH_POLE,
    SAINT_DENIS,
    LE_MANS,
    OLONNE,
    SAINT_GERMAIN,
    SIXTY_LETTERS,
)

each_extreme_city = pytest.mark.parametrize("city", EXTREME, ids=lambda city: city.name)
each_language = pytest.mark.parametrize("language", ["fr", "en"])
