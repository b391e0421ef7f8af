"""EventBridge: archives, replays, connections, API destinations, and what targets make of events."""

import datetime
import json
import re

from drivers.events_rules import ENTRY, PATTERN, bus_of, events, messages, open_queue, ruled
from walker import drives

ARCHIVE, REPLAY = "archive_and_replay · TestArchive · ", "archive_and_replay · TestReplay · "
CONNECTION = "api_destinations_and_connection · TestEventBridgeConnections · "
DESTINATION = "api_destinations_and_connection · TestEventBridgeApiDestinations · "
PATH, TRANSFORMER = "events_inputs · TestInputPath · ", "events_inputs · TestInputTransformer · "
KEY = {"ApiKeyAuthParameters": {"ApiKeyName": "ApiKey", "ApiKeyValue": "secret"}}
BASIC = {"BasicAuthParameters": {"Username": "user", "Password": "pass"}}


def bus_arn(walk, bus):
    return events(walk).describe_event_bus(Name=bus)["Arn"]


def archive(walk, bus="default", **more):
    told = {"ArchiveName": "archive-1", "EventSourceArn": bus_arn(walk, bus), **more}
    return walk.answered(events(walk).create_archive, **told)


@drives("events", ARCHIVE + "test_create_archive_error_duplicate")
def archive_twice(walk, case):
    bus = bus_of(walk, case)
    archive(walk, bus)
    walk.match("create-archive-duplicate-error", archive(walk, bus))


@drives("events", ARCHIVE + "test_create_archive_error_unknown_event_bus")
def archive_of_nothing(walk):
    arn = bus_arn(walk, "default").replace("default", "none")
    walk("create-archive-unknown-event-bus-error", events(walk).create_archive, ArchiveName="archive-1", EventSourceArn=arn)


@drives("events", ARCHIVE + "test_describe_archive_error_unknown_archive")
def no_archive(walk):
    walk("describe-archive-unknown-archive-error", events(walk).describe_archive, ArchiveName="none")


@drives("events", ARCHIVE + "test_update_archive_error_unknown_archive")
def no_archive_to_update(walk):
    walk("update-archive-unknown-archive-error", events(walk).update_archive, ArchiveName="none")


def enabled(walk):
    return walk.until(lambda: events(walk).describe_archive(ArchiveName="archive-1"), lambda one: one["State"] == "ENABLED")


@drives("events", ARCHIVE + "test_list_archive_state_enabled")
def enabled_archives(walk, case):
    archive(walk, bus_of(walk, case), RetentionDays=1)
    enabled(walk)
    walk("list-archives-state-enabled", events(walk).list_archives, State="ENABLED")


@drives("events", ARCHIVE + "test_list_archive_with_source_arn")
def archives_of_bus(walk, case):
    bus = bus_of(walk, case)
    archive(walk, bus, RetentionDays=1)
    enabled(walk)
    walk("list-archives-with-source-arn", events(walk).list_archives, EventSourceArn=bus_arn(walk, bus))


def replayed(walk, name, bus="default", **more):
    now = datetime.datetime.now(datetime.timezone.utc)
    told = {
        "ReplayName": name,
        "EventSourceArn": events(walk).describe_archive(ArchiveName="archive-1")["ArchiveArn"],
        "EventStartTime": now - datetime.timedelta(minutes=5),
        "EventEndTime": now,
        "Destination": {"Arn": bus_arn(walk, bus)},
        **more,
    }
    return walk.answered(events(walk).start_replay, **told)


def completed(walk, name):
    return walk.until(lambda: events(walk).describe_replay(ReplayName=name), lambda one: one["State"] == "COMPLETED")


@drives("events", REPLAY + "test_describe_replay_error_unknown_replay")
def no_replay(walk):
    walk("describe-replay-unknown-replay-error", events(walk).describe_replay, ReplayName="none")


def replays(walk, names):
    archive(walk)
    enabled(walk)
    for name in names:
        replayed(walk, name)
        completed(walk, name)


