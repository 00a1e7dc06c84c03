"""Routes of this app. Well-known addresses stand before an issuer's path, as RFC 8414 and OpenID4VCI 1.0 say."""

from django.urls import path

from mingtang.platform.people.credentials import views_desk, views_issue, views_show

app_name = "credentials"

urlpatterns = [
    path(".well-known/openid-credential-issuer/issuers/<slug:unit>", views_issue.issuer_metadata, name="issuer-metadata"),
    path(".well-known/oauth-authorization-server/issuers/<slug:unit>", views_issue.server_metadata, name="server-metadata"),
    path(".well-known/jwt-vc-issuer/issuers/<slug:unit>", views_issue.issuer_keys, name="issuer-keys"),
    path("issuers/<slug:unit>/did.json", views_issue.did_document, name="did"),
    path("issuers/<slug:unit>/token", views_issue.token, name="token"),
    path("issuers/<slug:unit>/nonce", views_issue.nonce, name="nonce"),
    path("issuers/<slug:unit>/credential", views_issue.credential, name="credential"),
    path("issuers/<slug:unit>/status/<int:page>", views_issue.status_list, name="status"),
    path("credentials/types/<slug:kind>", views_issue.type_metadata, name="type"),
    path("credentials/offers/<uuid:ident>", views_issue.offer, name="offer"),
    path("credentials/desk/", views_desk.desk, name="desk"),
    path("showings/", views_show.purposes, name="purposes"),
    path("showings/new/<slug:code>/", views_show.start, name="start"),
    path("showings/<uuid:ident>/", views_show.showing, name="showing"),
    path("showings/<uuid:ident>/request", views_show.request_object, name="request"),
    path("showings/<uuid:ident>/answer", views_show.answer, name="answer"),
    path("wallet/", views_show.wallet, name="wallet"),
]
