"""API Gateway: what is answered to who calls a deployed REST API."""

import http.client
import io
import json
import os
import re
import textwrap
import urllib.parse
import zipfile

from drivers.apigateway_apis import gateway, with_root
from drivers.apigateway_methods import mocked
from walker import drives

BASIC, COMMON = "apigateway_basic · TestAPIGateway · ", "apigateway_common · TestApiGatewayCommon · "
JSON = "application/json"
OK = '{"statusCode": 200}'


def asked(rest, path, method="GET", body=None, stage="dev", **headers):
    """The status, the body and the headers of a request to a stage."""
    server = urllib.parse.urlsplit(os.environ["AWS_ENDPOINT_URL"])
    connection = http.client.HTTPConnection(server.hostname, server.port)
    host = f"{rest}.execute-api.us-east-1.amazonaws.com"
    connection.request(method, f"/{stage}{path}", body, {"Host": host, "Content-Type": JSON, "Accept": JSON, **headers})
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    return answer.status, text, answer.headers


def answering(walk, integration, answers, method="GET", path=None, of=None, **more):
    """An API with one method, its integration and what that answers: by status, the rest of PutIntegrationResponse."""
    own = gateway(walk)
    one = of or with_root(walk)
    if path is not None:
        parent = one["resourceId"]
        one = {**one, "resourceId": own.create_resource(restApiId=one["restApiId"], parentId=parent, pathPart=path)["id"]}
    one = {**one, "httpMethod": method}
    own.put_method(**one, authorizationType="NONE", **more)
    own.put_integration(**one, **integration)
    for status, answer in answers.items():
        own.put_method_response(**one, statusCode=status)
        own.put_integration_response(**one, statusCode=status, **answer)
    return one["restApiId"]


def deployed(walk, rest, stage="dev"):
    gateway(walk).create_deployment(restApiId=rest, stageName=stage)
    return rest


def mock(template=OK, **more):
    return {"type": "MOCK", "requestTemplates": {JSON: template}, **more}


def template(text, **more):
    return {"selectionPattern": "", "responseTemplates": {JSON: text}, **more}


@drives("apigateway", BASIC + "test_api_gateway_mock_integration")
def mocking(walk):
    answer = template('{"echo": "$input.params(\'echo\')", "response": "mocked"}')
    rest = deployed(walk, answering(walk, mock(), {"200": answer}))
    walk.match("mocked-response", asked(rest, "/?echo=foobar")[1])


@drives("apigateway", "apigateway_basic · TestIntegrations · test_mock_integration_response")
def mocking_path(walk, case):
    passthrough, _, method = case.split("-")
    answer = template('{"statusCode": 200, "id": $input.params().path.id}')
    rest = deployed(walk, answering(walk, mock(passthroughBehavior=passthrough), {"200": answer}, method, "{id}"))
    walk.match("mock-response", asked(rest, "/42", method, "{}" if method == "POST" else None)[1])


def told(answer):
    status, body, _ = answer
    try:
        return {"body": json.loads(body), "status_code": status}
    except ValueError:
        return {"body": str(body), "status_code": status}


@drives("apigateway", "apigateway_integrations · test_integration_mock_with_response_override_in_request_template")
def mocking_override(walk, case):
    asks = (
        '#set($context.responseOverride.status = 444)#set($context.responseOverride.header.foo = "bar")'
        f'#set($context.responseOverride.custom = "is also passed around"){OK}'
    )
    shows = (
        '{"custom": "$context.responseOverride.custom", "fooHeader": "$context.responseOverride.header.foo",'
        ' "statusOverride": "$context.responseOverride.status"}'
    )
    answer = template(shows) if case == "True" else {"selectionPattern": ""}
    rest = deployed(walk, answering(walk, mock(asks), {"200": answer}))
    walk.match("response", told(asked(rest, "/")))


