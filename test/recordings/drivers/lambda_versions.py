"""Lambda: what functions answer as they change: versions, concurrency, time-outs, permissions, what their logs tell."""

import base64
import json
import re
import threading
import urllib.request

from drivers.lambda_functions import active, created, helped, like, zipped
from drivers.lambda_invocations import BEHAVIOR, CONCURRENCY, FEATURES, function, invoked, queue, ready
from drivers.lambda_settings import INVOKE, PERMISSIONS
from drivers.lambda_streams import received
from walker import drives

VERSIONS, REQUESTS = "lambda · TestLambdaVersions · test_", "lambda · TestRequestIdHandling · test_"
ECHO = "def handler(event, context):\n    return event\n"


@drives("lambda", FEATURES + "invoke_exceptions")
def no_function(walk):
    invoked(walk, "invoke_function_doesnotexist", "doesnotexist")


@drives("lambda", FEATURES + "lambda_environment")
def environment(walk):
    source = 'import os\n\n\ndef handler(event, context):\n    return {"Hello": os.environ["Hello"]}\n'
    like(walk, "creation-result", Code={"ZipFile": zipped(source)})
    active(walk)
    walk("get-configuration-result", walk.client("lambda").get_function_configuration, FunctionName="fn-1")
    invoked(walk, "invocation-result")


@drives("lambda", FEATURES + "upload_lambda_from_s3")
def from_bucket(walk):
    names = "aws_request_id client_context function_name function_version invoked_function_arn log_group_name log_stream_name memory_limit_in_mb".split()
    source = f"def handler(event, context):\n    return {{'event': event, 'context': {{name: getattr(context, name) for name in {names}}}}}\n"
    s3, bucket = walk.client("s3"), f"code-{walk.account}"
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="code.zip", Body=zipped(source))
    like(walk, "creation-response", Code={"S3Bucket": bucket, "S3Key": "code.zip"})
    active(walk)
    invoked(walk, "invocation-response", Payload=json.dumps(walk.answers["invocation-response"]["Payload"]["event"]))


@drives("lambda", FEATURES + "basic_invoke")
def two(walk):
    for label, got, name in (("lambda_create_fn", "lambda_get_fn", "fn-1"), ("lambda_create_fn_2", "lambda_get_fn_2", "fn-2")):
        like(walk, label, name, Code={"ZipFile": zipped(ECHO, "index.py")})
        walk.match(got, active(walk, name))
    invoked(walk, "lambda_invoke_result", Payload=b"{}")


def versioned(version):
    return zipped(f"def handler(event, context):\n    return {{'invoked_arn': context.invoked_function_arn, 'version_from_ctx': context.function_version, 'version_id': '{version}'}}\n")


@drives("lambda", VERSIONS + "lambda_versions_with_code_changes")
def changed(walk):
    own = walk.client("lambda")
    like(walk, "create_response", Code={"ZipFile": versioned("version1")})
    active(walk)
    walk("first_publish_response", own.publish_version, FunctionName="fn-1", Description="First version description :)")
    walk("update_lambda_response", own.update_function_code, FunctionName="fn-1", ZipFile=versioned("version2"))
    active(walk)
    invoked(walk, "invocation_result_latest")
    invoked(walk, "invocation_result_v1", Qualifier="1")
    walk("second_publish_response", own.publish_version, FunctionName="fn-1", Description="Second version description :)")
    invoked(walk, "invocation_result_v2", Qualifier="2")
    walk("update_lambda_response_with_publish", own.update_function_code, FunctionName="fn-1", ZipFile=versioned("version3"), Publish=True)
    active(walk, Qualifier="3")
    for label, qualifier in (("v1_end", "1"), ("v2_end", "2"), ("v3", "3")):
        invoked(walk, f"invocation_result_{label}", Qualifier=qualifier)
    invoked(walk, "invocation_result_latest_end")


