"""DynamoDB: tables, items, conditions, transactions and streams."""

from botocore.exceptions import ClientError

from walker import drives

TABLES = "dynamodb · TestDynamoDB · test_"


def dynamodb(walk):
    return walk.client("dynamodb")


def table(walk, key="id", label=None, name="table", **more):
    told = {
        "TableName": f"{name}-{walk.account}",
        "AttributeDefinitions": [{"AttributeName": key, "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": key, "KeyType": "HASH"}],
        "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
        **more,
    }
    answer = walk(label, dynamodb(walk).create_table, **told) if label else dynamodb(walk).create_table(**told)
    walk.until(lambda: dynamodb(walk).describe_table(TableName=told["TableName"]), lambda one: one["Table"]["TableStatus"] == "ACTIVE")
    return answer["TableDescription"]


def put(walk, of, label=None, **item):
    told = {"TableName": of, "Item": {name: {"S": value} for name, value in item.items()}}
    return walk(label, dynamodb(walk).put_item, **told) if label else dynamodb(walk).put_item(**told)


@drives("dynamodb", TABLES + "batch_write_binary", TABLES + "batch_write_items")
def batches(walk):
    of = table(walk)["TableName"]
    items = [{"PutRequest": {"Item": {"id": {"S": f"id{at}"}, "data": {"B": b"\x90"}}}} for at in range(2)]
    walk(next(iter(walk.answers)), dynamodb(walk).batch_write_item, RequestItems={of: items})


@drives("dynamodb", TABLES + "batch_write_not_matching_schema")
def bad_batch(walk):
    of = table(walk)["TableName"]
    try:
        dynamodb(walk).batch_write_item(RequestItems={of: [{"PutRequest": {"Item": {"nope": {"S": "x"}}}}]})
    except ClientError as error:
        walk.match("ValidationException", str(error).replace("One or more parameter values were invalid: ", ""))


@drives("dynamodb", TABLES + "dynamodb_execute_transaction")
def statements(walk):
    of = table(walk, "Username")["TableName"]
    told = [{"Statement": f"INSERT INTO \"{of}\" VALUE {{'Username': 'user0{at}'}}"} for at in (1, 2)]
    walk("ExecutedTransaction", dynamodb(walk).execute_transaction, TransactStatements=told)
    walk("TableScan", dynamodb(walk).scan, TableName=of)


@drives("dynamodb", TABLES + "dynamodb_get_batch_items")
def got_batch(walk):
    of = table(walk, "PK")["TableName"]
    walk("Response", dynamodb(walk).batch_get_item, RequestItems={of: {"Keys": [{"PK": {"S": "test-key"}}]}})


@drives("dynamodb", TABLES + "dynamodb_idempotent_writing")
def idempotent(walk):
    of = table(walk)["TableName"]
    told = {"TransactItems": [{"Put": {"TableName": of, "Item": {"id": {"S": "id1"}}}}], "ClientRequestToken": "token"}
    for label in ("Response1", "Response2"):
        walk(label, dynamodb(walk).transact_write_items, **told)


@drives("dynamodb", TABLES + "dynamodb_partiql_missing")
def missing(walk):
    of = table(walk, "Username")["TableName"]
    put(walk, of, FirstName="Alice", Username="Alice123")
    put(walk, of, Username="Bob123")
    answer = dynamodb(walk).execute_statement(Statement=f'SELECT * FROM "{of}" WHERE FirstName IS NOT MISSING')
    walk.match("FirstNameNotMissing", answer["Items"])


@drives("dynamodb", TABLES + "return_values_in_put_item")
def returned(walk):
    of = table(walk)["TableName"]

    def written(label, name, values=None):
        item = {"id": {"S": name}, "data": {"S": "foobar"}}
        walk(label, dynamodb(walk).put_item, TableName=of, Item=item, **({"ReturnValues": values} if values else {}))

    written("PutFirstItem", "id1", "ALL_OLD")
    written("PutFirstItemOLD", "id1", "ALL_OLD")
    written("PutSecondItem", "id2", "ALL_OLD")
    written("PutSecondItemReturnNone", "id2", "NONE")
    written("PutFirstItemB", "id1", "ALL_OLD")


