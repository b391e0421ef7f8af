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
