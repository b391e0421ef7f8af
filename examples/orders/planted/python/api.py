import json
import os
import uuid

import boto3

dynamodb = boto3.client("dynamodb")
sns = boto3.client("sns")
sqs = boto3.client("sqs")


def handler(event, context):
    """POST /orders: keeps an order and its lines, has each line shipped, and has the order billed."""
    order = json.loads(event.get("body") or "{}")
    # Bug 1: the order gets its name here, so a client that tries again has ordered twice.
    id = str(uuid.uuid4())
    try:
        dynamodb.put_item(
            TableName="orders",
            Item={"id": {"S": id}, "customer": {"S": order["customer"]}},
            ConditionExpression="attribute_not_exists(id)",
        )
    except dynamodb.exceptions.ConditionalCheckFailedException:
        # Bug 2: "it is there already" is also what the SDK's second attempt hears when the first one's answer was lost.
        return {"statusCode": 200, "body": id}
    # Bug 3: what DynamoDB leaves unprocessed is never written.
    dynamodb.batch_write_item(
        RequestItems={
            "lines": [{"PutRequest": {"Item": {"order": {"S": id}, "sku": {"S": sku}}}} for sku in order["skus"]]
        }
    )
    # Bug 4: a batch can fail in part, and still be a 200.
    sqs.send_message_batch(
        QueueUrl=os.environ["SHIPMENTS_URL"],
        Entries=[
            {"Id": str(at), "MessageBody": json.dumps({"id": id, "sku": sku})} for at, sku in enumerate(order["skus"])
        ],
    )
    try:
        sns.publish(
            TopicArn=os.environ["TOPIC_ARN"],
            Message=json.dumps({"id": id, "customer": order["customer"]}),
            MessageGroupId=id,
            MessageDeduplicationId=id,
        )
    except Exception as error:
        # Bug 5: nobody will ever bill this order.
        print("The order could not be announced.", error)
    return {"statusCode": 201, "body": id}
