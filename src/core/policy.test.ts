import assert from "node:assert/strict";
import { test } from "node:test";
import { evaluatePolicies, type PolicyDocument, type PolicyRequest } from "./policy.ts";
import { wildcard } from "./wildcard.ts";

const allow = (statement: object): PolicyDocument => ({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "*", Resource: "*", ...statement }],
});
const decide = (policies: PolicyDocument[], request: Partial<PolicyRequest> = {}) =>
  evaluatePolicies(policies, { action: "sqs:SendMessage", resource: "arn:aws:sqs:us-east-1:1:q", ...request })
    .decision;

test("Without an Allow it is an implicit deny, and a Deny wins over any Allow", () => {
  assert.equal(decide([]), "implicitDeny");
  assert.equal(decide([allow({})]), "allowed");
  const deny: PolicyDocument = {
    Statement: { Effect: "Deny", Action: "sqs:Send*", Resource: "arn:aws:sqs:*:*:q" },
  };
  assert.equal(decide([allow({}), deny]), "explicitDeny");
  assert.equal(decide([allow({}), deny], { action: "sqs:ReceiveMessage" }), "allowed");
});

test("Actions are compared without regard to case, resources with it", () => {
  assert.equal(decide([allow({ Action: "SQS:sendmessage" })]), "allowed");
  assert.equal(decide([allow({ Resource: "arn:aws:sqs:us-east-1:1:Q" })]), "implicitDeny");
});

test("NotAction and NotResource mean all others", () => {
  const policy = {
    Statement: [{ Effect: "Allow" as const, NotAction: "iam:*", NotResource: "arn:aws:s3:::*" }],
  };
  assert.equal(decide([policy]), "allowed");
  assert.equal(decide([policy], { action: "iam:GetUser" }), "implicitDeny");
  assert.equal(decide([policy], { resource: "arn:aws:s3:::b" }), "implicitDeny");
});

test("Wildcards stand for any text and any character", () => {
  assert.ok(wildcard("a*c?e*", "abbbcdefg"));
  assert.ok(!wildcard("a?c", "ac"));
  assert.ok(wildcard("*", ""));
  assert.ok(!wildcard(`${"a*".repeat(30)}b`, "a".repeat(5000)), "and are not slow");
});

test("Policy variables are filled in from the request", () => {
  const policy = allow({ Resource: "arn:aws:s3:::home/${aws:username}/*" });
  const resource = "arn:aws:s3:::home/ann/x";
  assert.equal(decide([policy], { resource, context: { "aws:username": ["ann"] } }), "allowed");
  assert.equal(decide([policy], { resource, context: { "aws:username": ["bob"] } }), "implicitDeny");
  assert.equal(decide([policy], { resource }), "implicitDeny");
});

test("What a variable gives is text, and its stars are no wildcards", () => {
  const policy = allow({ Resource: "arn:aws:s3:::b/${*}${?}/${aws:username}*" });
  const of = (name: string, resource: string) =>
    decide([policy], { resource: `arn:aws:s3:::b/${resource}`, context: { "aws:username": [name] } });
  assert.equal(of("ann", "*?/ann-1"), "allowed");
  assert.equal(of("ann", "xy/ann-1"), "implicitDeny");
  assert.equal(of("*", "*?/bob"), "implicitDeny");
  const condition = allow({ Condition: { StringLike: { "s3:prefix": "${*}/*" } } });
  assert.equal(decide([condition], { context: { "s3:prefix": ["*/a"] } }), "allowed");
  assert.equal(decide([condition], { context: { "s3:prefix": ["a/a"] } }), "implicitDeny");
});

test("Policies of the older version have no variables", () => {
  const policy = { ...allow({ Resource: "arn:aws:s3:::b/${aws:username}" }), Version: "2008-10-17" };
  const context = { "aws:username": ["ann"] };
  assert.equal(decide([policy], { resource: "arn:aws:s3:::b/ann", context }), "implicitDeny");
  assert.equal(decide([policy], { resource: "arn:aws:s3:::b/${aws:username}", context }), "allowed");
});

