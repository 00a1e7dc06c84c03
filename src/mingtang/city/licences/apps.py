"""Django's entry to the app."""

from django.apps import AppConfig


class LicencesConfig(AppConfig):
    name = "mingtang.city.licences"
    label = "licences"

    def ready(self) -> None:
        from mingtang.city.licences.acts import SERVICE
        from mingtang.kernel import Sentence
        from mingtang.platform.exchange import services

        services.offer_all(
            lambda: [(SERVICE, Sentence("电子证照：领取、停用、收回", "Electronic licences: take, suspend, end"), "/licences/")]
        )
