"""A table, as the tests want one."""

import boto3


def make_orders(client=None):
    client = client or boto3.client("dynamodb")
    client.create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return client


def put(client, order):
    client.put_item(TableName="orders", Item={"id": {"S": order}})
