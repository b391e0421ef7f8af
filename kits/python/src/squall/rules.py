"""Rules: what goes wrong, for which calls, how often. docs/guide/faults.md of Squall has all fields."""

from __future__ import annotations

from typing import Any, Callable, Mapping, TypedDict, TypeVar

# What goes wrong is shown at the line of the test, not in here.
__tracebackhide__ = True

Text = str | list[str]


class Rule(TypedDict, total=False):
    """The fields that most rules have. Any other that Squall knows may be given, too: it checks them."""

    id: str
    point: str
    service: Text
    operation: Text
    resource: Text
    role: Text
    caller: Text
    account: Text
    region: Text
    input: str
    site: Text
    effect: str
    params: Mapping[str, Any]
    error: str | Mapping[str, Any]
    latency: int | str | Mapping[str, Any]
    reset: bool
    hang: bool
    partial: bool | Mapping[str, Any]
    truncate: bool | Mapping[str, Any]
    times: int
    skip: int
    every: int
    sequence: list[str]
    percentage: float
    per: str
    attempts: int
    ttl: int | str


AnyRule = Rule | Mapping[str, Any]

_T = TypeVar("_T", bound=Callable[..., Any] | type)
_FAULTS = "__squall_faults__"

_EXAMPLE = 'such as service="sqs", error="throttle", times=2'

# What these strike has no account.
_WITHOUT_ACCOUNT = ("dns:", "tls:", "proxy:")


def rules_of(rules: tuple[AnyRule, ...], fields: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Rules, and one more of keyword arguments: ``lost_reply=True`` is the effect ``lost-reply``.

    :raises TypeError: for what is no rule
    """
    for rule in rules:
        if not isinstance(rule, Mapping):
            raise TypeError(f"A rule is a dictionary or keyword arguments, {_EXAMPLE}, not {rule!r}.")
    given = [dict(rule) for rule in rules]
    if fields:
        given.append({name.replace("_", "-"): value for name, value in fields.items()})
    return given


def asked_for(rules: tuple[AnyRule, ...], fields: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rules of a marker or a decorator, which is there for nothing else. :raises TypeError: when it has none"""
    given = rules_of(rules, fields)
    if not given:
        raise TypeError(f"faults(…) says what goes wrong, {_EXAMPLE}: here it says nothing.")
    return given


def within(rule: Mapping[str, Any], account: str, owner: str) -> dict[str, Any]:
    """A rule for the calls of one account, unless it names accounts itself."""
    match = rule.get("match") or {}
    is_own = any(name in place for name in ("account", "accounts") for place in (rule, match))
    if is_own or str(rule.get("point", "")).startswith(_WITHOUT_ACCOUNT):
        return {"owner": owner, **rule}
    return {"owner": owner, **rule, "account": account}


def faults(*rules: AnyRule, **fields: Any) -> Callable[[_T], _T]:
    """Decorates a test of unittest, or a class of them, with rules: ``@faults(service="sqs", error="throttle", times=2)``."""

    given = asked_for(rules, fields)

    def decorate(test: _T) -> _T:
        setattr(test, _FAULTS, given + list(vars(test).get(_FAULTS, [])))
        return test

    return decorate


def faults_of(*decorated: Any) -> list[dict[str, Any]]:
    """The rules that stand on a class and its method."""
    return [rule for one in decorated for rule in getattr(one, _FAULTS, [])]
