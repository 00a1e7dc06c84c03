"""Django's entry to the app; says to the exchange what follows from sharing."""

from django.apps import AppConfig


class SharingConfig(AppConfig):
    name = "mingtang.city.sharing"
    label = "sharing"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from mingtang.city.sharing import plans
        from mingtang.platform.exchange import services

        for purpose, plan in plans.PLANS.items():
            services.follow(purpose, plan)
