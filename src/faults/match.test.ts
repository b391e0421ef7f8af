import assert from "node:assert/strict";
import { test } from "node:test";
import type { FaultMatch } from "../core/fault.ts";
import { Identity } from "../core/identities.ts";
import { aCall } from "./fixture.test.ts";
import { compileMatch, type Facts } from "./match.ts";

const ORDERS = "arn:aws:dynamodb:us-east-1:000000000000:table/orders";

const root = new Identity(undefined, "test");
const publish = new Identity(root, "sns.Publish@orders~9aa01b#2");
const update = new Identity(publish, "dynamodb.UpdateItem@stats~1f3a9c#1");

function matches(match: FaultMatch, facts: Partial<Facts> = {}): boolean {
  const identified = () => ({ identity: update, attempt: 1 });
  return compileMatch(match)({ ...aCall(), identified, arns: () => [], ...facts });
}

const session = {
  accessKeyId: "ASIAEXAMPLE",
  account: "111111111111",
  arn: "arn:aws:sts::111111111111:assumed-role/worker/session",
  userId: "AROAEXAMPLE:session",
  roleArn: "arn:aws:iam::111111111111:role/worker",
};

test("an empty match matches everything", () => assert.ok(matches({})));

test("every criterion must hold; a list means one of", () => {
  const match = { account: ["111111111111", "000000000000"], region: "us-*" };
  assert.ok(matches(match));
  assert.ok(!matches(match, { account: "222222222222" }));
  assert.ok(!matches(match, { region: "eu-west-1" }));
});

test("a subnet and a VPC match callers whose code runs there, and nobody who is in none", () => {
  const inside = { ...session, network: { vpcId: "vpc-1", subnetId: "subnet-1" } };
  assert.ok(matches({ subnet: ["subnet-2", "subnet-1"] }, { caller: inside }));
  assert.ok(matches({ vpc: "vpc-*" }, { caller: inside }));
  assert.ok(!matches({ subnet: "subnet-2" }, { caller: inside }));
  assert.ok(!matches({ vpc: "vpc-*" }, { caller: session }));
});

test("a role matches its sessions, by ARN, by name and by glob, and nobody else", () => {
  for (const role of [
    "arn:aws:iam::111111111111:role/worker",
    "worker",
    "role/work*",
    "arn:aws:iam::*:role/*",
  ]) {
    assert.ok(matches({ role }, { caller: session }), role);
    assert.ok(!matches({ role }), role);
  }
  assert.ok(!matches({ role: "work" }, { caller: session }));
});

test("a caller matches by the ARN that GetCallerIdentity gives", () => {
  assert.ok(matches({ caller: "arn:aws:sts::*:assumed-role/worker/*" }, { caller: session }));
  assert.ok(!matches({ caller: "arn:aws:sts::*:assumed-role/worker/*" }));
  assert.ok(matches({ caller: "arn:aws:iam::000000000000:root" }));
});

test("an access key matches", () => {
  assert.ok(matches({ accessKeyId: "ASIA*" }, { caller: session }));
  assert.ok(!matches({ accessKeyId: "ASIA*" }));
});

test("who called is not known in the background: nothing about a caller matches there", () => {
  for (const match of [{ role: "*" }, { caller: "*" }, { accessKeyId: "*" }]) {
    assert.ok(!matches(match, { caller: undefined }));
  }
});

test("a resource matches by ARN, glob, resource part or last name", () => {
  const arns = () => [ORDERS];
  for (const resource of [ORDERS, "arn:aws:dynamodb:*:table/ord*", "table/orders", "orders", "ord??s"]) {
    assert.ok(matches({ resource }, { arns }), resource);
  }
  for (const resource of ["order", "table/order", "arn:aws:dynamodb:us-east-1:000000000000:table/order"]) {
    assert.ok(!matches({ resource }, { arns }), resource);
  }
  assert.ok(!matches({ resource: "*" }), "a call that names no resource");
});

