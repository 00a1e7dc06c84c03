"""Django's entry to the app."""

from django.apps import AppConfig


class RequestsConfig(AppConfig):
    name = "mingtang.city.requests"
    label = "requests"
    default_auto_field = "django.db.models.BigAutoField"
