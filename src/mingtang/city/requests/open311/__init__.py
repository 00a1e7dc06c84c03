"""Open311 GeoReport v2 with the update protocol of FixMyStreet: the city's requests for programs of others. See docs/specs/open311.md."""
