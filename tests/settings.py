"""Settings of a test run: a fresh data folder, the demo city, then the real settings."""

import os
import tempfile

os.environ["MINGTANG_DATA"] = os.environ.get("MINGTANG_TEST_DATA") or tempfile.mkdtemp(prefix="mingtang-test-")
os.environ.setdefault("MINGTANG_LOG_LEVEL", "ERROR")
os.environ["MINGTANG_HOSTS"] = "127.0.0.1,localhost,testserver"
os.environ["MINGTANG_DEMO"] = "1"
os.environ["MINGTANG_RATE_LIMITS"] = "0"

from mingtang.site.settings import *  # noqa: E402, F403

# Quick to compute: the strength of the real one is its author's matter, and each sign-in of a test would cost a quarter of a second.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