@drives("apigateway", "apigateway_integrations · test_integration_mock_with_vtl_map_assignation")
def mocking_map(walk):
    shows = (
        '#set($map = {})#set($map["foo"] = "bar")#set($none = $map.put("put", "putBar"))#set($map["nested"] = {})'
        '#set($map["nested"]["foo"] = "nestedFoo")'
        '{"value": "$map.foo", "value2": "$map.get("put")", "value3": "$map.nested.foo"}'
    )
    rest = deployed(walk, answering(walk, mock(), {"200": template(shows)}))
    walk.match("response", told(asked(rest, "/")))


def function(walk, code, name="fn"):
    """The URI of a function of Python, whose handler's lines these are."""
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as file:
        file.writestr("handler.py", "import json\n\n\ndef handler(event, context):\n" + textwrap.indent(code, "    "))
    own = walk.client("lambda")
    arn = own.create_function(
        FunctionName=name,
        Runtime="python3.12",
        Handler="handler.handler",
        Role=f"arn:aws:iam::{walk.account}:role/fn",
        Code={"ZipFile": body.getvalue()},
    )["FunctionArn"]
    own.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})
    own.add_permission(FunctionName=name, StatementId="api", Action="lambda:InvokeFunction", Principal="apigateway.amazonaws.com")
    return f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{arn}/invocations"


@drives("apigateway", COMMON + "test_input_path_template_formatting")
def input_path(walk):
    one = with_root(walk)
    templates = {
        "path": "$input.path('$.json')",
        "nested": "$input.path('$.json.nested')",
        "list": "$input.path('$.json[0]')",
        "string": "$input.path('$.json').toString()",
        "none": (
            '{"body": $input.path(\'$.json\'), "nested": $input.path(\'$.json.nested\'),'
            ' "isNull": "#if( $input.path(\'$.json\') == $null )true#{else}false#end",'
            ' "isEmptyString": "#if( $input.path(\'$.json\') == "" )true#{else}false#end"}'
        ),
    }
    # What a function makes of a body: that, as `json`.
    integration = {"type": "AWS", "integrationHttpMethod": "POST", "uri": function(walk, "return {'json': event}")}
    for path, text in templates.items():
        answering(walk, integration, {"200": template(text)}, "POST", path, one)
    rest = deployed(walk, one["restApiId"])
    ask = lambda label, path, body: walk.match(label, asked(rest, f"/{path}", "POST", json.dumps(body))[1].decode())
    foo = {"foo": "bar"}
    ask("dict-response", "path", foo)
    ask("json-list", "path", [foo])
    ask("nested-dict", "nested", {"nested": foo})
    ask("nested-list", "nested", {"nested": [foo]})
    ask("dict-in-list", "list", [foo])
    ask("list-with-nested-list", "list", [[foo]])
    ask("dict-with-nested-list", "path", {"foo": [{"nested": "bar"}]})
    ask("bigger-dict", "path", {"bigger": "dict", "to": "test", "with": "separators"})
    ask("to-string", "string", foo)
    ask("list-to-string", "string", {"list": [foo]})
    ask("empty-body", "none", None)
    ask("nested-empty-list", "none", [])
    ask("nested-null-list", "none", None)


def validating(walk, models, checked):
    """An API whose POST /path takes bodies of a model."""
    own, one = gateway(walk), with_root(walk)
    rest = one["restApiId"]
    validator = own.create_request_validator(restApiId=rest, name="body", validateRequestBody=True)["id"]
    for name, schema in models(f"https://apigateway.amazonaws.com/restapis/{rest}/models/").items():
        own.create_model(restApiId=rest, name=name, contentType=JSON, schema=json.dumps(schema))
    answering(
        walk,
        mock(),
        {"200": template('{"data": "ok"}')},
        "POST",
        "path",
        one,
        requestModels={JSON: checked},
        requestValidatorId=validator,
    )
    walk.bindings.bind({"<api-id>": rest})
    walk("get-models-with-ref", own.get_models, restApiId=rest)
    deployed(walk, rest)
    return lambda label, body: walk.match(label, asked(rest, "/path", "POST", json.dumps(body))[1])


