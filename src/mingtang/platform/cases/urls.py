"""Routes of this app."""

from django.urls import path

from mingtang.platform.cases import views

app_name = "cases"
urlpatterns = [
    path("", views.clockwork, name="clockwork"),
    path("timers/<int:timer>/retry/", views.retry_timer, name="retry_timer"),
    path("effects/retry/", views.retry_effect, name="retry_effect"),
    path("<path:ref>/", views.case_page, name="case"),
]
