"""SNS: topics, subscriptions, what is published to queues and functions, platform applications, and texts."""

import json

from walker import drives

APPS = "sns · TestSNSPlatformApplicationCrud · test_"
ENDPOINTS = "sns · TestSNSPlatformEndpointCrud · test_"
PUBLISH = "sns · TestSNSPublishCrud · test_"
SMS = "sns · TestSNSSMS · test_"
SUBSCRIPTIONS = "sns · TestSNSSubscriptionCrud · test_"
SUBSCRIPTIONS_2 = "sns · TestSNSSubscriptionCrudV2 · test_"
QUEUES = "sns · TestSNSSubscriptionSQS · test_"
FIFO = "sns · TestSNSSubscriptionSQSFifo · test_"
TOPICS = "sns · TestSNSTopicCrud · test_"
TOPICS_2 = "sns · TestSNSTopicCrudV2 · test_"
ALL = {"AttributeNames": ["All"], "MessageAttributeNames": ["All"]}
NUMBER = {"attr1": {"DataType": "Number", "StringValue": "99.12"}}


def sns(walk, region="us-east-1"):
    return walk.client("sns", region)


def named(walk, name):
    return f"{name}-{walk.account}"


def topic(walk, name="topic", region="us-east-1", **more):
    return sns(walk, region).create_topic(Name=named(walk, name) if not name.endswith(".fifo") else f"{walk.account}-{name}", **more)["TopicArn"]


def topic_arn(walk, name="none", region="us-east-1"):
    return f"arn:aws:sns:{region}:{walk.account}:{name}"


def queue(walk, name="queue", **more):
    """A queue that topics may send to: its URL and its ARN."""
    sqs = walk.client("sqs")
    fifo = {"FifoQueue": "true"} if name.endswith(".fifo") else {}
    name = f"{walk.account}-{name}"
    arn = f"arn:aws:sqs:us-east-1:{walk.account}:{name}"
    allow = {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": arn}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    return sqs.create_queue(QueueName=name, Attributes={"Policy": policy, **fifo, **more})["QueueUrl"], arn


def subscribed(walk, to, arn, **attributes):
    told = {"TopicArn": to, "Protocol": "sqs", "Endpoint": arn, "ReturnSubscriptionArn": True}
    return sns(walk).subscribe(Attributes=attributes, **told)["SubscriptionArn"]


def told(walk, label, subscription):
    """What a subscription is. Who made it, the recording knows as a user."""
    answer = walk.answered(sns(walk).get_subscription_attributes, SubscriptionArn=subscription)
    answer["Attributes"]["SubscriptionPrincipal"] = f"arn:aws:iam::{walk.account}:user/{named(walk, 'user')}"
    walk.match(label, answer)


def received(walk, url, count=1, **more):
    """All messages that come, as one answer."""
    messages = []

    def ask():
        answer = walk.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10, **more)
        for message in answer.get("Messages", []):
            messages.append(message)
            walk.client("sqs").delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return {**answer, "Messages": messages} if messages else answer

    return walk.until(ask, lambda answer: len(answer.get("Messages", [])) >= count)


def wanted(walk, label):
    """Which attributes of messages the recording has asked for."""
    first = walk.answers[label]["Messages"][0]
    raw = "Attributes" in first
    return ALL if raw else {"MessageAttributeNames": ["All"]} if "MessageAttributes" in first else {}


def messages(walk, label, url):
    count = len(walk.answers[label].get("Messages", []))
    answer = received(walk, url, count, **(wanted(walk, label) if count else {}))
    walk.match(label, listed(walk, label, answer))


def listed(walk, label, answer):
    """In the recording's own order: SQS has none. Bytes stand there as Python writes them."""
    found = json.loads(json.dumps(answer, default=str))
    if "ResponseMetadata" not in walk.answers[label]:
        found.pop("ResponseMetadata", None)
    return found


def published(walk, to, message="This is a test message", label=None, **more):
    if label is None:
        return walk.answered(sns(walk).publish, TopicArn=to, Message=message, **more)
    return walk(label, sns(walk).publish, TopicArn=to, Message=message, **more)


