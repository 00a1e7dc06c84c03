"""The WSGI application."""

import os

from django.core.wsgi import get_wsgi_application

from mingtang.kernel.garbage import search_seldom
from mingtang.site.lifeline import end_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mingtang.site.settings")
application = get_wsgi_application()
end_with_parent()
search_seldom()
