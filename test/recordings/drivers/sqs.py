"""SQS: queues, messages, batches, dead letters and moves; in JSON, and in the query protocol that SDKs spoke before."""

import json

from walker import drives

SQS = "sqs · TestSqsProvider · test_"
MOVES = "sqs_move_task · test_"
FIFO = {"FifoQueue": "true"}


def sqs(walk):
    """A scenario's last brackets begin with its protocol."""
    return walk.client("sqs", queries="[sqs_query" in walk.name)


def queue(walk, name="queue", **attributes):
    return sqs(walk).create_queue(QueueName=f"{walk.account}-{name}", Attributes=attributes)["QueueUrl"]


def arn(walk, name="queue"):
    return f"arn:aws:sqs:us-east-1:{walk.account}:{walk.account}-{name}"


def sent(walk, url, body="message", label=None, **more):
    told = {"QueueUrl": url, "MessageBody": body, **more}
    return walk(label, sqs(walk).send_message, **told) if label else walk.answered(sqs(walk).send_message, **told)


def got(walk, label, url, **more):
    return walk(label, sqs(walk).receive_message, QueueUrl=url, **more)


def gone(walk, url, answer):
    for message in answer["Messages"]:
        sqs(walk).delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])


def attributes(walk, label, url, *names):
    walk(label, sqs(walk).get_queue_attributes, QueueUrl=url, AttributeNames=list(names or ["All"]))


def changed(walk, url, **told):
    return walk.answered(sqs(walk).set_queue_attributes, QueueUrl=url, Attributes=told)


@drives("sqs", SQS + "change_message_visibility_batch_with_too_large_batch", SQS + "delete_message_batch_with_too_large_batch")
def too_many(walk, _):
    url = queue(walk)
    entries = [{"Id": f"message{at}", "ReceiptHandle": f"handle{at}"} for at in range(20)]
    if "visibility" in walk.name:
        walk("error_response", sqs(walk).change_message_visibility_batch, QueueUrl=url, Entries=[{**one, "VisibilityTimeout": 123} for one in entries])
    else:
        walk("error_response", sqs(walk).delete_message_batch, QueueUrl=url, Entries=entries)


@drives("sqs", SQS + "create_fifo_queue_with_different_attributes_raises_error")
def fifo_again(walk, _):
    queue(walk, "queue.fifo", ContentBasedDeduplication="true", **FIFO)
    told = {"QueueName": f"{walk.account}-queue.fifo", "Attributes": {"ContentBasedDeduplication": "false", **FIFO}}
    walk("queue-already-exists", sqs(walk).create_queue, **told)


@drives("sqs", SQS + "create_queue_with_different_attributes_raises_exception")
def queue_again(walk, _):
    queue(walk, DelaySeconds="1")
    name = f"{walk.account}-queue"
    walk("create_queue_01", sqs(walk).create_queue, QueueName=name, Attributes={"DelaySeconds": "2"})
    changed(walk, sqs(walk).get_queue_url(QueueName=name)["QueueUrl"], DelaySeconds="2")
    walk("create_queue_02", sqs(walk).create_queue, QueueName=name, Attributes={"DelaySeconds": "1"})


