"""Django's entry to the app."""

from django.apps import AppConfig


class CredentialsConfig(AppConfig):
    name = "mingtang.platform.people.credentials"
    label = "credentials"
    default_auto_field = "django.db.models.BigAutoField"
