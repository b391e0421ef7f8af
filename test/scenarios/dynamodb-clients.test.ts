import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  paginateQuery,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import { clientEnvironment, clientOptions, newAccount, testCloud } from "../cloud.ts";
import { needs } from "../needs.ts";

const run = promisify(execFile);

test("the DocumentClient speaks plain values", async () => {
  await using cloud = await testCloud();
  const client = new DynamoDBClient(clientOptions(cloud));
  const documents = DynamoDBDocumentClient.from(client);
  const TableName = "products";
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [
        { AttributeName: "shop", AttributeType: "S" },
        { AttributeName: "id", AttributeType: "N" },
      ],
      KeySchema: [
        { AttributeName: "shop", KeyType: "HASH" },
        { AttributeName: "id", KeyType: "RANGE" },
      ],
    }),
  );
  const Item = {
    shop: "s",
    id: 1,
    tags: new Set(["a", "b"]),
    price: 12.5,
    parts: [{ name: "x", raw: new Uint8Array([1, 2]) }],
  };
  await documents.send(new PutCommand({ TableName, Item }));
  const Key = { shop: "s", id: 1 };
  assert.deepEqual((await documents.send(new GetCommand({ TableName, Key }))).Item, Item);
  const { Attributes } = await documents.send(
    new UpdateCommand({
      TableName,
      Key,
      UpdateExpression: "SET price = price + :more",
      ExpressionAttributeValues: { ":more": 0.25 },
      ReturnValues: "UPDATED_NEW",
    }),
  );
  assert.deepEqual(Attributes, { price: 12.75 });
  for (let id = 2; id < 12; id++)
    await documents.send(new PutCommand({ TableName, Item: { shop: "s", id } }));
  const ids: number[] = [];
  const pages = paginateQuery(
    { client: documents, pageSize: 4 },
    { TableName, KeyConditionExpression: "shop = :s", ExpressionAttributeValues: { ":s": "s" } },
  );
  for await (const page of pages) ids.push(...page.Items!.map((item) => item["id"] as number));
  assert.deepEqual(ids, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  client.destroy();
});

test("the AWS CLI makes a table, waits for it and works with its items", needs("aws"), async () => {
  await using cloud = await testCloud();
  const env = clientEnvironment(cloud, newAccount());
  const aws = async (...args: string[]) => {
    const { stdout } = await run("aws", ["dynamodb", ...args, "--output", "json"], { env });
    return stdout.trim() === "" ? undefined : JSON.parse(stdout);
  };
  await aws(
    "create-table",
    "--table-name=books",
    "--attribute-definitions=AttributeName=id,AttributeType=S",
    "--key-schema=AttributeName=id,KeyType=HASH",
    "--billing-mode=PAY_PER_REQUEST",
  );
  await aws("wait", "table-exists", "--table-name=books");
  await aws("put-item", "--table-name=books", '--item={"id":{"S":"1"},"pages":{"N":"10"}}');
  const updated = await aws(
    "update-item",
    "--table-name=books",
    '--key={"id":{"S":"1"}}',
    "--update-expression=ADD pages :n",
    '--expression-attribute-values={":n":{"N":"5"}}',
    "--return-values=ALL_NEW",
  );
  assert.deepEqual(updated.Attributes, { id: { S: "1" }, pages: { N: "15" } });
  const scanned = await aws("scan", "--table-name=books", "--select=COUNT");
  assert.equal(scanned.Count, 1);
});

test("boto3's resources work, with batches, conditions and pages", needs("boto3"), async () => {
  await using cloud = await testCloud();
  const program = `
import boto3
from decimal import Decimal
from boto3.dynamodb.conditions import Key, Attr
from botocore.exceptions import ClientError
dynamodb = boto3.resource("dynamodb")
table = dynamodb.create_table(
    TableName="scores",
    KeySchema=[{"AttributeName": "game", "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"}],
    AttributeDefinitions=[{"AttributeName": "game", "AttributeType": "S"}, {"AttributeName": "at", "AttributeType": "N"}],
    BillingMode="PAY_PER_REQUEST",
)
table.wait_until_exists()
with table.batch_writer() as batch:
    for at in range(60):
        batch.put_item(Item={"game": "go", "at": at, "score": Decimal("1.25") * at, "tags": {"a", "b"}})
page = table.query(KeyConditionExpression=Key("game").eq("go") & Key("at").between(10, 20), FilterExpression=Attr("score").gt(20))
assert [int(item["at"]) for item in page["Items"]] == [17, 18, 19, 20], page
try:
    table.put_item(Item={"game": "go", "at": 1}, ConditionExpression=Attr("game").not_exists())
    raise AssertionError("the condition held")
except ClientError as error:
    assert error.response["Error"]["Code"] == "ConditionalCheckFailedException"
assert len(table.scan(Limit=7)["Items"]) == 7
assert table.get_item(Key={"game": "go", "at": 2})["Item"]["score"] == Decimal("2.5")
print("fine")
`;
  const { stdout } = await run("python3", ["-c", program], { env: clientEnvironment(cloud, newAccount()) });
  assert.equal(stdout.trim(), "fine");
});
