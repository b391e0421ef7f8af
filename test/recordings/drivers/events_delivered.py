"""EventBridge: what comes where: archived and replayed events, other buses, accounts and Regions, targets by service, schedules."""

import datetime
import json
import re
import urllib.request

from drivers.events_kept import ARCHIVE, COMMAND, PATH, REPLAY, archive, bus_arn, completed, heard, replayed
from drivers.events_rules import BUS, CRON, DETAIL, ENTRIES, ENTRY, PATTERN, RATE, RULE, bus_of, events, messages, open_queue, queue, ruled, tagged
from drivers.lambda_functions import active, helped, zipped
from drivers.lambda_invocations import LOGS, function
from walker import drives

ACROSS, TARGETS = "events_cross_account_region · ", "events_targets · "
PATTERNS, RULED = "events_patterns · TestEventPattern · ", "events_patterns · TestRuleWithPattern · "
NO_DETAIL = {"source": PATTERN["source"], "detail-type": PATTERN["detail-type"]}


def sent(walk, *details, **more):
    entries = [{**ENTRY, "Detail": json.dumps(detail), **more} for detail in details]
    return walk.answered(events(walk).put_events, Entries=entries)


def aimed(walk, arn, bus="default", rule="rule-1", **more):
    """A rule's only target."""
    return walk.answered(events(walk).put_targets, Rule=rule, EventBusName=bus, Targets=[{"Id": "target-1", "Arn": arn, **more}])


def told(walk, path, body):
    """The server itself is told something."""
    request = urllib.request.Request(f"{walk.url}/_squall/{path}", json.dumps(body).encode())
    urllib.request.urlopen(request).read()


def passed(walk, seconds):
    """The clock moves on."""
    told(walk, "clock", {"advance": f"PT{seconds}S"})


def archived(walk, bus, count, **more):
    """An archive that has as many events."""
    archive(walk, bus, Description="description of the archive", RetentionDays=1, **more)
    ask = lambda: events(walk).describe_archive(ArchiveName="archive-1")
    walk.until(ask, lambda one: one["State"] == "ENABLED")
    sent(walk, *[DETAIL] * count, EventBusName=bus)
    walk.until(ask, lambda one: one["EventCount"] == count)


@drives("events", *[f"{ARCHIVE}test_list_archive_with_events[{case}]" for case in ("False-custom", "True-default")])
def archive_with_events(walk):
    bus = bus_of(walk, "custom" if "custom" in walk.name else "default")
    archived(walk, bus, 10, **({"EventPattern": json.dumps(PATTERN)} if "True" in walk.name else {}))
    walk("describe-archive", events(walk).describe_archive, ArchiveName="archive-1")
    walk("list-archives", events(walk).list_archives, NamePrefix="archive-1")


@drives("events", REPLAY + "test_start_list_describe_canceled_replay")
def replay_and_cancelled(walk, case):
    bus = bus_of(walk, case)
    rule = ruled(walk, bus=bus)["RuleArn"]
    url, arn = open_queue(walk)
    aimed(walk, arn, bus)
    archived(walk, bus, 3)
    messages(walk, url, 3)
    asked = {"Description": "description of the replay", "Destination": {"Arn": bus_arn(walk, bus), "FilterArns": [rule]}}
    asked["EventEndTime"] = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=10)
    name, cancelled = "replay-name-1234567", "replay-canceled-name-1234567"
    walk.match("start-replay", replayed(walk, name, bus, **asked))
    completed(walk, name)
    walk("describe-replay", events(walk).describe_replay, ReplayName=name)
    walk("list-replays", events(walk).list_replays, NamePrefix=name)
    walk.match("replay-messages", messages(walk, url, 3))
    # At AWS it takes minutes.
    place = {"account": walk.account, "service": "events"}
    told(walk, "faults", {"point": "events:replay-state", "match": place, "effect": "hold", "params": {"ms": "5m"}, "times": 1})
    replayed(walk, cancelled, bus, **asked)
    walk("cancel-replay", events(walk).cancel_replay, ReplayName=cancelled)
    walk("describe-replay-canceled", events(walk).describe_replay, ReplayName=cancelled)


