"""Routes of this app: residents under /requests/, officials under /desk/ and /board/, figures under /rates/ and /topics/, Open311."""

from django.urls import include, path, re_path

from mingtang.city.requests import (
    views_board,
    views_desk,
    views_file,
    views_mine,
    views_photo,
    views_public,
    views_rates,
    views_topics,
)
from mingtang.city.requests.api import api

_NUMBER = r"(?P<number>[A-Z0-9]{2,8}-[A-Z0-9]{4,12})"
_SECRET = r"(?P<secret>[A-Za-z0-9_-]{8,64})"
_SHA256 = r"(?P<sha256>[0-9a-f]{64})"
# Without the framework's own page at the root of the API.
_API = [one for one in api.urls[0] if one.name != "api-root"]

urlpatterns = [
    path("requests/", views_public.listing, name="requests-list"),
    path("requests/find", views_public.find, name="requests-find"),
    path("requests/new/", views_file.start, name="requests-new"),
    re_path(r"^requests/new/(?P<step>what|category|place|photo|contact|check)/$", views_file.step, name="requests-file-step"),
    path("requests/filed/", views_file.done, name="requests-filed"),
    re_path(rf"^requests/{_NUMBER}/$", views_public.one, name="requests-one"),
    re_path(rf"^requests/{_NUMBER}/mine/{_SECRET}/$", views_mine.mine, name="requests-mine"),
    re_path(rf"^requests/{_NUMBER}/mine/{_SECRET}/confirm/$", views_mine.confirm, name="requests-confirm"),
    re_path(rf"^requests/{_NUMBER}/mine/{_SECRET}/reopen/$", views_mine.reopen, name="requests-reopen"),
    re_path(rf"^requests/{_NUMBER}/mine/{_SECRET}/forget/$", views_mine.forget, name="requests-forget"),
    re_path(rf"^requests/{_NUMBER}/mine/{_SECRET}/copy.json$", views_mine.copy, name="requests-copy"),
    re_path(rf"^requests/{_NUMBER}/photos/{_SHA256}/$", views_photo.public, name="requests-photo"),
    re_path(rf"^requests/{_NUMBER}/mine/{_SECRET}/photos/{_SHA256}/$", views_photo.mine, name="requests-mine-photo"),
    re_path(rf"^desk/{_NUMBER}/photos/{_SHA256}/$", views_photo.desk, name="desk-photo"),
    path("desk/", views_desk.desk, name="desk"),
    re_path(rf"^desk/{_NUMBER}/$", views_desk.one, name="desk-one"),
    re_path(rf"^desk/{_NUMBER}/(?P<verb>[a-z_]+)/$", views_desk.act, name="desk-act"),
    path("board/", views_board.board, name="board"),
    path("board/<slug:name>/", views_board.board, name="board-list"),
    path("rates/", views_rates.rates, name="rates"),
    path("rates/data/", views_rates.data, name="rates-data"),
    path("rates/data/rates.csv", views_rates.file, name="rates-file"),
    path("topics/", views_topics.topics, name="topics"),
    path("api/", (_API, "requests-api", "requests-api")),
    path("open311/v2/", include("mingtang.city.requests.open311.urls")),
]
