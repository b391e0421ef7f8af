"""SNS: filter policies."""

import json
import re

from walker import drives

from drivers.sns import messages, published, queue, received, sns, subscribed, told, topic

FILTERS = "sns_filter_policy · TestSNSFilterPolicy"


@drives("sns", FILTERS + "Attributes · test_exists_filter_policy_attributes_array")
def filter_array(walk):
    to = topic(walk)
    url, arn = queue(walk)
    sub = subscribed(walk, to, arn, RawMessageDelivery="true", FilterPolicy=json.dumps({"store": ["value1"]}))
    told(walk, "subscription-attributes-policy", sub)
    walk("messages-init", walk.client("sqs").receive_message, QueueUrl=url)
    values = [("message-1", "String", "value1"), ("message-2", "String.Array", json.dumps(["value1", "value2"])), ("message-3", "String.Array", json.dumps(["value2"]))]
    for at, (text, kind, value) in enumerate(values, 1):
        published(walk, to, text, MessageAttributes={"store": {"DataType": kind, "StringValue": value}})
        label = f"messages-{at}"
        walk.match(label, received(walk, url, len(walk.answers[label].get("Messages", []))))


def by_body(walk, to, policy, name="queue", is_raw=True):
    url, arn = queue(walk, name)
    raw = {"RawMessageDelivery": "true"} if is_raw else {}
    subscribed(walk, to, arn, FilterPolicyScope="MessageBody", FilterPolicy=json.dumps(policy), **raw)
    return url


@drives("sns", FILTERS + "Body · test_filter_policy_ip_address_condition")
def addresses(walk):
    to = topic(walk)
    policy = {"detail": {"$or": [{"sourceIPAddress": [{"cidr": "10.0.0.0/24"}]}, {"sourceIPAddressV6": [{"cidr": "2001:db8:1234:1a00::/64"}]}]}}
    url = by_body(walk, to, policy)
    for at, detail in enumerate([{"sourceIPAddress": "10.0.0.255"}, {"sourceIPAddress": "10.0.0.256"}, {"sourceIPAddressV6": "2001:0db8:1234:1a00:0000:0000:0000:0000"}, {"sourceIPAddressV6": "2001:0db8:123f:1a01:0000:0000:0000:0000"}], 1):
        event = {"id": str(at), "source": "test-source", "detail-type": "test-detail-type", "account": "123456789012", "region": "my-region", "time": "2022-07-13T13:48:01Z", "detail": detail}
        published(walk, to, json.dumps(event))
    messages(walk, "messages-queue", url)


@drives("sns", FILTERS + "Body · test_filter_policy_on_message_body_array_attributes")
def body_arrays(walk):
    to = topic(walk)
    urls = [by_body(walk, to, {"headers": {"route-to": [f"queue{at}"]}}, f"queue{at}") for at in (1, 2)]
    for route in (["queue3"], ["queue1"], ["queue2"], ["queue1", "queue2"]):
        published(walk, to, json.dumps({"headers": {"route-to": route}}))
    for at, url in enumerate(urls):
        messages(walk, f"messages-queue-{at}", url)


@drives("sns", FILTERS + "Body · test_filter_policy_on_message_body_dot_attribute")
def dotted(walk):
    to = topic(walk)
    url, arn = queue(walk)
    sub = subscribed(walk, to, arn)

    def sets(name, value):
        sns(walk).set_subscription_attributes(SubscriptionArn=sub, AttributeName=name, AttributeValue=value)

    sets("FilterPolicyScope", "MessageBody")
    walk("recv-init", walk.client("sqs").receive_message, QueueUrl=url)
    value = "string.value"
    bodies = {
        "object.nested": [{"object": {"nested": value}}, {"object.nested": value}],
        "object.nested.test": [{"object": {"nested": {"test": value}}}, {"object.nested.test": value}, {"object.nested": {"test": value}}, {"object": {"nested.test": value}}],
    }
    for path, texts in bodies.items():
        sets("FilterPolicy", json.dumps({path: [value]}))
        for at, body in enumerate(texts):
            published(walk, to, json.dumps(body))
            messages(walk, f"recv-{'deep-' if path.endswith('test') else ''}nested-msg-{at}", url)


