"""SQS: queues and policies that stacks make and change."""

import json

from drivers.stack_resources import att, ref, resource, stack
from walker import drives

QUEUE, INLINE, POLICY = "aws_sqs_queue · test_", "aws_sqs_queueinlinepolicy · test_", "aws_sqs_queuepolicy · test_"
FULL = {
    "SqsManagedSseEnabled": False,
    "MaximumMessageSize": 2048,
    "MessageRetentionPeriod": 7000,
    "ReceiveMessageWaitTimeSeconds": 7,
    "DelaySeconds": 17,
    "VisibilityTimeout": 43,
    "Tags": [{"Key": "Environment", "Value": "Pre-Production"}, {"Key": "Department", "Value": "Sales"}],
}
FIFO = {"FifoQueue": True, "ContentBasedDeduplication": True, "DeduplicationScope": "messageGroup", "FifoThroughputLimit": "perMessageGroupId"}
ACTIONS = ["sqs:SendMessage", "sqs:GetQueueAttributes", "sqs:GetQueueUrl"]


def queue(**properties):
    return resource("SQS::Queue", **properties)


def made(walk, kind="CREATE", queue_names=("Queue",), **resources):
    """The URLs of the stack's queues."""
    return stack(walk, {name: ref(name) for name in queue_names}, kind, **resources)


def attributes(walk, label, url, names=("All",)):
    walk(label, walk.client("sqs").get_queue_attributes, QueueUrl=url, AttributeNames=list(names))


def tags(walk, label, url):
    answer = walk.client("sqs").list_queue_tags(QueueUrl=url)
    own = {key: value for key, value in answer.pop("Tags", {}).items() if not key.startswith("aws:")}
    walk.match(label, {**answer, **({"Tags": own} if own else {})})


@drives("sqs", QUEUE + "create_fifo_queue_with_required_properties")
def fifo(walk):
    attributes(walk, "attributes", made(walk, Queue=queue(FifoQueue=True))["Queue"])


@drives("sqs", QUEUE + "update_fifo_queue_remove_all_properties", QUEUE + "update_fifo_queue_remove_all_properties_except_queuename")
def emptied(walk):
    name = {"QueueName": "queue.fifo"}
    made(walk, Queue=queue(**name, **FIFO, **{**FULL, "VisibilityTimeout": 30}))
    kept = name if walk.name.endswith("queuename") else {}
    url = made(walk, "UPDATE", Queue=queue(FifoQueue=True, **kept))["Queue"]
    attributes(walk, "updated_attributes", url)
    tags(walk, "updated_tags", url)


def dead(count):
    return {"RedrivePolicy": {"deadLetterTargetArn": att("Dead"), "maxReceiveCount": count}}


@drives("sqs", QUEUE + "update_standard_queue_remove_some_properties")
def some_removed(walk):
    made(walk, Dead=queue(), Queue=queue(QueueName="queue", **FULL, **dead(7)))
    kept = {"DelaySeconds": 17, "VisibilityTimeout": 43, "Tags": FULL["Tags"][:1]}
    url = made(walk, "UPDATE", Dead=queue(), Queue=queue(QueueName="queue", **kept, **dead(7)))["Queue"]
    attributes(walk, "updated_attributes", url)
    tags(walk, "updated_tags", url)


@drives("sqs", QUEUE + "update_standard_queue_add_properties_with_replacement")
def replaced(walk):
    before = made(walk, Dead=queue(), Queue=queue(QueueName="MyStandardQueue"))["Queue"]
    own = {"DelaySeconds": 15, "MaximumMessageSize": 4444, "MessageRetentionPeriod": 17777, "ReceiveMessageWaitTimeSeconds": 14, "VisibilityTimeout": 35}
    own["Tags"] = [{"Key": "Environment", "Value": "Pre-Test"}, {"Key": "Department", "Value": "Marketing"}]
    after = made(walk, "UPDATE", Dead=queue(), Queue=queue(QueueName="MyStandardQueueWithADifferentName", **own, **dead(4)))["Queue"]
    attributes(walk, "updated_attributes", after)
    tags(walk, "updated_tags", after)
    walk("error", walk.client("sqs").get_queue_attributes, QueueUrl=before, AttributeNames=["All"])


@drives("sqs", QUEUE + "update_standard_queue_without_explicit_name")
def unnamed(walk):
    made(walk, Queue=queue(MaximumMessageSize=1234))
    url = made(walk, "UPDATE", Queue=queue(MaximumMessageSize=4321, MessageRetentionPeriod=17539, ReceiveMessageWaitTimeSeconds=17))["Queue"]
    attributes(walk, "updated_attributes", url)


def document(resource_arn, *more):
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": [*ACTIONS, *more], "Resource": resource_arn}]}


@drives("sqs", INLINE + "create_sqs_with_inlinepolicy", INLINE + "update_sqs_remove_inlinepolicy", POLICY + "update_to_remove_queuepolicy_from_template")
def policies(walk):
    policy = resource("SQS::QueueInlinePolicy", Queue=ref("Queue"), PolicyDocument=document(att("Queue")))
    if "queuepolicy" in walk.name:
        policy = resource("SQS::QueuePolicy", Queues=[ref("Queue")], PolicyDocument=document(att("Queue")))
    url = made(walk, Queue=queue(), Policy=policy)["Queue"]
    attributes(walk, "policy" if "policy" in walk.answers else "policy_before", url, ["Policy"])
    if "policy_after" in walk.answers:
        made(walk, "UPDATE", Queue=queue())
        attributes(walk, "policy_after", url, ["Policy"])


@drives("sqs", POLICY + "update_add_two_additional_queues_to_policy")
def shared_policy(walk):
    names = ("One", "Two", "Three")
    queues = {name: queue() for name in names}

    def policy(of, *more):
        return resource("SQS::QueuePolicy", Queues=[ref(name) for name in of], PolicyDocument=document(att("One"), *more))

    for when, kind, own in (("before", "CREATE", policy(names[:1])), ("after", "UPDATE", policy(names, "sqs:ChangeMessageVisibility"))):
        urls = made(walk, kind, names, **queues, Policy=own)
        for at, name in enumerate(names, 1):
            attributes(walk, f"queue_{at}_{when}", urls[name], ["Policy"])
