"""Django's entry to the app."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "mingtang.platform.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from mingtang.kernel.access import install_gate
        from mingtang.platform.people.gate import check

        install_gate(check)
