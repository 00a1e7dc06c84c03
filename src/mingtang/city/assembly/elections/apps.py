"""Django's entry to the app; hooks the end of voting and of the window for objections to the case engine."""

from django.apps import AppConfig


class ElectionsConfig(AppConfig):
    name = "mingtang.city.assembly.elections"
    label = "elections"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from mingtang.city.assembly.elections import times
        from mingtang.platform.cases import handlers

        handlers.register("elections.ended", times.ended)
        handlers.register("elections.window_over", times.window_over)
