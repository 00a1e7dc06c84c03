"""Routes that belong to no office."""

from django.urls import path
from django.views.i18n import set_language

from mingtang.site import views
from mingtang.site.api_description import openapi

urlpatterns = [
    path("", views.home, name="home"),
    path("api/openapi.json", openapi, name="api-description"),
    path("design", views.design, name="design"),
    path("language/", set_language, name="set_language"),
    path("simple-mode/", views.simple_mode, name="simple_mode"),
]
