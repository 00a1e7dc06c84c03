"""Every route of the city. Each app brings its own ``urls.py``."""

from django.urls import include, path

from mingtang.site.health import healthz
from mingtang.site.metrics import metrics

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("metrics", metrics, name="metrics"),
    path("", include("mingtang.site.home_urls")),
    path("ledger/", include("mingtang.platform.ledger.urls")),
    path("verify/", include("mingtang.platform.ledger.urls_verify")),
    path("", include("mingtang.platform.people.urls")),
    path("", include("mingtang.platform.people.credentials.urls")),
    path("", include("mingtang.platform.exchange.urls")),
    path("scenes/", include("mingtang.platform.scenes.urls")),
    path("cases/", include("mingtang.platform.cases.urls")),
    path("", include("mingtang.city.requests.urls")),
    path("registers/", include("mingtang.city.registers.urls")),
    path("", include("mingtang.city.licences.urls")),
    path("enterprises/", include("mingtang.city.enterprises.urls")),
]
