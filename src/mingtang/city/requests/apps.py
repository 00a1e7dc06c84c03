"""Django's entry to the app; hands the handlers of the hotline's timers to the case engine."""

from django.apps import AppConfig


class RequestsConfig(AppConfig):
    name = "mingtang.city.requests"
    label = "requests"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from mingtang.city.requests import escalation
        from mingtang.platform.cases import handlers

        handlers.register("requests.escalate", escalation.escalate)
        handlers.register("requests.expire_confirmation", escalation.expire_confirmation)
        handlers.register("requests.review_parked", escalation.review_parked)
