"""Where the camera of the view from orbit stands and looks."""

import pytest

from content.city import City
from content.orbit.camera import camera_over, direction
from content.orbit.card import HEIGHT, WIDTH
from tests.content.orbit.cities import each_extreme_city


@each_extreme_city
def test_the_city_is_always_at_the_same_point(city: City) -> None:
    camera = camera_over(city.latitude, city.longitude, width=WIDTH, height=HEIGHT)
    x, y, seen = camera.project(direction(city.latitude, city.longitude))
    assert seen
    assert (float(x), float(y)) == pytest.approx((800, 396.5), abs=1)


@pytest.mark.parametrize("latitude", [-89.0, -77.8, -54.8, -0.2, 0.0, 48.0, 78.2, 89.0])
@pytest.mark.parametrize("longitude", [-180.0, -68.3, 0.0, 178.4, 180.0])
def test_north_is_up_and_east_is_right(latitude: float, longitude: float) -> None:
    camera = camera_over(latitude, longitude, width=WIDTH, height=HEIGHT)
    here, north, east = (
        camera.project(direction(latitude + up, longitude + right))
        for up, right in ((0, 0), (0.5, 0), (0, 0.5))
    )
    assert north[1] < here[1]
    assert east[0] > here[0]


def test_the_other_side_of_the_earth_is_not_seen() -> None:
    camera = camera_over(48.0, 0.2, width=WIDTH, height=HEIGHT)
    assert not camera.project(direction(-48.0, -179.8))[2]
