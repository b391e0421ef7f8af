import json

import boto3

dynamodb = boto3.client("dynamodb")


def handler(event, context):
    """Ships lines: each is put in `shipped` and counted: both or neither, and once. Then it is no longer in `lines`."""
    for record in event["Records"]:
        message = json.loads(record["body"])
        line = {"order": {"S": message["id"]}, "sku": {"S": message["sku"]}}
        try:
            dynamodb.transact_write_items(
                TransactItems=[
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
        # Also of one that was shipped before: an order that is sent again writes its lines again.
        dynamodb.delete_item(TableName="lines", Key=line)