@drives("lambda", VERSIONS + "function_update_during_invoke")
def while_invoked(walk):
    source = lambda variant: f"import time\n\n\ndef handler(event, context):\n    time.sleep(1)\n    return {{'function_variant': '{variant}', 'function_version': context.function_version, 'request_id': context.aws_request_id, 'request_prefix': event['request_prefix']}}\n"
    function(walk, source("variant-1"), Timeout=10)
    invoking = threading.Thread(target=invoked, args=(walk, "invoke_response_before"), kwargs={"Payload": b'{"request_prefix": "1-sleep"}'})
    invoking.start()
    walk.client("lambda").update_function_code(FunctionName="fn-1", ZipFile=zipped(source("variant-2")))
    invoking.join()


@drives("lambda", BEHAVIOR + "lambda_invoke_no_timeout")
def in_time(walk):
    like(walk, "create-result", Code={"ZipFile": zipped("import time\n\n\ndef handler(event, context):\n    time.sleep(1)\n")})
    active(walk)
    invoked(walk, "invoke-result")


REUSED = """import time

number = 0


def handler(event, context):
    global number
    if "sleep" in event:
        time.sleep(event["sleep"])
    if "set" in event:
        number = event["set"]
    if "read" in event:
        return {"number": number}
    if "write" in event:
        with open("/tmp/reused-" + context.function_name, "w") as file:
            file.write(event["write"])
    if "file" in event:
        with open("/tmp/reused-" + context.function_name) as file:
            return {"content": file.read()}
"""


@drives("lambda", BEHAVIOR + "lambda_invoke_timed_out_environment_reuse")
def reused(walk):
    # Since 2025 a time-out is told as other failures are.
    walk.answers["invoke-result-timed-out"]["Payload"] = {"errorType": "Sandbox.Timedout", "errorMessage": "RequestId: <uuid> Error: Task timed out after 1.00 seconds"}
    like(walk, "create-result", f"fn-{walk.account}", Code={"ZipFile": zipped(REUSED)})
    active(walk, f"fn-{walk.account}")
    ask = lambda label, **event: invoked(walk, f"invoke-result-{label}", f"fn-{walk.account}", Payload=json.dumps(event))
    ask("set-number", set=42)
    ask("read-number", read=True)
    ask("file-write", write="some-content")
    ask("file-read", file=True)
    ask("timed-out", sleep=2)
    ask("read-number-after-timeout", read=True)
    ask("file-read-after-timeout", file=True)


@drives("lambda", CONCURRENCY + "reserved_concurrency")
def reserved(walk):
    own = walk.client("lambda")
    function(walk, ECHO, Timeout=20, Environment={"Variables": {}})
    told = {"FunctionName": "fn-1", "Qualifier": "$LATEST"}
    walk("fn", own.get_function_configuration, **told)
    walk("put_reserved", own.put_function_concurrency, FunctionName="fn-1", ReservedConcurrentExecutions=0)
    invoked(walk, "exc_no_cap_requestresponse", Qualifier="$LATEST")
    url, arn = queue(walk)
    walk("put_event_invoke_conf", own.put_function_event_invoke_config, MaximumRetryAttempts=0, DestinationConfig={"OnFailure": {"Destination": arn}}, **told)
    invoked(walk, "invoke_result", Qualifier="$LATEST", InvocationType="Event")
    walk.match("msg", whole(walk, url))


def whole(walk, url):
    """A message with what SQS knows of it."""
    ask = lambda: walk.client("sqs").receive_message(QueueUrl=url, WaitTimeSeconds=1, AttributeNames=["All"])
    return walk.until(ask, lambda answer: answer.get("Messages"))["Messages"][0]


@drives("lambda", CONCURRENCY + "lambda_provisioned_concurrency_scheduling")
def scheduled(walk):
    function(walk, ECHO, Publish=True)
    walk.client("lambda").put_provisioned_concurrency_config(FunctionName="fn-1", Qualifier="1", ProvisionedConcurrentExecutions=1)
    walk.match("get_provisioned_postwait", ready(walk, "1"))


