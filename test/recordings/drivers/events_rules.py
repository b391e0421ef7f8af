"""EventBridge: buses, rules, targets, tags, entries and schedules."""

import json
import re

from walker import drives

PATTERN = {"source": ["core.update-account-command"], "detail-type": ["core.update-account-command"], "detail": {"command": ["update-account"]}}
DETAIL = {"command": "update-account", "payload": {"acc_id": "0a787ecb-4015", "sf_id": "baz"}}
ENTRY = {"Source": "core.update-account-command", "DetailType": "core.update-account-command", "Detail": json.dumps(DETAIL)}
RULE, BUS, TARGET = "events · TestEventRule · ", "events · TestEventBus · ", "events · TestEventTarget · "
ENTRIES, CRON, RATE = "events · TestEvents · ", "events_schedule · TestScheduleCron · ", "events_schedule · TestScheduleRate · "


def events(walk, **more):
    return walk.client("events", **more)


def bus_of(walk, case):
    """The default bus, or one of the scenario's own."""
    if case == "default":
        return "default"
    events(walk).create_event_bus(Name="bus-1")
    return "bus-1"


def ruled(walk, name="rule-1", bus="default", pattern=PATTERN):
    return walk.answered(events(walk).put_rule, Name=name, EventBusName=bus, EventPattern=json.dumps(pattern))


def queue(walk, name="queue-1", **attributes):
    sqs = walk.client("sqs")
    url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    return url, sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


def open_queue(walk, name="queue-1"):
    """One that events may be sent to."""
    url, arn = queue(walk, name)
    policy = {"Statement": [{"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": arn}]}
    walk.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(policy)})
    return url, arn


def messages(walk, url, count=1):
    sqs, found = walk.client("sqs"), []

    def more():
        got = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=1, MaxNumberOfMessages=10).get("Messages", [])
        for message in got:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        found.extend(got)
        return found

    return walk.until(more, lambda all: len(all) >= count)


@drives("events", RULE + "test_put_list_with_prefix_describe_delete_rule")
def rule(walk, case):
    bus = bus_of(walk, case)
    walk.match("put-rule", ruled(walk, bus=bus))
    walk("list-rules", events(walk).list_rules, NamePrefix="rule-1", EventBusName=bus)
    walk("describe-rule", events(walk).describe_rule, Name="rule-1", EventBusName=bus)
    walk("delete-rule", events(walk).delete_rule, Name="rule-1", EventBusName=bus)
    walk("list-rules-after-delete", events(walk).list_rules, NamePrefix="rule-1", EventBusName=bus)


@drives("events", RULE + "test_put_multiple_rules_with_same_name")
def rule_again(walk):
    bus = bus_of(walk, "custom")
    walk.match("put-rule", ruled(walk, bus=bus))
    walk.match("re-put-rule", ruled(walk, bus=bus))
    walk("list-rules", events(walk).list_rules, EventBusName=bus)


@drives("events", RULE + "test_list_rule_with_limit")
def rule_pages(walk):
    bus = bus_of(walk, "custom")
    for at in range(6):
        ruled(walk, f"rule-{at}", bus)
    page = walk("list-rules-limit", events(walk).list_rules, Limit=3, EventBusName=bus)
    walk("list-rules-limit-next-token", events(walk).list_rules, NextToken=page["NextToken"], EventBusName=bus)


@drives("events", RULE + "test_disable_re_enable_rule")
def enabled(walk, case):
    bus = bus_of(walk, case)
    ruled(walk, bus=bus)
    walk("disable-rule", events(walk).disable_rule, Name="rule-1", EventBusName=bus)
    walk("describe-rule-disabled", events(walk).describe_rule, Name="rule-1", EventBusName=bus)
    walk("enable-rule", events(walk).enable_rule, Name="rule-1", EventBusName=bus)
    walk("describe-rule-enabled", events(walk).describe_rule, Name="rule-1", EventBusName=bus)


@drives("events", RULE + "test_delete_rule_with_targets")
def rule_with_targets(walk):
    ruled(walk)
    events(walk).put_targets(Rule="rule-1", Targets=[{"Id": "t", "Arn": queue(walk)[1]}])
    walk("delete-rule-with-targets-error", events(walk).delete_rule, Name="rule-1")


@drives("events", RULE + "test_update_rule_with_targets")
def rule_updated(walk):
    ruled(walk)
    events(walk).put_targets(Rule="rule-1", Targets=[{"Id": "target-1", "Arn": queue(walk)[1]}])
    walk("list-targets", events(walk).list_targets_by_rule, Rule="rule-1")
    walk.match("update-rule", ruled(walk))
    walk("list-targets-after-update", events(walk).list_targets_by_rule, Rule="rule-1")


