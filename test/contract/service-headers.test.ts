import assert from "node:assert/strict";
import { test } from "node:test";
import { AwsError } from "../../src/core/aws-error.ts";
import { wireIndex } from "../../src/models/model.ts";
import { createProtocol, protocolsOf } from "../../src/protocols/protocol.ts";
import { wireModel } from "../../src/protocols/wire-model.ts";

const SERVERS: Record<string, string> = { s3: "AmazonS3", dynamodb: "Server" };
const WITH_HOST_ID = ["kinesis", "s3", "s3control"];
const error = new AwsError("InternalFailure", "It failed.", { status: 500, statusIsFixed: true });

test("answers and errors of every service name its server and its request as AWS's do", () => {
  for (const service of wireIndex().keys()) {
    const model = wireModel(service)!;
    // Its output needs no member in a header or a body's stream.
    const plain = Object.keys(model.operations).find((name) => model.operations[name]?.output === undefined);
    for (const name of protocolsOf(model)) {
      const protocol = createProtocol(model, name);
      const answers = [protocol.encodeError(error, "request-1")];
      if (plain !== undefined) answers.push(protocol.encodeOutput(plain, {}, "request-1"));
      for (const { headers, status } of answers) {
        const what = `${service} ${name} ${status}`;
        assert.equal(headers.server, SERVERS[service], what);
        assert.equal("x-amz-id-2" in headers, WITH_HOST_ID.includes(service), what);
        const id = headers["x-amzn-requestid"] ?? headers["x-amz-request-id"];
        assert.equal(id, "request-1", what);
      }
    }
  }
});
