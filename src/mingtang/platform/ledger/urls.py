"""Routes under ``/ledger/``."""

from django.urls import path

from mingtang.platform.ledger import published, views

app_name = "ledger"

urlpatterns = [
    path("", views.log, name="log"),
    path("receipts/<uuid:act_id>/", views.receipt, name="receipt"),
    path("receipts/<uuid:act_id>/file", views.receipt_file, name="receipt-file"),
    path("receipts/<uuid:act_id>/cose", views.receipt_cose, name="receipt-cose"),
    path("checkpoint", published.checkpoint, name="checkpoint"),
    path("tile/<path:place>", published.tile, name="tile"),
    path("key", published.key, name="key"),
]
