"""A walk through every service as people use boto3: clients and resources, waiters, paginators, modelled exceptions."""

import base64
import io
import json
import os
import time
import urllib.error
import urllib.request
import zipfile
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import boto3
from boto3.dynamodb.conditions import Attr, Key
from boto3.dynamodb.types import Binary
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError, ParamValidationError, ReadTimeoutError

ENDPOINT = os.environ["AWS_ENDPOINT_URL"]
ACCOUNT = os.environ["AWS_ACCESS_KEY_ID"]
REGION = os.environ["AWS_DEFAULT_REGION"]
RETRYING = Config(retries={"mode": "standard", "total_max_attempts": 4})


def fails(exception, call, code=None, status=None, says=None, **arguments):
    """The call fails with this class of the client's exceptions, this code, status and message."""
    try:
        call(**arguments)
    except exception as error:
        response = getattr(error, "response", {})
        if code is not None:
            assert response["Error"]["Code"] == code, error
        if status is not None:
            assert response["ResponseMetadata"]["HTTPStatusCode"] == status, response
        if says is not None:
            assert says in str(error), error
        return error
    raise AssertionError(f"{call} did not fail with {exception}")


def squall(method, path, body=None):
    request = urllib.request.Request(ENDPOINT + path, method=method, data=None if body is None else json.dumps(body).encode())
    with urllib.request.urlopen(request) as response:
        return json.loads(response.read() or b"null")


def get(url, method="GET", body=None, headers={}):
    """What a browser sees: status and text."""
    request = urllib.request.Request(url, method=method, data=body, headers=headers)
    try:
        with urllib.request.urlopen(request) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def until(what, is_so, seconds=15):
    give_up_at = time.monotonic() + seconds
    while time.monotonic() < give_up_at:
        answer = is_so()
        if answer:
            return answer
        time.sleep(0.05)
    raise AssertionError(f"{what}: this did not come about")