def policy_refused(walk, label, policy, **more):
    """Where the recording has the text without its place in the JSON, too, that stands in the answer as well."""
    told = {"TopicArn": topic(walk), "Protocol": "sms", "Endpoint": "+123123123"}
    text = json.dumps(policy, separators=(",", ":"))
    answer = walk.answered(sns(walk).subscribe, Attributes={"FilterPolicy": text, **more}, **told)
    error = answer.get("Error")
    if error and "_normalized" in walk.answers[label]["Error"]:
        error["_normalized"] = error["Message"].split("\n")[0]
    walk.match(label, answer)


@drives("sns", FILTERS + "Conditions · test_validate_policy", FILTERS + "Conditions · test_validate_policy_string_operators")
def bad_policies(walk):
    cidr = {"bad-cidr-str": "bad-filter", "bad-cidr-str-slash": "bad-filter/64", "bad-cidr-str-slash-2": "bad-filter/xx", "bad-cidr-v4": "xx.11.xx/8", "bad-cidr-v6": "xxxx:db8:1234:1a00::/64"}
    for label, recorded in walk.answers.items():
        text = re.search(r'\(String\)"(.*)"; line', recorded["Error"]["Message"])
        name = label.removeprefix("error-condition-")
        policy_refused(walk, label, json.loads(text[1]) if text else {"key": [{"cidr": cidr[name]}]})


@drives("sns", FILTERS + "Conditions · test_policy_complexity", FILTERS + "Conditions · test_policy_complexity_with_or")
def complexity(walk):
    policies = {
        "error-complexity-in-one-condition": {"key_a": {"key_b": {"key_c": {"key_d": {"key_e": [str(at) for at in range(160)]}}}}},
        "error-complexity-in-two-conditions": {"key_a": {"key_b": [str(at) for at in range(15)]}, "key_c": {"key_d": [str(at) for at in range(15)]}},
        "error-complexity-too-many-fields": {f"key_{at}": ["value"] for at in range(6)},
        "error-complexity-or-flat": {"$or": [{f"key_{at}": [str(one) for one in range(160)]} for at in range(2)]},
        "error-complexity-or-nested": {"a": {"$or": [{f"key_{at}": [str(one) for one in range(160)]} for at in range(2)]}},
    }
    for label in walk.answers:
        policy_refused(walk, label, policies[label], FilterPolicyScope="MessageBody")


@drives("sns", FILTERS + "Crud · test_set_subscription_filter_policy_scope")
def scopes(walk):
    _, arn = queue(walk)
    sub = subscribed(walk, topic(walk), arn)

    def sets(name, value, label=None):
        asked = {"SubscriptionArn": sub, "AttributeName": name, "AttributeValue": value}
        if label:
            walk(label, sns(walk).set_subscription_attributes, **asked)
        else:
            sns(walk).set_subscription_attributes(**asked)

    told(walk, "sub-attrs-default", sub)
    sets("FilterPolicyScope", "MessageBody")
    told(walk, "sub-attrs-filter-scope-body", sub)
    sets("FilterPolicyScope", "RandomValue", "sub-attrs-filter-scope-error")
    sets("FilterPolicy", json.dumps({"attr": ["match-this"]}))
    told(walk, "sub-attrs-after-setting-policy", sub)


@drives("sns", FILTERS + "Crud · test_sub_filter_policy_nested_property_constraints")
def nested(walk):
    _, arn = queue(walk)
    sub = subscribed(walk, topic(walk), arn)
    sns(walk).set_subscription_attributes(SubscriptionArn=sub, AttributeName="FilterPolicyScope", AttributeValue="MessageBody")
    policies = {
        "sub-filter-policy-nested-error-too-many-combinations": {"key_a": {"key_b": {"key_c": ["value_one", "value_two", "value_three", "value_four"]}}, "key_d": {"key_e": ["value_one", "value_two", "value_three"]}, "key_f": ["value_one", "value_two", "value_three"]},
        "sub-filter-policy-max-attr-keys": {f"key_{name}": ["value_one"] for name in "abcdef"},
        "sub-filter-policy-rule-no-list": {"key_a": "value_one"},
    }
    for label, policy in policies.items():
        asked = {"SubscriptionArn": sub, "AttributeName": "FilterPolicy", "AttributeValue": json.dumps(policy, separators=(",", ":"))}
        walk(label, sns(walk).set_subscription_attributes, **asked)
