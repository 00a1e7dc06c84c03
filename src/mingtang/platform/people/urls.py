"""Routes of this app."""

from django.urls import path, re_path

from mingtang.platform.people import views, views_posts

urlpatterns = [
    path("sign-in/", views.sign_in_page, name="sign_in"),
    path("sign-in/begin/", views.begin_page, name="sign_in_begin"),
    path("sign-in/passkey/options", views.passkey_options, name="passkey_options"),
    path("sign-in/passkey", views.passkey_sign_in, name="passkey_sign_in"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("account/", views.account, name="account"),
    path("account/password/", views.change_password, name="change_password"),
    path("account/second-factor/", views.second_factor, name="second_factor"),
    path("account/passkey/options", views.new_passkey_options, name="new_passkey_options"),
    path("account/passkey", views.new_passkey, name="new_passkey"),
    path("account/passkey/<int:key>/remove/", views.remove_passkey, name="remove_passkey"),
    path("posts/", views_posts.posts, name="posts"),
    path("posts/appoint/", views_posts.appoint, name="appoint"),
    path("posts/<slug:code>/", views_posts.post, name="post"),
    re_path(r"^posts/(?P<code>[A-Za-z0-9-]{1,40})/(?P<verb>grant|revoke|reset|dismiss)/$", views_posts.change, name="change_post"),
]
