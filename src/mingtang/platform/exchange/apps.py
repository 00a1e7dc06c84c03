"""Django's entry to the app."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "mingtang.platform.exchange"
    label = "exchange"
    default_auto_field = "django.db.models.BigAutoField"
