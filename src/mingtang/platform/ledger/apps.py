"""Django's entry to the app."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "mingtang.platform.ledger"
    label = "ledger"
    default_auto_field = "django.db.models.BigAutoField"