@drives("sns", "sns · TestSNSMultiRegions · test_cross_region_delivery_sqs")
def regions(walk):
    to = topic(walk, region="us-west-2")
    url, arn = queue(walk)
    asked = {"TopicArn": to, "Protocol": "sqs", "Endpoint": arn}
    walk("subscribe-cross-region", sns(walk).subscribe, **asked)
    walk("subscribe-same-region", sns(walk, "us-west-2").subscribe, **asked)
    sns(walk, "us-west-2").publish(TopicArn=to, Message="This is a test message", MessageAttributes=NUMBER)
    messages(walk, "messages", url)


@drives("sns", APPS + "create_platform_application_invalid_attributes", APPS + "create_platform_application_invalid_name", APPS + "create_platform_application_invalid_platform")
def bad_applications(walk, case="platform"):
    attributes = {"missing-principal": {"PlatformCredential": "x"}, "no-args": None}.get(case, {"PlatformCredential": "x", "PlatformPrincipal": "y"})
    name = "a" * 257 if case == "too-long" else "name"
    platform = "AAA" if case == "platform" else "ADM"
    asked = {"Name": name, "Platform": platform, **({} if attributes is None else {"Attributes": attributes})}
    walk(next(iter(walk.answers)), sns(walk).create_platform_application, **asked)


@drives("sns", APPS + "get_platform_application_attributes_invalid_arn", APPS + "set_platform_application_attributes_invalid_arn")
def bad_application_arn(walk):
    call, more = (sns(walk).set_platform_application_attributes, {"Attributes": {"PlatformCredential": "x"}}) if "set_" in walk.name else (sns(walk).get_platform_application_attributes, {})
    walk("invalid-application-arn", call, PlatformApplicationArn="InvalidArn", **more)


@drives("sns", APPS + "set_platform_application_attributes_non_existing_app")
def no_application(walk, case):
    attributes = {"dummy-args": {"PlatformCredential": "x", "PlatformPrincipal": "y"}, "missing-credential": {"PlatformPrincipal": "y"}}.get(case)
    arn = f"arn:aws:sns:us-east-1:{walk.account}:app/ADM/none"
    walk("non_existing-application-arn", sns(walk).set_platform_application_attributes, PlatformApplicationArn=arn, **({"Attributes": attributes} if attributes else {}))


def application(walk):
    told = {"PlatformCredential": "secret", "PlatformPrincipal": "client"}
    return sns(walk).create_platform_application(Name=named(walk, "app"), Platform="ADM", Attributes=told)["PlatformApplicationArn"]


@drives("sns", ENDPOINTS + "create_platform_endpoint_idempotency")
def endpoint_again(walk):
    app = application(walk)
    same = {"PlatformApplicationArn": app, "Token": "token", "CustomUserData": "data"}
    for label in ("create-platform-endpoint", "create-platform-endpoint-idempotent"):
        walk(label, sns(walk).create_platform_endpoint, **same)
    walk("create-platform-endpoint-different-token", sns(walk).create_platform_endpoint, **{**same, "CustomUserData": "other"})


@drives("sns", ENDPOINTS + "create_platform_endpoint_with_invalid_attributes")
def bad_endpoint(walk, _):
    walk("create-platform-endpoint-invalid-attr", sns(walk).create_platform_endpoint, PlatformApplicationArn=application(walk), Token="token", Attributes={"InvalidKey": "value"})


@drives("sns", ENDPOINTS + "set_platform_endpoint_attributes_invalid_attributes")
def bad_endpoint_attributes(walk, case):
    arn = sns(walk).create_platform_endpoint(PlatformApplicationArn=application(walk), Token="token")["EndpointArn"]
    name = "InvalidKey" if case.endswith("Generic") else "PlatformPrincipal"
    walk("set-platform-endpoint-invalid-attributes", sns(walk).set_endpoint_attributes, EndpointArn=arn, Attributes={name: "value"})


