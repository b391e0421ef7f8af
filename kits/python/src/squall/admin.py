"""Squall's admin API, ``/_squall/…``."""

from __future__ import annotations

import json
import os
from typing import Any, Mapping
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener

# What goes wrong is shown at the line of the test, not in here.
__tracebackhide__ = True

# No proxy stands between a test and its Squall, whatever the environment says.
_OPENER = build_opener(ProxyHandler({}))
_PATIENCE_S = 60


class SquallError(Exception):
    """Squall cannot be started or reached, or refuses what it is asked for."""


def ask(
    url: str, method: str, path: str, body: object = None, query: Mapping[str, str | None] | None = None
) -> Any:
    """Asks for a page. :raises SquallError: with Squall's own words when it refuses"""
    asked = {name: value for name, value in (query or {}).items() if value is not None}
    request = Request(
        f"{url}/_squall/{path}" + (f"?{urlencode(asked)}" if asked else ""),
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"content-type": "application/json"},
    )
    token = os.environ.get("SQUALL_ADMIN_TOKEN")
    if token:
        request.add_header("authorization", f"Bearer {token}")
    try:
        with _OPENER.open(request, timeout=_PATIENCE_S) as answer:
            return json.load(answer)
    except HTTPError as error:
        raise SquallError(_said(error.read()) or f"{method} {path}: {error}") from None
    except URLError as error:
        raise SquallError(f"There is no squall at {url}: {error.reason}") from None


def _said(body: bytes) -> str | None:
    try:
        return str(json.loads(body)["message"])
    except (ValueError, KeyError, TypeError):
        return None