def rules_of_target(walk, case, count):
    bus, arn = bus_of(walk, case), queue(walk)[1]
    for at in range(count):
        ruled(walk, f"rule-prefix-{at}", bus)
        events(walk).put_targets(Rule=f"rule-prefix-{at}", EventBusName=bus, Targets=[{"Id": "t", "Arn": arn}])
    return {"TargetArn": arn, "EventBusName": bus}


@drives("events", RULE + "test_list_rule_names_by_target")
def names_by_target(walk, case):
    walk("list_rule_names_by_target", events(walk).list_rule_names_by_target, **rules_of_target(walk, case, 3))


@drives("events", RULE + "test_list_rule_names_by_target_with_limit")
def names_by_target_in_pages(walk, case):
    told = rules_of_target(walk, case, 5)
    page = walk("first_page", events(walk).list_rule_names_by_target, Limit=2, **told)
    page = walk("second_page", events(walk).list_rule_names_by_target, Limit=2, NextToken=page["NextToken"], **told)
    walk("third_page", events(walk).list_rule_names_by_target, Limit=2, NextToken=page["NextToken"], **told)


@drives("events", BUS + "test_create_list_describe_delete_custom_event_buses")
def buses(walk, _):
    for label in [label for label in walk.answers if label.startswith("create-custom-event-bus-")]:
        region = label.removeprefix("create-custom-event-bus-")
        client = events(walk, region=region)
        walk(label, client.create_event_bus, Name="bus-1")
        walk(f"list-event-buses-after-create-{region}", client.list_event_buses, NamePrefix="bus-1")
        walk(f"describe-custom-event-bus-{region}", client.describe_event_bus, Name="bus-1")
        walk(f"delete-custom-event-bus-{region}", client.delete_event_bus, Name="bus-1")
        walk(f"list-event-buses-after-delete-{region}", client.list_event_buses, NamePrefix="bus-1")


@drives("events", BUS + "test_delete_default_event_bus")
def default_bus(walk):
    walk("delete-default-event-bus-error", events(walk).delete_event_bus, Name="default")


@drives("events", BUS + "test_describe_delete_not_existing_event_bus")
def no_bus(walk):
    walk("describe-not-existing-event-bus-error", events(walk).describe_event_bus, Name="bus-1")
    walk("delete-not-existing-event-bus", events(walk).delete_event_bus, Name="bus-1")


@drives("events", BUS + "test_list_event_buses_with_limit")
def bus_pages(walk):
    for at in range(6):
        events(walk).create_event_bus(Name=f"bus-{at}")
    page = walk("list-event-buses-limit", events(walk).list_event_buses, Limit=3, NamePrefix="bus")
    walk("list-event-buses-limit-next-token", events(walk).list_event_buses, NextToken=page["NextToken"], NamePrefix="bus")


@drives("events", BUS + "test_list_event_buses_with_prefix")
def bus_prefix(walk):
    events(walk).create_event_bus(Name="unique-prefix-1234567890-bus")
    events(walk).create_event_bus(Name="bus-of-another-name")
    walk("list-event-buses-prefix-complete-name", events(walk).list_event_buses, NamePrefix="unique-prefix-1234567890-bus")
    walk("list-event-buses-prefix", events(walk).list_event_buses, NamePrefix="unique-prefix")


@drives("events", BUS + "test_put_permission_non_existing_event_bus")
def permission_of_no_bus(walk):
    told = {"EventBusName": "bus-1", "Action": "events:PutEvents", "Principal": "*", "StatementId": "statement-id"}
    walk("remove-permission-non-existing-sid-error", events(walk).put_permission, **told)


@drives("events", BUS + "test_remove_permission_non_existing_sid")
def no_statement(walk, case):
    has_policy, which = case.split("-")
    bus = bus_of(walk, which)
    if has_policy == "True":
        events(walk).put_permission(EventBusName=bus, Action="events:PutEvents", Principal="*", StatementId="statement-id")
    walk("remove-permission-non-existing-sid-error", events(walk).remove_permission, EventBusName=bus, StatementId="none")


@drives("events", BUS + "test_put_events_bus_to_bus")
def bus_to_bus(walk, _):
    client = events(walk)
    first, second = client.create_event_bus(Name="one")["EventBusArn"], client.create_event_bus(Name="two")["EventBusArn"]
    role = f"arn:aws:iam::{walk.account}:role/events"
    ruled(walk, "onward", "one")
    client.put_targets(Rule="onward", EventBusName="one", Targets=[{"Id": "b", "Arn": second, "RoleArn": role}])
    url, arn = open_queue(walk)
    ruled(walk, "out", "two")
    client.put_targets(Rule="out", EventBusName="two", Targets=[{"Id": "q", "Arn": arn}])
    client.put_events(Entries=[{**ENTRY, "EventBusName": first}])
    walk.match("messages", messages(walk, url))


