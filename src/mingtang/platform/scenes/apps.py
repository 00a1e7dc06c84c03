"""Django's entry to the app."""

from django.apps import AppConfig


class ScenesConfig(AppConfig):
    name = "mingtang.platform.scenes"
    label = "scenes"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from mingtang.platform.exchange import services
        from mingtang.platform.scenes.starting_points import offers

        services.offer_all(offers)
