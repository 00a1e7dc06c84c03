"""Settings, urls, asgi: the only room that sees every office."""
