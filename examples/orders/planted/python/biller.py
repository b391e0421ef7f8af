import json

import boto3

dynamodb = boto3.client("dynamodb")


def handler(event, context):
    """Writes an invoice for each order that is announced."""
    for record in event["Records"]:
        order = json.loads(record["body"])
        try:
            dynamodb.put_item(
                TableName="invoices",
                Item={"order": {"S": order["id"]}, "customer": {"S": order["customer"]}},
            )
        except Exception as error:
            # Bug 8: the function succeeds, so the message is deleted.
            print("There is no invoice.", error)