@drives("events", TARGET + "test_add_exceed_fife_targets_per_rule")
def targets(walk):
    ruled(walk)
    arn = queue(walk)[1]
    walk("put-targets-client-error", events(walk).put_targets, Rule="rule-1", Targets=[{"Id": f"t{at}", "Arn": arn} for at in range(6)])


@drives("events", TARGET + "test_list_target_by_rule_limit")
def target_pages(walk):
    ruled(walk)
    arn = queue(walk)[1]
    events(walk).put_targets(Rule="rule-1", Targets=[{"Id": f"target-id-{at}", "Arn": arn} for at in range(5)])
    page = walk("list-targets-limit", events(walk).list_targets_by_rule, Rule="rule-1", Limit=3)
    walk("list-targets-limit-next-token", events(walk).list_targets_by_rule, Rule="rule-1", NextToken=page["NextToken"])


@drives("events", TARGET + "test_put_list_remove_target")
def target(walk, case):
    bus = bus_of(walk, case)
    ruled(walk, bus=bus)
    told = {"Rule": "rule-1", "EventBusName": bus}
    walk("put-target", events(walk).put_targets, Targets=[{"Id": "target-1", "Arn": queue(walk)[1]}], **told)
    walk("list-targets", events(walk).list_targets_by_rule, **told)
    walk("remove-target", events(walk).remove_targets, Ids=["target-1"], **told)
    walk("list-targets-after-delete", events(walk).list_targets_by_rule, **told)


@drives("events", TARGET + "test_put_target_id_validation")
def target_id(walk):
    ruled(walk)
    arn = queue(walk)[1]
    # In the recording a word stands for the long id.
    refused = walk.answers["put-targets-length-error"]["Error"]
    refused["Message"] = refused["Message"].replace("second-invalid-target-id", "<target-id>")
    walk("put-targets-invalid-id-error", events(walk).put_targets, Rule="rule-1", Targets=[{"Id": "!@#$@!#$", "Arn": arn}])
    walk("put-targets-length-error", events(walk).put_targets, Rule="rule-1", Targets=[{"Id": "a" * 65, "Arn": arn}])


MALFORMED = {"ARRAY": '["a"]', "SERIALIZED_STRING": '"a"', "STRING": "a"}


@drives("events", ENTRIES + "test_put_event_malformed_detail")
def malformed(walk, case):
    walk("put-events", events(walk).put_events, Entries=[{**ENTRY, "Detail": MALFORMED[case]}])


@drives("events", ENTRIES + "test_put_event_without_detail_type")
def without_type(walk):
    walk("put-events", events(walk).put_events, Entries=[{"Source": "some.source", "Detail": "{}", "DetailType": ""}])


@drives("events", ENTRIES + "test_put_events_exceed_limit_ten_entries")
def too_many(walk, case):
    bus = bus_of(walk, case)
    walk("put-events-exceed-limit-error", events(walk).put_events, Entries=[{**ENTRY, "EventBusName": bus} for _ in range(11)])


def tagged(walk, case):
    """A rule or a bus, and its ARN."""
    kind, _, where = case.partition("-")
    if kind == "event_bus":
        return events(walk).describe_event_bus(Name="default")["Arn"]
    return ruled(walk, bus=bus_of(walk, "custom" if where.endswith("custom") else "default"))["RuleArn"]


@drives("events", "events_tags · tests_tag_untag_resource")
def tags(walk, case):
    arn, client = tagged(walk, case), events(walk)
    told = [{"Key": "tag1", "Value": "value1"}, {"Key": "tag2", "Value": "value2"}]
    walk("tag_resource", client.tag_resource, ResourceARN=arn, Tags=told)
    walk("list_tags_for_resource", client.list_tags_for_resource, ResourceARN=arn)
    walk("untag_resource", client.untag_resource, ResourceARN=arn, TagKeys=["tag2"])
    walk("list_tags_for_untagged_resource", client.list_tags_for_resource, ResourceARN=arn)
    if "untag_resource_not_existing_tag" in walk.answers:
        walk("untag_resource_not_existing_tag", client.untag_resource, ResourceARN=arn, TagKeys=["tag3"])


