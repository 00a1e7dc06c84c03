"""Routes of this app."""

from django.urls import include, path

from mingtang.platform.exchange.api import api
from mingtang.platform.exchange import views, views_counter, views_rights

app_name = "exchange"
_patterns, _app, _namespace = api.urls
# The API's own home page declares no access and says nothing.
_operations = ([one for one in _patterns if one.name != "api-root"], _app)

urlpatterns = [
    path("my-data/", views.home, name="home"),
    path("my-data/sign-in/", views.sign_in, name="sign-in"),
    path("my-data/sign-out/", views.sign_out, name="sign-out"),
    path("my-data/card/<str:code>/", views.sign_in, name="card"),
    path("my-data/looks/", views.looks, name="looks"),
    path("my-data/sharing/", views.sharing, name="sharing"),
    path("my-data/sharing/<slug:code>/", views.follows, name="follows"),
    path("my-data/purposes/<slug:code>/", views.consent, name="consent"),
    path("my-data/consents/<str:ident>/", views.consented, name="consented"),
    path("my-data/consents/<str:ident>/withdraw/", views.withdraw, name="withdraw"),
    path("my-data/rights/", views_rights.rights, name="rights"),
    path("my-data/rights/copy/", views_rights.copy, name="copy"),
    path("my-data/rights/correct/", views_rights.correct, name="correct"),
    path("my-data/rights/explain/", views_rights.explain, name="explain"),
    path("my-data/rights/erase/", views_rights.erase, name="erase"),
    path("my-data/helpers/", views_rights.helpers, name="helpers"),
    path("my-data/helpers/new/", views_rights.delegate, name="delegate"),
    path("my-data/helpers/<str:number>/end/", views_rights.end_delegation, name="end-delegation"),
    path("my-data/helpers/<str:number>/act/", views_rights.act_for, name="act-for"),
    path("exchange/api/", include(_operations, namespace=_namespace)),
    path("exchange/", views_counter.public, name="public"),
    path("exchange/purposes/<slug:code>/policy", views_counter.policy, name="policy"),
    path("exchange/counter/", views_counter.counter, name="counter"),
    path("exchange/counter/close/", views_counter.close_counter, name="close-counter"),
    path("exchange/counter/<str:number>/", views_counter.counter_receipt, name="counter-receipt"),
    path("exchange/desk/", views_rights.desk, name="desk"),
    path("exchange/desk/<str:number>/", views_rights.desk, name="answer"),
]
