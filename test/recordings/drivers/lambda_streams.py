"""Lambda: what streams send to functions, and where it goes when they fail."""

import base64
import json

from drivers.lambda_invocations import LOGS, function, queue
from walker import drives

TABLES = "lambda_integration_dynamodbstreams · TestDynamoDBEventSourceMapping · test_"
STREAMS = "lambda_integration_kinesis · TestKinesisSource · test_"
SETTINGS = ("BatchSize", "BisectBatchOnFunctionError", "FunctionResponseTypes", "MaximumBatchingWindowInSeconds", "MaximumRecordAgeInSeconds", "MaximumRetryAttempts", "StartingPosition")
FAILS = LOGS.replace("return event", 'raise Exception("fails")')


def answers(value):
    return LOGS.replace("return event", f"return {value!r}")


# What functions answer, by the scenario.
ANSWERS = {
    "empty_string_item_identifier_failure": {"batchItemFailures": [{"itemIdentifier": ""}]},
    "invalid_key_foo_null_value_failure": {"batchItemFailures": [{"foo": None}]},
    "item_identifier_not_present_failure": {"batchItemFailures": [{"foo": "not-an-identifier"}]},
    "empty_batch_item_failure_success": {"batchItemFailures": []},
    "empty_string_success": "",
    "null_success": None,
}