@drives("events", "events_tags · tests_tag_list_untag_not_existing_resource")
def no_tags(walk, _):
    arn = f"arn:aws:events:us-east-1:{walk.account}:rule/not-existing"
    walk("tag_not_existing_resource_error", events(walk).tag_resource, ResourceARN=arn, Tags=[{"Key": "a", "Value": "b"}])
    walk("list_tags_for_not_existing_resource_error", events(walk).list_tags_for_resource, ResourceARN=arn)
    walk("untag_not_existing_resource_error", events(walk).untag_resource, ResourceARN=arn, TagKeys=["a"])


@drives("events", CRON + "tests_put_rule_with_schedule_cron")
def cron(walk, expression="cron(0 20 * * ? *)"):
    walk("put-rule", events(walk).put_rule, Name="rule-1", ScheduleExpression=expression)
    walk("list-rules", events(walk).list_rules, NamePrefix="rule-1")


@drives("events", CRON + "tests_put_rule_with_invalid_schedule_cron")
def no_cron(walk, expression):
    walk("invalid-put-rule", events(walk).put_rule, Name="rule-1", ScheduleExpression=expression)


@drives("events", RATE + "test_put_rule_with_schedule_rate")
def rate(walk):
    expression = walk.answers["list-rules"]["Rules"][0]["ScheduleExpression"]
    walk("put-rule", events(walk).put_rule, Name="rule-1", ScheduleExpression=expression)
    walk("list-rules", events(walk).list_rules, NamePrefix="rule-1")


@drives("events", RATE + "tests_put_rule_with_schedule_custom_event_bus")
def rate_of_bus(walk):
    bus = bus_of(walk, "custom")
    walk("put-rule-with-custom-event-bus-error", events(walk).put_rule, Name="rule-1", EventBusName=bus, ScheduleExpression="rate(1 minute)")


@drives("events", "events_patterns · TestEventPattern · test_invalid_json_event_pattern")
def no_json(walk, pattern):
    event = {"id": "1", "account": walk.account, "source": "s", "time": "2022-07-13T13:48:01Z", "region": "us-east-1", "resources": [], "detail-type": "t", "detail": {}}
    walk("invalid-pattern", events(walk).test_event_pattern, Event=json.dumps(event), EventPattern=pattern)


EXCEPTIONS = (
    "arrays_empty",
    "content_anything_but_ignorecase_list",
    "content_anything_but_string_null_type",
    "content_anything_suffix_empty",
    "content_anything_suffix_list_null_type",
    "content_anything_wildcard_list_type",
    "content_ignorecase_list",
    "content_ip_address",
    "content_ip_address_bad_ip",
    "content_ip_address_type",
    "content_numeric_operatorcasing",
    "content_prefix_list",
    "content_suffix_list",
    "content_wildcard_complex",
    "int_nolist",
)
# Where a refusal does not show the pattern.
REFUSED = {
    "content_ip_address_EXC": {"detail": {"sourceIPAddress": [{"cidr": "bad-cidr"}]}},
    "content_ip_address_bad_ip_EXC": {"detail": {"sourceIPAddress": [{"cidr": "xx.11.xx/8"}]}},
    "content_wildcard_complex_EXC": {"EventBusArn": [{"wildcard": "arn:*:*:*:*:*:event-bus/*a*a*a*a*a*a*a*a"}]},
}


@drives("events", *[f"events_patterns · TestEventPattern · test_event_pattern[{name}_EXC]" for name in EXCEPTIONS])
def refused_pattern(walk):
    (label, recorded), = walk.answers.items()
    whole = recorded["exception_message"]["Error"].pop("MessageRaw")
    recorded["exception_message"]["Error"]["Message"] = whole
    shown = re.search(r'\[Source: \(String\)"(.*?)"; line: ', whole)
    pattern = shown[1] if shown else json.dumps(REFUSED[label])
    event = {"id": "1", "source": "s", "account": walk.account, "time": "2022-07-13T13:48:01Z", "region": "us-east-1", "resources": [], "detail-type": "t", "detail": {}}
    answer = walk.answered(events(walk).test_event_pattern, Event=json.dumps(event), EventPattern=pattern)
    code = answer.get("Error", {}).get("Code")
    walk.match(label, {"exception_message": answer, "exception_type": f"<class 'botocore.errorfactory.{code}'>"})


@drives("events", "events_patterns · TestEventPattern · test_array_event_payload", "events_patterns · TestEventPattern · test_invalid_event_payload")
def no_event(walk):
    label = next(iter(walk.answers))
    event = '["an", "array"]' if "array" in label else "plain string"
    walk(label, events(walk).test_event_pattern, Event=event, EventPattern='{"source": ["s"]}')
