import assert from "node:assert/strict";
import { test } from "node:test";
import { evaluate } from "./policy.ts";

const ARN = "arn:aws:execute-api:us-east-1:000000000000:api/dev/GET/pets";
const decide = (statements: object | object[], keys = {}) =>
  evaluate({ Version: "2012-10-17", Statement: statements }, "execute-api:Invoke", ARN, keys);

const allow = { Effect: "Allow", Action: "execute-api:Invoke", Resource: "*" };

test("a deny beats an allow, and nothing that fits is no decision", () => {
  assert.equal(decide([]), "none");
  assert.equal(decide(allow), "allow");
  assert.equal(decide([allow, { ...allow, Effect: "Deny" }]), "deny");
  assert.equal(decide({ ...allow, Action: "s3:*" }), "none");
});

test("resources are patterns; execute-api:/ stands for the API itself", () => {
  assert.equal(decide({ ...allow, Resource: ARN.replace("GET", "*") }), "allow");
  assert.equal(decide({ ...allow, Resource: ARN.replace("GET", "POST") }), "none");
  assert.equal(decide({ ...allow, Resource: "arn:aws:execute-api:*:*:ap?/dev/*" }), "allow");
  assert.equal(decide({ ...allow, Resource: "execute-api:/dev/GET/*" }), "allow");
  assert.equal(decide({ ...allow, Resource: "execute-api:/prod/*" }), "none");
  assert.equal(decide({ ...allow, Resource: undefined, NotResource: ARN }), "none");
});

test("conditions look at the request", () => {
  const from = (range: string) =>
    decide({ ...allow, Condition: { IpAddress: { "aws:SourceIp": range } } }, { "aws:sourceip": "10.1.2.3" });
  assert.equal(from("10.1.0.0/16"), "allow");
  assert.equal(from("10.2.0.0/16"), "none");
  assert.equal(from("10.1.2.3"), "allow");
  const like = { ...allow, Condition: { ArnLike: { "AWS:SourceArn": "arn:aws:*:dev" } } };
  assert.equal(decide(like, { "aws:sourcearn": "arn:aws:x:dev" }), "allow");
  assert.equal(decide(like), "none");
});
