"""Lambda: what functions answer, how many run at once, and what queues send them."""

import json
import re
import urllib.error
import urllib.request

from drivers.lambda_functions import active, arn, created, helped, zipped
from walker import NotWalkable, drives

FEATURES, CONCURRENCY = "lambda · TestLambdaFeatures · test_", "lambda · TestLambdaConcurrency · test_"
BEHAVIOR = "lambda · TestLambdaBehavior · test_"
ERRORS, URLS = "lambda · TestLambdaErrors · test_lambda_", "lambda · TestLambdaURL · test_lambda_"
QUEUES = "lambda_integration_sqs · "
MAPPED = QUEUES + "TestSQSEventSourceMapping · test_"
COMMON = "lambda_common · TestLambdaRuntimesCommon · test_"


def function(walk, source, name="fn-1", file="handler.py", **more):
    """A function that is ready."""
    answer = created(walk, name, **{"Code": {"ZipFile": zipped(source, file)}, **more})
    active(walk, name)
    return answer


def invoked(walk, label, name="fn-1", **more):
    answer = walk.answered(walk.client("lambda").invoke, FunctionName=name, **more)
    if "Payload" in answer:
        answer["Payload"] = answer["Payload"].read()
    walk.match(label, answer)
    return answer


def javascript(source):
    return {"source": source, "file": "handler.js"}


@drives("lambda", FEATURES + "invocation_type_dry_run", FEATURES + "invocation_type_event", FEATURES + "invocation_type_request_response", FEATURES + "invocation_type_no_return_payload")
def types(walk, case):
    isNode = case.startswith("node")
    answers = "no_return" not in walk.name
    if isNode:
        function(walk, **javascript(f"exports.handler = async (event) => {'event' if answers else 'undefined'};"), Runtime="nodejs20.x")
    else:
        function(walk, f"def handler(event, context):\n    return {'event' if answers else 'None'}\n")
    type = next(type for word, type in (("dry_run", "DryRun"), ("event", "Event"), ("-Event", "Event"), ("", "RequestResponse")) if word in walk.name)
    invoked(walk, "invoke-result", Payload=b"{}", InvocationType=type)


@drives("lambda", "lambda · TestLambdaBaseFeatures · test_lambda_too_large_response")
def too_large(walk):
    function(walk, "def handler(event, context):\n    return 'x' * 7_000_000\n")
    invoked(walk, "invoke_result")
    invoked(walk, "invoke_result_2")


@drives("lambda", ERRORS + "handler_error", ERRORS + "handler_exit", ERRORS + "runtime_exit")
def fails(walk):
    walk.answers = json.loads(json.dumps(walk.answers).replace("<uuid>", "<uuid:1>"))
    if "handler_error" in walk.name:
        function(walk, 'def handler(event, context):\n    raise Exception("Handler fails")\n', file="lambda_handler_error.py", Handler="lambda_handler_error.handler")
    else:
        function(walk, "import os\n\n\ndef handler(event, context):\n    os._exit(0)\n")
    invoked(walk, "invocation_error")


@drives("lambda", COMMON + "uncaught_exception_invoke")
def uncaught(walk, runtime):
    told = {"MemorySize": 1024, "Timeout": 3, "Runtime": runtime}
    if runtime.startswith("nodejs"):
        source = javascript("exports.handler = async (event) => {\n  throw new Error(`Error: ${event.error_msg}`);\n};")
        source["file"], told["Handler"] = "index.js", "index.handler"
    elif runtime.startswith("python"):
        source = {"source": 'def handler(event, context):\n    raise Exception("Failed: " + event["error_msg"])\n'}
    else:
        raise NotWalkable("what is compiled, and ruby, are not walked")
    answer = created(walk, Code={"ZipFile": zipped(source["source"], source.get("file", "handler.py"))}, **told)
    walk.match("create_function_result", answer)
    active(walk)
    invoked(walk, "error_result", Payload=json.dumps({"error_msg": "some_error_msg"}))


