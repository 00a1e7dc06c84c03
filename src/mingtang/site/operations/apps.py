"""Django's entry to the app."""

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "mingtang.site.operations"
    label = "operations"
    default_auto_field = "django.db.models.BigAutoField"
