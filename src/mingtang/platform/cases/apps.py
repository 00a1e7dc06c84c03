"""Django's entry to the app."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "mingtang.platform.cases"
    label = "cases"
    default_auto_field = "django.db.models.BigAutoField"
