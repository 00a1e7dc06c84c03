"""Django's entry to the app."""

from django.apps import AppConfig


class ScenesConfig(AppConfig):
    name = "mingtang.platform.scenes"
    label = "scenes"
    default_auto_field = "django.db.models.BigAutoField"
