import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, test } from "node:test";
import { World } from "../../src/services/events/fixture.test.ts";
import { newAccount, testCloud } from "../cloud.ts";
import { type Call, SERVICE_EVENTS } from "./service-events.ts";

const cloud = await testCloud();
after(() => cloud.stop());

for (const [at, { source, detailType, see, cause, isIt = () => true }] of SERVICE_EVENTS.entries()) {
  test(`${source} sends "${detailType}" as it is documented (${at})`, async () => {
    const world = new World(cloud, newAccount());
    const queue = await world.queue("heard");
    await world.rule("all", { source: [source], "detail-type": [detailType] }, [{ Id: "q", Arn: queue }]);
    const call: Call = (service, operation, input = {}) =>
      cloud.call(service, operation, input, {
        account: world.account,
        region: "us-east-1",
        as: `arn:aws:iam::${world.account}:root`,
      });
    const expected = await cause(world, call);
    const event = await world.first(queue, (found) => isIt(found["detail"] as Record<string, unknown>));
    assert.deepEqual(Object.keys(event), [
      "version",
      "id",
      "detail-type",
      "source",
      "account",
      "time",
      "region",
      "resources",
      "detail",
    ]);
    assert.equal(event["account"], world.account);
    assert.deepEqual(event["resources"], expected.resources, see);
    assertLike(event["detail"], expected.detail, "detail");
    world.events.destroy();
    world.sqs.destroy();
  });
}

/** What is said in one partition, as it is in another. */
function inChina<T>(value: T): T {
  if (typeof value === "string")
    return value
      .replaceAll("arn:aws:", "arn:aws-cn:")
      .replaceAll("us-east-1", CHINA)
      .replaceAll("eu-west-1", CHINA) as T;
  if (Array.isArray(value)) return value.map(inChina) as T;
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value) || value instanceof Date)
    return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, inChina(member)])) as T;
}
const CHINA = "cn-north-1";
/** A bucket says where it is to be, unless that is us-east-1. */
const HERE = { CreateBucketConfiguration: { LocationConstraint: CHINA } };

for (const [at, { source, detailType, cause, isIt = () => true }] of SERVICE_EVENTS.entries()) {
  test(`${source} sends "${detailType}" with the ARNs of its partition (${at})`, async () => {
    const world = new World(cloud, newAccount(), CHINA);
    const queue = await world.queue("heard");
    await world.rule("all", { source: [source], "detail-type": [detailType] }, [{ Id: "q", Arn: queue }]);
    const call: Call = (service, operation, input = {}) =>
      cloud.call(
        service,
        operation,
        { ...inChina(input), ...(operation === "CreateBucket" && HERE) },
        {
          account: world.account,
          region: CHINA,
          as: `arn:aws-cn:iam::${world.account}:root`,
        },
      );
    await cause(world, call);
    const event = await world.first(queue, (found) => isIt(found["detail"] as Record<string, unknown>));
    assert.equal(event["region"], CHINA);
    assert.doesNotMatch(JSON.stringify(event), /arn:aws:|us-east-1/);
    world.events.destroy();
    world.sqs.destroy();
  });
}

test("the guide's table has every event that services send", () => {
  const guide = readFileSync(new URL("../../docs/guide/eventbridge.md", import.meta.url), "utf8");
  for (const { source, detailType } of SERVICE_EVENTS) {
    assert.ok(guide.includes(`\`${source}\``), source);
    assert.ok(guide.includes(detailType), detailType);
  }
});

/** The same members, and each as it is expected: a value, a pattern, or a function that looks for itself. */
function assertLike(actual: unknown, expected: unknown, path: string): void {
  if (expected instanceof RegExp) {
    assert.match(String(actual), expected, path);
  } else if (typeof expected === "function") {
    assert.ok(expected(actual), `${path}: ${String(actual)}`);
  } else if (typeof expected === "object" && expected !== null) {
    assert.ok(typeof actual === "object" && actual !== null, `${path}: ${String(actual)}`);
    assert.deepEqual(Object.keys(actual).sort(), Object.keys(expected).sort(), path);
    for (const [name, member] of Object.entries(expected))
      assertLike((actual as Record<string, unknown>)[name], member, `${path}.${name}`);
  } else assert.deepEqual(actual, expected, path);
}