test("A Deny with NotPrincipal spares only whom it names with account and role", () => {
  const account = ["111111111111", "arn:aws:iam::111111111111:root"];
  const role = "arn:aws:iam::111111111111:role/r";
  const session = "arn:aws:sts::111111111111:assumed-role/r/s";
  const principal = { type: "AWS", names: [...account, role, session], steps: [account, [role], [session]] };
  const sparing = (...AWS: string[]) =>
    decide([{ Statement: { Effect: "Deny", NotPrincipal: { AWS }, Action: "*", Resource: "*" } }], {
      principal,
    });
  assert.equal(sparing(account[1]!, role, session), "implicitDeny");
  assert.equal(sparing("111111111111", role, session), "implicitDeny");
  assert.equal(sparing(role, session), "explicitDeny");
  assert.equal(sparing(account[1]!, role), "explicitDeny");
  assert.equal(sparing(account[1]!), "explicitDeny");
});

test("Condition operators compare as AWS documents them", () => {
  const cases: [operator: string, wanted: unknown, given: string[] | undefined, holds: boolean][] = [
    ["StringEquals", ["a", "b"], ["b"], true],
    ["StringEquals", "a", undefined, false],
    ["StringNotEquals", ["a", "b"], ["c"], true],
    ["StringNotEquals", ["a", "b"], ["b"], false],
    ["StringNotEquals", "a", undefined, true],
    ["StringLike", "te?t-*", ["test-1"], true],
    ["StringEqualsIfExists", "a", undefined, true],
    ["StringEqualsIfExists", "a", ["b"], false],
    ["NumericLessThanEquals", 10, ["10"], true],
    ["NumericLessThan", "10", ["10"], false],
    ["DateGreaterThan", "2020-01-01T00:00:00Z", ["2021-01-01T00:00:00Z"], true],
    ["Bool", "true", ["TRUE"], true],
    ["IpAddress", "10.0.0.0/8", ["10.1.2.3"], true],
    ["IpAddress", "10.0.0.0/8", ["11.1.2.3"], false],
    ["NotIpAddress", "10.0.0.0/8", ["11.1.2.3"], true],
    ["IpAddress", "2001:db8::/32", ["2001:db8::1"], true],
    ["IpAddress", "10.0.0.0/99", ["10.1.2.3"], false],
    ["IpAddress", "10.0.0.0/x", ["10.1.2.3"], false],
    ["NotIpAddress", "10.0.0.0/99", ["10.1.2.3"], true],
    ["IpAddress", "0.0.0.0/0", ["::1"], false],
    ["ArnLike", "arn:aws:sns:*:123456789012:t*", ["arn:aws:sns:us-east-1:123456789012:topic"], true],
    ["Null", "true", undefined, true],
    ["Null", "false", undefined, false],
    ["ForAllValues:StringEquals", ["a", "b"], ["a", "b"], true],
    ["ForAllValues:StringEquals", ["a"], ["a", "b"], false],
    ["ForAllValues:StringEquals", ["a"], undefined, true],
    ["ForAnyValue:StringEquals", ["a"], ["a", "b"], true],
    ["ForAnyValue:StringEquals", ["a"], undefined, false],
    ["NoSuchOperator", "a", ["a"], false],
  ];
  for (const [operator, wanted, given, holds] of cases) {
    const context: Record<string, string[]> = given ? { "My:Key": given } : {};
    const decision = decide([allow({ Condition: { [operator]: { "my:key": wanted } } })], { context });
    assert.equal(decision, holds ? "allowed" : "implicitDeny", `${operator} ${wanted} of ${given}`);
  }
});

test("A principal is matched by any of the names that stand for it", () => {
  const trust = allow({ Principal: { AWS: "arn:aws:iam::111111111111:root" }, Resource: undefined });
  const principal = { type: "AWS", names: ["111111111111", "arn:aws:iam::111111111111:root"] };
  assert.equal(decide([trust], { principal }), "allowed");
  assert.equal(decide([trust], { principal: { type: "AWS", names: ["222222222222"] } }), "implicitDeny");
  assert.equal(decide([trust], { principal: { ...principal, type: "Service" } }), "implicitDeny");
});

test("It is said which statements decided, and which context keys were missing", () => {
  const conditional = allow({ Condition: { Bool: { "aws:SecureTransport": "true" } } });
  const { matched, missingContextKeys } = evaluatePolicies([conditional, allow({})], {
    action: "s3:GetObject",
    resource: "*",
  });
  assert.deepEqual(matched, [{ policy: 1, statement: 0 }]);
  assert.deepEqual(missingContextKeys, ["aws:SecureTransport"]);
});
