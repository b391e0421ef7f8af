import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { AwsError } from "../../core/aws-error.ts";
import { evaluatePolicies } from "../../core/policy.ts";
import { checkPolicy, encodePolicy, policyLength } from "./policy-document.ts";

const text = fc.constantFrom(
  "*",
  "sqs:Send*",
  "arn:aws:sqs:*:*:q",
  "2012-10-17",
  "Allow",
  "${aws:username}",
  "",
);
const value = fc.oneof(text, fc.jsonValue({ maxDepth: 2 }), fc.array(text, { maxLength: 3 }));
const condition = fc.dictionary(
  fc.constantFrom(
    "StringEquals",
    "ForAnyValue:StringLike",
    "Null",
    "IpAddress",
    "NumericLessThan",
    "Nonsense",
  ),
  fc.oneof(fc.dictionary(fc.constantFrom("aws:SourceIp", "a:b"), value), value),
  { maxKeys: 2 },
);
const member = fc.constantFrom(
  ...["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource"],
);
const statement = fc
  .tuple(
    fc.dictionary(member, value, { maxKeys: 5 }),
    fc.option(condition, { nil: undefined }),
    fc.constantFrom({}, { Effect: "Allow", Action: "*", Resource: "*" }),
  )
  .map(([members, Condition, plain]) => ({ ...plain, ...members, ...(Condition && { Condition }) }));
const document = fc.oneof(
  fc.jsonValue(),
  fc.record({ Version: value, Statement: fc.oneof(statement, fc.array(statement, { maxLength: 3 }), value) }),
  fc.record({ Statement: fc.array(statement, { maxLength: 3 }) }),
);

test("Whatever comes as a policy is refused as malformed, or can be evaluated", () => {
  let kept = 0;
  fc.assert(
    fc.property(
      document,
      fc.constantFrom("identity" as const, "trust" as const, "resource" as const),
      (given, kind) => {
        let checked: ReturnType<typeof checkPolicy>;
        try {
          checked = checkPolicy(JSON.stringify(given), kind);
        } catch (error) {
          assert.ok(error instanceof AwsError && error.code === "MalformedPolicyDocument", String(error));
          return;
        }
        kept++;
        const { decision } = evaluatePolicies([checked], {
          action: "sqs:SendMessage",
          resource: "arn:aws:sqs:us-east-1:111111111111:q",
          principal: { type: "AWS", names: ["111111111111"] },
          context: { "aws:SourceIp": ["10.0.0.1"], "a:b": ["1", "2"] },
        });
        assert.ok(["allowed", "explicitDeny", "implicitDeny"].includes(decision));
      },
    ),
    { numRuns: 3000 },
  );
  assert.ok(kept > 100, `only ${kept} were kept`);
});

test("A policy comes back percent-encoded as RFC 3986 has it, and counts without white space", () => {
  assert.equal(encodePolicy(`{"a": "b*(c)!'~"}`), "%7B%22a%22%3A%20%22b%2A%28c%29%21%27~%22%7D");
  assert.equal(policyLength('{ "a":\n\t"b c" }'), 10);
});