@drives("lambda", CONCURRENCY + "provisioned_concurrency_init_failure")
def unprovisioned(walk):
    own = walk.client("lambda")
    function(walk, 'raise Exception("fails at its init")\n', Publish=True)
    told = {"FunctionName": "fn-1", "Qualifier": "1"}
    walk("put_provisioned", own.put_provisioned_concurrency_config, ProvisionedConcurrentExecutions=1, **told)
    walk("get_provisioned_prewait", own.get_provisioned_concurrency_config, **told)
    walk.match("get_provisioned_postwait", ready(walk, "1"))


@drives("lambda", CONCURRENCY + "reserved_provisioned_overlap")
def overlapping(walk):
    own = walk.client("lambda")
    function(walk, ECHO, Timeout=10, Environment={"Variables": {}}, Publish=True)
    put = own.put_provisioned_concurrency_config
    first = {"FunctionName": "fn-1", "Qualifier": "1"}
    walk("put_provisioned_5", put, ProvisionedConcurrentExecutions=2, **first)
    walk("get_provisioned_prewait", own.get_provisioned_concurrency_config, **first)
    walk.match("get_provisioned_postwait", ready(walk, "1"))
    walk("reserved_lower_than_provisioned_exc", own.put_function_concurrency, FunctionName="fn-1", ReservedConcurrentExecutions=1)
    own.put_function_concurrency(FunctionName="fn-1", ReservedConcurrentExecutions=2)
    walk("get_concurrency", own.get_function_concurrency, FunctionName="fn-1")
    invoked(walk, "reserved_equals_provisioned_latest_invoke_exc", Qualifier="$LATEST")
    walk("reserved_equals_provisioned_increase_provisioned_exc", put, ProvisionedConcurrentExecutions=3, **first)
    walk("update_func_config", own.update_function_configuration, FunctionName="fn-1", Timeout=15)
    active(walk)
    second = own.publish_version(FunctionName="fn-1")["Version"]
    walk("reserved_equals_provisioned_another_provisioned_exc", put, FunctionName="fn-1", Qualifier=second, ProvisionedConcurrentExecutions=1)


@drives("lambda", CONCURRENCY + "lambda_provisioned_concurrency_moves_with_alias")
def moved(walk):
    own = walk.client("lambda")
    source = "import os\n\n\ndef handler(event, context):\n    return os.environ['AWS_LAMBDA_INITIALIZATION_TYPE']\n"
    like(walk, "create-result", Code={"ZipFile": zipped(source)})
    active(walk)
    walk("get-function-configuration", own.get_function_configuration, FunctionName="fn-1", Qualifier="$LATEST")
    walk("publish_version_1", own.publish_version, FunctionName="fn-1", Description="my-first-version")
    walk("get_function_configuration_version_1", own.get_function_configuration, FunctionName="fn-1", Qualifier="1")
    alias = {"FunctionName": "fn-1", "Name": "alias"}
    here = {"FunctionName": "fn-1", "Qualifier": "alias"}
    walk("create_alias", own.create_alias, FunctionVersion="1", **alias)
    walk("get_function_before_provisioned", own.get_function, FunctionName="fn-1", Qualifier="1")
    own.put_provisioned_concurrency_config(ProvisionedConcurrentExecutions=1, **here)
    ready(walk, "alias")
    walk("get_function_after_provisioned", own.get_function, **here)
    own.update_function_configuration(FunctionName="fn-1", Timeout=10)
    active(walk)
    walk("get_function_after_update", own.get_function_configuration, FunctionName="fn-1")
    walk("publish_version_2", own.publish_version, FunctionName="fn-1")
    walk("update_alias", own.update_alias, FunctionVersion="2", **alias)
    walk("get_provisioned_config_after_alias_move", own.get_provisioned_concurrency_config, **here)
    ready(walk, "alias")
    walk("provisioned_concurrency_notfound", own.get_provisioned_concurrency_config, FunctionName="fn-1", Qualifier="1")


