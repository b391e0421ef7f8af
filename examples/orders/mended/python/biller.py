import json

import boto3

dynamodb = boto3.client("dynamodb")


def handler(event, context):
    """Writes an invoice for each order that is announced. What fails comes again."""
    for record in event["Records"]:
        order = json.loads(record["body"])
        dynamodb.put_item(
            TableName="invoices",
            Item={"order": {"S": order["id"]}, "customer": {"S": order["customer"]}},
        )