@drives("sns", ENDPOINTS + "get_platform_endpoint_attributes_non_existent_endpoint")
def no_endpoint(walk):
    arn = f"arn:aws:sns:us-east-1:{walk.account}:endpoint/ADM/none/1d6fe3ea-6d1b-4c3f-9f1a-0e0e4b1c5d77"
    walk("set-platform-endpoint-attributes-non-existent-app", sns(walk).get_endpoint_attributes, EndpointArn=arn)


@drives("sns", PUBLISH + "empty_sns_message")
def empty(walk):
    to = topic(walk)
    url, arn = queue(walk)
    subscribed(walk, to, arn)
    published(walk, to, "", "empty-msg-error")
    walk("queue-attrs", walk.client("sqs").get_queue_attributes, QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])


@drives("sns", PUBLISH + "message_structure_json_exc")
def structures(walk):
    to = topic(walk)
    for label, text in [
        ("missing-default-key", json.dumps({"sqs": "x"})),
        ("key-is-not-string", json.dumps({"default": {"object": "test"}})),
        ("invalid-json", '{"default": "test'),
        ("duplicate-json-keys", '{"default": "a", "default": "b"}'),
    ]:
        published(walk, to, text, label, MessageStructure="json")


@drives("sns", PUBLISH + "publish_message_before_subscribe_topic")
def before(walk):
    to = topic(walk)
    url, arn = queue(walk)
    published(walk, to, "test_message_before", "publish-before-subscribing", Subject="test-subject-before-sub")
    subscribed(walk, to, arn)
    published(walk, to, "test_message_after", "publish-after-subscribing", Subject="test-subject-after-sub")
    messages(walk, "receive-messages", url)


@drives("sns", PUBLISH + "publish_too_long_message")
def too_long(walk):
    to = topic(walk)
    published(walk, to, "a" * 262145, "error")
    published(walk, to, "a" * (262144 - 10), "error-with-attrs", MessageAttributes={"attr": {"DataType": "String", "StringValue": "b" * 20}})


@drives("sns", PUBLISH + "publish_with_empty_subject")
def subjects(walk):
    to = topic(walk)
    published(walk, to, label="response-without-subject")
    published(walk, to, label="response-with-empty-subject", Subject="")


@drives("sns", PUBLISH + "topic_publish_another_region", PUBLISH + "unknown_topic_publish")
def elsewhere(walk):
    to = topic(walk)
    published(walk, to, label="success")
    if "error-batch" not in walk.answers:
        published(walk, f"{to}-none", label="error")
        return
    walk("error", sns(walk, "us-west-2").publish, TopicArn=to, Message="test")
    walk("error-batch", sns(walk, "us-west-2").publish_batch, TopicArn=to, PublishBatchRequestEntries=[{"Id": "1", "Message": "test"}])


@drives("sns", SMS + "get_sms_attributes_from_unmodified_region")
def sms_default(walk):
    walk("get-sms-attributes_unmodified_region", sns(walk, "us-west-2").get_sms_attributes)


@drives("sns", SMS + "publish_wrong_phone_format")
def bad_numbers(walk):
    walk("invalid-number", sns(walk).publish, Message="x", PhoneNumber="+1a234")
    walk("wrong-format", sns(walk).publish, Message="x", PhoneNumber="NAA+15551234567")
    walk("wrong-endpoint", sns(walk).subscribe, TopicArn=topic(walk), Protocol="sms", Endpoint="NAA+15551234567")


@drives("sns", SMS + "set_get_sms_attributes")
def sms_attributes(walk):
    told = {"DefaultSMSType": "Promotional", "DefaultSenderID": "LSTest", "DeliveryStatusSuccessSamplingRate": "100", "MonthlySpendLimit": "1"}
    sns(walk).set_sms_attributes(attributes=told)
    walk("get-sms-all-attributes", sns(walk).get_sms_attributes)
    walk("get-sms-some-attributes", sns(walk).get_sms_attributes, attributes=["DefaultSMSType", "DefaultSenderID"])