@drives("lambda", PERMISSIONS + "test_add_lambda_permission_fields")
def fields(walk):
    helped(walk)
    account, own = walk.account, {"SourceAccount": walk.account}
    user = walk.client("iam").create_user(UserName="user")["User"]["Arn"]
    add = lambda label, sid, principal, **more: walk(f"add_permission_{label}", walk.client("lambda").add_permission, FunctionName="fn-1", StatementId=sid, Principal=principal, **{**INVOKE, **more})
    add("principal_wildcard", "wilcard", "*", **own)
    add("principal_service", "lambda", "lambda.amazonaws.com", **own)
    add("principal_account", "account-id", account)
    add("principal_arn", "user-arn", user, **own)
    add("optional_fields", "urlPermission", "*", Action="lambda:InvokeFunctionUrl", SourceArn="arn:aws:s3:::bucket", FunctionUrlAuthType="NONE", PrincipalOrgID="o-1234567890", **own)
    add("alexa_skill", "alexaSkill", "*", EventSourceToken="amzn1.ask.skill.xxxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx")


WRONG = "wrong-revision"


@drives("lambda", PERMISSIONS + "test_lambda_permission_revisions")
def revisions(walk):
    own = walk.client("lambda")
    helped(walk, Runtime="python3.8")
    active(walk)
    bucket = {**INVOKE, "FunctionName": "fn-1", "Principal": "s3.amazonaws.com", "SourceArn": "arn:aws:s3:::test-bucket"}
    own.add_permission(StatementId="s3", **bucket)
    walk("add_permission_revision_id_doesnotmatch", own.add_permission, StatementId="s3_2", RevisionId=WRONG, **bucket)
    own.add_permission(StatementId="s3_2", **bucket)
    own.publish_version(FunctionName="fn-1")
    own.add_permission(StatementId="s3_2", Qualifier="1", **bucket)
    walk("remove_permission_fn_revision_id_doesnotmatch", own.remove_permission, FunctionName="fn-1", StatementId="s3", RevisionId=WRONG)
    own.update_function_configuration(FunctionName="fn-1", Runtime="python3.9")
    active(walk)
    walk("get_policy_after_publish_version", own.get_policy, FunctionName="fn-1")
    walk("get_policy_v1_after_publish_version", own.get_policy, FunctionName="fn-1", Qualifier="1")
    walk("get_function_fn8", own.get_function, FunctionName="fn-1")
    walk("get_function_fn8_v1", own.get_function, FunctionName="fn-1", Qualifier="1")
    own.add_permission(StatementId="s3_3", Qualifier="1", **bucket)
    walk("get_policy_v1_after_add_permission9", own.get_policy, FunctionName="fn-1", Qualifier="1")
    walk("get_function_fn9", own.get_function, FunctionName="fn-1")
    walk("get_function_fn9_v1", own.get_function, FunctionName="fn-1", Qualifier="1")


LOGGED = """import logging

logging.getLogger().setLevel(logging.INFO)


def handler(event, context):
    logging.info("RequestId log message")
    return context.aws_request_id
"""


def lines(walk, count):
    """The lines of the function's log, once it tells that an invocation has ended."""
    own = walk.client("logs")

    def told():
        try:
            return [one["message"].strip() for one in own.filter_log_events(logGroupName="/aws/lambda/fn-1")["events"]]
        except own.exceptions.ResourceNotFoundException:
            return []

    return walk.until(told, lambda found: sum(line.startswith("REPORT") for line in found) >= count)


@drives("lambda", REQUESTS + "request_id_invoke")
def requested(walk):
    # One request has one ID in its answer and its log.
    walk.answers = json.loads(json.dumps(walk.answers).replace("<request-id>", "<uuid:1>").replace("date\\t", "<date>\\t"))
    function(walk, LOGGED)
    invoked(walk, "invoke_result")
    walk.match("log_entries", {"logs": [line for line in lines(walk, 1) if not line.startswith("INIT_START")]})


