"""Every route declares who may use it, list and expand paths too."""

from django.urls import URLPattern, URLResolver, get_resolver

from mingtang.kernel.access import declared

# Django's own views that are public by nature.
FOREIGN = {"set_language", "JavaScriptCatalog"}


def _patterns(resolver=None, prefix=""):
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from _patterns(entry, prefix + str(entry.pattern))
        elif isinstance(entry, URLPattern):
            yield prefix + str(entry.pattern), entry.callback


def _operations(callback):
    """The operations behind a callback: one for a view, several for a path of the API."""
    owner = getattr(callback, "__self__", None)
    for cell in getattr(callback, "__closure__", None) or ():
        if hasattr(cell.cell_contents, "operations"):
            owner = cell.cell_contents
    if hasattr(owner, "operations"):
        return [operation.view_func for operation in owner.operations]
    return [callback]


def test_every_route_declares_its_access():
    """A view or operation without @access is a fault."""
    faults = []
    for route, callback in _patterns():
        for view in _operations(callback):
            name = getattr(view, "__name__", type(view).__name__)
            module = getattr(view, "__module__", "")
            if declared(view) is None and name not in FOREIGN and not module.startswith(("ninja.", "django.")):
                faults.append(f"{route} -> {module}.{name}")
    assert not faults


def test_foreign_views_are_few_and_known():
    """Views that are not ours: the language switch and the API's own description, nothing else."""
    foreign = {
        getattr(view, "__name__", "")
        for _, callback in _patterns() for view in _operations(callback)
        if getattr(view, "__module__", "").startswith(("ninja.", "django.")) and declared(view) is None
    }
    assert foreign <= {"set_language", "openapi_json", "openapi_view", "default_home", "partial", "serve"}


def test_there_are_routes():
    """The rules above speak of something."""
    assert sum(1 for _ in _patterns()) >= 30
