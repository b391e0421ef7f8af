import assert from "node:assert/strict";
import { test } from "node:test";
import { makeQueueUrl, parseQueueUrl, STRATEGIES } from "./queue-url.ts";

const caller = { account: "111111111111", region: "eu-central-1" };
const place = { account: "222222222222", region: "ap-southeast-2", name: "orders.fifo" };

test("What is made in a form that names the region is understood as the same queue", () => {
  for (const strategy of STRATEGIES.filter((form) => form !== "off" && form !== "dynamic")) {
    const url = makeQueueUrl(place, strategy, "localhost.localstack.cloud:4566");
    assert.deepEqual(parseQueueUrl(url, caller), place, url);
  }
});

test("A URL without a region means the caller's", () => {
  const url = makeQueueUrl(place, "off", "localhost:4566");
  assert.equal(url, "http://localhost:4566/222222222222/orders.fifo");
  assert.deepEqual(parseQueueUrl(url, caller), { ...place, region: "eu-central-1" });
});

test("The form that fits a host names the region where the host does", () => {
  const at = (host: string) => makeQueueUrl(place, "dynamic", host);
  assert.equal(at("localhost:4566"), "http://localhost:4566/222222222222/orders.fifo");
  for (const host of ["sqs.ap-southeast-2.localhost:4566", "ap-southeast-2.queue.localhost:4566"])
    assert.deepEqual(parseQueueUrl(at(host), caller), place, host);
});

test("AWS's own URLs are understood, old and new", () => {
  for (const host of ["sqs.ap-southeast-2.amazonaws.com", "ap-southeast-2.queue.amazonaws.com"]) {
    assert.deepEqual(parseQueueUrl(`https://${host}/222222222222/orders.fifo`, caller), place);
  }
});

test("The domain form leaves us-east-1 out", () => {
  const url = makeQueueUrl({ ...place, region: "us-east-1" }, "domain", "localhost:4566");
  assert.equal(url, "http://queue.localhost:4566/222222222222/orders.fifo");
  assert.deepEqual(parseQueueUrl(url, caller), { ...place, region: "us-east-1" });
});

test("A bare path and a bare name are understood; anything else is no address", () => {
  assert.deepEqual(parseQueueUrl("/222222222222/q", caller), {
    account: "222222222222",
    region: "eu-central-1",
    name: "q",
  });
  assert.deepEqual(parseQueueUrl("q.fifo", caller), { ...caller, name: "q.fifo" });
  for (const url of ["", "http://localhost:4566", "http://localhost:4566/q", "http://h/12345/q", "a b"]) {
    assert.throws(() => parseQueueUrl(url, caller), {
      name: "InvalidAddress",
      message: `The address ${url} is not valid for this endpoint.`,
    });
  }
});
