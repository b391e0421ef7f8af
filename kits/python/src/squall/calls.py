"""Calls as Squall has seen them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, Mapping, overload


@dataclass(frozen=True)
class Call:
    """One call: each attempt of an SDK is one of its own."""

    service: str
    operation: str
    #: The HTTP status; 0 for a connection that was dropped.
    status: int
    #: From 1, as the SDK says.
    attempt: int | None
    error_code: str | None
    #: How the connection was dropped: ``reset``, ``hang`` …
    dropped: str | None
    #: The rule that decided how it ended.
    rule: str | None
    #: One service called another.
    is_internal: bool
    duration_ms: float
    #: The path of calls that led to it.
    site: str
    #: Long texts are cut in it, and blobs are left out.
    input: Mapping[str, Any]
    #: All that Squall says of it.
    record: Mapping[str, Any] = field(repr=False)

    @staticmethod
    def of(record: Mapping[str, Any]) -> Call:
        return Call(
            service=record["service"],
            operation=record["operation"],
            status=record["status"],
            attempt=record.get("attempt"),
            error_code=record.get("errorCode"),
            dropped=record.get("dropped"),
            rule=record.get("faultRuleId"),
            is_internal=record.get("isInternal", False),
            duration_ms=record["durationMs"],
            site=record["site"],
            input=record["input"],
            record=record,
        )

    @property
    def was_struck(self) -> bool:
        """Did a rule fire?"""
        return any(decision["fired"] for decision in self.record["decisions"])


class Calls(Sequence[Call]):
    """Calls in the order in which they were made."""

    def __init__(self, calls: Sequence[Call]) -> None:
        self._calls = tuple(calls)

    def of(self, service: str, operation: str = "*") -> Calls:
        """Those of a service and, if given, an operation; both may have ``*`` in them."""
        return Calls(
            [
                call
                for call in self._calls
                if fnmatchcase(call.service, service) and fnmatchcase(call.operation, operation)
            ]
        )

    @property
    def statuses(self) -> list[int]:
        """``[400, 400, 200]``: throttled twice, and then well."""
        return [call.status for call in self._calls]

    @property
    def struck(self) -> Calls:
        """Those at which a rule fired."""
        return Calls([call for call in self._calls if call.was_struck])

    @overload
    def __getitem__(self, index: int) -> Call: ...
    @overload
    def __getitem__(self, index: slice) -> Calls: ...
    def __getitem__(self, index: int | slice) -> Call | Calls:
        return Calls(self._calls[index]) if isinstance(index, slice) else self._calls[index]

    def __len__(self) -> int:
        return len(self._calls)

    def __iter__(self) -> Iterator[Call]:
        return iter(self._calls)

    def __repr__(self) -> str:
        return f"Calls({[f'{call.service}.{call.operation} {call.status}' for call in self._calls]})"
