"""Routes of this app."""

from django.urls import path, re_path

from mingtang.city.licences import views

app_name = "licences"

urlpatterns = [
    path("licences/", views.home, name="home"),
    path("licences/take/<slug:kind>/", views.take, name="take"),
    re_path(r"^licences/(?P<number>[A-Z0-9-]{1,24})/(?P<verb>suspend|restore|end)/$", views.change, name="change"),
]
