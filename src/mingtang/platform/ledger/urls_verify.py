"""Routes under ``/verify/``."""

from django.urls import path

from mingtang.platform.ledger import views

app_name = "verify"

urlpatterns = [
    path("", views.check, name="check"),
    path("receipt.py", views.program, name="program"),
]
