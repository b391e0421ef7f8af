"""The plugin of pytest: fixture ``squall``, marker ``faults``, ``--squall-explore``, and what happened at the end."""

from __future__ import annotations

import shlex
import subprocess
import sys
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from .environment import leading_to
from .rules import asked_for
from .scope import Scope
from .server import Server, SquallError, command, shared, stop_shared

# What goes wrong is shown at the line of the test, not in here.
__tracebackhide__ = True

_PROPERTY = "squall"
_MARKER = (
    "faults(*rules, **rule): what goes wrong for this test's AWS calls:"
    ' @pytest.mark.faults(service="dynamodb", operation="PutItem", error="throttle", times=2)'
)
_session = pytest.StashKey[Any]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("squall", "a local AWS that fails on purpose")
    group.addoption(
        "--squall-explore",
        action="store_true",
        help="run these tests under squall explore: which fault do they not survive?",
    )
    group.addoption(
        "--squall-explore-args",
        default="",
        metavar="ARGS",
        help="more for squall explore: '--faults outage --budget 5m'",
    )
    parser.addini(
        "squall_autouse", "every test has a squall, and so has what is imported", type="bool", default=False
    )
    parser.addini("squall_args", "more for squall start: --strict --seed storm", type="args", default=[])


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> int | None:
    if not config.getoption("--squall-explore") or hasattr(config, "workerinput"):
        return None
    words = _without_explore(config.invocation_params.args)
    more = shlex.split(config.getoption("--squall-explore-args"))
    try:
        explore = [*command(), "explore", *more, "--per-test", "--"]
    except SquallError as error:
        raise pytest.UsageError(str(error)) from None
    return subprocess.run([*explore, sys.executable, "-m", "pytest", *words], check=False).returncode


def _without_explore(words: Sequence[str]) -> Iterator[str]:
    left = iter(words)
    for word in left:
        if word == "--squall-explore-args":
            next(left, None)
        elif not word.startswith("--squall-explore"):
            yield word


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", _MARKER)
    # Who only lists, explores, or hands tests to the processes of xdist runs none.
    runs_none = any(config.getoption(name, None) for name in ("squall_explore", "collectonly", "numprocesses"))
    if runs_none or not config.getini("squall_autouse"):
        return
    # Before anything is imported: a client that a module makes must not find real AWS either.
    try:
        leads = leading_to(_server(config).scope("session"))
    except SquallError as error:
        raise pytest.UsageError(str(error)) from None
    leads.__enter__()
    config.stash[_session] = leads


def pytest_unconfigure(config: pytest.Config) -> None:
    leads = config.stash.get(_session, None)
    if leads is not None:
        leads.__exit__(None, None, None)
    stop_shared()


def _server(config: pytest.Config) -> Server:
    return shared(config.getini("squall_args"))


@pytest.fixture(scope="session")
def squall_server(pytestconfig: pytest.Config) -> Server:
    """The Squall of this run; ``squall_server.scope(name)`` is for fixtures that several tests share."""
    return _server(pytestconfig)


@pytest.fixture
def squall(request: pytest.FixtureRequest, squall_server: Server) -> Iterator[Scope]:
    """This test's own account, to which every AWS client of the environment leads as long as the test runs."""
    scope = squall_server.scope(request.node.nodeid)
    try:
        for marker in request.node.iter_markers("faults"):
            scope.faults.add(*asked_for(marker.args, marker.kwargs))
        with leading_to(scope):
            yield scope
        told = _story(scope)
        if told:
            request.node.user_properties.append((_PROPERTY, told))
    finally:
        scope.close()


@pytest.fixture(autouse=True)
def _squall_of_markers(request: pytest.FixtureRequest) -> None:
    """A test with rules has a Squall, whether or not it asks for it."""
    wanted = request.config.getini("squall_autouse") or request.node.get_closest_marker("faults")
    if wanted:
        request.getfixturevalue("squall")


def _story(scope: Scope) -> str:
    """Each call that failed or was tried again; nothing where all went well at once."""
    return "; ".join(
        f"{one['call']} {', '.join(str(attempt) for attempt in one['attempts'])}"
        + (f" (waited {', '.join(f'{wait:.0f}' for wait in one['waitsMs'])} ms)" if one["waitsMs"] else "")
        for one in scope.retries()["retried"]
    )


def pytest_terminal_summary(terminalreporter: Any) -> None:
    # Reports come from the processes of xdist as well.
    told = [
        (report.nodeid, value)
        for reports in terminalreporter.stats.values()
        for report in reports
        if getattr(report, "when", None) == "teardown"
        for name, value in report.user_properties
        if name == _PROPERTY
    ]
    if not told:
        return
    terminalreporter.section("squall: calls that failed or were tried again")
    for test, story in told:
        terminalreporter.write_line(f"{test}  {story}")
