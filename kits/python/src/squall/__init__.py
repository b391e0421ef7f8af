"""Squall, a local AWS that fails on purpose, for tests in Python.

``squall.pytest_plugin`` is the plugin of pytest, ``squall.unittest`` the mixin for unittest; both give a test a
:class:`Scope`: an account of its own on a Squall that the tests of a process share.
"""

from .calls import Call, Calls
from .rules import Rule, faults
from .scope import Scope
from .server import Server, SquallError, shared

__all__ = ["Call", "Calls", "Rule", "Scope", "Server", "SquallError", "faults", "shared"]
