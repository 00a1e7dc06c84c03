"""The ASGI application."""

import os

from django.core.asgi import get_asgi_application

from mingtang.kernel.garbage import search_seldom

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mingtang.site.settings")
application = get_asgi_application()
search_seldom()
