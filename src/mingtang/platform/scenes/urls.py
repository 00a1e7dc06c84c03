"""Routes of this app."""

from django.urls import path

from mingtang.platform.scenes import views
from mingtang.platform.scenes.api import api

app_name = "scenes"

urlpatterns = [
    path("", views.catalogue, name="catalogue"),
    path("api/", api.urls),
    path("decisions/<uuid:ident>/<str:secret>/", views.decision, name="decision"),
    path("packs/<str:hash>/<path:file>", views.pack_file, name="file"),
    path("<slug:name>/", views.scene, name="scene"),
    path("<slug:name>/contract/", views.contract, name="contract"),
    path("<slug:name>/apply/", views.apply, name="apply"),
    path("<slug:name>/apply/check/", views.check_answers, name="check"),
    path("<slug:name>/apply/<slug:ident>/", views.question, name="question"),
]
