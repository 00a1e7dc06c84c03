"""A middleware written once for sync and async stacks."""

from __future__ import annotations

from collections.abc import Callable

from asgiref.sync import iscoroutinefunction, markcoroutinefunction


class _Middleware:
    """A plain callable object, so that ``process_exception`` can hang on it."""

    def __init__(self, get_response: Callable, after: Callable | None) -> None:
        self._get_response = get_response
        self._after = after
        self._is_async = iscoroutinefunction(get_response)
        if self._is_async:
            markcoroutinefunction(self)

    def __call__(self, request):
        if self._is_async:
            return self._call_async(request)
        response = self._get_response(request)
        return self._after(request, response) if self._after else response

    async def _call_async(self, request):
        response = await self._get_response(request)
        return self._after(request, response) if self._after else response


def both_ways(get_response: Callable, after: Callable | None = None) -> _Middleware:
    """Return a middleware over ``get_response`` that applies ``after(request, response)`` to each answer."""
    return _Middleware(get_response, after)
