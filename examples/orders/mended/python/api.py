import json
import os

import boto3

dynamodb = boto3.client("dynamodb")
sns = boto3.client("sns")
sqs = boto3.client("sqs")

MOST_TRIES = 5


def handler(event, context):
    """POST /orders: keeps an order and its lines, has each line shipped, and has the order billed. All of it can be done twice."""
    order = json.loads(event.get("body") or "{}")
    # The client names its order: one that it sends again is the same.
    id = event["headers"].get("idempotency-key")
    if not id:
        return {"statusCode": 400, "body": "An order needs an idempotency-key."}
    try:
        dynamodb.put_item(
            TableName="orders",
            Item={"id": {"S": id}, "customer": {"S": order["customer"]}},
            ConditionExpression="attribute_not_exists(id)",
        )
    except dynamodb.exceptions.ConditionalCheckFailedException:
        # Who finds the order there goes on: perhaps it was this very call whose answer was lost.
        pass
    write_lines([{"PutRequest": {"Item": {"order": {"S": id}, "sku": {"S": sku}}}} for sku in order["skus"]])
    ship([{"Id": str(at), "MessageBody": json.dumps({"id": id, "sku": sku})} for at, sku in enumerate(order["skus"])])
    sns.publish(
        TopicArn=os.environ["TOPIC_ARN"],
        Message=json.dumps({"id": id, "customer": order["customer"]}),
        MessageGroupId=id,
        MessageDeduplicationId=id,
    )
    return {"statusCode": 201, "body": id}


def write_lines(left):
    """Until nothing is left unprocessed."""
    for _ in range(MOST_TRIES):
        left = dynamodb.batch_write_item(RequestItems={"lines": left})["UnprocessedItems"].get("lines", [])
        if not left:
            return
    raise RuntimeError("DynamoDB leaves lines unprocessed.")


def ship(left):
    """Until every entry has been taken."""
    for _ in range(MOST_TRIES):
        failed = {entry["Id"] for entry in sqs.send_message_batch(QueueUrl=os.environ["SHIPMENTS_URL"], Entries=left).get("Failed", [])}
        left = [entry for entry in left if entry["Id"] in failed]
        if not left:
            return
    raise RuntimeError("SQS does not take all messages.")