@drives("lambda", CONCURRENCY + "lambda_concurrency_crud")
def crud(walk):
    own = walk.client("lambda")
    function(walk, "def handler(event, context):\n    return event\n")
    ask = lambda label, call, **more: walk(label, call, FunctionName="fn-1", **more)
    ask("get_function_concurrency_default", own.get_function_concurrency)
    ask("put_function_concurrency", own.put_function_concurrency, ReservedConcurrentExecutions=0)
    ask("get_function_concurrency_updated", own.get_function_concurrency)
    own.delete_function_concurrency(FunctionName="fn-1")
    ask("get_function_concurrency_deleted", own.get_function_concurrency)


def ready(walk, qualifier):
    ask = walk.client("lambda").get_provisioned_concurrency_config
    return walk.until(lambda: ask(FunctionName="fn-1", Qualifier=qualifier), lambda one: one["Status"] != "IN_PROGRESS")


@drives("lambda", CONCURRENCY + "provisioned_concurrency_on_alias")
def provisioned(walk):
    own = walk.client("lambda")
    function(walk, "def handler(event, context):\n    return event\n", Publish=True)
    own.create_alias(FunctionName="fn-1", Name="alias", FunctionVersion="1")
    told = {"FunctionName": "fn-1", "Qualifier": "alias"}
    walk("put_provisioned_5", own.put_provisioned_concurrency_config, **told, ProvisionedConcurrentExecutions=5)
    walk("get_provisioned_prewait", own.get_provisioned_concurrency_config, **told)
    walk.match("get_provisioned_postwait", ready(walk, "alias"))


@drives("lambda", URLS + "url_invocation")
def urls(walk, case):
    own = walk.client("lambda")
    value = {"boolean": "True", "integer": "3", "http-response-json": '{"statusCode": 200, "body": json.dumps({"hello": "world"}), "headers": {"Content-Type": "application/json"}}'}[case]
    function(walk, f"import json\n\n\ndef handler(event, context):\n    return {value}\n")
    made = walk("create_lambda_url_config", own.create_function_url_config, FunctionName="fn-1", AuthType="NONE")
    walk("add_permission", own.add_permission, FunctionName="fn-1", StatementId="urlPermission", Action="lambda:InvokeFunctionUrl", Principal="*", FunctionUrlAuthType="NONE")
    host = re.match("https?://([^/]+)/", made["FunctionUrl"])[1]
    asked = urllib.request.Request(own.meta.endpoint_url, headers={"Host": host})
    with urllib.request.urlopen(asked) as answer:
        headers = {name: answer.headers[name] for name in ("Content-Length", "Content-Type")}
        walk.match("lambda_url_invocation", {"statuscode": answer.status, "headers": headers, "content": answer.read().decode()})


@drives("lambda", URLS + "update_function_url_config")
def url_settings(walk):
    own = walk.client("lambda")
    function(walk, "def handler(event, context):\n    return event\n")
    ask = lambda label, call, **more: walk(label, call, FunctionName="fn-1", **more)
    ask("create_lambda_url_config", own.create_function_url_config, AuthType="NONE", InvokeMode="BUFFERED")
    ask("get_url_config", own.get_function_url_config)
    ask("modify_lambda_url_config", own.update_function_url_config, InvokeMode="RESPONSE_STREAM")
    ask("get_url_config_2", own.get_function_url_config)
    ask("modify_lambda_url_config_none", own.update_function_url_config, AuthType="NONE")
    ask("get_url_config_3", own.get_function_url_config)


def queue(walk, name="queue"):
    url = walk.client("sqs").create_queue(QueueName=name)["QueueUrl"]
    return url, f"arn:aws:sqs:us-east-1:{walk.account}:{name}"


LOGS = "import json\n\n\ndef handler(event, context):\n    print(json.dumps(event))\n    return event\n"


def seen(walk, count, name="fn-1"):
    """The events that a function has logged."""
    ask = walk.client("logs").filter_log_events

    def told():
        try:
            events = ask(logGroupName=f"/aws/lambda/{name}", filterPattern='{ $.Records[0].awsRegion = "us-east-1" }')["events"]
        except walk.client("logs").exceptions.ResourceNotFoundException:
            return []
        return [json.loads(event["message"]) for event in events]

    return walk.until(told, lambda events: len(events) >= count)