@drives("apigateway", COMMON + "test_api_gateway_request_validator_with_ref_models")
def validating_references(walk):
    number = {"type": "number"}
    models = lambda at: {
        "testSchema": {
            "$schema": "http://json-schema.org/draft-04/schema#",
            "title": "testSchema",
            "type": "object",
            "properties": {"a": number, "b": number},
            "required": ["a", "b"],
        },
        "testSchemaList": {"type": "array", "items": {"$ref": f"{at}testSchema"}},
    }
    ask = validating(walk, models, "testSchemaList")
    ask("successful", [{"a": 1, "b": 2}])
    ask("failed-validation", [{"a": 1}])


@drives("apigateway", COMMON + "test_api_gateway_request_validator_with_ref_one_ofmodels")
def validating_one_of(walk):
    status = {"Status": {"type": "string"}, "Order": {"type": "integer"}}
    models = lambda at: {
        "StatusModel": {"type": "object", "properties": status, "required": ["Status", "Order"]},
        "TestModel": {
            "type": "object",
            "properties": {"status": {"oneOf": [{"type": "null"}, {"$ref": f"{at}StatusModel"}]}},
            "required": ["status"],
        },
    }
    ask = validating(walk, models, "TestModel")
    ask("successful", {"status": None})
    ask("successful-with-data", {"status": {"Status": "ok", "Order": 1}})
    ask("failed-validation-no-data", {})
    ask("failed-validation-bad-data", {"status": {"Status": "ok"}})


# AWS's services behind methods


def service(walk, name, action, templates, **more):
    """An integration with an action of a service, as a role that may do all."""
    role = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "apigateway.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
    made = walk.client("iam").create_role(RoleName="caller", AssumeRolePolicyDocument=json.dumps(role))["Role"]["Arn"]
    return {
        "type": "AWS",
        "integrationHttpMethod": "POST",
        "uri": f"arn:aws:apigateway:us-east-1:{name}:{action}",
        "credentials": made,
        "requestTemplates": {JSON: templates},
        **more,
    }


def plain(text=None):
    return {"selectionPattern": "", **({"responseTemplates": {JSON: text}} if text else {})}


@drives("apigateway", "apigateway_kinesis · test_apigateway_to_kinesis")
def kinesis(walk, action):
    streams = walk.client("kinesis")
    streams.create_stream(StreamName="stream", ShardCount=1)
    walk.until(lambda: streams.describe_stream_summary(StreamName="stream"), lambda told: told["StreamDescriptionSummary"]["StreamStatus"] == "ACTIVE")
    one = '{"StreamName": "stream", "Data": "$util.base64Encode($input.body)", "PartitionKey": "test"}'
    many = (
        '{"StreamName": "stream", "Records": [#foreach($elem in $input.path(\'$.records\'))'
        '{"Data": "$util.base64Encode($elem.data)", "PartitionKey": "$elem.partition-key"}#if($foreach.hasNext),#end#end]}'
    )
    rest = deployed(walk, answering(walk, service(walk, "kinesis", f"action/{action}", one if action == "PutRecord" else many), {"200": plain()}, "POST"))
    records = [{"data": json.dumps({"foo": f"bar{at}"}), "partition-key": "20"} for at in (1, 2, 3)]
    body = '{"kinesis": "snapshot"}' if action == "PutRecord" else json.dumps({"records": records})
    walk.match("apigateway_response", json.loads(asked(rest, "/", "POST", body)[1]))
    shard = streams.list_shards(StreamName="stream")["Shards"][0]["ShardId"]
    begin = streams.get_shard_iterator(StreamName="stream", ShardId=shard, ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
    found = streams.get_records(ShardIterator=begin)
    for record in found["Records"]:
        record["Data"] = str(record["Data"])
    walk.match("kinesis_records", found)


def queued(walk):
    sqs = walk.client("sqs")
    url = sqs.create_queue(QueueName="queue")["QueueUrl"]
    return lambda: sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1, MessageAttributeNames=["All"]).get("Messages", [])


FORM = {"integration.request.header.Content-Type": "'application/x-www-form-urlencoded'"}


