"""Routes of this app."""

from django.urls import include, path

from mingtang.platform.scenes import views, views_contracts
from mingtang.platform.scenes.api import api, openapi

app_name = "scenes"
_patterns, _app, _namespace = api.urls
# The API's own home page declares no access and says nothing; its description is served by a view of ours.
_operations = (
    [path("openapi.json", openapi, name="openapi"), *(one for one in _patterns if one.name != "api-root")],
    _app,
    _namespace,
)

urlpatterns = [
    path("", views.catalogue, name="catalogue"),
    path("api/", include(_operations[:2], namespace=_namespace)),
    path("decisions/<uuid:ident>/<str:secret>/", views.decision, name="decision"),
    path("decisions/<uuid:ident>/<str:secret>/different/", views.what_if, name="different"),
    path("packs/<str:hash>/<path:file>", views.pack_file, name="file"),
    path("check-contract/", views_contracts.check, name="check-contract"),
    path("<slug:name>/", views.scene, name="scene"),
    path("<slug:name>/contract/", views.contract, name="contract"),
    path("<slug:name>/contract/proofs.json", views_contracts.proofs, name="proofs"),
    path("<slug:name>/apply/", views.apply, name="apply"),
    path("<slug:name>/apply/check/", views.check_answers, name="check"),
    path("<slug:name>/apply/<slug:ident>/", views.question, name="question"),
]