@drives("lambda", MAPPED + "sqs_event_filter", MAPPED + "sqs_event_source_mapping")
def mapped(walk, *_):
    isFiltered = "filter" in walk.name
    made, events = ("create_event_source_mapping_response", "invocation_events") if isFiltered else ("create-event-source-mapping-response", "events")
    function(walk, LOGS)
    url, source = queue(walk)
    filters = json.loads(json.dumps(walk.answers[made].get("FilterCriteria", {"Filters": []})))["Filters"]
    criteria = {"FilterCriteria": {"Filters": [{"Pattern": json.dumps(one["Pattern"]) if isinstance(one["Pattern"], dict) else one["Pattern"]} for one in filters]}} if filters else {}
    answer = walk(made, walk.client("lambda").create_event_source_mapping, FunctionName="fn-1", EventSourceArn=source, MaximumBatchingWindowInSeconds=1, **criteria)
    ask = walk.client("lambda").get_event_source_mapping
    walk.until(lambda: ask(UUID=answer["UUID"]), lambda one: one["State"] == "Enabled")
    if isFiltered:
        walk.client("sqs").send_message(QueueUrl=url, MessageBody=json.dumps({"nothing": "of it"}))
    for record in walk.answers[events][0]["Records"]:
        body = record["body"]
        walk.client("sqs").send_message(QueueUrl=url, MessageBody=body if isinstance(body, str) else json.dumps(body))
        # Older events had this member, too.
        record.pop("md5OfMessageAttributes", None)
    found = seen(walk, len(walk.answers[events]))
    for event in found:
        for record in event["Records"]:
            record.pop("md5OfMessageAttributes", None)
    walk.match(events, found)


@drives("lambda", MAPPED + "event_source_mapping_default_batch_size")
def batch_sizes(walk):
    own = walk.client("lambda")
    function(walk, LOGS)
    source = queue(walk)[1]
    made = walk("create-event-source-mapping", own.create_event_source_mapping, FunctionName="fn-1", EventSourceArn=source)
    walk("invalid-update-event-source-mapping", own.update_event_source_mapping, UUID=made["UUID"], BatchSize=11, MaximumBatchingWindowInSeconds=0)
    other = queue(walk, "other")[1]
    walk("invalid-create-event-source-mapping", own.create_event_source_mapping, FunctionName="fn-1", EventSourceArn=other, BatchSize=11)


INVALID = {"invalid_filter2": "simple string", "invalid_filter3": {"eventSource": "aws:sqs"}}


@drives("lambda", MAPPED + "sqs_invalid_event_filter")
def invalid(walk, case):
    function(walk, LOGS)
    pattern = INVALID[case]
    criteria = {"Filters": [{"Pattern": pattern if isinstance(pattern, str) else json.dumps(pattern)}]}
    walk("create_event_source_mapping_exception", walk.client("lambda").create_event_source_mapping, FunctionName="fn-1", EventSourceArn=queue(walk)[1], FilterCriteria=criteria)


@drives("lambda", "lambda_integration_dynamodbstreams · TestDynamoDBEventSourceMapping · test_dynamodb_invalid_event_filter[single-string]")
def invalid_for_stream(walk):
    function(walk, LOGS)
    table = walk.client("dynamodb").create_table(
        TableName="table",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )["TableDescription"]
    told = {"FunctionName": "fn-1", "EventSourceArn": table["LatestStreamArn"], "StartingPosition": "LATEST"}
    walk("exception_event_source_creation", walk.client("lambda").create_event_source_mapping, **told, FilterCriteria={"Filters": [{"Pattern": "single-string"}]})


@drives("lambda", QUEUES + "test_esm_with_not_existing_sqs_queue")
def no_queue(walk):
    function(walk, LOGS)
    walk("error", walk.client("lambda").create_event_source_mapping, FunctionName="fn-1", EventSourceArn=f"arn:aws:sqs:us-east-1:{walk.account}:none")


@drives("lambda", "lambda_api · TestLambdaTag · test_create_tag_on_esm_create")
def tagged(walk):
    function(walk, LOGS)
    made = walk.client("lambda").create_event_source_mapping(FunctionName="fn-1", EventSourceArn=queue(walk)[1], Tags={"testtag": "tag-value-0123456789"})
    arn_of = made["EventSourceMappingArn"]
    walk.match("get_event_source_mapping_with_tag", walk.client("lambda").get_event_source_mapping(UUID=made["UUID"])["EventSourceMappingArn"] == arn_of)
    walk("list_tags_result", walk.client("lambda").list_tags, Resource=arn_of)