@drives("sqs", SQS + "delete_after_visibility_timeout")
def deleted_late(walk, _):
    url = queue(walk, VisibilityTimeout="1")
    sent(walk, url, "foobar")
    answer = sqs(walk).receive_message(QueueUrl=url)
    walk.until(lambda: sqs(walk).get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"]), lambda told: told["Attributes"]["ApproximateNumberOfMessages"] == "1")
    gone(walk, url, answer)
    got(walk, "delete_after_timeout_queue_empty", url)


@drives("sqs", SQS + "delete_message_batch_invalid_msg_id", SQS + "invalid_batch_id")
def bad_ids(walk, case):
    url = queue(walk)
    if "delete" in walk.name:
        name = case.split("-", 1)[1]
        walk("error_response", sqs(walk).delete_message_batch, QueueUrl=url, Entries=[{"Id": name, "ReceiptHandle": "handle1"}])
        return
    entries = [{"Id": "BatchId 1" if at else "ok", "MessageBody": "x"} for at in range(2)]
    walk("test_invalid_batch_id", sqs(walk).send_message_batch, QueueUrl=url, Entries=entries)


@drives("sqs", SQS + "fair_queue_with_message_group_id")
def fair(walk, _):
    url = queue(walk)
    sent(walk, url, "message", "send_message", MessageGroupId="test")
    got(walk, "get-message-with-deduplication-id", url, AttributeNames=["All"])


def high(is_high):
    return {"DeduplicationScope": "messageGroup", "FifoThroughputLimit": "perMessageGroupId"} if is_high else {"DeduplicationScope": "queue", "FifoThroughputLimit": "perQueue"}


@drives("sqs", SQS + "fifo_change_to_high_throughput_after_creation")
def to_high(walk, _):
    url = queue(walk, "queue.fifo", **FIFO)

    def put(at, group, deduplication="1"):
        sent(walk, url, f"Test{at}", MessageDeduplicationId=deduplication, MessageGroupId=group)

    put(1, "g1")
    put(2, "g2")
    gone(walk, url, got(walk, "same-dedup-different-grp-1", url))
    got(walk, "same-dedup-different-grp-2", url)
    changed(walk, url, **high(True))
    attributes(walk, "set-to-high-throughput", url)
    put(3, "g3")
    got(walk, "same-dedup-different-grp-high-throughput", url)
    got(walk, "same-dedup-different-grp-high-throughput-2", url)
    put(4, "g1", "2")
    gone(walk, url, got(walk, "new-dedup2-high-throughput", url))
    put(5, "g1", "2")
    got(walk, "same-dedup2-high-throughput", url)


@drives("sqs", SQS + "fifo_change_to_regular_throughput_after_creation", SQS + "fifo_high_throughput_ordering")
def to_regular(walk, _):
    url = queue(walk, "queue.fifo", **FIFO, **high(True))

    def put(at):
        sent(walk, url, f"Test{at}", MessageDeduplicationId="1", MessageGroupId=f"g{at}")

    put(1)
    put(2)
    for at in (1, 2):
        gone(walk, url, got(walk, f"same-dedup-different-grp-{at}", url))
    if "set-to-regular-throughput" in walk.answers:
        changed(walk, url, **high(False))
        attributes(walk, "set-to-regular-throughput", url)
        put(3)
        got(walk, "same-dedup-different-grp-regular-throughput", url)


@drives("sqs", SQS + "fifo_deduplication_arrives_once_after_delete", SQS + "fifo_deduplication_not_on_message_group_id")
def once(walk, case):
    by_content = case.endswith("True")
    url = queue(walk, "queue.fifo", ContentBasedDeduplication=str(by_content).lower(), **FIFO)
    body = json.dumps({"foo": "bar"})
    own = {} if by_content else {"MessageDeduplicationId": "dedup-1"}
    again = "get-messages-duplicate" if "get-messages-duplicate" in walk.answers else "get-dedup-messages"
    groups = ("1", "2") if again == "get-dedup-messages" else ("1", "1")
    sent(walk, url, body, MessageGroupId=groups[0], **own)
    gone(walk, url, got(walk, "get-messages", url))
    sent(walk, url, body, MessageGroupId=groups[1], **own)
    got(walk, again, url)


@drives("sqs", SQS + "fifo_delete_after_visibility_timeout_extended")
def extended(walk, _):
    url = queue(walk, "queue.fifo", VisibilityTimeout="30", **FIFO)
    sent(walk, url, "foobar", MessageDeduplicationId="1", MessageGroupId="g")
    answer = got(walk, "received_sqs_message", url)
    handle = answer["Messages"][0]["ReceiptHandle"]
    sqs(walk).change_message_visibility(QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=60)
    gone(walk, url, answer)
    got(walk, "delete_after_timeout_fifo_extended", url)


@drives("sqs", SQS + "fifo_empty_message_groups_added_back_to_queue")
def groups(walk, _):
    url = queue(walk, "queue.fifo", ContentBasedDeduplication="true", **FIFO)
    sent(walk, url, "Message 1", MessageGroupId="g")
    gone(walk, url, got(walk, "inital-fifo-receive", url))
    got(walk, "empty-fifo-receive", url)
    sent(walk, url, "Message 2", MessageGroupId="g")
    got(walk, "final-fifo-receive", url)


@drives("sqs", SQS + "fifo_group_visibility_extends_with_change_message_visibility")
def group_visibility(walk, _):
    url = queue(walk, "queue.fifo", VisibilityTimeout="60", ContentBasedDeduplication="true", **FIFO)
    recorded = walk.answers["receive_all_messages"]["Messages"]
    for message in recorded:
        sent(walk, url, message["Body"], MessageGroupId="g")
    all_of = got(walk, "receive_all_messages", url, MaxNumberOfMessages=10)
    for message in all_of["Messages"]:
        sqs(walk).change_message_visibility(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0)
    got(walk, "some-messages-invisible", url, MaxNumberOfMessages=1)


@drives("sqs", SQS + "fifo_queue_send_message_with_delay_seconds_fails")
def fifo_delay(walk, _):
    url = queue(walk, "queue.fifo", ContentBasedDeduplication="true", **FIFO)
    sent(walk, url, "message-1", "send_message", DelaySeconds=2, MessageGroupId="g")


@drives("sqs", SQS + "fifo_queue_send_message_with_zero_delay_defaults_to_queue_delay")
def zero_delay(walk, _):
    url = queue(walk, "queue.fifo", ContentBasedDeduplication="true", DelaySeconds="2", **FIFO)
    sent(walk, url, "message-1", "send_message_result", DelaySeconds=0, MessageGroupId="g")
    got(walk, "receive_message_initial_result", url)
    got(walk, "receive_message_after_delay_result", url, WaitTimeSeconds=5)


@drives("sqs", SQS + "message_deduplication_id_invalid", SQS + "send_message_to_standard_queue_with_invalid_message_group_id")
def bad_message_ids(walk, case):
    text = "" if case == "empty" else "a" * 129
    if "deduplication" in walk.name:
        url = queue(walk, "queue.fifo", **FIFO)
        sent(walk, url, "x", "error-response", MessageGroupId="g", MessageDeduplicationId=text)
    else:
        sent(walk, queue(walk), "x", "error-response", MessageGroupId=text)


@drives("sqs", SQS + "message_system_attribute_names_with_attribute_names")
def both_names(walk, _):
    url = queue(walk, VisibilityTimeout="0")
    sent(walk, url, "msg")
    # Whoever spoke the query protocol when this was recorded knew no MessageSystemAttributeNames.
    newer = {} if "[sqs_query" in walk.name else {"MessageSystemAttributeNames": ["All"]}
    got(walk, "same_values", url, AttributeNames=["All"], **newer)
    got(walk, "different_values", url, AttributeNames=["SenderId"], **newer)


@drives("sqs", SQS + "receive_message_attribute_names_filters", SQS + "receive_message_message_system_attribute_names_filters")
def filters(walk, _):
    url = queue(walk, VisibilityTimeout="0")
    name = "MessageSystemAttributeNames" if "system" in walk.name.split("test_")[1] else "AttributeNames"
    text = {"DataType": "String", "StringValue": "Bar"}
    sent(walk, url, "msg", MessageAttributes={"Foo": text})
    got(walk, "all_attributes", url, **{name: ["All"]})
    got(walk, "all_system_and_message_attributes", url, MessageAttributeNames=["All"], **{name: ["All"]})
    got(walk, "single_attribute", url, **{name: ["SenderId"]})
    got(walk, "multiple_attributes", url, **{name: ["SenderId", "SequenceNumber"]})


@drives("sqs", SQS + "receive_message_message_attribute_names_filters")
def attribute_filters(walk, _):
    url = queue(walk, VisibilityTimeout="0")
    recorded = walk.answers["all_name"]["Messages"][0]["MessageAttributes"]
    sent(walk, url, "msg", "send_message_response", MessageAttributes=recorded)

    def asked(label, *names):
        answer = walk.answered(sqs(walk).receive_message, QueueUrl=url, MessageAttributeNames=list(names))
        walk.match(label, answer if "Messages" in walk.answers[label] else answer["Messages"][0])

    asked("empty_filter")
    asked("all_name", "All")
    asked("all_wildcard_asterisk", "*")
    asked("all_wildcard", ".*")
    asked("only_non_existing_names", "Foo", "Help")
    asked("only_existing", "Hello", "General")
    asked("existing_and_non_existing", "Foo", "Hello")
    asked("prefix_filter", "Hel.*")
    asked("illegal_name_1", "AWS.")
    asked("illegal_name_2", "..foo")


@drives("sqs", SQS + "send_batch_missing_deduplication_id_for_fifo_queue", SQS + "send_batch_missing_message_group_id_for_fifo_queue")
def missing(walk, _):
    url = queue(walk, "queue.fifo", **FIFO)
    label = next(iter(walk.answers))
    own = {"MessageGroupId": "g"} if "deduplication" in label else {"MessageDeduplicationId": "d"}
    first = {"Id": "message-1", "MessageBody": "x", "MessageGroupId": "g", "MessageDeduplicationId": "d-1"}
    walk(label, sqs(walk).send_message_batch, QueueUrl=url, Entries=[first, {"Id": "message-2", "MessageBody": "x", **own}])


@drives("sqs", SQS + "send_empty_message")
def empty(walk, _):
    sent(walk, queue(walk), "", "send_empty_message")


@drives("sqs", SQS + "send_batch_message_size")
def sizes(walk):
    url = queue(walk, MaximumMessageSize="1024")
    one, other = "1d6fe3ea-6d1b-4c3f-9f1a-0e0e4b1c5d77", "2d6fe3ea-6d1b-4c3f-9f1a-0e0e4b1c5d77"
    entries = [{"Id": one, "MessageBody": "a" * 1025}, {"Id": other, "MessageBody": "a" * 1024}]
    walk("send-message-batch-result", sqs(walk).send_message_batch, QueueUrl=url, Entries=entries)


@drives("sqs", SQS + "send_message_batch_with_oversized_contents")
def batch_too_large(walk, _):
    url = queue(walk)
    text = {"k": {"DataType": "String", "StringValue": "x"}}
    entries = [{"Id": "1", "MessageBody": "a" * (1048576 - 8), "MessageAttributes": text}, {"Id": "2", "MessageBody": "a"}]
    walk("send_oversized_message_batch", sqs(walk).send_message_batch, QueueUrl=url, Entries=entries)


@drives("sqs", SQS + "send_message_with_updated_maximum_message_size", SQS + "send_oversized_message")
def too_large(walk, _):
    url = queue(walk)
    if "updated" in walk.name:
        changed(walk, url, MaximumMessageSize="1024")
    text = {"k": {"DataType": "String", "StringValue": "x"}}
    sent(walk, url, "a" * (1024 if "updated" in walk.name else 1048576), "send_oversized_message", MessageAttributes=text)


@drives("sqs", SQS + "send_receive_max_number_of_messages")
def most(walk, _):
    got(walk, "send_max_number_of_messages", queue(walk), MaxNumberOfMessages=11)


@drives("sqs", SQS + "send_receive_wait_time_seconds")
def waits(walk, _):
    url = queue(walk)
    got(walk, "recieve_message_error_too_large", url, WaitTimeSeconds=21)
    got(walk, "recieve_message_error_too_small", url, WaitTimeSeconds=-1)
    sent(walk, url)
    got(walk, "empty_short_poll_by_default_resp", url)
    sent(walk, url)
    got(walk, "empty_short_poll_explicit_resp", url, WaitTimeSeconds=0)


@drives("sqs", SQS + "set_unsupported_attribute_fifo")
def unsupported(walk, _):
    url = queue(walk)
    walk("invalid-attr-name-1", sqs(walk).set_queue_attributes, QueueUrl=url, Attributes={"FifoQueue": "true"})
    url = queue(walk, "queue.fifo", **FIFO)
    walk("invalid-attr-name-2", sqs(walk).set_queue_attributes, QueueUrl=url, Attributes={"FifoQueue": "false"})


@drives("sqs", SQS + "sse_queue_attributes")
def encryption(walk, _):
    url = queue(walk, "kms", KmsMasterKeyId="testKeyId", KmsDataKeyReusePeriodSeconds="6000", SqsManagedSseEnabled="false")
    attributes(walk, "sse_kms_attributes", url, "KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds", "SqsManagedSseEnabled")
    url = queue(walk, SqsManagedSseEnabled="true")
    attributes(walk, "sse_sqs_attributes", url, "KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds", "SqsManagedSseEnabled")


@drives("sqs", SQS + "successive_purge_calls_fail")
def purged(walk, _):
    url = queue(walk)
    sqs(walk).purge_queue(QueueUrl=url)
    walk("purge_queue_error", sqs(walk).purge_queue, QueueUrl=url)


@drives("sqs", SQS + "tag_untag_queue")
def tags(walk, _):
    url = queue(walk)

    def listed(label):
        walk(label, sqs(walk).list_queue_tags, QueueUrl=url)

    sqs(walk).tag_queue(QueueUrl=url, Tags={"tag1": "value1", "tag2": "value2", "tag3": ""})
    listed("get-tag-1")
    sqs(walk).untag_queue(QueueUrl=url, TagKeys=["tag1", "tag3"])
    listed("get-tag-2")
    sqs(walk).untag_queue(QueueUrl=url, TagKeys=["tag2"])
    listed("get-tag-after-untag")


@drives("sqs", MOVES + "cancel_with_invalid_task_handle")
def bad_handle(walk):
    walk("error", sqs(walk).cancel_message_move_task, TaskHandle="foobared")


def dead(walk, *sources, count=2):
    """A dead-letter queue with messages of its sources in it: its URL."""
    url = queue(walk, "dead")
    policy = json.dumps({"deadLetterTargetArn": arn(walk, "dead"), "maxReceiveCount": 1})
    for source in sources:
        of = queue(walk, source, RedrivePolicy=policy, VisibilityTimeout="0")
        for at in range(count):
            sent(walk, of, f"{source}-{at}")
        for _ in range(2):
            sqs(walk).receive_message(QueueUrl=of, MaxNumberOfMessages=10)
    return url


@drives("sqs", MOVES + "destination_needs_to_exist")
def no_destination(walk):
    dead(walk, "source")
    walk("error", sqs(walk).start_message_move_task, SourceArn=arn(walk, "dead"), DestinationArn=arn(walk, "none"))


@drives("sqs", MOVES + "start_multiple_move_tasks")
def moves(walk):
    dead(walk, "source", count=8)
    told = {"SourceArn": arn(walk, "dead"), "MaxNumberOfMessagesPerSecond": 1}
    sqs(walk).start_message_move_task(**told)
    walk("error", sqs(walk).start_message_move_task, **told)


@drives("sqs", MOVES + "move_task_with_throughput_limit")
def slow_move(walk):
    dead(walk, "source", count=3)
    walk("start-message-move-task-response", sqs(walk).start_message_move_task, SourceArn=arn(walk, "dead"), MaxNumberOfMessagesPerSecond=1)


@drives("sqs", MOVES + "move_task_workflow_with_default_destination", MOVES + "move_task_workflow_with_multiple_sources_as_default_destination")
def moved(walk):
    sources = ["source"] if "original-source" in walk.answers else ["source-1", "source-2"]
    dead(walk, *sources)
    walk.match("source-arn", arn(walk, "dead"))
    for source in sources:
        walk.match(f"original-{source}", arn(walk, source))
    walk("start-message-move-task-response", sqs(walk).start_message_move_task, SourceArn=arn(walk, "dead"))
    ask = sqs(walk).list_message_move_tasks
    answer = walk.until(lambda: ask(SourceArn=arn(walk, "dead")), lambda told: told["Results"][0]["Status"] == "COMPLETED")
    walk.match("list-message-move-task-response", answer)
