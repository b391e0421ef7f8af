import json

import boto3

dynamodb = boto3.client("dynamodb")


def handler(event, context):
    """Ships lines: each goes from `lines` to `shipped`, and is counted: all of it or nothing, and once."""
    for record in event["Records"]:
        message = json.loads(record["body"])
        line = {"order": {"S": message["id"]}, "sku": {"S": message["sku"]}}
        try:
            dynamodb.transact_write_items(
                TransactItems=[
                    {"Delete": {"TableName": "lines", "Key": line}},
                    {
                        "Put": {
                            "TableName": "shipped",
                            "Item": line,
                            "ConditionExpression": "attribute_not_exists(sku)",
                        }
                    },
                    {
                        "Update": {
                            "TableName": "stats",
                            "Key": {"name": {"S": f"shipped {message['sku']}"}},
                            "UpdateExpression": "ADD shipments :one",
                            "ExpressionAttributeValues": {":one": {"N": "1"}},
                        }
                    },
                ]
            )
        except dynamodb.exceptions.TransactionCanceledException as error:
            reasons = error.response.get("CancellationReasons", [])
            if not any(reason.get("Code") == "ConditionalCheckFailed" for reason in reasons):
                raise