@drives("events", REPLAY + "test_list_replay_with_limit")
def replays_in_pages(walk):
    replays(walk, [f"prefix-test-replay-{at}" for at in range(6)])
    page = walk("list-replays-with-limit", events(walk).list_replays, NamePrefix="prefix", Limit=3)
    walk("list-replays-with-limit-next-token", events(walk).list_replays, NamePrefix="prefix", NextToken=page["NextToken"])


@drives("events", REPLAY + "test_list_replays_with_prefix")
def replays_by_prefix(walk):
    replays(walk, ["prefix-test-replay", "other-test-replay"])
    walk("list-replays-with-prefix", events(walk).list_replays, NamePrefix="prefix")
    walk("list-replays-with-full-name", events(walk).list_replays, NamePrefix="prefix-test-replay")


@drives("events", REPLAY + "test_list_replays_with_event_source_arn")
def replays_of_archive(walk):
    replays(walk, ["replay-1"])
    arn = events(walk).describe_archive(ArchiveName="archive-1")["ArchiveArn"]
    walk("list-replays-with-event-source-arn", events(walk).list_replays, EventSourceArn=arn)


@drives("events", REPLAY + "test_start_replay_error_invalid_end_time")
def replay_that_ends_before(walk, seconds):
    archive(walk)
    end = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(seconds=int(seconds))
    start = end if seconds == "0" else end + datetime.timedelta(seconds=int(seconds))
    walk.match("start-replay-invalid-end-time-error", replayed(walk, "replay-1", EventStartTime=start, EventEndTime=end))


@drives("events", CONNECTION + "test_create_connection")
def connection(walk):
    told = {"AuthorizationType": "API_KEY", "AuthParameters": {**KEY, "InvocationHttpParameters": {}}}
    walk("create-connection", events(walk).create_connection, Name="connection-1", **told)
    walk("describe-connection", events(walk).describe_connection, Name="connection-1")


@drives("events", CONNECTION + "test_create_connection_invalid_parameters")
def odd_connection(walk):
    told = {"AuthorizationType": "INVALID_AUTH_TYPE", "AuthParameters": {}}
    walk("create-connection-invalid-auth-error", events(walk).create_connection, Name="connection-1", **told)


@drives("events", CONNECTION + "test_create_connection_with_auth", CONNECTION + "test_connection_secrets")
def authorized_connection(walk, case):
    kind, parameters = ("API_KEY", KEY) if case in ("auth_params1", "api-key") else ("BASIC", BASIC)
    told = {"Name": "connection-1", "AuthorizationType": kind, "AuthParameters": parameters}
    walk("create-connection-auth", events(walk).create_connection, **told)
    described = walk("describe-connection-auth", events(walk).describe_connection, Name="connection-1")
    if "connection-secret" in walk.answers:
        secret = walk.client("secretsmanager").get_secret_value(SecretId=described["SecretArn"])
        walk.match("connection-secret", {**secret, "SecretString": json.loads(secret["SecretString"])})


@drives("events", DESTINATION + "test_create_api_destination_invalid_parameters")
def odd_destination(walk):
    told = {"ConnectionArn": "invalid-connection-arn", "HttpMethod": "INVALID_METHOD", "InvocationEndpoint": "https://example.com/api"}
    walk("create-api-destination-invalid-parameters-error", events(walk).create_api_destination, Name="destination-1", **told)


@drives("events", DESTINATION + "test_create_api_destination_name_validation")
def odd_name(walk):
    arn = events(walk).create_connection(Name="c", AuthorizationType="API_KEY", AuthParameters=KEY)["ConnectionArn"]
    told = {"ConnectionArn": arn, "HttpMethod": "POST", "InvocationEndpoint": "https://example.com/api"}
    walk("create-api-destination-invalid-name-error", events(walk).create_api_destination, Name="Invalid Name With Spaces!", **told)


