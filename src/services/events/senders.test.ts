import assert from "node:assert/strict";
import { test } from "node:test";
import { eventsCloud } from "./fixture.test.ts";

/** What services send onto the default bus by themselves comes to a queue. */
async function heard(source: string) {
  const world = await eventsCloud();
  const queue = await world.queue("heard");
  await world.rule("all", { source: [source] }, [{ Id: "q", Arn: queue }]);
  const call = (service: string, operation: string, input: object) =>
    world.cloud.call<Record<string, unknown>>(service, operation, input, {
      account: world.account,
      region: "us-east-1",
    });
  return { world, queue, call };
}

test("an object in a bucket that has EventBridge switched on is an event, one in another is none", async () => {
  const { world, queue, call } = await heard("aws.s3");
  await using _ = world;
  await call("s3", "CreateBucket", { Bucket: "loud-bucket" });
  await call("s3", "CreateBucket", { Bucket: "quiet-bucket" });
  await call("s3", "PutBucketNotificationConfiguration", {
    Bucket: "loud-bucket",
    NotificationConfiguration: { EventBridgeConfiguration: {} },
  });
  await call("s3", "PutObject", { Bucket: "quiet-bucket", Key: "a", Body: Buffer.from("four") });
  await call("s3", "PutObject", { Bucket: "loud-bucket", Key: "a", Body: Buffer.from("four") });
  const [event, ...more] = (await world.bodies(queue, 1)) as Record<string, unknown>[];
  assert.deepEqual(more, []);
  assert.equal(event!["detail-type"], "Object Created");
  assert.deepEqual(event!["resources"], ["arn:aws:s3:::loud-bucket"]);
  const { bucket, object, reason } = event!["detail"] as Record<string, Record<string, unknown>>;
  assert.deepEqual(bucket, { name: "loud-bucket" });
  assert.equal(object!["key"], "a");
  assert.equal(object!["size"], 4);
  assert.equal(reason, "PutObject");
});
