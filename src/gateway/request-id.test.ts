import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "../core/random.ts";
import { requestIdOf } from "./request-id.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test("S3 and DynamoDB have ids of their own forms, all others UUIDs, whatever a service calls itself", () => {
  const random = new Random();
  const forms: Readonly<[service: string, form: RegExp][]> = [
    ["s3", /^[0-9A-F]{16}$/],
    ["dynamodb", /^[0-9A-V]{26}VV4KQNSO5AEMVJF66Q9ASUAAJG$/],
    ["sqs", UUID],
    ["constructor", UUID],
    ["__proto__", UUID],
  ];
  for (const [service, form] of forms) assert.match(requestIdOf(service, random), form, service);
});
