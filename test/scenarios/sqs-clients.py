"""SQS as boto3 sees it: every operation, both queue types, digests checked by the client, errors by their codes."""

import hashlib

import boto3
from botocore.exceptions import ClientError

sqs = boto3.client("sqs")


def fails(code, call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, error
        return error
    raise AssertionError(f"{call} did not fail with {code}")


# Queues
url = sqs.create_queue(QueueName="orders", Attributes={"VisibilityTimeout": "60"}, tags={"team": "a"})["QueueUrl"]
assert sqs.get_queue_url(QueueName="orders")["QueueUrl"] == url
assert sqs.list_queues(QueueNamePrefix="ord")["QueueUrls"] == [url]
assert sqs.list_queue_tags(QueueUrl=url)["Tags"] == {"team": "a"}
sqs.tag_queue(QueueUrl=url, Tags={"env": "dev"})
sqs.untag_queue(QueueUrl=url, TagKeys=["team"])
assert sqs.list_queue_tags(QueueUrl=url)["Tags"] == {"env": "dev"}
arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
fails("QueueAlreadyExists", sqs.create_queue, QueueName="orders", Attributes={"VisibilityTimeout": "61"})
error = fails("AWS.SimpleQueueService.NonExistentQueue", sqs.get_queue_url, QueueName="none")
assert error.response["Error"]["Message"] == "The specified queue does not exist."
assert isinstance(error, sqs.exceptions.QueueDoesNotExist)
fails("InvalidAttributeValue", sqs.set_queue_attributes, QueueUrl=url, Attributes={"DelaySeconds": "901"})
fails("InvalidAttributeName", sqs.set_queue_attributes, QueueUrl=url, Attributes={"Colour": "red"})

# Messages: botocore itself checks the digests of what it sends and receives.
sent = sqs.send_message(
    QueueUrl=url,
    MessageBody="hällo",
    MessageAttributes={"n": {"DataType": "Number", "StringValue": "1"}, "b": {"DataType": "Binary", "BinaryValue": b"\x00\xff"}},
)
assert sent["MD5OfMessageBody"] == hashlib.md5("hällo".encode()).hexdigest()
[message] = sqs.receive_message(QueueUrl=url, MessageAttributeNames=["All"], AttributeNames=["All"])["Messages"]
assert message["Body"] == "hällo" and message["MessageAttributes"]["b"]["BinaryValue"] == b"\x00\xff"
assert message["Attributes"]["ApproximateReceiveCount"] == "1"
assert "Messages" not in sqs.receive_message(QueueUrl=url)
handle = message["ReceiptHandle"]
sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=0)
fails("AWS.SimpleQueueService.MessageNotInflight", sqs.change_message_visibility, QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=1)
sqs.delete_message(QueueUrl=url, ReceiptHandle=handle)
fails("ReceiptHandleIsInvalid", sqs.delete_message, QueueUrl=url, ReceiptHandle="nonsense")
fails("InvalidParameterValue", sqs.receive_message, QueueUrl=url, MaxNumberOfMessages=11)

# Batches
entries = [{"Id": str(n), "MessageBody": f"m{n}"} for n in range(10)]
assert len(sqs.send_message_batch(QueueUrl=url, Entries=entries)["Successful"]) == 10
fails("AWS.SimpleQueueService.TooManyEntriesInBatchRequest", sqs.send_message_batch, QueueUrl=url, Entries=entries + [{"Id": "x", "MessageBody": "x"}])
fails("AWS.SimpleQueueService.EmptyBatchRequest", sqs.send_message_batch, QueueUrl=url, Entries=[])
fails("AWS.SimpleQueueService.BatchEntryIdsNotDistinct", sqs.send_message_batch, QueueUrl=url, Entries=[entries[0], entries[0]])
received = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
assert [m["Body"] for m in received] == [f"m{n}" for n in range(10)]
changed = sqs.change_message_visibility_batch(
    QueueUrl=url, Entries=[{"Id": m["Body"], "ReceiptHandle": m["ReceiptHandle"], "VisibilityTimeout": 120} for m in received]
)
assert len(changed["Successful"]) == 10
deleted = sqs.delete_message_batch(
    QueueUrl=url,
    Entries=[{"Id": m["Body"], "ReceiptHandle": m["ReceiptHandle"]} for m in received[:9]] + [{"Id": "bad", "ReceiptHandle": "bad"}],
)
assert len(deleted["Successful"]) == 9 and deleted["Failed"][0]["Code"] == "ReceiptHandleIsInvalid"
sqs.purge_queue(QueueUrl=url)
sqs.purge_queue(QueueUrl=url)

# Permissions
sqs.add_permission(QueueUrl=url, Label="l", AWSAccountIds=["111111111111"], Actions=["SendMessage"])
assert "SQS:SendMessage" in sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])["Attributes"]["Policy"]
sqs.remove_permission(QueueUrl=url, Label="l")
assert "Attributes" not in sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])

# FIFO, with the resource interface
fifo = boto3.resource("sqs").create_queue(QueueName="q.fifo", Attributes={"FifoQueue": "true", "ContentBasedDeduplication": "true"})
first = fifo.send_message(MessageBody="a1", MessageGroupId="a")
assert fifo.send_message(MessageBody="a1", MessageGroupId="a")["SequenceNumber"] == first["SequenceNumber"]
fifo.send_message(MessageBody="a2", MessageGroupId="a")
messages = fifo.receive_messages(MaxNumberOfMessages=10, AttributeNames=["MessageGroupId"])
assert [m.body for m in messages] == ["a1", "a2"] and messages[0].attributes == {"MessageGroupId": "a"}
for m in messages:
    m.delete()
fails("MissingParameter", fifo.send_message, MessageBody="x")

# Dead letters and the way back
source = sqs.create_queue(
    QueueName="source",
    Attributes={"VisibilityTimeout": "0", "RedrivePolicy": '{"deadLetterTargetArn":"%s","maxReceiveCount":"1"}' % arn},
)["QueueUrl"]
sqs.send_message(QueueUrl=source, MessageBody="poison")
assert sqs.receive_message(QueueUrl=source)["Messages"]
assert "Messages" not in sqs.receive_message(QueueUrl=source)
assert sqs.list_dead_letter_source_queues(QueueUrl=url)["queueUrls"] == [source]
task = sqs.start_message_move_task(SourceArn=arn)["TaskHandle"]
[result] = sqs.list_message_move_tasks(SourceArn=arn)["Results"]
assert result["Status"] == "COMPLETED" and result["ApproximateNumberOfMessagesMoved"] == 1
fails("ResourceNotFoundException", sqs.cancel_message_move_task, TaskHandle=task)
assert sqs.receive_message(QueueUrl=source)["Messages"][0]["Body"] == "poison"

for queue_url in (url, source, fifo.url):
    sqs.delete_queue(QueueUrl=queue_url)
assert "QueueUrls" not in sqs.list_queues()
print("fine")
