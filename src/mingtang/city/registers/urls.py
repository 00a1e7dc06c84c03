"""Routes of this app."""

from django.urls import path

from mingtang.city.registers import views

app_name = "registers"

urlpatterns = [path("asked-twice/", views.asked_twice, name="asked-twice")]
