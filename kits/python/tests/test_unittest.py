import os
import unittest

import boto3
from tables import make_orders, put

from squall.unittest import SquallMixin, faults


@faults(service="dynamodb", operation="DescribeTable", error="throttle", times=1)
class OrderTest(SquallMixin, unittest.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.dynamodb = make_orders()

    @faults(service="dynamodb", operation="PutItem", error="throttle", times=2)
    def test_an_order_is_stored(self) -> None:
        put(self.dynamodb, "1")
        self.dynamodb.describe_table(TableName="orders")
        self.assertEqual(self.squall.calls.of("dynamodb", "PutItem").statuses, [400, 400, 200])
        self.assertEqual(self.squall.calls.of("dynamodb", "DescribeTable").statuses, [400, 200])

    def test_its_rules_are_its_own(self) -> None:
        put(self.dynamodb, "1")
        self.assertEqual(self.squall.calls.of("dynamodb", "PutItem").statuses, [200])


class AfterwardsTest(unittest.TestCase):
    def test_the_environment_comes_back(self) -> None:
        before = os.environ.get("AWS_ENDPOINT_URL")

        class Inner(SquallMixin, unittest.TestCase):
            def runTest(self) -> None:
                boto3.client("sqs").list_queues()

        result = unittest.TestResult()
        Inner().run(result)
        self.assertTrue(result.wasSuccessful(), result.errors)
        self.assertEqual(os.environ.get("AWS_ENDPOINT_URL"), before)
