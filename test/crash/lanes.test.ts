import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { LOADED_SERVICES } from "./lanes.ts";

/** Services that keep nothing of their own. */
const KEEPING_NOTHING = [
  "apigatewaymanagementapi",
  "dynamodbstreams",
  "eks",
  "execute-api",
  "rds-data",
  "resourcegroupstaggingapi",
];

test("Every service that keeps anything is in the crash tests' load", () => {
  const services = readdirSync(new URL("../../src/services/", import.meta.url));
  assert.deepEqual(
    services.filter((name) => !KEEPING_NOTHING.includes(name) && !LOADED_SERVICES.includes(name)),
    [],
  );
});
