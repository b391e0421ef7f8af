"""For unittest: ``class OrderTest(SquallMixin, unittest.TestCase)``."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

from .environment import leading_to
from .rules import faults, faults_of
from .scope import Scope
from .server import shared

__all__ = ["SquallMixin", "faults"]


class SquallMixin:
    """Gives each test an account of its own, ``self.squall``, with the rules of its ``@faults``.

    What overrides ``setUp`` calls ``super().setUp()`` first.
    """

    squall: Scope

    def setUp(self) -> None:
        test: Any = self
        with ExitStack() as stack:
            self.squall = shared().scope(test.id())
            stack.callback(self.squall.close)
            self.squall.faults.add(*faults_of(type(self), getattr(self, test._testMethodName)))
            stack.enter_context(leading_to(self.squall))
            test.addCleanup(stack.pop_all().close)
        super().setUp()  # type: ignore[misc]
