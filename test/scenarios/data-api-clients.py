"""The RDS Data API as Python applications use it: python3 data-api-clients.py CLUSTER SECRET. Prints nothing when all is as it is to be."""
import datetime
import json
import sys

import boto3

resource, secret = sys.argv[1:]
client = boto3.client("rds-data")
base = {"resourceArn": resource, "secretArn": secret}


def run(sql, **more):
    return client.execute_statement(**base, **{"database": "shop", "sql": sql, **more})


def refused(error, call, message):
    try:
        call()
    except error as caught:
        assert caught.response["Error"]["Message"] == message, caught
        return
    raise AssertionError(f"{error} was expected")


postgres = "PostgreSQL" in run("select version()")["records"][0][0]["stringValue"]
kind = "bytea" if postgres else "varbinary(20)"
run(f"create table py (id bigint primary key, name varchar(20), raw {kind}, day date)")
written = run(
    "insert into py values (:id, :name, :raw, :day)",
    parameters=[
        {"name": "id", "value": {"longValue": 2**62 if postgres else 2**53}},
        {"name": "name", "value": {"isNull": True}},
        {"name": "raw", "value": {"blobValue": b"\x00\xff"}},
        {"name": "day", "value": {"stringValue": str(datetime.date(2024, 2, 29))}, "typeHint": "DATE"},
    ],
)
assert written["numberOfRecordsUpdated"] == 1 and written["generatedFields"] == [], written
read = run("select * from py", includeResultMetadata=True)
assert read["records"][0][1:] == [{"isNull": True}, {"blobValue": b"\x00\xff"}, {"stringValue": "2024-02-29"}], read
assert [column["label"] for column in read["columnMetadata"]] == ["id", "name", "raw", "day"], read
largest = run("select 9223372036854775807 as n")["records"][0][0]["longValue"]
assert largest == 2**63 - 1, largest
assert json.loads(run("select 1 as n, 'x' as s", formatRecordsAs="JSON")["formattedRecords"]) == [{"n": 1, "s": "x"}]

transaction = client.begin_transaction(**base, database="shop")["transactionId"]
batch = client.batch_execute_statement(
    **base,
    transactionId=transaction,
    sql="insert into py (id) values (:id)",
    parameterSets=[[{"name": "id", "value": {"longValue": n}}] for n in range(3)],
)
assert len(batch["updateResults"]) == 3, batch
assert client.rollback_transaction(**base, transactionId=transaction)["transactionStatus"] == "Rollback Complete"
assert run("select count(*) from py")["records"] == [[{"longValue": 1}]]
refused(
    client.exceptions.TransactionNotFoundException,
    lambda: client.commit_transaction(**base, transactionId=transaction),
    f"Transaction {transaction} is not found. One previous call resulted in a termination of your transaction.",
)
refused(
    client.exceptions.DatabaseErrorException,
    lambda: run("select * from nothing"),
    'ERROR: relation "nothing" does not exist; Position: 15; SQLState: 42P01'
    if postgres
    else "Table 'shop.nothing' doesn't exist; Error code: 1146; SQLState: 42S02",
)
none = f"{resource}-none"
refused(
    client.exceptions.HttpEndpointNotEnabledException,
    lambda: client.execute_statement(resourceArn=none, secretArn=secret, sql="select 1"),
    f"HttpEndpoint is not enabled for resource {none}",
)
