"""Django's entry to the app; hooks execution to the result of votes, and the deadline of what is entrusted to the case engine."""

from django.apps import AppConfig


class AssemblyConfig(AppConfig):
    name = "mingtang.city.assembly"
    label = "assembly"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from mingtang.city.assembly import execution, lateness
        from mingtang.city.assembly.elections import settled
        from mingtang.platform.cases import handlers

        settled.register(execution.on_settled)
        handlers.register("assembly.overdue", lateness.overdue)
