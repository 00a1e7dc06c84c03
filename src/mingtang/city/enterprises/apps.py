"""Django's entry to the app; hooks the office's effects to the scene and its timer to the case engine."""

from django.apps import AppConfig


class EnterprisesConfig(AppConfig):
    name = "mingtang.city.enterprises"
    label = "enterprises"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from mingtang.city.enterprises import following, register
        from mingtang.platform.cases import handlers
        from mingtang.platform.scenes import effects

        effects.register(following.SCENE, following.on_decided, following.ways)
        handlers.register("enterprises.overdue", following.overdue)
        handlers.register_effect("enterprises.enter", register.enter)