def archive(**files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as zipped:
        for name, text in files.items():
            zipped.writestr(f"{name}.py", text)
    return buffer.getvalue()


def pages(client, operation, key, **arguments):
    return list(client.get_paginator(operation).paginate(**arguments).search(f"{key}[]"))


def walk_sts_and_iam():
    sts = boto3.client("sts")
    identity = sts.get_caller_identity()
    assert identity["Account"] == ACCOUNT and identity["Arn"] == f"arn:aws:iam::{ACCOUNT}:root"
    assert identity["ResponseMetadata"]["HTTPStatusCode"] == 200 and identity["ResponseMetadata"]["RequestId"]
    iam = boto3.client("iam")
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": ACCOUNT, "Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
    role = boto3.resource("iam").create_role(RoleName="walker", AssumeRolePolicyDocument=json.dumps(trust))
    iam.get_waiter("role_exists").wait(RoleName="walker")
    assert role.arn == f"arn:aws:iam::{ACCOUNT}:role/walker" and role.assume_role_policy_document == trust
    role.attach_policy(PolicyArn="arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole")
    assert [policy.policy_name for policy in role.attached_policies.all()] == ["AWSLambdaBasicExecutionRole"]
    policy = role.Policy("inline")
    policy.put(PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": []}))
    assert [p.name for p in role.policies.all()] == ["inline"]
    fails(iam.exceptions.NoSuchEntityException, iam.get_role, code="NoSuchEntity", status=404, RoleName="nobody", says="The role with name nobody cannot be found.")
    fails(iam.exceptions.EntityAlreadyExistsException, iam.create_role, status=409, RoleName="walker", AssumeRolePolicyDocument=json.dumps(trust))
    fails(iam.exceptions.DeleteConflictException, role.delete, status=409)
    for n in range(5):
        iam.create_user(UserName=f"user-{n}")
    assert pages(iam, "list_users", "Users", PaginationConfig={"PageSize": 2}) == iam.list_users()["Users"]
    assert len(iam.list_users()["Users"]) == 5
    iam.get_waiter("user_exists").wait(UserName="user-0")

    session = sts.assume_role(RoleArn=role.arn, RoleSessionName="walk")
    key = session["Credentials"]
    assert key["Expiration"] > datetime.now(timezone.utc) + timedelta(minutes=50)
    assumed = boto3.Session(key["AccessKeyId"], key["SecretAccessKey"], key["SessionToken"])
    assert assumed.client("sts").get_caller_identity()["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/walker/walk"
    fails(ClientError, sts.assume_role, code="ValidationError", status=400, RoleArn=role.arn, RoleSessionName="me", DurationSeconds=43200)
    # Presigned, GetCallerIdentity is how EKS and Vault are told who somebody is.
    url = sts.generate_presigned_url("get_caller_identity", Params={}, ExpiresIn=60)
    status, text = get(url, headers={"accept": "application/json"})
    assert status == 200 and ACCOUNT in text, text


def walk_sqs():
    sqs = boto3.resource("sqs")
    client = sqs.meta.client
    queue = sqs.create_queue(QueueName="walk", Attributes={"VisibilityTimeout": "5"})
    assert sqs.get_queue_by_name(QueueName="walk").url == queue.url
    assert queue.attributes["QueueArn"] == f"arn:aws:sqs:{REGION}:{ACCOUNT}:walk"
    sent = queue.send_message(MessageBody="one", MessageAttributes={"colour": {"DataType": "String", "StringValue": "red"}})
    [message] = queue.receive_messages(MessageAttributeNames=["All"], WaitTimeSeconds=1)
    assert message.message_id == sent["MessageId"] and message.message_attributes["colour"]["StringValue"] == "red"
    message.change_visibility(VisibilityTimeout=0)
    [again] = queue.receive_messages(AttributeNames=["ApproximateReceiveCount"])
    assert again.attributes["ApproximateReceiveCount"] == "2"
    again.delete()
    assert queue.receive_messages() == []
    answer = queue.send_messages(Entries=[{"Id": "a", "MessageBody": "a"}, {"Id": "b", "MessageBody": "b", "DelaySeconds": 901}])
    assert [s["Id"] for s in answer["Successful"]] == ["a"] and answer["Failed"][0]["SenderFault"] is True, answer
    queue.purge()
    queue.purge()  # within AWS's minute too: only --strict refuses it
    fails(client.exceptions.QueueDoesNotExist, client.get_queue_url, code="AWS.SimpleQueueService.NonExistentQueue", status=400, QueueName="none")
    for n in range(5):
        client.create_queue(QueueName=f"page-{n}")
    assert len(pages(client, "list_queues", "QueueUrls", QueueNamePrefix="page-", PaginationConfig={"PageSize": 2})) == 5
    assert len(list(sqs.queues.filter(QueueNamePrefix="page-"))) == 5

    # Throttled twice, a client that retries gets through; one that does not sees the service's own code.
    squall("POST", "/_squall/faults", {"effect": "error", "params": {"kind": "throttle"}, "match": {"service": "sqs", "operation": "SendMessage", "account": ACCOUNT}, "times": 3})
    fails(ClientError, client.send_message, code="RequestThrottled", QueueUrl=queue.url, MessageBody="lost")
    patient = boto3.client("sqs", config=RETRYING)
    answer = patient.send_message(QueueUrl=queue.url, MessageBody="through")
    assert answer["ResponseMetadata"]["RetryAttempts"] == 2, answer


def walk_sns():
    sns = boto3.resource("sns")
    client = sns.meta.client
    topic = sns.create_topic(Name="walk", Tags=[{"Key": "a", "Value": "b"}])
    queue = boto3.resource("sqs").create_queue(QueueName="sns-walk")
    subscription = topic.subscribe(
        Protocol="sqs",
        Endpoint=queue.attributes["QueueArn"],
        Attributes={"RawMessageDelivery": "true", "FilterPolicy": json.dumps({"colour": ["red"]})},
        ReturnSubscriptionArn=True,
    )
    assert [s.arn for s in topic.subscriptions.all()] == [subscription.arn]
    assert subscription.attributes["RawMessageDelivery"] == "true"
    for colour in ["red", "blue"]:
        topic.publish(Message=colour, MessageAttributes={"colour": {"DataType": "String", "StringValue": colour}})
    [message] = queue.receive_messages(WaitTimeSeconds=5, MaxNumberOfMessages=10, MessageAttributeNames=["All"])
    assert message.body == "red" and message.message_attributes["colour"]["StringValue"] == "red"
    batch = client.publish_batch(TopicArn=topic.arn, PublishBatchRequestEntries=[{"Id": "1", "Message": "x"}, {"Id": "2", "Message": "y"}])
    assert len(batch["Successful"]) == 2 and batch["Failed"] == []
    fails(client.exceptions.NotFoundException, client.publish, status=404, says="Topic does not exist", TopicArn=topic.arn + "-none", Message="x")
    fails(client.exceptions.InvalidParameterException, client.create_topic, status=400, Name="no spaces")
    for n in range(3):
        client.create_topic(Name=f"page-{n}")
    assert len(pages(client, "list_topics", "Topics")) == 4
    subscription.delete()
    topic.delete()


def walk_logs():
    logs = boto3.client("logs")
    logs.create_log_group(logGroupName="/walk", tags={"a": "b"})
    logs.create_log_stream(logGroupName="/walk", logStreamName="s")
    now = int(time.time() * 1000)
    events = [{"timestamp": now + n, "message": f"{'ERROR' if n % 2 else 'INFO'} {n}"} for n in range(10)]
    answer = logs.put_log_events(logGroupName="/walk", logStreamName="s", logEvents=events)
    assert "nextSequenceToken" in answer and "rejectedLogEventsInfo" not in answer, answer
    found = pages(logs, "filter_log_events", "events", logGroupName="/walk", filterPattern="ERROR", PaginationConfig={"PageSize": 2})
    assert [event["message"] for event in found] == [f"ERROR {n}" for n in range(1, 10, 2)]
    assert len(logs.get_log_events(logGroupName="/walk", logStreamName="s", startFromHead=True)["events"]) == 10
    fails(logs.exceptions.ResourceAlreadyExistsException, logs.create_log_group, logGroupName="/walk")
    fails(logs.exceptions.ResourceNotFoundException, logs.put_log_events, code="ResourceNotFoundException", says="The specified log group does not exist.", logGroupName="/none", logStreamName="s", logEvents=events)
    [group] = pages(logs, "describe_log_groups", "logGroups", logGroupNamePrefix="/walk")
    assert group["arn"] == f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/walk:*"
    query = logs.start_query(logGroupName="/walk", startTime=now // 1000 - 60, endTime=now // 1000 + 60, queryString="filter @message like /ERROR/ | stats count(*) as n")
    result = until("the query is complete", lambda: (r := logs.get_query_results(queryId=query["queryId"]))["status"] == "Complete" and r)
    assert result["results"] == [[{"field": "n", "value": "5"}]], result
    logs.put_retention_policy(logGroupName="/walk", retentionInDays=7)
    fails(logs.exceptions.InvalidParameterException, logs.put_retention_policy, logGroupName="/walk", retentionInDays=8)
    logs.delete_log_group(logGroupName="/walk")


def walk_dynamodb():
    dynamodb = boto3.resource("dynamodb")
    client = dynamodb.meta.client
    table = dynamodb.create_table(
        TableName="walk",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": kind} for name, kind in [("pk", "S"), ("sk", "N"), ("colour", "S")]],
        GlobalSecondaryIndexes=[{"IndexName": "colours", "KeySchema": [{"AttributeName": "colour", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    table.wait_until_exists()
    table.reload()
    assert table.table_status == "ACTIVE" and table.item_count == 0 and table.table_arn.endswith(f":{ACCOUNT}:table/walk")

    item = {"pk": "a", "sk": 1, "price": Decimal("49.99"), "tags": {"x", "y"}, "raw": Binary(b"\x00\xff"), "deep": {"list": [1, None, True, "t"]}, "empty": ""}
    table.put_item(Item=item)
    assert table.get_item(Key={"pk": "a", "sk": 1}, ConsistentRead=True)["Item"] == item
    assert "Item" not in table.get_item(Key={"pk": "a", "sk": 2})
    with table.batch_writer(overwrite_by_pkeys=["pk", "sk"]) as batch:
        for n in range(60):
            batch.put_item(Item={"pk": "b", "sk": n, "colour": "red" if n % 3 == 0 else "blue"})
        batch.put_item(Item={"pk": "b", "sk": 59, "colour": "green"})
    answer = table.query(KeyConditionExpression=Key("pk").eq("b") & Key("sk").between(10, 19), ScanIndexForward=False)
    assert [int(i["sk"]) for i in answer["Items"]] == list(range(19, 9, -1)) and answer["Count"] == 10
    answer = table.query(IndexName="colours", KeyConditionExpression=Key("colour").eq("red"), Select="COUNT")
    assert answer["Count"] == 20, answer
    answer = table.scan(FilterExpression=Attr("colour").is_in(["green"]) | Attr("price").gt(49), ProjectionExpression="pk, sk")
    assert sorted((i["pk"], i["sk"]) for i in answer["Items"]) == [("a", 1), ("b", 59)] and answer["ScannedCount"] == 61
    assert len(pages(client, "query", "Items", TableName="walk", KeyConditionExpression=Key("pk").eq("b"), PaginationConfig={"PageSize": 7})) == 60
    plain = boto3.client("dynamodb")
    assert len(pages(plain, "scan", "Items", TableName="walk", PaginationConfig={"PageSize": 25, "MaxItems": 50})) == 50
    updated = table.update_item(
        Key={"pk": "a", "sk": 1},
        UpdateExpression="SET price = price - :one, #d.#l[4] = :new ADD tags :more REMOVE #r",
        ExpressionAttributeNames={"#d": "deep", "#l": "list", "#r": "raw"},
        ExpressionAttributeValues={":one": 1, ":new": "n", ":more": {"z"}},
        ConditionExpression=Attr("price").exists(),
        ReturnValues="ALL_NEW",
        ReturnConsumedCapacity="TOTAL",
    )
    assert updated["Attributes"]["price"] == Decimal("48.99") and updated["Attributes"]["tags"] == {"x", "y", "z"}
    assert updated["Attributes"]["deep"]["list"][4] == "n" and "raw" not in updated["Attributes"]
    assert updated["ConsumedCapacity"]["CapacityUnits"] == 1

    error = fails(
        client.exceptions.ConditionalCheckFailedException,
        table.put_item,
        status=400,
        says="The conditional request failed",
        Item={"pk": "a", "sk": 1},
        ConditionExpression=Attr("pk").not_exists(),
        ReturnValuesOnConditionCheckFailure="ALL_OLD",
    )
    assert error.response["Item"]["pk"] == {"S": "a"}, error.response
    fails(client.exceptions.ResourceNotFoundException, dynamodb.Table("none").get_item, status=400, says="Requested resource not found", Key={"pk": "a"})
    fails(client.exceptions.ResourceInUseException, client.create_table, says="Table already exists: walk", TableName="walk", KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}], AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}], BillingMode="PAY_PER_REQUEST")
    fails(ClientError, table.get_item, code="ValidationException", says="The provided key element does not match the schema", Key={"pk": "a"})
    error = fails(
        client.exceptions.TransactionCanceledException,
        client.transact_write_items,
        says="Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed]",
        TransactItems=[
            {"Put": {"TableName": "walk", "Item": {"pk": "t", "sk": 1}}},
            {"ConditionCheck": {"TableName": "walk", "Key": {"pk": "t", "sk": 2}, "ConditionExpression": "attribute_exists(pk)"}},
        ],
    )
    assert [reason["Code"] for reason in error.response["CancellationReasons"]] == ["None", "ConditionalCheckFailed"]
    answer = client.execute_statement(Statement='SELECT sk FROM "walk" WHERE pk = ? AND sk < ?', Parameters=["b", 3])
    assert sorted(int(i["sk"]) for i in answer["Items"]) == [0, 1, 2]
    answer = dynamodb.batch_get_item(RequestItems={"walk": {"Keys": [{"pk": "b", "sk": n} for n in range(5)]}})
    assert len(answer["Responses"]["walk"]) == 5 and answer["UnprocessedKeys"] == {}

    # An outage of DynamoDB's: the client that retries gets through.
    squall("POST", "/_squall/faults", {"service": "dynamodb", "operation": "GetItem", "account": ACCOUNT, "error": "internal", "times": 3})
    fails(client.exceptions.InternalServerError, table.get_item, status=500, Key={"pk": "a", "sk": 1})
    patient = boto3.resource("dynamodb", config=RETRYING).Table("walk")
    assert patient.get_item(Key={"pk": "a", "sk": 1})["ResponseMetadata"]["RetryAttempts"] == 2

    streams = boto3.client("dynamodbstreams")
    arn = table.latest_stream_arn
    assert [s["StreamArn"] for s in streams.list_streams(TableName="walk")["Streams"]] == [arn]
    records = []
    for shard in streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]:
        iterator = streams.get_shard_iterator(StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
        records += streams.get_records(ShardIterator=iterator)["Records"]
    first = [r for r in records if r["dynamodb"]["Keys"]["pk"] == {"S": "a"}]
    assert [r["eventName"] for r in first] == ["INSERT", "MODIFY"], first
    assert first[1]["dynamodb"]["OldImage"]["price"] == {"N": "49.99"}
    fails(streams.exceptions.ResourceNotFoundException, streams.describe_stream, StreamArn=arn.replace("table/walk", "table/none"))

    for n in range(3):
        client.create_table(TableName=f"page-{n}", KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}], AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}], ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": 1})
        client.get_waiter("table_exists").wait(TableName=f"page-{n}")
    assert pages(client, "list_tables", "TableNames", PaginationConfig={"PageSize": 2}) == ["page-0", "page-1", "page-2", "walk"]
    dynamodb.Table("page-0").delete()
    client.get_waiter("table_not_exists").wait(TableName="page-0", WaiterConfig={"Delay": 1})


HANDLER = '''
import json, os
import boto3

def handler(event, context):
    print("got", json.dumps(event))
    if event.get("fail"):
        raise ValueError("asked to fail")
    if "httpMethod" in event or "requestContext" in event:
        return {"statusCode": 200, "headers": {"x-walk": "yes"}, "body": json.dumps({"path": event.get("path") or event["rawPath"]})}
    if "Records" in event:
        table = boto3.resource("dynamodb").Table("walk")
        for record in event["Records"]:
            table.put_item(Item={"pk": "from-queue", "sk": int(record["body"])})
        return
    return {"event": event, "name": context.function_name, "arn": context.invoked_function_arn, "left": context.get_remaining_time_in_millis() > 0, "stage": os.environ["STAGE"]}
'''


def walk_lambda():
    client = boto3.client("lambda")
    created = client.create_function(
        FunctionName="walk",
        Runtime="python3.12",
        Handler="app.handler",
        Role=f"arn:aws:iam::{ACCOUNT}:role/walker",
        Code={"ZipFile": archive(app=HANDLER)},
        Environment={"Variables": {"STAGE": "dev"}},
        Timeout=10,
    )
    assert created["FunctionArn"] == f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:walk" and created["Version"] == "$LATEST"
    client.get_waiter("function_active_v2").wait(FunctionName="walk")
    assert client.get_function(FunctionName="walk")["Configuration"]["State"] == "Active"
    answer = client.invoke(FunctionName="walk", Payload=json.dumps({"n": 1}), LogType="Tail")
    assert answer["StatusCode"] == 200 and "FunctionError" not in answer and answer["ExecutedVersion"] == "$LATEST"
    assert json.load(answer["Payload"]) == {"event": {"n": 1}, "name": "walk", "arn": created["FunctionArn"], "left": True, "stage": "dev"}
    assert 'got {"n": 1}' in base64.b64decode(answer["LogResult"]).decode()
    answer = client.invoke(FunctionName="walk", Payload=json.dumps({"fail": True}))
    failure = json.load(answer["Payload"])
    assert answer["FunctionError"] == "Unhandled" and failure["errorType"] == "ValueError" and failure["errorMessage"] == "asked to fail"
    assert client.invoke(FunctionName="walk", InvocationType="DryRun")["StatusCode"] == 204
    assert client.invoke(FunctionName="walk", InvocationType="Event", Payload="{}")["StatusCode"] == 202
    fails(client.exceptions.ResourceNotFoundException, client.invoke, status=404, says=f"Function not found: arn:aws:lambda:{REGION}:{ACCOUNT}:function:none", FunctionName="none")
    fails(client.exceptions.ResourceConflictException, client.create_function, status=409, FunctionName="walk", Runtime="python3.12", Handler="app.handler", Role=f"arn:aws:iam::{ACCOUNT}:role/walker", Code={"ZipFile": archive(app=HANDLER)})
    fails(ParamValidationError, client.create_function, FunctionName="x")
    client.update_function_configuration(FunctionName="walk", Environment={"Variables": {"STAGE": "prod"}})
    client.get_waiter("function_updated_v2").wait(FunctionName="walk")
    version = client.publish_version(FunctionName="walk")["Version"]
    client.get_waiter("published_version_active").wait(FunctionName="walk", Qualifier=version)
    client.create_alias(FunctionName="walk", Name="live", FunctionVersion=version)
    answer = client.invoke(FunctionName="walk", Qualifier="live", Payload="{}")
    assert answer["ExecutedVersion"] == "1" and json.load(answer["Payload"])["stage"] == "prod"
    assert [v["Version"] for v in pages(client, "list_versions_by_function", "Versions", FunctionName="walk")] == ["$LATEST", "1"]
    client.update_function_code(FunctionName="walk", ZipFile=archive(app=HANDLER + "\n"))
    client.get_waiter("function_updated").wait(FunctionName="walk")

    queue = boto3.resource("sqs").create_queue(QueueName="lambda-walk")
    mapping = client.create_event_source_mapping(FunctionName="walk", EventSourceArn=queue.attributes["QueueArn"], BatchSize=5)
    queue.send_messages(Entries=[{"Id": str(n), "MessageBody": str(n)} for n in range(5)])
    table = boto3.resource("dynamodb").Table("walk")
    until("the queue feeds the function", lambda: table.query(KeyConditionExpression=Key("pk").eq("from-queue"))["Count"] == 5)
    client.delete_event_source_mapping(UUID=mapping["UUID"])

    url = client.create_function_url_config(FunctionName="walk", AuthType="NONE")["FunctionUrl"]
    assert url.startswith("http"), url
    logs = boto3.client("logs")
    until("the log is kept", lambda: "got" in str(logs.filter_log_events(logGroupName="/aws/lambda/walk")["events"]))

    # A function that is called too often, and a client that insists.
    squall("POST", "/_squall/faults", {"service": "lambda", "operation": "Invoke", "account": ACCOUNT, "error": "throttle", "times": 2})
    error = fails(client.exceptions.TooManyRequestsException, client.invoke, status=429, FunctionName="walk", Payload="{}")
    assert error.response["ResponseMetadata"]["HTTPHeaders"]["x-squall-fault"]
    answer = boto3.client("lambda", config=RETRYING).invoke(FunctionName="walk", Payload="{}")
    assert answer["ResponseMetadata"]["RetryAttempts"] == 1


def walk_apigateway():
    function = boto3.client("lambda").get_function(FunctionName="walk")["Configuration"]["FunctionArn"]
    uri = f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{function}/invocations"
    client = boto3.client("apigateway")
    api = client.create_rest_api(name="walk", tags={"_custom_id_": "walk1"}, endpointConfiguration={"types": ["REGIONAL"]})
    assert api["id"] == "walk1" and isinstance(api["createdDate"], datetime)
    [root] = client.get_resources(restApiId="walk1")["items"]
    child = client.create_resource(restApiId="walk1", parentId=root["id"], pathPart="{proxy+}")
    client.put_method(restApiId="walk1", resourceId=child["id"], httpMethod="ANY", authorizationType="NONE")
    client.put_integration(restApiId="walk1", resourceId=child["id"], httpMethod="ANY", type="AWS_PROXY", integrationHttpMethod="POST", uri=uri)
    client.create_deployment(restApiId="walk1", stageName="dev")
    boto3.client("lambda").add_permission(FunctionName="walk", StatementId="api", Action="lambda:InvokeFunction", Principal="apigateway.amazonaws.com")
    status, text = get(f"{ENDPOINT}/restapis/walk1/dev/_user_request_/some/where")
    assert (status, json.loads(text)) == (200, {"path": "/some/where"}), text
    assert pages(client, "get_resources", "items", restApiId="walk1", PaginationConfig={"PageSize": 1}) == client.get_resources(restApiId="walk1")["items"]
    fails(client.exceptions.NotFoundException, client.get_rest_api, status=404, says="Invalid API identifier specified", restApiId="none")
    fails(client.exceptions.ConflictException, client.create_resource, status=409, restApiId="walk1", parentId=root["id"], pathPart="{proxy+}")
    test = client.test_invoke_method(restApiId="walk1", resourceId=child["id"], httpMethod="ANY", pathWithQueryString="/x")
    assert test["status"] == 200, test
    stage = client.update_stage(restApiId="walk1", stageName="dev", patchOperations=[{"op": "replace", "path": "/variables/a", "value": "b"}])
    assert stage["variables"] == {"a": "b"}
    status, text = get(f"{ENDPOINT}/restapis/walk1/none/_user_request_/x")
    assert (status, json.loads(text)) == (403, {"message": "Forbidden"}), text


def walk_apigatewayv2():
    function = boto3.client("lambda").get_function(FunctionName="walk")["Configuration"]["FunctionArn"]
    client = boto3.client("apigatewayv2")
    api = client.create_api(Name="walk", ProtocolType="HTTP", CorsConfiguration={"AllowOrigins": ["*"]})
    assert api["ApiEndpoint"] and isinstance(api["CreatedDate"], datetime)
    integration = client.create_integration(ApiId=api["ApiId"], IntegrationType="AWS_PROXY", IntegrationUri=function, PayloadFormatVersion="2.0")
    client.create_route(ApiId=api["ApiId"], RouteKey="GET /things/{id}", Target=f"integrations/{integration['IntegrationId']}")
    client.create_stage(ApiId=api["ApiId"], StageName="$default", AutoDeploy=True)
    status, text = get(f"{ENDPOINT}/things/7", headers={"host": f"{api['ApiId']}.execute-api.localhost.localstack.cloud"})
    assert (status, json.loads(text)) == (200, {"path": "/things/7"}), (status, text)
    status, text = get(f"{ENDPOINT}/none", headers={"host": f"{api['ApiId']}.execute-api.localhost.localstack.cloud"})
    assert (status, json.loads(text)) == (404, {"message": "Not Found"}), (status, text)
    assert [r["RouteKey"] for r in pages(client, "get_routes", "Items", ApiId=api["ApiId"])] == ["GET /things/{id}"]
    fails(client.exceptions.NotFoundException, client.get_api, status=404, ApiId="none")
    fails(client.exceptions.ConflictException, client.create_route, ApiId=api["ApiId"], RouteKey="GET /things/{id}")
    client.delete_api(ApiId=api["ApiId"])


def walk_cloudwatch():
    cloudwatch = boto3.resource("cloudwatch")
    client = cloudwatch.meta.client
    now = datetime.now(timezone.utc).replace(microsecond=0)
    client.put_metric_data(
        Namespace="Walk",
        MetricData=[{"MetricName": "Steps", "Dimensions": [{"Name": "who", "Value": "me"}], "Value": value, "Unit": "Count", "Timestamp": now} for value in [1, 2, 6]],
    )
    metric = cloudwatch.Metric("Walk", "Steps")
    window = {"StartTime": now - timedelta(minutes=5), "EndTime": now + timedelta(minutes=5)}
    answer = metric.get_statistics(Dimensions=[{"Name": "who", "Value": "me"}], Period=60, Statistics=["Sum", "Average", "Maximum"], **window)
    [point] = answer["Datapoints"]
    assert (point["Sum"], point["Average"], point["Maximum"], point["Unit"]) == (9, 3, 6, "Count"), point
    stat = {"Metric": {"Namespace": "Walk", "MetricName": "Steps", "Dimensions": [{"Name": "who", "Value": "me"}]}, "Period": 60, "Stat": "Sum"}
    results = pages(client, "get_metric_data", "MetricDataResults", MetricDataQueries=[{"Id": "s", "MetricStat": stat, "ReturnData": False}, {"Id": "double", "Expression": "s * 2"}], **window)
    assert [(r["Id"], r["Values"]) for r in results] == [("double", [18.0])], results
    assert len(pages(client, "list_metrics", "Metrics", Namespace="Walk")) == 1
    alarm = {"AlarmName": "walk", "Namespace": "Walk", "MetricName": "Steps", "Period": 60, "EvaluationPeriods": 1, "Statistic": "Sum", "Threshold": 5, "ComparisonOperator": "GreaterThanThreshold"}
    client.put_metric_alarm(**alarm, Dimensions=[{"Name": "who", "Value": "me"}])
    client.get_waiter("alarm_exists").wait(AlarmNames=["walk"])
    client.set_alarm_state(AlarmName="walk", StateValue="ALARM", StateReason="a walk")
    history = pages(client, "describe_alarm_history", "AlarmHistoryItems", AlarmName="walk", HistoryItemType="StateUpdate")
    assert any("ALARM" in item["HistorySummary"] for item in history), history
    fails(client.exceptions.ResourceNotFound, client.set_alarm_state, status=404, AlarmName="none", StateValue="OK", StateReason="x")
    fails(ClientError, client.put_metric_alarm, code="ValidationError", **{**alarm, "Period": 7})
    cloudwatch.Alarm("walk").delete()
    assert client.describe_alarms(AlarmNames=["walk"])["MetricAlarms"] == []


def walk_fis():
    fis = boto3.client("fis")
    roleArn = f"arn:aws:iam::{ACCOUNT}:role/walker"
    action = {"actionId": "localstack:generic:api-error", "parameters": {"service": "dynamodb", "api": "GetItem", "percentage": "100", "exception": "DynamoDbException", "errorCode": "500"}}
    template = fis.create_experiment_template(description="an outage", actions={"outage": action}, stopConditions=[{"source": "none"}], roleArn=roleArn, tags={"a": "b"})["experimentTemplate"]
    assert template["id"].startswith("EXT") and isinstance(template["creationTime"], datetime)
    experiment = fis.start_experiment(experimentTemplateId=template["id"])["experiment"]
    assert experiment["id"].startswith("EXP")

    def status():
        return fis.get_experiment(id=experiment["id"])["experiment"]["state"]["status"]

    until("the experiment runs", lambda: status() == "running")
    table = boto3.resource("dynamodb").Table("walk")
    fails(ClientError, table.get_item, code="DynamoDbException", status=500, Key={"pk": "a", "sk": 1})
    fis.stop_experiment(id=experiment["id"])
    until("the experiment is over", lambda: status() == "stopped")
    assert table.get_item(Key={"pk": "a", "sk": 1})["Item"]["pk"] == "a"
    assert [e["id"] for e in pages(fis, "list_experiments", "experiments")] == [experiment["id"]]
    assert len(pages(fis, "list_actions", "actions", PaginationConfig={"PageSize": 10})) > 10
    assert fis.get_action(id="aws:fis:wait")["action"]["parameters"]["duration"]["required"] is True
    fails(fis.exceptions.ResourceNotFoundException, fis.get_experiment, status=404, id="EXPnone")
    fails(fis.exceptions.ValidationException, fis.create_experiment_template, status=400, description="x", actions={"a": {"actionId": "aws:fis:wait"}}, stopConditions=[{"source": "none"}], roleArn=roleArn)
    fails(fis.exceptions.ResourceNotFoundException, fis.start_experiment, experimentTemplateId="EXTnone")
    fis.delete_experiment_template(id=template["id"])


def walk_ssm():
    ssm = boto3.client("ssm")
    assert ssm.put_parameter(Name="/walk/url", Value="one", Type="String", Tags=[{"Key": "team", "Value": "red"}])["Version"] == 1
    assert ssm.put_parameter(Name="/walk/url", Value="two", Overwrite=True)["Version"] == 2
    ssm.label_parameter_version(Name="/walk/url", ParameterVersion=1, Labels=["live"])
    assert ssm.get_parameter(Name="/walk/url:live")["Parameter"]["Value"] == "one"
    assert ssm.get_parameter(Name="/walk/url")["Parameter"]["LastModifiedDate"].year >= 2025
    ssm.put_parameter(Name="/walk/secret", Value="open sesame", Type="SecureString")
    assert ssm.get_parameter(Name="/walk/secret")["Parameter"]["Value"] != "open sesame"
    got = pages(ssm, "get_parameters_by_path", "Parameters", Path="/walk", WithDecryption=True, PaginationConfig={"PageSize": 1})
    assert [p["Value"] for p in got] == ["open sesame", "two"], got
    assert [v["Labels"] for v in pages(ssm, "get_parameter_history", "Parameters", Name="/walk/url")] == [["live"], []]
    assert [p["Name"] for p in pages(ssm, "describe_parameters", "Parameters", ParameterFilters=[{"Key": "tag:team", "Values": ["red"]}])] == ["/walk/url"]
    assert ssm.list_tags_for_resource(ResourceType="Parameter", ResourceId="/walk/url")["TagList"] == [{"Key": "team", "Value": "red"}]
    tagging = boto3.client("resourcegroupstaggingapi")
    found = tagging.get_resources(ResourceTypeFilters=["ssm:parameter"])["ResourceTagMappingList"]
    assert [r["ResourceARN"].split(":")[-1] for r in found] == ["parameter/walk/url"], found
    fails(ssm.exceptions.ParameterNotFound, ssm.get_parameter, status=400, Name="/none")
    fails(ssm.exceptions.ParameterAlreadyExists, ssm.put_parameter, status=400, Name="/walk/url", Value="v", Type="String")
    fails(ssm.exceptions.ParameterVersionNotFound, ssm.get_parameter, status=400, Name="/walk/url:9")
    ssm.delete_parameters(Names=["/walk/url", "/walk/secret"])


def walk_route53():
    route53 = boto3.client("route53")
    zone = route53.create_hosted_zone(Name="walk.example", CallerReference="walk")
    zone_id = zone["HostedZone"]["Id"]
    assert zone["ResponseMetadata"]["HTTPStatusCode"] == 201 and len(zone["DelegationSet"]["NameServers"]) == 4

    def change(action, name, value, **more):
        record = {"Name": name, "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": value}], **more}
        changes = [{"Action": action, "ResourceRecordSet": record}]
        return route53.change_resource_record_sets(HostedZoneId=zone_id, ChangeBatch={"Changes": changes})["ChangeInfo"]["Id"]

    for n in range(5):
        made = change("CREATE", f"a{n}.walk.example", f"192.0.2.{n}")
    route53.get_waiter("resource_record_sets_changed").wait(Id=made)
    listed = pages(route53, "list_resource_record_sets", "ResourceRecordSets", HostedZoneId=zone_id, PaginationConfig={"PageSize": 2})
    assert [one["Name"] for one in listed if one["Type"] == "A"] == [f"a{n}.walk.example." for n in range(5)]
    again = lambda: change("CREATE", "a1.walk.example", "192.0.2.9")
    said = "[Tried to create resource record set [name='a1.walk.example.', type='A'] but it already exists]"
    fails(route53.exceptions.InvalidChangeBatch, again, code="InvalidChangeBatch", status=400, says=said)
    check = route53.create_health_check(CallerReference="walk", HealthCheckConfig={"Type": "TCP", "IPAddress": "127.0.0.1", "Port": 1})
    assert check["HealthCheck"]["HealthCheckConfig"]["RequestInterval"] == 30
    assert [one["Id"] for one in pages(route53, "list_health_checks", "HealthChecks")] == [check["HealthCheck"]["Id"]]
    route53.delete_health_check(HealthCheckId=check["HealthCheck"]["Id"])
    for n in range(5):
        change("DELETE", f"a{n}.walk.example", f"192.0.2.{n}")
    route53.delete_hosted_zone(Id=zone_id)
    assert pages(route53, "list_hosted_zones", "HostedZones") == []


def walk_broken_connections():
    impatient = boto3.client("sqs", config=Config(retries={"total_max_attempts": 1}, read_timeout=1))
    squall("POST", "/_squall/faults", {"service": "sqs", "operation": "ListQueues", "account": ACCOUNT, "effect": "reset", "times": 1})
    fails((ConnectionClosedError, ConnectionError), impatient.list_queues)
    squall("POST", "/_squall/faults", {"service": "sqs", "operation": "ListQueues", "account": ACCOUNT, "effect": "hang", "times": 1})
    fails(ReadTimeoutError, impatient.list_queues)
    assert len(impatient.list_queues()["QueueUrls"]) > 0


failures = 0
for walk in [walk_sts_and_iam, walk_sqs, walk_sns, walk_logs, walk_dynamodb, walk_lambda, walk_apigateway, walk_apigatewayv2, walk_cloudwatch, walk_fis, walk_ssm, walk_route53, walk_broken_connections]:
    began = time.monotonic()
    try:
        walk()
    except Exception:
        import traceback

        failures += 1
        traceback.print_exc()
    if os.environ.get("TIMES"):
        print(walk.__name__, round(time.monotonic() - began, 2))
print("fine" if failures == 0 else f"{failures} walks failed")
