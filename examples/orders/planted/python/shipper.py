import json

import boto3

dynamodb = boto3.client("dynamodb")


def handler(event, context):
    """Ships lines: each goes from `lines` to `shipped`, and is counted."""
    for record in event["Records"]:
        message = json.loads(record["body"])
        line = {"order": {"S": message["id"]}, "sku": {"S": message["sku"]}}
        deleted = dynamodb.delete_item(TableName="lines", Key=line, ReturnValues="ALL_OLD")
        # Bug 6: the line is gone before it is anywhere else. If the next call fails, the message's second delivery finds nothing.
        if "Attributes" in deleted:
            dynamodb.put_item(TableName="shipped", Item=deleted["Attributes"])
        # Bug 7: ADD counts again when the SDK tries again, and when the message comes again.
        dynamodb.update_item(
            TableName="stats",
            Key={"name": {"S": f"shipped {message['sku']}"}},
            UpdateExpression="ADD shipments :one",
            ExpressionAttributeValues={":one": {"N": "1"}},
        )