@drives("sns", SMS + "set_invalid_sms_attributes")
def bad_sms_attributes(walk, case):
    told = {"InvalidAttributeName": {"InvalidAttribute": "x"}, "NoLetterID": {"DefaultSendID": "1"}, "TooLongID": {"DefaultSendID": "a" * 12}}[case]
    walk("invalid-attribute", sns(walk).set_sms_attributes, attributes=told)


@drives("sns", SUBSCRIPTIONS + "list_subscriptions_by_topic_pagination")
def second_page(walk):
    to = topic(walk)
    for at in range(101):
        sns(walk).subscribe(TopicArn=to, Protocol="sms", Endpoint=f"+1555123{4000 + at}")
    token = sns(walk).list_subscriptions_by_topic(TopicArn=to)["NextToken"]
    walk("list-sub-per-topic-page-2", sns(walk).list_subscriptions_by_topic, TopicArn=to, NextToken=token)


@drives("sns", SUBSCRIPTIONS + "not_found_error_on_set_subscription_attributes")
def gone(walk):
    to = topic(walk)
    _, arn = queue(walk)
    sub = walk("sub", sns(walk).subscribe, TopicArn=to, Protocol="sqs", Endpoint=arn)["SubscriptionArn"]
    told(walk, "sub-attrs", sub)
    walk("subscriptions-for-topic-before-unsub", sns(walk).list_subscriptions_by_topic, TopicArn=to)
    sns(walk).unsubscribe(SubscriptionArn=sub)
    walk("subscriptions-for-topic-after-unsub", sns(walk).list_subscriptions_by_topic, TopicArn=to)
    walk("sub-not-found", sns(walk).set_subscription_attributes, SubscriptionArn=sub, AttributeName="RawMessageDelivery", AttributeValue="true")


@drives("sns", SUBSCRIPTIONS + "sns_confirm_subscription_wrong_token")
def tokens(walk):
    to = topic(walk)
    # Squall's tokens end with their region: in hexadecimal digits, behind zeros.
    token = f"{walk.account}{'5' * 162}{'0' * 60}{b'us-east-1'.hex()}"

    def confirmed(label, arn, text):
        walk(label, sns(walk).confirm_subscription, TopicArn=arn, Token=text)

    confirmed("topic-not-exists", f"{to}-none", token)
    confirmed("invalid-token", to, "randomtoken")
    confirmed("token-not-exists", to, token)


@drives("sns", SUBSCRIPTIONS + "subscribe_idempotency")
def again(walk):
    to = topic(walk)
    _, arn = queue(walk)

    def asked(label, **more):
        return walk(label, sns(walk).subscribe, TopicArn=to, Protocol="sqs", Endpoint=arn, ReturnSubscriptionArn=True, **more)

    raw = {"RawMessageDelivery": "true"}
    sub = asked("subscribe", Attributes=raw)["SubscriptionArn"]
    told(walk, "get-sub-attrs", sub)
    asked("subscribe-exact-same-raw", Attributes=raw)
    asked("subscribe-idempotent", Attributes=raw)
    asked("subscribe-idempotent-no-attributes")
    asked("subscribe-idempotent-empty-attributes", Attributes={})
    asked("subscribe-missing-attributes", Attributes=raw)
    asked("subscribe-diff-attributes", Attributes={"RawMessageDelivery": "false"})


@drives("sns", SUBSCRIPTIONS + "unsubscribe_idempotency")
def unsubscribed(walk):
    _, arn = queue(walk)
    sub = subscribed(walk, topic(walk), arn)
    for at in (1, 2):
        walk(f"unsubscribe-{at}", sns(walk).unsubscribe, SubscriptionArn=sub)


@drives("sns", SUBSCRIPTIONS + "unsubscribe_wrong_arn_format")
def bad_arns(walk):
    for at, arn in enumerate(["randomstring", "arn:aws:sns:us-east-1:random", f"arn:aws:sns:us-east-1:{walk.account}:random", ""], 1):
        walk(f"invalid-unsubscribe-arn-{at}", sns(walk).unsubscribe, SubscriptionArn=arn)


@drives("sns", SUBSCRIPTIONS_2 + "creating_subscription")
def pending(walk):
    walk("create-subscription", sns(walk).subscribe, TopicArn=topic(walk), Protocol="http", Endpoint="http://example.com/")


