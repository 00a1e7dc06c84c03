"""From a point on the map, or from what the person named, to the district and the street of the city.

The borders are data of the scene pack (``places.yaml``): one polygon a street, degrees WGS 84, as longitude and latitude.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mingtang.city.requests.faults import FieldRefused
from mingtang.city.requests.filing import Place


@dataclass(frozen=True, slots=True)
class Street:
    """A street office's ground: its unit code, its district's code, its border as (longitude, latitude) corners."""

    code: str
    district: str
    corners: tuple[tuple[float, float], ...]
    box: tuple[float, float, float, float]

    def holds(self, longitude: float, latitude: float) -> bool:
        """Whether the point lies within the border (ray to the east, even-odd rule; a western or southern edge belongs to
        the street).
        """
        west, south, east, north = self.box
        if not (west <= longitude <= east and south <= latitude <= north):
            return False
        inside = False
        x2, y2 = self.corners[-1]
        for x1, y1 in self.corners:
            if (y1 > latitude) != (y2 > latitude) and longitude < (x2 - x1) * (latitude - y1) / (y2 - y1) + x1:
                inside = not inside
            x2, y2 = x1, y1
        return inside


class Places:
    """The streets and districts of one version of the pack."""

    def __init__(self, data: dict[str, Any]) -> None:
        streets = []
        for district in data["districts"]:
            for street in district["streets"]:
                corners = tuple((float(x), float(y)) for x, y in street["border"])
                xs, ys = [x for x, _ in corners], [y for _, y in corners]
                streets.append(Street(street["code"], district["code"], corners, (min(xs), min(ys), max(xs), max(ys))))
        self.streets = {street.code: street for street in streets}
        self.districts = {district["code"] for district in data["districts"]}

    def at(self, latitude: float, longitude: float) -> Street | None:
        """The street at a point, or none where the point is outside the city."""
        for street in self.streets.values():
            if street.holds(longitude, latitude):
                return street
        return None


_places: dict[str, Places] = {}  # by the pack's hash


def known(pack: Any) -> Places:
    """The places of ``pack``, read once a version."""
    found = _places.get(pack.hash)
    if found is None:
        found = _places[pack.hash] = Places(pack.data("places.yaml"))
    return found


def of(pack: Any, place: Place | None) -> tuple[str, str]:
    """District and street of ``place``; each empty where it is not known. What the person named goes before the point.

    Raises FieldRefused where a named district or street is not one of the city.
    """
    if place is None:
        return "", ""
    city = known(pack)
    if place.street:
        street = city.streets.get(place.street)
        if street is None:
            raise FieldRefused(path="place.street", field="street", reason=place.street[:40])
        return street.district, street.code
    if place.latitude is not None and place.longitude is not None:
        street = city.at(place.latitude, place.longitude)
        if street is not None:
            return street.district, street.code
    if place.district and place.district not in city.districts:
        raise FieldRefused(path="place.district", field="district", reason=place.district[:40])
    return place.district, ""