@drives("lambda", REQUESTS + "request_id_invoke_url")
def requested_by_url(walk):
    own = walk.client("lambda")
    function(walk, "def handler(event, context):\n    return 'hi'\n")
    made = walk("create_lambda_url_config", own.create_function_url_config, FunctionName="fn-1", AuthType="NONE")
    walk("add_permission", own.add_permission, FunctionName="fn-1", StatementId="urlPermission", Action="lambda:InvokeFunctionUrl", Principal="*", FunctionUrlAuthType="NONE")
    with called(walk, made["FunctionUrl"]) as answer:
        headers = {"x-amzn-RequestId": answer.headers["x-amzn-RequestId"]}
        walk.match("lambda_url_invocation", {"statuscode": answer.status, "headers": headers, "content": answer.read().decode()})
    walk.match("end_log_entries", [line for line in lines(walk, 1) if line.startswith("END")])


def called(walk, url):
    host = re.match("https?://([^/]+)/", url)[1]
    return urllib.request.urlopen(urllib.request.Request(walk.client("lambda").meta.endpoint_url, headers={"Host": host}))


@drives("lambda", "lambda · TestLambdaURL · test_function_url_with_response_streaming")
def streamed(walk):
    own = walk.client("lambda")
    source = 'exports.handler = awslambda.streamifyResponse(async (event, stream) => {\n  stream.write("Hello, ");\n  stream.write("world!");\n  stream.end();\n});\n'
    function(walk, source, file="handler.js", Runtime="nodejs20.x")
    made = own.create_function_url_config(FunctionName="fn-1", AuthType="NONE", InvokeMode="RESPONSE_STREAM")
    own.add_permission(FunctionName="fn-1", StatementId="urlPermission", Action="lambda:InvokeFunctionUrl", Principal="*", FunctionUrlAuthType="NONE")
    with called(walk, made["FunctionUrl"]) as answer:
        walk.match("response_status", answer.status)
        walk.match("response_data", answer.read().decode())


def failing(line):
    """A function that fails at a line of its file."""
    return "import logging\n\nlogging.getLogger().setLevel(logging.INFO)\n\n\ndef handler(event, context):\n    print('Lambda log message - print function')\n    logging.info('Lambda log message - logging module')\n" + "\n" * (line - 9) + '    raise Exception("Test exception (this is intentional)")\n'


@drives("lambda", "lambda_destinations · TestLambdaDLQ · test_dead_letter_queue")
def dead_letters(walk):
    own = walk.client("lambda")
    url, arn = queue(walk)
    walk.answers["log_result"]["result"] = [line.replace("\tdate\t", "\t<date>\t") for line in walk.answers["log_result"]["result"]]
    like(walk, "create_lambda_with_dlq", Code={"ZipFile": zipped(failing(55))}, DeadLetterConfig={"TargetArn": arn})
    active(walk)
    own.put_function_event_invoke_config(FunctionName="fn-1", MaximumRetryAttempts=0)
    own.invoke(FunctionName="fn-1", InvocationType="Event", Payload=b'{"raise_error": 1}')
    ask = lambda: walk.client("sqs").receive_message(QueueUrl=url, WaitTimeSeconds=1, MessageAttributeNames=["All"])
    walk.match("receive_result", walk.until(ask, lambda answer: answer.get("Messages")))
    walk("delete_dlq", own.update_function_configuration, FunctionName="fn-1", DeadLetterConfig={})
    active(walk)
    answer = invoked(walk, "invoke_result", Payload=b'{"raise_error": 1}', LogType="Tail")
    said = base64.b64decode(answer["LogResult"]).decode().splitlines()
    walk.match("log_result", {"result": [line for line in said if line and not line.startswith(("INIT_START", "REPORT"))]})