@drives("sns", SUBSCRIPTIONS_2 + "creating_subscription_with_attributes", SUBSCRIPTIONS_2 + "set_subscription_attributes", SUBSCRIPTIONS_2 + "subscribe_attributes")
def attributes(walk):
    label = next(iter(walk.answers))
    _, arn = queue(walk)
    recorded = walk.answers[label]["Attributes"]
    own = {name: recorded[name] for name in ("RawMessageDelivery", "DeliveryPolicy") if recorded.get(name) not in (None, "false")}
    own |= {name: json.dumps(recorded[name]) for name in ("FilterPolicy",) if name in recorded}
    if label.startswith("set"):
        sub = subscribed(walk, topic(walk), arn)
        for name, value in own.items():
            sns(walk).set_subscription_attributes(SubscriptionArn=sub, AttributeName=name, AttributeValue=value)
    else:
        sub = subscribed(walk, topic(walk), arn, **own)
    told(walk, label, sub)


@drives("sns", *[SUBSCRIPTIONS_2 + name for name in ("subscribe_bad_sms", "subscribe_invalid_sms", "subscribe_invalid_filter_policy", "subscribe_sqs_queue_url", "subscribe_unknown_topic")])
def refused(walk):
    to = topic(walk)
    url, arn = queue(walk)
    for label in walk.answers:
        number = label.removeprefix("subscribe-bad-sms-") if label != "subscribe-bad-sms" else "invalid-number"
        asked = {
            "subscribe-invalid-filter-policy": {"Protocol": "sqs", "Endpoint": arn, "Attributes": {"FilterPolicy": "invalid"}},
            "subscribe-sqs-via-url-error": {"Protocol": "sqs", "Endpoint": url},
            "subscribe-unknown-topic": {"Protocol": "sqs", "Endpoint": arn, "TopicArn": f"{to}-none"},
        }.get(label, {"Protocol": "sms", "Endpoint": number})
        walk(label, sns(walk).subscribe, **{"TopicArn": to, **asked})


@drives("sns", QUEUES + "attribute_raw_subscribe")
def raw(walk):
    to = topic(walk)
    url, arn = queue(walk)
    told(walk, "subscription-attributes", subscribed(walk, to, arn, RawMessageDelivery="true"))
    published(walk, to, MessageAttributes={"store": {"DataType": "Binary", "BinaryValue": b"\x02\x03\x04"}})
    messages(walk, "messages-response", url)


def attribute(name="attr1", **value):
    return {name: value}


@drives("sns", QUEUES + "empty_or_wrong_message_attributes")
def bad_attributes(walk):
    to = topic(walk)
    text = {"DataType": "String", "StringValue": "value1"}
    wrongs = {
        "missing_string_attr": attribute(DataType="String", StringValue=""),
        "fully_missing_string_attr": attribute(DataType="String"),
        "fully_missing_data_type": attribute(StringValue="value"),
        "missing_binary_attr": attribute(DataType="Binary", BinaryValue=b""),
        "str_attr_binary_value": attribute(DataType="String", BinaryValue=b"123"),
        "int_attr_binary_value": attribute(DataType="Number", BinaryValue=b"123"),
        "binary_attr_string_value": attribute(DataType="Binary", StringValue="123"),
        "invalid_attr_string_value": attribute(DataType="InvalidType", StringValue="123"),
        "too_long_name": attribute("a" * 257, **text),
        "invalid_name": attribute("a^*?", **text),
        "invalid_name_2": attribute(".abc", **text),
        "invalid_name_3": attribute("abc.", **text),
        "invalid_name_4": attribute("a..bc", **text),
    }
    for label, wrong in wrongs.items():
        published(walk, to, label=label, MessageAttributes=wrong)
        entry = {"Id": "1", "Message": "test", "MessageAttributes": wrong}
        walk(f"batch-{label}", sns(walk).publish_batch, TopicArn=to, PublishBatchRequestEntries=[entry])