@drives("events", BUS + "test_put_events_to_default_eventbus_for_custom_eventbus")
def event_of_a_bucket(walk):
    client, s3, bucket = events(walk), walk.client("s3"), f"bucket-{walk.account}"
    s3.create_bucket(Bucket=bucket)
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={"EventBridgeConfiguration": {}})
    bus = walk("create-custom-event-bus", client.create_event_bus, Name="bus-1")["EventBusArn"]
    pattern = {"source": ["aws.s3"], "detail-type": ["Object Created"]}
    walk.match("create-rule-1", ruled(walk, "rule-1", pattern={**pattern, "detail": {"bucket": {"name": [bucket]}}}))
    walk.match("create-rule-2", ruled(walk, "rule-2", "bus-1", pattern))
    url, arn = open_queue(walk)
    walk.match("put-target-1", aimed(walk, bus, RoleArn=f"arn:aws:iam::{walk.account}:role/events"))
    walk.match("put-target-2", aimed(walk, arn, "bus-1", "rule-2"))
    s3.put_object(Bucket=bucket, Key="key-1", Body=b"data")
    walk.match("get-events", {"Messages": messages(walk, url)})


@drives("events", BUS + "test_put_permission")
def permissions(walk, case):
    bus, client = bus_of(walk, case), events(walk)
    asked = lambda principal, number: {"EventBusName": bus, "Action": "events:PutEvents", "Principal": principal, "StatementId": f"statement-{number}"}
    client.put_permission(**asked(walk.account, 1))
    walk("put-permission", client.put_permission, **asked(walk.account, 2))
    client.put_permission(**asked(secondary(walk), 3))
    walk("describe-event-bus-put-permission-multiple-principals", client.describe_event_bus, Name=bus)
    client.put_permission(**asked("*", 4))
    walk("describe-event-bus-put-permission", client.describe_event_bus, Name=bus)
    statement = {"Sid": "statement-5", "Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "events:ListRules", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    walk("put-permission-policy", client.put_permission, EventBusName=bus, Policy=policy)
    walk("describe-event-bus-put-permission-policy", client.describe_event_bus, Name=bus)


@drives("events", RULE + "test_process_to_single_matching_rules_single_target")
def rules_of_one_target(walk):
    url, arn = open_queue(walk)
    sources, found = ("source-one", "source-two", "source-three"), []
    for source in sources:
        ruled(walk, source, pattern={"source": [source]})
        aimed(walk, arn, rule=source)
    for source in sources:
        sent(walk, DETAIL, Source=source)
        found += [json.loads(message["Body"]) for message in messages(walk, url)]
        walk.match(f"events-{source}", found)


@drives("events", ENTRIES + "test_put_events_response_entries_order")
def entries_in_order(walk):
    bus, queues = bus_of(walk, "custom"), [open_queue(walk, name) for name in ("queue-1", "queue-2")]
    ruled(walk, bus=bus)
    told = [{"Id": f"target-{at}", "Arn": arn, "InputPath": "$"} for at, (_, arn) in enumerate(queues)]
    events(walk).put_targets(Rule="rule-1", EventBusName=bus, Targets=told)
    walk.match("put-events-response", sent(walk, DETAIL, EventBusName=bus))
    walk.match("sqs-messages", {f"queue{at + 1}_messages": messages(walk, url) for at, (url, _) in enumerate(queues)})


@drives("events", ENTRIES + "test_put_events_with_target_delivery_failure")
def undelivered(walk):
    ruled(walk)
    url, arn = open_queue(walk)
    aimed(walk, arn)
    walk.client("sqs").delete_queue(QueueUrl=url)
    walk.match("put-events-response", sent(walk, DETAIL))


def secondary(walk):
    """Another account."""
    return str(int(walk.account) + 100000000000)


class Place:
    """A bus with a rule whose target is a queue there."""

    def __init__(self, walk, account, region, bus):
        self.walk, self.where, self.bus = walk, {"account": account, "region": region}, bus
        client = self.client = events(walk, **self.where)
        if bus != "default":
            client.create_event_bus(Name=bus)
        self.arn = client.describe_event_bus(Name=bus)["Arn"]
        sqs = walk.client("sqs", **self.where)
        self.url = sqs.create_queue(QueueName="queue-1")["QueueUrl"]
        arn = f"arn:aws:sqs:{region}:{account}:queue-1"
        statement = {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": arn}
        sqs.set_queue_attributes(QueueUrl=self.url, Attributes={"Policy": json.dumps({"Statement": [statement]})})
        client.put_rule(Name="rule-1", EventBusName=bus, EventPattern=json.dumps({"source": ["source-primary", "source-secondary"]}))
        client.put_targets(Rule="rule-1", EventBusName=bus, Targets=[{"Id": "queue", "Arn": arn}])

    def admits(self, account):
        self.client.put_permission(EventBusName=self.bus, Action="events:PutEvents", Principal=account, StatementId="other")

    def put(self, source, bus):
        self.client.put_events(Entries=[{**ENTRY, "Source": source, "EventBusName": bus}])

    def messages(self):
        sqs = self.walk.client("sqs", **self.where)
        found = self.walk.until(lambda: sqs.receive_message(QueueUrl=self.url, WaitTimeSeconds=1), lambda got: got.get("Messages"))["Messages"]
        for message in found:
            sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
        return found


def places(walk, bus, across):
    """Two buses, and in the recording which account and Region is whose."""
    account = secondary(walk) if "account" in across else walk.account
    region = "us-west-2" if "region" in across else "us-east-1"
    first, second = Place(walk, walk.account, "us-east-1", bus), Place(walk, account, region, bus)
    if account != walk.account:
        second.admits(walk.account)
    text = json.dumps(walk.answers)
    known = {"<account>": walk.account, "<account-secondary>": account, "<region-secondary>": region}
    for word, value in known.items():
        text = text.replace(word, value)
    walk.answers = json.loads(text)
    return first, second


@drives("events", ACROSS + "TestEventsCrossAccountRegion · test_put_events")
def put_across(walk, case):
    first, second = places(walk, *bus_and_across(case))
    first.put("source-primary", second.arn)
    walk.match("messages", second.messages())


def bus_and_across(case):
    which, across = case.split("-")
    return ("default" if which == "default" else "bus-1"), across


@drives("events", ACROSS + "test_event_bus_to_event_bus_cross_account_region")
def forwarded_across(walk, case):
    bus, across = bus_and_across(case)
    first, second = places(walk, bus, across)
    target = {"Id": "bus", "Arn": second.arn, "RoleArn": f"arn:aws:iam::{walk.account}:role/events"}
    first.client.put_targets(Rule="rule-1", EventBusName=bus, Targets=[target])
    first.put("source-primary", bus)
    here, there = first.messages(), second.messages()
    walk.match("messages_primary_queue_from_primary_event_bus", here)
    walk.match("messages_secondary_queue_from_primary_event_bus", there)
    # That ids of two numbers differ no comparison of one answer says.
    ids = [json.loads(found[0]["Body"])["id"] for found in (here, there)]
    if (ids[0] == ids[1]) != ("region" not in across):
        walk.differences.append(f"an event on a bus of another Region has an id of its own: {ids}")
    second.put("source-secondary", bus)
    walk.match("messages_secondary_queue_from_secondary_event_bus", second.messages())


@drives("events", PATH + "test_put_events_with_input_path_nested")
def nested_path(walk, _):
    (message,) = walk.answers["message"]
    walk.match("message", heard(walk, {"InputPath": "$.detail.payload"}, {**COMMAND, "payload": message["Body"]})[0])


@drives("events", PATTERNS + "test_event_pattern_source")
def pattern_of_a_source(walk):
    event = {"id": "1", "source": "order", "detail-type": "t", "account": walk.account, "time": "2022-07-13T13:48:01Z", "region": "us-east-1", "resources": [], "detail": {}}
    for label, sources in (("", ["order", "shipping"]), ("-no-match", ["order-2"])):
        told = {"Event": json.dumps(event), "EventPattern": json.dumps({"source": sources})}
        walk(f"eventbridge-test-event-pattern-response{label}", events(walk).test_event_pattern, **told)


def matched(walk, label, pattern, details, **target):
    """What comes to a queue of those that a rule lets through."""
    ruled(walk, pattern={**NO_DETAIL, "detail": pattern})
    url, arn = open_queue(walk)
    aimed(walk, arn, **target)
    sent(walk, *details)
    walk.match(label, messages(walk, url, len(walk.answers[label])))


@drives("events", RULED + "test_put_event_with_content_base_rule_in_pattern")
def content_based(walk):
    detail = walk.answers["messages"][0]["Body"]
    pattern = {
        "description": [{"prefix": "this-is"}],
        "env": [{"anything-but": ["dev", "test"]}],
        "user": [{"suffix": "3"}],
        "ip": [{"cidr": "10.102.1.0/24"}],
        "amount": [{"numeric": [">", 100, "<=", 200]}],
        "salary": [{"numeric": ["=", 2000]}],
        "test4": [{"wildcard": "this*4"}],
        "admins": [{"equals-ignore-case": "ADMIN"}],
        "none": [{"exists": False}],
    }
    matched(walk, "messages", pattern, [{**detail, "ip": "10.102.2.1"}, detail], InputPath="$.detail")


@drives("events", RULED + "test_put_events_with_rule_pattern_anything_but")
def anything_but(walk):
    details = [message["Body"]["detail"] for message in walk.answers["rule-anything-but"]]
    pattern = {"command": [{"anything-but": ["no-message"]}]}
    matched(walk, "rule-anything-but", pattern, [{"command": "no-message", "payload": "baz"}, *details])


@drives("events", RULED + "test_put_events_with_rule_pattern_exists_false")
def exists_not(walk):
    (message,) = walk.answers["rule-exists-false"]
    details = [{"command": "update-account", "payload": "baz"}, message["Body"]["detail"]]
    matched(walk, "rule-exists-false", {"command": [{"exists": False}]}, details)


def scheduled(walk, expression):
    events(walk).put_rule(Name="rule-1", ScheduleExpression=expression)
    url, arn = open_queue(walk)
    aimed(walk, arn)
    return url


@drives("events", CRON + "test_schedule_cron_target_sqs")
def by_cron(walk):
    url = scheduled(walk, "cron(* * * * ? *)")
    passed(walk, 60)
    walk.match("message", messages(walk, url)[:1])


@drives("events", RATE + "tests_schedule_rate_target_sqs")
def by_rate(walk):
    url = scheduled(walk, "rate(1 minute)")
    # A bracket is missing in the recording.
    walk.answers["list-targets"]["Targets"][0]["Arn"] += ">"
    walk("list-targets", events(walk).list_targets_by_rule, Rule="rule-1")
    for label in ("messages-first", "messages-second"):
        passed(walk, 60)
        walk.match(label, messages(walk, url))


@drives("events", "events_tags · test_recreate_tagged_resource_without_tags")
def made_again(walk, case):
    arn, client = tagged(walk, case), events(walk)
    client.tag_resource(ResourceARN=arn, Tags=[{"Key": "tag1", "Value": "value1"}])
    if case.startswith("rule"):
        bus = "bus-1" if case.endswith("custom") else "default"
        client.delete_rule(Name="rule-1", EventBusName=bus)
        ruled(walk, bus=bus)
    walk("list_tags_for_resource", client.list_tags_for_resource, ResourceARN=arn)


@drives("events", TARGETS + "TestEventsTargetCloudWatchLogs · test_put_events_with_target_cloudwatch_logs")
def to_a_log(walk):
    logs, group = walk.client("logs"), "/aws/events/group-1"
    logs.create_log_group(logGroupName=group)
    arn = f"arn:aws:logs:us-east-1:{walk.account}:log-group:{group}"
    services = ["events.amazonaws.com", "delivery.logs.amazonaws.com"]
    statement = {"Effect": "Allow", "Principal": {"Service": services}, "Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": f"{arn}:*"}
    logs.put_resource_policy(policyName="events", policyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    walk("event_bus_response", events(walk).create_event_bus, Name="bus-1")
    walk.match("rule_response", ruled(walk, bus="bus-1"))
    walk.match("put_targets_response", aimed(walk, arn, "bus-1"))
    walk.match("put_events_response", sent(walk, DETAIL, EventBusName="bus-1"))
    found = walk.until(lambda: logs.filter_log_events(logGroupName=group)["events"], lambda all: all)
    walk.match("log_events", [{name: one[name] for name in ("ingestionTime", "message", "timestamp")} for one in found])


@drives("events", TARGETS + "TestEventsTargetEvents · test_put_events_with_target_events")
def to_a_bus(walk, _):
    client = events(walk)
    for name in ("one", "two"):
        client.create_event_bus(Name=name)
        ruled(walk, bus=name)
    aimed(walk, bus_arn(walk, "two"), "one", RoleArn=f"arn:aws:iam::{walk.account}:role/events")
    url, arn = open_queue(walk)
    aimed(walk, arn, "two")
    sent(walk, DETAIL, EventBusName="one")
    walk.match("messages", messages(walk, url))


def logged_by(walk, word):
    """The events with a word that the function has logged, once there are any."""
    ask = walk.client("logs").filter_log_events

    def found():
        answer = walk.answered(ask, logGroupName="/aws/lambda/fn-1", filterPattern=word)
        return [json.loads(one["message"]) for one in answer.get("events", [])]

    return walk.until(found, lambda all: all)


def logged(walk, pattern, detail):
    """What a function got of an event."""
    arn = function(walk, LOGS)["FunctionArn"]
    rule = ruled(walk, pattern=pattern)["RuleArn"]
    walk.client("lambda").add_permission(FunctionName="fn-1", StatementId="events", Action="lambda:InvokeFunction", Principal="events.amazonaws.com", SourceArn=rule)
    aimed(walk, arn)
    sent(walk, detail)
    walk.match("events", logged_by(walk, '"detail-type"'))


@drives("events", TARGETS + "TestEventsTargetLambda · test_put_events_with_target_lambda")
def to_a_function(walk):
    logged(walk, PATTERN, DETAIL)


LISTED = "test_put_events_with_target_lambda_list_entr"


@drives("events", f"{TARGETS}TestEventsTargetLambda · {LISTED}ies_partial_match", f"{TARGETS}{LISTED}ies_partial_match", f"{TARGETS}{LISTED}y")
def to_a_function_by_lists(walk):
    pattern = {"payload": {"automations": {"id": [{"exists": True}], "actions": {"type": ["SEND_NOTIFICATION"]}}}}
    logged(walk, {**NO_DETAIL, "detail": pattern}, walk.answers["events"][0]["detail"])


@drives("events", TARGETS + "TestEventsTargetSns · test_put_events_with_target_sns")
def to_a_topic(walk, _):
    sns, (url, arn) = walk.client("sns"), queue(walk)
    topic = sns.create_topic(Name="topic-1")["TopicArn"]
    allow = lambda service, action, resource: json.dumps({"Statement": [{"Effect": "Allow", "Principal": {"Service": service}, "Action": action, "Resource": resource}]})
    sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=allow("events.amazonaws.com", "sns:Publish", topic))
    walk.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": allow("sns.amazonaws.com", "sqs:SendMessage", arn)})
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    ruled(walk)
    aimed(walk, topic)
    sent(walk, DETAIL)
    found = messages(walk, url)
    for message in found:
        body = json.loads(message["Body"])
        # Within a text the recording has words for an id and a moment.
        body["Message"] = re.sub(r'"id":"[^"]*"', '"id":"message-id"', re.sub(r'"time":"[^"]*"', '"time":"date"', body["Message"]))
        message["Body"] = json.dumps(body)
    walk.match("messages", found)


# What CloudFront adds, and the SDK that EventBridge sends with.
OF_OTHERS = re.compile(r"CloudFront-.*|Via|X-Amz-Cf-Id|X-Amz-Security-Token|x-amz-date|amz-sdk-.*", re.IGNORECASE)


@drives("events", TARGETS + "TestEventsTargetApiGateway · test_put_events_with_target_api_gateway")
def to_a_rest_api(walk):
    own, recorded = walk.client("apigateway"), walk.answers["lambda_logs"][0]
    recorded["headers"] = {name: value for name, value in recorded["headers"].items() if not OF_OTHERS.fullmatch(name)}
    for name in ("For", "Port", "Proto"):
        recorded["headers"][f"X-Forwarded-{name}"] = f"<{name}>"
    # Here it is called at an address with a port.
    recorded["headers"]["Host"] = "<host>"
    recorded["requestContext"].update(domainName="<domain>", domainPrefix="<prefix>")
    answer = helped(walk, Code={"ZipFile": zipped(LOGS, "lambda_aws_proxy_format.py")}, Handler="lambda_aws_proxy_format.handler")
    walk.match("create_lambda_response", answer)
    active(walk)
    walk.client("lambda").add_permission(FunctionName="fn-1", StatementId="api", Action="lambda:InvokeFunction", Principal="apigateway.amazonaws.com")
    made = own.create_rest_api(name="api-1")
    api = made["id"]
    method = {"restApiId": api, "httpMethod": "POST"}
    method["resourceId"] = own.create_resource(restApiId=api, parentId=made["rootResourceId"], pathPart="test")["id"]
    own.put_method(**method, authorizationType="NONE")
    uri = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{answer['CreateFunctionResponse']['FunctionArn']}/invocations"
    own.put_integration(**method, type="AWS_PROXY", integrationHttpMethod="POST", uri=uri)
    walk("deployment_response", own.create_deployment, restApiId=api, stageName="test")
    walk("event_bus_response", events(walk).create_event_bus, Name="bus-1")
    walk.match("rule_response", ruled(walk, bus="bus-1"))
    target = {"RoleArn": f"arn:aws:iam::{walk.account}:role/events", "Input": json.dumps(recorded["body"])}
    walk.match("put_targets_response", aimed(walk, f"arn:aws:execute-api:us-east-1:{walk.account}:{api}/test/POST/test", "bus-1", **target))
    walk.match("put_events_response", sent(walk, DETAIL, EventBusName="bus-1"))
    walk.match("lambda_logs", logged_by(walk, '"httpMethod"'))
