import assert from "node:assert/strict";
import { test } from "node:test";
import type { LifecycleRule } from "@aws-sdk/client-s3";
import { s3Cloud } from "./fixture.test.ts";

const { bucket } = await s3Cloud();

const malformed =
  "MalformedXML: The XML you provided was not well-formed or did not validate against our published schema";
const request = (message: string) => `InvalidRequest: ${message}`;
const argument = (message: string) => `InvalidArgument: ${message}`;
const to = (StorageClass: string, Days: number) => ({ StorageClass: StorageClass as "GLACIER", Days });
const later = (NoncurrentDays: number, StorageClass: string) => ({
  NoncurrentDays,
  StorageClass: StorageClass as "GLACIER",
});
const day = new Date("2030-01-01T00:00:00Z");
const tag = { Filter: { Tag: { Key: "a", Value: "b" } } };
const sizes = (ObjectSizeGreaterThan: number, ObjectSizeLessThan: number) => ({
  Filter: { And: { ObjectSizeGreaterThan, ObjectSizeLessThan } },
  Expiration: { Days: 1 },
});

const RULES: readonly (readonly [rule: Partial<LifecycleRule>, answer: string])[] = [
  [
    { Transitions: [to("GLACIER", 30)], Expiration: { Days: 30 } },
    argument(
      "'Days' in the Expiration action for filter '(prefix=p/)' must be greater than 'Days' in the Transition action",
    ),
  ],
  [{ Transitions: [to("GLACIER", 30)], Expiration: { Days: 31 } }, "taken"],
  [
    { Transitions: [to("GLACIER", 30), to("GLACIER", 60)] },
    request(
      "'StorageClass' must be different for 'Transition' actions in same 'Rule' with filter '(prefix=p/)'",
    ),
  ],
  [
    { Transitions: [to("STANDARD_IA", 90), to("GLACIER", 40)] },
    argument(
      "'Days' in the Transition action for StorageClass 'GLACIER' for filter '(prefix=p/)' must be greater than 'Days' in the Transition action for StorageClass 'STANDARD_IA' for filter '(prefix=p/)'",
    ),
  ],
  [
    { Transitions: [to("DEEP_ARCHIVE", 100), to("GLACIER", 90)], Filter: {} },
    argument(
      "'Days' in the 'Transition' action for StorageClass 'DEEP_ARCHIVE' for filter '()' must be 90 days more than 'filter '()'' in the 'Transition' action for StorageClass 'GLACIER'",
    ),
  ],
  [{ Transitions: [to("DEEP_ARCHIVE", 180), to("STANDARD_IA", 30), to("GLACIER", 60)] }, "taken"],
  [
    { Transitions: [to("STANDARD_IA", 30), { StorageClass: "GLACIER", Date: day }] },
    request(
      "Found mixed 'Date' and 'Days' based Transition actions in lifecycle rule for filter '(prefix=p/)'",
    ),
  ],
  [
    { Transitions: [to("STANDARD_IA", 30)], Expiration: { Date: day } },
    request(
      "Found mixed 'Date' and 'Days' based Expiration and Transition actions in lifecycle rule for filter '(prefix=p/)'",
    ),
  ],
  [
    {
      NoncurrentVersionTransitions: [later(9, "GLACIER")],
      NoncurrentVersionExpiration: { NoncurrentDays: 9 },
    },
    argument(
      "'NoncurrentDays' in the NoncurrentVersionExpiration action for filter '(prefix=p/)' must be greater than 'NoncurrentDays' in the NoncurrentVersionTransition action",
    ),
  ],
  [
    { NoncurrentVersionExpiration: { NoncurrentDays: 0 } },
    argument("'NoncurrentDays' for NoncurrentVersionExpiration action must be a positive integer"),
  ],
  [
    { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 0 } },
    argument("'DaysAfterInitiation' for AbortIncompleteMultipartUpload action must be a positive integer"),
  ],
  [{ Transitions: [to("GLACIER", -1)] }, argument("'Days' in Transition action must be nonnegative")],
  [{ Transitions: [to("STANDARD", 40)] }, argument("Invalid target Storage class for Transition action")],
  [{ Transitions: [to("COLD", 40)] }, malformed],
  [
    { ...tag, Expiration: { ExpiredObjectDeleteMarker: true } },
    request("ExpiredObjectDeleteMarker cannot be specified with Tags."),
  ],
  [sizes(10, 5), request("'ObjectSizeLessThan' has to be a value greater than 'ObjectSizeGreaterThan'.")],
  [sizes(-1, 5), request("'ObjectSizeGreaterThan' should be between 0 and 1099511627776000.")],
  [sizes(5, 10), "taken"],
];

test("rules whose actions do not follow each other are refused, in AWS's words", async () => {
  const { s3, Bucket } = await bucket();
  const put = (Rules: LifecycleRule[]) =>
    s3.putBucketLifecycleConfiguration({ Bucket, LifecycleConfiguration: { Rules } }).then(
      () => "taken",
      (error: Error) => `${error.name}: ${error.message}`,
    );
  for (const [rule, answer] of RULES)
    assert.equal(
      await put([{ Status: "Enabled", Filter: { Prefix: "p/" }, ...rule }]),
      answer,
      JSON.stringify(rule),
    );
  const plain = (ID: string) => ({ ID, Status: "Enabled" as const, Expiration: { Days: 1 } });
  assert.equal(
    await put([
      { ...plain("a"), Filter: {} },
      { ...plain("b"), Prefix: "" },
    ]),
    request("Filter element can only be used in Lifecycle V2."),
  );
  const many = Array.from({ length: 1001 }, (_, at) => ({ ...plain(`${at}`), Filter: {} }));
  assert.equal(await put(many), malformed);
  assert.equal(await put(many.slice(1)), "taken");
});