@drives("sns", QUEUES + "message_attributes_not_missing")
def kept_attributes(walk):
    to = topic(walk)
    url, arn = queue(walk)
    sub = subscribed(walk, to, arn, RawMessageDelivery="true")
    told = {"an-attribute-key": {"DataType": "String", "StringValue": "an-attribute-value"}, "binary-attribute": {"DataType": "Binary", "BinaryValue": b"\x02\x03\x04"}}
    published(walk, to, "text", "publish-msg-raw", MessageAttributes=told)
    messages(walk, "raw-delivery-msg-attrs", url)
    sns(walk).set_subscription_attributes(SubscriptionArn=sub, AttributeName="RawMessageDelivery", AttributeValue="false")
    published(walk, to, "text", "publish-msg-json", MessageAttributes=told)
    messages(walk, "json-delivery-msg-attrs", url)


@drives("sns", QUEUES + "message_structure_json_to_sqs")
def structured(walk):
    to = topic(walk)
    url, arn = queue(walk)
    subscribed(walk, to, arn)
    published(walk, to, json.dumps({"default": "default field", "sqs": json.dumps({"field": "value"})}), MessageStructure="json")
    messages(walk, "get-msg-json-sqs", url)
    published(walk, to, json.dumps({"default": "default field"}), MessageStructure="json")
    messages(walk, "get-msg-json-default", url)


@drives("sns", QUEUES + "publish_batch_messages_without_topic")
def no_topic(walk):
    walk("publish-batch-no-topic", sns(walk).publish_batch, TopicArn=topic_arn(walk), PublishBatchRequestEntries=[{"Id": "1", "Message": "m"}])


@drives("sns", QUEUES + "publish_sqs_from_sns")
def both_ways(walk):
    to = topic(walk)
    url, arn = queue(walk)
    sub = subscribed(walk, to, arn, RawMessageDelivery="true")
    told(walk, "sub-attrs-raw-true", sub)
    published(walk, to, "Test msg", MessageAttributes=NUMBER)
    messages(walk, "message-raw-true", url)
    sns(walk).set_subscription_attributes(SubscriptionArn=sub, AttributeName="RawMessageDelivery", AttributeValue="false")
    told(walk, "sub-attrs-raw-false", sub)
    published(walk, to, "Test msg", MessageAttributes={"attr1": {"DataType": "Number", "StringValue": "100.12"}})
    messages(walk, "message-raw-false", url)


@drives("sns", QUEUES + "publish_sqs_verify_signature", QUEUES + "publish_unicode_chars")
def signed(walk, version="1"):
    to = topic(walk, Attributes={"SignatureVersion": version})
    url, arn = queue(walk)
    subscribed(walk, to, arn)
    label = next(iter(walk.answers))
    body = walk.answers[label]["Messages"][0]["Body"]
    told = {name: {"DataType": one["Type"], "StringValue": one["Value"]} for name, one in body.get("MessageAttributes", {}).items()}
    published(walk, to, body["Message"], MessageAttributes=told)
    messages(walk, label, url)


@drives("sns", QUEUES + "redrive_policy_sqs_queue_subscription")
def redriven(walk, is_raw):
    to = topic(walk)
    url, arn = queue(walk)
    dead_url, dead = queue(walk, "dead")
    subscribed(walk, to, arn, RawMessageDelivery=is_raw.lower(), RedrivePolicy=json.dumps({"deadLetterTargetArn": dead}))
    walk.client("sqs").delete_queue(QueueUrl=url)
    told = {"attr1": {"DataType": "Number", "StringValue": "111"}, "attr2": {"DataType": "Binary", "BinaryValue": b"\x02\x03\x04"}}
    published(walk, to, "test_dlq_after_sqs_endpoint_deleted", MessageAttributes=told)
    messages(walk, "messages", dead_url)


@drives("sns", QUEUES + "subscribe_sqs_queue")
def filtered(walk):
    to = topic(walk)
    url, arn = queue(walk)
    told(walk, "subscription-attributes", subscribed(walk, to, arn, FilterPolicy=json.dumps({"attr1": [{"numeric": [">", 0, "<=", 100]}]})))
    published(walk, to, MessageAttributes=NUMBER)
    messages(walk, "messages", url)


