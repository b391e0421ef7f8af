import boto3
import pytest
from botocore.exceptions import ClientError


@pytest.fixture
def dynamodb():
    client = boto3.client("dynamodb")
    for table in ("orders", "receipts"):
        client.create_table(
            TableName=table,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        )
    yield client
    for table in ("orders", "receipts"):
        client.delete_table(TableName=table)


@pytest.mark.parametrize("order", ["o 1"])
def test_takes_an_order(dynamodb, order):
    dynamodb.put_item(TableName="orders", Item={"id": {"S": order}})


class TestReceipts:
    def test_writes_a_receipt(self, dynamodb):
        try:
            dynamodb.put_item(TableName="receipts", Item={"id": {"S": "o1"}})
        except ClientError:
            pass  # Nobody hears of it.


def test_prices_add_up():
    assert sum([1, 2]) == 3
