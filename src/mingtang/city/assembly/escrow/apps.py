"""Django's entry to the app; hooks the deadline of acceptance and the payment orders to the case engine."""

from django.apps import AppConfig


class EscrowConfig(AppConfig):
    name = "mingtang.city.assembly.escrow"
    label = "escrow"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from mingtang.city.assembly.escrow import silence, treasury
        from mingtang.platform.cases import handlers

        handlers.register("escrow.silent", silence.fell_silent)
        handlers.register_effect("escrow.pay", treasury.pay)