def table(walk, label, key, view=None):
    streamed = {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": view}} if view else {}
    told = {"AttributeDefinitions": [{"AttributeName": key, "AttributeType": "S"}], "KeySchema": [{"AttributeName": key, "KeyType": "HASH"}], "BillingMode": "PAY_PER_REQUEST"}
    return walk(label, walk.client("dynamodb").create_table, TableName="table", **told, **streamed)["TableDescription"]


def streaming(walk, view, label=None):
    asked = {"TableName": "table", "StreamSpecification": {"StreamEnabled": True, "StreamViewType": view}}
    answer = walk.client("dynamodb").update_table(**asked)
    if label:
        walk.match(label, answer)
    return answer["TableDescription"]["LatestStreamArn"]


def mapping(walk, source, label=None, destination=None, **more):
    """A mapping as the recording says that it was made, once it is enabled."""
    said = walk.answers.get(label, {})
    told = {name: said[name] for name in SETTINGS if name in said}
    told.update(more)
    if "FilterCriteria" in said:
        patterns = [one["Pattern"] for one in said["FilterCriteria"]["Filters"]]
        told["FilterCriteria"] = {"Filters": [{"Pattern": one if isinstance(one, str) else json.dumps(one)} for one in patterns]}
    if destination:
        told["DestinationConfig"] = {"OnFailure": {"Destination": destination}}
    answer = walk.client("lambda").create_event_source_mapping(FunctionName="fn-1", EventSourceArn=source, **told)
    if label:
        walk.match(label, answer)
    ask = walk.client("lambda").get_event_source_mapping
    return walk.until(lambda: ask(UUID=answer["UUID"]), lambda one: one["State"] == "Enabled")


def events(walk, count):
    """What the function has logged, once it is as much."""
    ask = walk.client("logs").filter_log_events

    def logged():
        try:
            found = ask(logGroupName="/aws/lambda/fn-1", filterPattern='"awsRegion"')["events"]
        except walk.client("logs").exceptions.ResourceNotFoundException:
            return []
        return [json.loads(one["message"]) for one in found]

    return walk.until(logged, lambda found: len(found) >= count)


def received(walk, url):
    ask = lambda: walk.client("sqs").receive_message(QueueUrl=url, WaitTimeSeconds=1)
    return walk.until(ask, lambda answer: answer.get("Messages"))


def stored(walk, bucket):
    own = walk.client("s3")
    listed = walk.until(lambda: own.list_objects_v2(Bucket=bucket), lambda answer: answer.get("Contents"))
    return own.get_object(Bucket=bucket, Key=listed["Contents"][0]["Key"])["Body"].read().decode()


def dated(value):
    """Dates of a recording stand in it as they were: of them the form is compared."""
    text = json.dumps(value)
    for at, form in enumerate(("2022-07-13T13:48:01.000Z", "2022-07-13T13:48:01Z")):
        text = text.replace(f"<timestamp:{form}>", f"<date-{at}>Z" if at else "<date>.<milliseconds>Z")
    return json.loads(text)


@drives("lambda", TABLES + "dynamodb_event_filter")
def filtered(walk, _):
    # The date that it asks for is not told: it is that of all records.
    dated = {"dynamodb": {"ApproximateCreationDateTime": [{"numeric": [">", 0]}]}}
    criteria = walk.answers["create_event_source_mapping_response"]["FilterCriteria"]["Filters"]
    for one in criteria:
        if isinstance(one["Pattern"], dict) and one["Pattern"].get("dynamodb", {}).get("ApproximateCreationDateTime"):
            one["Pattern"] = dated
    function(walk, LOGS)
    table(walk, "table_creation_response", "id")
    mapping(walk, streaming(walk, "NEW_AND_OLD_IMAGES"), "create_event_source_mapping_response")
    put = lambda item: walk.client("dynamodb").put_item(TableName="table", Item=item)
    before = []
    for label in ("lambda-log-events", "lambda-multiple-log-events"):
        recorded = walk.answers[label]
        images = [event["Records"][0]["dynamodb"]["NewImage"] for event in recorded]
        for image in images[len(before) :] or images[:1]:
            put(image)
        before = images
        walk.match(label, events(walk, len(recorded)))


@drives("lambda", TABLES + "dynamodb_event_source_mapping_with_on_failure_destination_config", TABLES + "dynamodb_report_batch_item_failures_with_on_failure_destination_config", TABLES + "dynamodb_event_source_mapping_with_s3_on_failure_destination")
def failing(walk):
    walk.answers = dated(walk.answers)
    function(walk, FAILS if "report" not in walk.name else answers({"batchItemFailures": [{"itemIdentifier": ""}]}))
    table(walk, "create_table_response", "my_partition_key")
    source = streaming(walk, "NEW_IMAGE", "update_table_response")
    if "s3" in walk.name:
        bucket = f"failures-{walk.account}"
        walk.client("s3").create_bucket(Bucket=bucket)
        mapping(walk, source, "create_event_source_mapping_response", f"arn:aws:s3:::{bucket}")
    else:
        url, destination = queue(walk)
        mapping(walk, source, "create_event_source_mapping_response", destination)
    walk.client("dynamodb").put_item(TableName="table", Item={"my_partition_key": {"S": "hello world"}})
    if "s3" in walk.name:
        walk.match("record_body", json.loads(stored(walk, bucket)))
    else:
        walk.match("destination_queue_messages", received(walk, url))


@drives("lambda", TABLES + "dynamodb_report_batch_item_failure_scenarios", TABLES + "dynamodb_report_batch_item_success_scenarios")
def reports(walk, case):
    walk.answers = dated(walk.answers)
    function(walk, answers(ANSWERS[case]))
    table(walk, "create-table-result", "my_partition_key")
    url, destination = queue(walk)
    told = {"BatchSize": 3, "MaximumBatchingWindowInSeconds": 1, "StartingPosition": "TRIM_HORIZON", "FunctionResponseTypes": ["ReportBatchItemFailures"], "MaximumRetryAttempts": 3}
    mapping(walk, streaming(walk, "NEW_IMAGE"), None, destination, **told)
    walk.client("dynamodb").put_item(TableName="table", Item={"my_partition_key": {"S": "hello world"}, "binary_key": {"B": b"foobar"}})
    walk.match("dynamodb_events", events(walk, len(walk.answers["dynamodb_events"])))
    if "destination_queue_messages" in walk.answers:
        walk.match("destination_queue_messages", received(walk, url))


@drives("lambda", TABLES + "deletion_event_source_mapping_with_dynamodb")
def of_deleted_table(walk):
    function(walk, LOGS)
    made = table(walk, "create_dynamodb_table_response", "id", "NEW_IMAGE")
    mapping(walk, made["LatestStreamArn"], "create_event_source_mapping_result")
    walk.client("dynamodb").delete_table(TableName="table")
    walk("list_event_source_mapping_result", walk.client("lambda").list_event_source_mappings, EventSourceArn=made["LatestStreamArn"])


def stream(walk):
    own = walk.client("kinesis")
    own.create_stream(StreamName="stream", ShardCount=1)
    ask = lambda: own.describe_stream(StreamName="stream")["StreamDescription"]
    return walk.until(ask, lambda one: one["StreamStatus"] == "ACTIVE")["StreamARN"]


@drives("lambda", STREAMS + "kinesis_report_batch_item_failure_scenarios", STREAMS + "kinesis_report_batch_item_success_scenarios")
def stream_reports(walk, case):
    walk.answers = dated(walk.answers)
    function(walk, answers(ANSWERS[case]))
    url, destination = queue(walk)
    said = walk.answers["create_event_source_mapping_response"]
    mapping(walk, stream(walk), "create_event_source_mapping_response", destination if "Destination" in said["DestinationConfig"]["OnFailure"] else None)
    walk.client("kinesis").put_record(StreamName="stream", Data=b"hello", PartitionKey="test")
    walk.match("kinesis_events", events(walk, len(walk.answers["kinesis_events"])))
    if "sqs_payload" in walk.answers:
        walk.match("sqs_payload", received(walk, url))


@drives("lambda", STREAMS + "kinesis_event_source_mapping_with_s3_on_failure_destination")
def stream_fails(walk):
    walk.answers = dated(walk.answers)
    function(walk, FAILS)
    bucket = f"failures-{walk.account}"
    walk.client("s3").create_bucket(Bucket=bucket)
    mapping(walk, stream(walk), "create_event_source_mapping_response", f"arn:aws:s3:::{bucket}")
    data = walk.answers["record_body"]["payload"]["Records"][0]["kinesis"]["data"]
    walk.client("kinesis").put_record(StreamName="stream", Data=base64.b64decode(data), PartitionKey="custom")
    walk.match("record_body", json.loads(stored(walk, bucket)))


@drives("lambda", "lambda_destinations · TestLambdaDestinationSqs · test_assess_lambda_destination_invocation[payload0]")
def destinations(walk):
    names = "aws_request_id client_context function_name function_version invoked_function_arn log_group_name log_stream_name memory_limit_in_mb".split()
    function(walk, f"def handler(event, context):\n    return {{'event': event, 'context': {{name: getattr(context, name) for name in {names}}}}}\n")
    url, arn = queue(walk)
    both = {"OnSuccess": {"Destination": arn}, "OnFailure": {"Destination": arn}}
    walk("put_function_event_invoke_config", walk.client("lambda").put_function_event_invoke_config, FunctionName="fn-1", MaximumRetryAttempts=0, DestinationConfig=both)
    walk.client("lambda").invoke(FunctionName="fn-1", InvocationType="Event", Payload=b"{}")
    walk.match("receive_message_result", received(walk, url))