def heard(walk, target, *details):
    """What comes to a queue of events with these details."""
    ruled(walk)
    url, arn = open_queue(walk)
    events(walk).put_targets(Rule="rule-1", Targets=[{"Id": "t", "Arn": arn, **target}])
    found = []
    for detail in details:
        events(walk).put_events(Entries=[{**ENTRY, "Detail": json.dumps(detail)}])
        found.append(messages(walk, url))
    return found


COMMAND = {"command": "update-account", "payload": {"acc_id": "0a787ecb-4015", "sf_id": "baz"}}


@drives("events", PATH + "test_put_events_with_input_path")
def path(walk):
    walk.match("message", heard(walk, {"InputPath": "$.detail"}, COMMAND)[0])


@drives("events", PATH + "test_put_events_with_input_path_max_level_depth")
def deep_path(walk):
    walk.match("message", heard(walk, {"InputPath": "$.detail.payload.sf_id"}, COMMAND)[0])


def dated(found):
    """The recordings have `date` in the place of a moment, within texts, too."""
    return [{**message, "Body": re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z", "date", message["Body"])} for message in found]


TOLD = {"detail-type": "$.detail-type", "timestamp": "$.time", "command": "$.detail.command"}


def transformed(walk, template):
    """An event that has all that is asked for, and one that has not."""
    told = {"InputTransformer": {"InputPathsMap": TOLD, "InputTemplate": template}}
    ruled(walk, pattern={"source": PATTERN["source"]})
    url, arn = open_queue(walk)
    events(walk).put_targets(Rule="rule-1", Targets=[{"Id": "t", "Arn": arn, **told}])
    for label, detail in (("custom-variables-match-all", COMMAND), ("custom-variables-not-match-all", {"payload": COMMAND["payload"]})):
        events(walk).put_events(Entries=[{**ENTRY, "Detail": json.dumps(detail)}])
        walk.match(label, dated(messages(walk, url)))


@drives("events", TRANSFORMER + "test_put_events_with_input_transformer_input_template_string")
def text(walk, template='"Event of <detail-type> type, at time <timestamp>, info extracted from detail <command>"'):
    transformed(walk, template)


@drives("events", TRANSFORMER + "test_put_events_with_input_transformer_input_template_json")
def document(walk):
    transformed(walk, '{"detailType": <detail-type>, "time": <timestamp>, "command": <command>}')


@drives("events", TRANSFORMER + "test_put_events_with_input_transformer_missing_keys")
def missing_keys(walk):
    ruled(walk)
    arn = open_queue(walk)[1]
    told = {"InputPathsMap": {"known": "$.detail"}, "InputTemplate": '"<known> <notdefinedkey>"'}
    walk(
        "missing-key-exception-error",
        events(walk).put_targets,
        Rule="rule-1",
        Targets=[{"Id": "t", "Arn": arn, "InputTransformer": told}],
    )


LISTS = {
    "userId": "$.detail.payload.acc_id",
    "payload": "$.detail.payload",
    "systemstring": "$.detail.awsAccountId",
    "listsingle": "$.detail.singlelist",
    "listmulti": "$.detail.multilist",
}


@drives("events", TRANSFORMER + "test_input_transformer_nested_keys_replacement")
def nested_keys(walk, template):
    told = {"InputTransformer": {"InputPathsMap": LISTS, "InputTemplate": template}}
    detail = {**COMMAND, "singlelist": ["HIGH"], "multilist": ["ACTIVE", "INACTIVE"]}
    found = heard(walk, told, detail) if walk.answers else None
    if found:
        walk.match("input-transformed-messages", found[0])


@drives("events", TRANSFORMER + "test_input_transformer_predefined_variables")
def predefined(walk, template):
    told = {"InputTransformer": {"InputPathsMap": {}, "InputTemplate": template}}
    bus = bus_of(walk, "custom")
    ruled(walk, bus=bus)
    url, arn = open_queue(walk)
    events(walk).put_targets(Rule="rule-1", EventBusName=bus, Targets=[{"Id": "t", "Arn": arn, **told}])
    events(walk).put_events(Entries=[{**ENTRY, "EventBusName": bus}])
    walk.match("messages", dated(messages(walk, url)))
