"""The variables of AWS's clients, for as long as a test runs."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from typing import Any

from .scope import Scope

# Each of these could lead a client past Squall, or to somebody's own account.
_LEADS_AWAY = (
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_USE_FIPS_ENDPOINT",
    "AWS_USE_DUALSTACK_ENDPOINT",
    "AWS_ROLE_ARN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
)

# botocore asks the environment again for credentials that end within a quarter of an hour, before each call: so a client that
# was made when a module was imported is in the account of the test that runs.
_LASTS = timedelta(minutes=14)


def _variables(scope: Scope) -> dict[str, str]:
    beside = [part for part in os.environ.get("NO_PROXY", os.environ.get("no_proxy", "")).split(",") if part]
    local = ",".join([*beside, "127.0.0.1", "localhost"])
    return {
        **scope.environment(),
        "AWS_CREDENTIAL_EXPIRATION": (datetime.now(timezone.utc) + _LASTS).isoformat(),
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "NO_PROXY": local,
        "no_proxy": local,
    }


@contextmanager
def leading_to(scope: Scope) -> Iterator[None]:
    """Leads every AWS client that looks at the environment to a scope. What the environment was before comes back."""
    away = [name for name in os.environ if name in _LEADS_AWAY or name.startswith("AWS_ENDPOINT_URL_")]
    variables = _variables(scope)
    before = {name: os.environ.get(name) for name in (*away, *variables)}
    for name in away:
        del os.environ[name]
    os.environ.update(variables)
    session = _default_session()
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        _default_session(session)


def _default_session(session: Any = None) -> Any:
    """Takes the session of ``boto3.client``, which keeps the credentials that it has found first, and puts one in its place."""
    boto3 = sys.modules.get("boto3")
    if boto3 is None:
        return None
    before, boto3.DEFAULT_SESSION = getattr(boto3, "DEFAULT_SESSION", None), session  # type: ignore[attr-defined]
    return before