test("headers match whatever the case of their names", () => {
  const headers = { "x-tenant": "blue-7" };
  assert.ok(matches({ header: { "X-Tenant": "blue-*" } }, { headers }));
  assert.ok(!matches({ header: { "X-Tenant": "green-*" } }, { headers }));
  assert.ok(!matches({ header: { "x-other": "*" } }, { headers }));
});

test("a user agent matches anywhere in it", () => {
  const headers = { "user-agent": "aws-sdk-js/3.1164.0 ua/2.1 os/linux lang/js" };
  assert.ok(matches({ userAgent: "aws-sdk-js/3" }, { headers }));
  assert.ok(matches({ userAgent: "aws-sdk-*/linux" }, { headers }));
  assert.ok(!matches({ userAgent: "Boto3" }, { headers }));
  assert.ok(!matches({ userAgent: "*" }));
});

test("an expression over the input must be truthy as JMESPath has it", () => {
  const input = { TableName: "orders", Item: { id: { S: "7" } }, Limit: 0, Tags: [], On: false };
  for (const expression of [
    "Item.id.S == '7'",
    "starts_with(TableName, 'ord')",
    "Item",
    "Limit",
    "Limit == `0`",
  ]) {
    assert.ok(matches({ input: expression }, { input }), expression);
  }
  for (const expression of ["Item.id.S == '8'", "Missing", "Tags", "On", "starts_with(Missing, 'x')"]) {
    assert.ok(!matches({ input: expression }, { input }), expression);
  }
});

test("an expression sees timestamps and blobs as text", () => {
  const input = { At: new Date("2026-01-02T03:04:05Z"), Payload: new TextEncoder().encode('{"a":1}') };
  assert.ok(matches({ input: "At == '2026-01-02T03:04:05.000Z'" }, { input }));
  assert.ok(matches({ input: `contains(Payload, '"a"')` }, { input }));
});

test("an expression that does not parse is refused, also one with a function that there is not", () => {
  assert.throws(() => matches({ input: "a ==" }), {
    name: "RuleError",
    field: "match.input",
    message: /^match\.input is not a JMESPath expression: /,
  });
  assert.throws(() => matches({ input: "startswith(a, 'b')" }), { message: /Unknown function: startswith/ });
});

test("a site is the end of the path; its digests and ordinals may be left out", () => {
  const sites = [
    "dynamodb.UpdateItem@stats",
    "dynamodb.*@stats#1",
    "dynamodb.UpdateItem@stats~1f3a9c#1",
    "sns.Publish@orders > dynamodb.UpdateItem@stats",
    "test > ** > dynamodb.UpdateItem@*",
    "^test > sns.Publish@orders#2 > dynamodb.UpdateItem@stats",
    "^ ** > dynamodb.UpdateItem@stats",
  ];
  for (const site of sites) assert.ok(matches({ site }), site);
  const others = [
    "dynamodb.UpdateItem",
    "dynamodb.UpdateItem@stats#2",
    "dynamodb.UpdateItem@stats~1f3a9d#1",
    "sns.Publish@orders",
    "^dynamodb.UpdateItem@stats",
    "test > dynamodb.UpdateItem@stats",
    "sns.Publish@orders#1 > dynamodb.UpdateItem@stats",
  ];
  for (const site of others) assert.ok(!matches({ site }), site);
  assert.ok(matches({ site: ["a > b", "dynamodb.UpdateItem@stats"] }));
});

test("a parent is the same of the call that made this one", () => {
  assert.ok(matches({ parent: "sns.Publish@orders" }));
  assert.ok(matches({ parent: "^test > sns.Publish@orders#2" }));
  assert.ok(!matches({ parent: "dynamodb.UpdateItem@stats" }));
});

test("a site with an empty step is refused", () => {
  assert.throws(() => matches({ site: "a > > b" }), /empty step/);
  assert.throws(() => matches({ site: Array(9).fill("**").join(" > ") }), /more than 8 steps/);
});
