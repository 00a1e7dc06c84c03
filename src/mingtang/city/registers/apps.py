"""Django's entry to the app."""

from django.apps import AppConfig


class RegistersConfig(AppConfig):
    name = "mingtang.city.registers"
    label = "registers"
    default_auto_field = "django.db.models.BigAutoField"
