import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { loadModel } from "../../src/models/model.ts";
import { MAX_INFLATED_BYTES } from "../../src/protocols/limits.ts";
import { createProtocol } from "../../src/protocols/protocol.ts";
import { requestOf } from "./model.ts";

/** PutMetricData is what SDKs compress; CloudWatch speaks each of these. */
const asked = {
  json: { path: "/", headers: { "x-amz-target": "GraniteServiceVersion20100801.PutMetricData" } },
  query: { path: "/", headers: { "content-type": "application/x-www-form-urlencoded" } },
  "smithy-rpc-v2-cbor": {
    path: "/service/GraniteServiceVersion20100801/operation/PutMetricData",
    headers: { "smithy-protocol": "rpc-v2-cbor" },
  },
} as const;

const bomb = gzipSync(Buffer.alloc(MAX_INFLATED_BYTES + 1, " "));

for (const [name, { path, headers }] of Object.entries(asked)) {
  test(`a ${name} request that would inflate beyond the limit, or is not gzip, is refused`, () => {
    const codec = createProtocol(loadModel("cloudwatch")!, name as keyof typeof asked);
    for (const body of [bomb, bomb.subarray(0, 20), Buffer.from("not gzip")]) {
      const request = requestOf({ path, body, headers: { ...headers, "content-encoding": "gzip" } });
      assert.throws(() => codec.decode(request), {
        code: "SerializationException",
        message: "The request body could not be decompressed",
      });
    }
  });
}
