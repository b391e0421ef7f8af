"""What one test has of a Squall."""

from __future__ import annotations

from typing import Any

from .admin import ask
from .calls import Call, Calls
from .rules import AnyRule, rules_of, within

# What goes wrong is shown at the line of the test, not in here.
__tracebackhide__ = True

_SECRET = "test"


class Scope:
    """An account of its own: its resources, its rules, its calls. Tests that run at the same time do not meet."""

    region = "us-east-1"

    def __init__(self, url: str, account: str) -> None:
        self.url = url
        #: Twelve digits; as an access key they are the account.
        self.account = account
        self.faults = Faults(url, account)

    @property
    def calls(self) -> Calls:
        """What this account's clients called until now, and what came of it; oldest first."""
        answer = ask(self.url, "GET", "calls", query={"account": self.account, "limit": "10000"})
        return Calls([Call.of(record) for record in answer["calls"]])

    def retries(self, assertion: str | None = None) -> dict[str, Any]:
        """What SDKs made of the failures that they met: attempts, waits, tokens.

        :param assertion: ``attempts<=4, no-retry-on=4xx, wait>=10ms, amplification<=3, retry-after=obeyed``
        :raises AssertionError: that says what does not hold
        """
        report: dict[str, Any] = ask(
            self.url, "GET", "retries", query={"account": self.account, "assert": assertion}
        )
        if report["unmet"]:
            raise AssertionError("; ".join(report["unmet"]))
        return report

    def client_options(self) -> dict[str, str]:
        """For boto3: ``boto3.client("sqs", **squall.client_options())``. The environment of a test says the same."""
        return {
            "endpoint_url": self.url,
            "region_name": self.region,
            "aws_access_key_id": self.account,
            "aws_secret_access_key": _SECRET,
        }

    def environment(self) -> dict[str, str]:
        """Variables with which any AWS client finds this account, in a child process as well."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": self.account,
            "AWS_SECRET_ACCESS_KEY": _SECRET,
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def close(self) -> None:
        """Takes its rules away, and gives the names of its buckets back: all accounts share those."""
        self.faults.clear()
        ask(self.url, "POST", "release", query={"account": self.account})


class Faults:
    """The rules of one account."""

    def __init__(self, url: str, account: str) -> None:
        self._url = url
        self._account = account
        self._owner = f"kit/{account}"

    def add(self, *rules: AnyRule, **fields: Any) -> list[str]:
        """Adds rules for this account's calls, unless they name an ``account`` themselves: all of them, or none.

        ``add(service="sqs", operation="SendMessage", error="throttle", times=2)``

        :returns: their ids
        :raises SquallError: that says what is wrong with one
        """
        given = [within(rule, self._account, self._owner) for rule in rules_of(rules, fields)]
        return [rule["id"] for rule in ask(self._url, "POST", "faults", given)] if given else []

    def all(self) -> list[dict[str, Any]]:
        """The rules that are there, with how often they matched and fired."""
        answer = ask(self._url, "GET", "faults", query={"owner": self._owner})
        return list(answer["rules"])

    def remove(self, rule: str) -> None:
        ask(self._url, "DELETE", f"faults/{rule}")

    def clear(self) -> None:
        ask(self._url, "DELETE", "faults", query={"owner": self._owner})