def fifo(walk, deduplicates="false"):
    return topic(walk, "topic.fifo", Attributes={"FifoTopic": "true", "ContentBasedDeduplication": deduplicates})


@drives("sns", FIFO + "fifo_topic_to_regular_sqs", FIFO + "message_to_fifo_sqs", FIFO + "publish_to_fifo_topic_deduplication_on_topic_level")
def deduplicated(walk, _="True"):
    body = walk.answers["messages"]["Messages"][0]
    own = body["Attributes"].get("MessageDeduplicationId", "message-deduplication-id-1")
    by_content = len(own) == 64 or walk.name.endswith("regular_sqs[True]")
    to = fifo(walk, str(by_content).lower())
    url, arn = queue(walk) if "regular" in walk.name else queue(walk, "queue.fifo")
    subscribed(walk, to, arn)
    told = {"MessageGroupId": "message-group-id-1", **({} if by_content else {"MessageDeduplicationId": own})}
    published(walk, to, "Test", **told)
    messages(walk, "messages", url)
    published(walk, to, "Test", **told)
    messages(walk, "dedup-messages", url)


@drives("sns", FIFO + "publish_fifo_messages_to_dlq")
def fifo_to_dead(walk, is_raw):
    to = fifo(walk)
    url, arn = queue(walk, "queue.fifo")
    dead_url, dead = queue(walk, "dead.fifo")
    walk("topic-attrs", sns(walk).get_topic_attributes, TopicArn=to)
    subscribed(walk, to, arn, RawMessageDelivery=is_raw.lower(), RedrivePolicy=json.dumps({"deadLetterTargetArn": dead}))
    walk.client("sqs").delete_queue(QueueUrl=url)
    published(walk, to, "test-message", "publish-response-fifo", MessageGroupId="message-group-id-1", MessageDeduplicationId="message-deduplication-id-1")
    messages(walk, "messages-in-dlq", dead_url)
    number = {"DataType": "Number"}
    texts = [
        ("Test Message with two attributes", {"attr1": {**number, "StringValue": "99.12"}, "attr2": {**number, "StringValue": "109.12"}}),
        ("Test Message with one attribute", {"attr1": {**number, "StringValue": "19.12"}}),
        ("Test Message without attribute", {}),
    ]
    entries = [
        {"Id": str(at), "Message": text, "Subject": "Subject", "MessageAttributes": told, "MessageGroupId": "complexMessageGroupId", "MessageDeduplicationId": f"MessageDeduplicationId-{at}"}
        for at, (text, told) in enumerate(texts, 1)
    ]
    walk("publish-batch-response-fifo", sns(walk).publish_batch, TopicArn=to, PublishBatchRequestEntries=entries)
    messages(walk, "batch-messages-in-dlq", dead_url)


@drives("sns", FIFO + "publish_to_fifo_topic_to_sqs_queue_no_content_dedup")
def by_topic(walk, is_raw):
    to = fifo(walk, "true")
    url, arn = queue(walk, "queue.fifo")
    subscribed(walk, to, arn, RawMessageDelivery=is_raw.lower())
    texts = [one["Body"] if isinstance(one["Body"], str) else one["Body"]["Message"] for one in walk.answers["messages"]["Messages"]]
    published(walk, to, texts[0], MessageGroupId="message-group-id-1")
    entries = [{"Id": str(at), "Message": text, "MessageGroupId": "message-group-id-1"} for at, text in enumerate(texts[1:])]
    sns(walk).publish_batch(TopicArn=to, PublishBatchRequestEntries=entries)
    messages(walk, "messages", url)


@drives("sns", TOPICS + "create_topic_after_delete_with_new_tags")
def tagged_again(walk):
    for at in range(2):
        arn = walk(f"topic-{at}", sns(walk).create_topic, Name=named(walk, "topic"), Tags=[{"Key": "Name", "Value": f"pqr{at}"}])["TopicArn"]
        sns(walk).delete_topic(TopicArn=arn)


