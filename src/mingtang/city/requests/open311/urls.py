"""Routes of Open311, to be included under ``open311/v2/``. Each call ends in .xml or .json; without an ending Accept decides, else XML."""

from django.urls import re_path

from mingtang.city.requests.open311 import views, views_updates

_END = r"(?:\.(?P<ending>[A-Za-z0-9]{1,10}))?$"
_NUMBER = r"(?P<number>[A-Za-z0-9-]{1,40})"

urlpatterns = [
    re_path(rf"^discovery{_END}", views.discovery, name="open311-discovery"),
    re_path(rf"^services{_END}", views.services, name="open311-services"),
    # Codes of services hold dots, so only the two endings are read as such.
    re_path(r"^services/(?P<code>[A-Za-z0-9_.-]{1,80}?)(?:\.(?P<ending>xml|json))?$", views.definition, name="open311-definition"),
    re_path(rf"^requests{_END}", views.requests, name="open311-requests"),
    re_path(rf"^requests/{_NUMBER}{_END}", views.one, name="open311-one"),
    re_path(r"^tokens/(?P<token>[A-Za-z0-9:_-]{1,200})" + _END, views.token, name="open311-token"),
    re_path(rf"^servicerequestupdates{_END}", views_updates.updates, name="open311-updates"),
    re_path(r"^(?P<rest>.*)$", views.nothing, name="open311-nothing"),
]
