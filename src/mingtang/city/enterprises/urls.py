"""Routes of this app."""

from django.urls import path

from mingtang.city.enterprises import views

app_name = "enterprises"

urlpatterns = [
    path("", views.find, name="find"),
    path("desk/", views.desk, name="desk"),
    path("desk/<str:number>/", views.decide, name="decide"),
    path("licence/<uuid:decision>/<str:secret>/", views.licence, name="licence"),
    path("licence/<uuid:decision>/<str:secret>/wallet/", views.wallet, name="wallet"),
    path("standing/<uuid:decision>/<str:secret>/", views.standing, name="standing"),
    path("<str:code>/", views.company, name="company"),
]
