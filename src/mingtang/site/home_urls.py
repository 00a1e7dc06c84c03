"""Routes that belong to no office."""

from django.urls import path

urlpatterns: list = []