@drives("apigateway", "apigateway_sqs · test_sqs_aws_integration")
def sqs(walk):
    messages, found = queued(walk), []
    integration = service(
        walk, "sqs", f"path/{walk.account}/queue", "Action=SendMessage&MessageBody=$util.urlEncode($input.body)", requestParameters=FORM
    )
    rest = deployed(walk, answering(walk, integration, {"200": plain('{"message": "great success!"}')}, "POST"))
    walk.match("sqs-aws-integration-with-payload", asked(rest, "/", "POST", '{"foo": "bar"}')[1])
    walk.match("sqs-aws-integration-without-payload", asked(rest, "/", "POST")[1])
    walk.until(lambda: found.extend(messages()) or found, lambda all: len(all) == 2)
    walk.match("sqs-messages", found)


@drives("apigateway", "apigateway_sqs · test_sqs_aws_integration_with_message_attribute")
def sqs_attributes(walk, spelled):
    messages = queued(walk)
    attribute = f"&{spelled}.1.Name=user-agent&{spelled}.1.Value.DataType=String&{spelled}.1.Value.StringValue=$input.params('User-Agent')"
    text = f"Action=SendMessage&MessageBody=$util.urlEncode($input.body){attribute}"
    integration = service(walk, "sqs", f"path/{walk.account}/queue", text, requestParameters=FORM)
    rest = deployed(walk, answering(walk, integration, {"200": plain()}, "POST"))
    asked(rest, "/", "POST", '{"foo": "bar"}', **{"User-Agent": "BAR-Header"})
    message = walk.until(messages, lambda found: len(found) == 1)[0]
    walk.match("sqs-message-body", message["Body"])
    walk.match("sqs-message-attributes", message["MessageAttributes"])


@drives("apigateway", "apigateway_sqs · test_sqs_request_and_response_xml_templates_integration")
def sqs_templates(walk):
    queued(walk)
    integration = service(
        walk, "sqs", f"path/{walk.account}/queue", "Action=SendMessage&MessageBody=$util.urlEncode($input.body)", requestParameters=FORM
    )
    at = "$input.path('$.SendMessageResponse')"
    shows = (
        f'#set($answer = {at}){{"messageId": "$answer.SendMessageResult.MessageId",'
        ' "requestId": "$answer.ResponseMetadata.RequestId"}'
    )
    rest = deployed(walk, answering(walk, integration, {"200": plain(shows)}, "POST"))
    walk.match("sqs-json-response", asked(rest, "/", "POST", '{"foo": "bar"}')[1])


@drives("apigateway", "apigateway_ssm · test_ssm_aws_integration")
def ssm(walk):
    walk("put-param", walk.client("ssm").put_parameter, Name="param-test-123", Value="123", Type="String")
    integration = service(walk, "ssm", "action/GetParameter", "Action=GetParameter&Name=param-test-123", requestParameters=FORM)
    rest = deployed(walk, answering(walk, integration, {"200": plain()}, "POST"))
    answer = json.loads(asked(rest, "/", "POST", "{}")[1])
    walk.match("ssm-aws-integration", answer.get("GetParameterResponse", answer))