@drives("dynamodb", TABLES + "return_values_on_conditions_check_failure")
def failed_condition(walk):
    of = table(walk)["TableName"]
    item = walk.answers["items"]["Item"]
    dynamodb(walk).put_item(TableName=of, Item=item)
    condition = {"ConditionExpression": "price > :p", "ExpressionAttributeValues": {":p": {"N": "700"}}}
    walk("items", dynamodb(walk).delete_item, TableName=of, Key={"id": item["id"]}, ReturnValuesOnConditionCheckFailure="ALL_OLD", **condition)


@drives("dynamodb", TABLES + "table_warm_throughput")
def warm(walk):
    recorded = walk.answers["create-table"]["TableDescription"].get("WarmThroughput", {})
    units = {name: recorded[name] for name in ("ReadUnitsPerSecond", "WriteUnitsPerSecond") if name in recorded}
    of = table(walk, label="create-table", **({"WarmThroughput": units} if units else {}))["TableName"]
    walk("describe-table", dynamodb(walk).describe_table, TableName=of)


@drives("dynamodb", TABLES + "transact_get_items")
def transaction(walk):
    made = table(walk)
    for name in ("John", "Sarah"):
        put(walk, made["TableName"], id=name)
    for label, of, name in [("TransactGetItems", made["TableName"], "John"), ("TransactGetItems-with-TableArn", made["TableArn"], "Sarah")]:
        walk(label, dynamodb(walk).transact_get_items, TransactItems=[{"Get": {"TableName": of, "Key": {"id": {"S": name}}}}])


@drives("dynamodb", TABLES + "transaction_write_items")
def transactions(walk):
    made = table(walk)
    for label, of in [("Response", made["TableName"]), ("Response_using_table_arn", made["TableArn"])]:
        walk(label, dynamodb(walk).transact_write_items, TransactItems=[{"Put": {"TableName": of, "Item": {"id": {"S": label}}}}])


def stream(walk, made):
    """The stream's one shard: what reads it from its beginning."""
    streams = walk.client("dynamodbstreams")
    answer = walk("describe-stream", streams.describe_stream, StreamArn=made["LatestStreamArn"])
    shard = answer["StreamDescription"]["Shards"][0]["ShardId"]
    return {"StreamArn": made["LatestStreamArn"], "ShardId": shard, "ShardIteratorType": "TRIM_HORIZON"}


def records(walk, iterator):
    recorded = walk.answers["get-records"]["Records"]
    ask = walk.client("dynamodbstreams").get_records
    answer = walk.until(lambda: ask(ShardIterator=iterator), lambda one: len(one["Records"]) >= len(recorded))
    walk.match("get-records", {"Records": answer["Records"]})


@drives("dynamodb", TABLES + "dynamodb_stream_stream_view_type")
def keys_only(walk):
    made = table(walk, "Username", "create-table", StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"})
    iterator = walk("get-shard-iterator", walk.client("dynamodbstreams").get_shard_iterator, **stream(walk, made))["ShardIterator"]
    of = made["TableName"]
    for at, one in enumerate(walk.answers["get-records"]["Records"]):
        told = {"TableName": of, "Key": one["dynamodb"]["Keys"]}
        if one["eventName"] == "INSERT":
            dynamodb(walk).put_item(TableName=of, Item=told["Key"])
        elif one["eventName"] == "MODIFY":
            dynamodb(walk).update_item(UpdateExpression="set S=:r", ExpressionAttributeValues={":r": {"S": str(at)}}, **told)
        else:
            dynamodb(walk).delete_item(**told)
    records(walk, iterator)


@drives("dynamodbstreams", "dynamodb_streams · TestDynamoDBStreams · test_non_existent_stream")
def no_stream(walk):
    arn = table(walk)["TableArn"]
    walk("non-existent-stream", walk.client("dynamodbstreams").describe_stream, StreamArn=f"{arn}/stream/2024-11-18T14:36:44.149")