@drives("sns", TOPICS + "create_topic_test_arn")
def topic_made(walk):
    arn = walk("create-topic", sns(walk).create_topic, Name=named(walk, "topic"))["TopicArn"]
    walk("get-topic-attrs", sns(walk).get_topic_attributes, TopicArn=arn)
    walk("delete-topic", sns(walk).delete_topic, TopicArn=arn)
    walk("topic-not-exists", sns(walk).get_topic_attributes, TopicArn=arn)


@drives("sns", TOPICS + "delete_topic_idempotency")
def deleted(walk):
    arn = topic(walk)
    for label in ("delete-topic", "delete-topic-again"):
        walk(label, sns(walk).delete_topic, TopicArn=arn)


@drives("sns", TOPICS_2 + "add_permission_errors", TOPICS_2 + "remove_permission_errors")
def bad_permissions(walk):
    arn = topic(walk)
    told = {"Label": "test", "AWSAccountId": [walk.account], "ActionName": ["Publish"]}
    if "duplicate-label" not in walk.answers:
        walk("topic-not-found", sns(walk).remove_permission, TopicArn=f"{arn}-none", Label="test")
        return
    sns(walk).add_permission(TopicArn=arn, **told)
    walk("duplicate-label", sns(walk).add_permission, TopicArn=arn, **told)
    walk("topic-not-found", sns(walk).add_permission, TopicArn=f"{arn}-none", **told)
    walk("invalid-action", sns(walk).add_permission, TopicArn=arn, **{**told, "Label": "other", "ActionName": ["InvalidAction"]})


@drives("sns", TOPICS_2 + "topic_remove_permission")
def permission_removed(walk):
    arn = topic(walk)
    sns(walk).add_permission(TopicArn=arn, Label="test", AWSAccountId=[walk.account], ActionName=["Publish"])
    sns(walk).remove_permission(TopicArn=arn, Label="test")
    walk.match("topic-policy", json.loads(sns(walk).get_topic_attributes(TopicArn=arn)["Attributes"]["Policy"]))


@drives("sns", TOPICS_2 + "create_topic_different_attrs")
def topic_again(walk):
    name = named(walk, "topic")

    def asked(label, **more):
        return walk(label, sns(walk).create_topic, Name=name, **more)

    arn = asked("create-topic", Attributes={"DisplayName": "Value1"})["TopicArn"]
    walk("topic-attrs", sns(walk).get_topic_attributes, TopicArn=arn)
    asked("create-topic-no-attrs")
    asked("create-topic-diff-attrs", Attributes={"DisplayName": "Value2"})
    asked("create-topic-new-attrs", Attributes={"SignatureVersion": "2"})
    asked("create-topic-new-and-same-attrs", Attributes={"DisplayName": "Value1", "SignatureVersion": "2"})
    asked("create-topic-new-attrs-fifo", Attributes={"FifoTopic": "true"})


@drives("sns", TOPICS_2 + "create_topic_in_multiple_regions")
def topic_regions(walk):
    regions = {"primary": "us-east-1", "secondary": "us-west-2"}
    arns = {place: topic(walk, region=region) for place, region in regions.items()}
    for label, place in [("topic-east", "primary"), ("topic-west", "secondary")]:
        walk(label, sns(walk, regions[place]).get_topic_attributes, TopicArn=arns[place])
    for place, region in regions.items():
        walk(f"list-{place}", sns(walk, region).list_topics)


@drives("sns", TOPICS_2 + "create_topic_name_constraints")
def topic_names(walk):
    def asked(label, name, **more):
        walk(label, sns(walk).create_topic, Name=name, **more)

    asked("valid-name-max-length", "a" * 256)
    asked("name-too-long", "a" * 257)
    asked("name-too-short", "")
    for at, one in enumerate("@#$%^&*("):
        asked(f"name-invalid-char-{at}", f"test{one}topic")
    asked("name-contains-fifo", "test.fifo")
    asked("fifo-name-not-contains-fifo", "test", Attributes={"FifoTopic": "true"})