@drives("apigateway", "apigateway_stepfunctions · TestApigatewayStepfunctions · test_apigateway_with_step_function_integration")
def states(walk, action):
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
    role = walk.client("iam").create_role(RoleName="machine", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    definition = json.dumps({"StartAt": "Only", "States": {"Only": {"Type": "Pass", "End": True}}})
    machine = walk.client("stepfunctions").create_state_machine(name="machine", definition=definition, roleArn=role)["stateMachineArn"]
    text = f'{{"input": "$util.escapeJavaScript($input.json(\'$\'))", "stateMachineArn": "{machine}"}}'
    rest = deployed(walk, answering(walk, service(walk, "states", f"action/{action}", text), {"200": plain()}, "POST"))
    walk.match("start_execution_response", json.loads(asked(rest, "/", "POST", '{"test": "test-value"}')[1]))


@drives("apigateway", "apigateway_dynamodb · test_rest_api_to_dynamodb_integration")
def dynamodb(walk, action):
    own = walk.client("dynamodb")
    own.create_table(
        TableName="table",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
    )
    own.get_waiter("table_exists").wait(TableName="table", WaiterConfig={"Delay": 1})
    for id in ("test", "test2", "test 3"):
        own.put_item(TableName="table", Item={"id": {"S": id}})
    text = '{"TableName": "table", "Item": {"id": {"S": "$input.params(\'id\')"}}}'
    rest = deployed(walk, answering(walk, service(walk, "dynamodb", f"action/{action}", text), {"200": plain()}, "POST"))
    status, body, headers = asked(rest, "/?id=test-new", "POST")
    named = {name.lower(): value for name, value in headers.items()}
    # The recording has words in the place of these.
    named.update({name: name for name in ("content-length", "date", "x-amz-apigw-id")})
    named.pop("keep-alive", None)  # the connection's own
    walk.match("result-put-item", {"content": json.loads(body), "headers": named, "status_code": status})
    walk("result-scan", own.scan, TableName="table")


def lines(log):
    """The lines of a log by their numbers, with a word for their dates."""
    dated = re.sub(r"^\w{3} \w{3} \d\d [\d:]+ UTC \d{4}", "DDD MMM dd hh:mm:ss UTC yyyy", log, flags=re.MULTILINE)
    return {f"line{at:02}": line for at, line in enumerate(dated.split("\n"))}


@drives("apigateway", "apigateway_api · TestApigatewayTestInvoke · test_failed_invoke_test_method")
def invoked_in_vain(walk):
    one, own = {**with_root(walk), "httpMethod": "GET"}, gateway(walk)
    own.put_method(**one, authorizationType="NONE")
    own.put_integration(**one, type="HTTP", integrationHttpMethod="GET", uri="http://${stageVariables.none}")
    answer = own.test_invoke_method(**one, pathWithQueryString="/")
    answer["log"] = lines(answer["log"])
    walk.match("test-invoke-failure", answer)


# Functions behind methods

FUNCTIONS = "apigateway_lambda · "


@drives("apigateway", FUNCTIONS + "test_lambda_aws_integration")
def function_behind(walk):
    own, one = gateway(walk), {**with_root(walk), "httpMethod": "POST"}
    walk("put-method", own.put_method, **one, authorizationType="NONE")
    walk("put-method-response", own.put_method_response, **one, statusCode="200")
    at = {"type": "AWS", "integrationHttpMethod": "POST", "uri": function(walk, "return {'message': 'hello world'}")}
    walk("put-integration", own.put_integration, **one, **at, credentials=f"arn:aws:iam::{walk.account}:role/api")
    walk("put-integration-response", own.put_integration_response, **one, statusCode="200")
    rest = deployed(walk, one["restApiId"])
    walk.match("lambda-aws-integration", asked(rest, "/", "POST", '{"test": "test"}')[1])


@drives("apigateway", FUNCTIONS + "test_lambda_aws_integration_response_with_mapping_templates")
def function_answers_mapped(walk):
    code = (
        "if event.get('httpStatus') == 200:\n    return {'statusCode': 200, 'body': 'noerror'}\n"
        "raise Exception(json.dumps({'statusCode': 400, 'body': 'customerror'}))"
    )
    at = {"type": "AWS", "integrationHttpMethod": "POST", "uri": function(walk, code)}
    failed = '#set($told = $util.parseJson($input.path(\'$.errorMessage\'))){"statusCode": 200, "body": "$told.body"}'
    answers = {"202": plain(), "400": {"selectionPattern": ".*400.*", "responseTemplates": {JSON: failed}}}
    rest = deployed(walk, answering(walk, at, answers, "POST"))
    for status in (202, 400):
        code, body, _ = asked(rest, "/", "POST", json.dumps({"httpStatus": 200 if status == 202 else 400}))
        walk.match(f"response-template-{status}", {"body": json.loads(body), "statusCode": code})


@drives("apigateway", FUNCTIONS + "test_lambda_aws_integration_with_request_template")
def function_asked_mapped(walk):
    own, one = gateway(walk), {**with_root(walk), "httpMethod": "GET"}
    named = {"method.request.querystring.param1": False}
    walk("put-method", own.put_method, **one, authorizationType="NONE", requestParameters=named)
    walk("put-method-response", own.put_method_response, **one, statusCode="200")
    at = {"type": "AWS", "integrationHttpMethod": "POST", "uri": function(walk, "return event")}
    asks = {JSON: '{"param1": "$input.params(\'param1\')"}'}
    walk("put-integration", own.put_integration, **one, **at, credentials=f"arn:aws:iam::{walk.account}:role/api", requestTemplates=asks)
    walk("put-integration-response", own.put_integration_response, **one, statusCode="200", selectionPattern="")
    rest = deployed(walk, one["restApiId"])
    walk.match("lambda-aws-integration-1", asked(rest, "/?param1=foobar")[1])
    walk.match("lambda-aws-integration-2", asked(rest, "/?param1=foobar", **{"Content-Type": "application/json; charset=utf-8"})[1])
    walk("delete-integration", own.delete_integration, **one)
    walk("get-integration-after-delete", own.get_integration, **one)


# What CloudFront adds in front of an API that is optimized for the edge.
CLOUDFRONT = ("Via", "X-Amz-Cf-Id", "X-Amz-Cf-Pop", "X-Cache")

PROXIED = {
    "no-body": {"statusCode": 200},
    "only-headers": {"headers": {"test-header": "value"}},
    "wrong-format": {"statusCode": 200, "wrongValue": "value"},
    "empty-response": {},
    "invalid-status-code": {"statusCode": "not-a-number"},
    "status-code-str": {"statusCode": "201"},
    "just-string": "string",
    "b64-encoded-true": {"statusCode": 200, "body": "dGVzdC1kYXRh", "isBase64Encoded": True},
    "b64-encoded-false": {"statusCode": 200, "body": "dGVzdC1kYXRh", "isBase64Encoded": False},
    "with-headers": {"statusCode": 200, "headers": {"test-header": "value", "header-bool": True}},
    "with-headers-null": {"statusCode": 200, "headers": None},
    "multi-headers-valid": {"statusCode": 200, "multiValueHeaders": {"test-multi": ["value1", "value2"]}},
    "multi-headers-invalid": {"statusCode": 200, "multiValueHeaders": {"test-multi": "value1"}},
    "multi-headers-overwrite": {
        "statusCode": 200,
        "headers": {"test-multi": "value-solo"},
        "multiValueHeaders": {"test-multi": ["value-multi"]},
    },
    "multi-headers-overwrite-casing": {
        "statusCode": 200,
        "headers": {"test-multi": "value-solo"},
        "multiValueHeaders": {"tesT-Multi": ["value-multi"]},
    },
}


@drives("apigateway", FUNCTIONS + "test_aws_proxy_response_payload_format_validation")
def proxied_answers(walk):
    own, one = gateway(walk), {**with_root(walk), "httpMethod": "POST"}
    own.put_method(**one, authorizationType="NONE")
    own.put_integration(**one, type="AWS_PROXY", integrationHttpMethod="POST", uri=function(walk, "return json.loads(event['body'])"))
    rest = deployed(walk, one["restApiId"])
    for label, answer in PROXIED.items():
        recorded = walk.answers[f"invoke-api-{label}"]
        _, body, headers = asked(rest, "/", "POST", json.dumps(answer))
        told = {"content": body.decode()}
        if "headers" in recorded:
            # The case of a header's name says nothing.
            spelled = {name.lower(): name for name in recorded["headers"]}
            told["headers"] = {spelled.get(name.lower(), name): ", ".join(headers.get_all(name)) for name in dict.fromkeys(headers.keys())}
            told["headers"].pop("Keep-Alive", None)
            told["headers"].update({name: recorded["headers"][name] for name in CLOUDFRONT})
        walk.match(f"invoke-api-{label}", told)
