import assert from "node:assert/strict";
import { test } from "node:test";
import { AwsError } from "../../src/core/aws-error.ts";
import { wireIndex } from "../../src/models/model.ts";
import { createProtocol, protocolsOf } from "../../src/protocols/protocol.ts";
import { wireModel } from "../../src/protocols/wire-model.ts";
import { testCloud } from "../cloud.ts";

const SERVERS: Record<string, string> = { s3: "AmazonS3", dynamodb: "Server", ec2: "AmazonEC2" };
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
        assert.equal(headers["cache-control"], service === "ec2" ? "no-cache, no-store" : undefined, what);
        assert.equal("x-amz-id-2" in headers, WITH_HOST_ID.includes(service), what);
        const id = headers["x-amzn-requestid"] ?? headers["x-amz-request-id"];
        assert.equal(id, "request-1", what);
      }
    }
  }
});

test("a request's id has its service's form, in the header and in the body of an error", async () => {
  await using cloud = await testCloud();
  const forms: [service: string, target: string | undefined, id: RegExp][] = [
    ["s3", undefined, /^[0-9A-HJKMNP-TV-Z]{16}$/],
    ["dynamodb", "DynamoDB_20120810.ListTables", /^[0-9A-V]{25}[37BFJNRV]VV4KQNSO5AEMVJF66Q9ASUAAJG$/],
    ["sqs", "AmazonSQS.ListQueues", /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/],
  ];
  for (const [service, target, form] of forms) {
    const response = await fetch(`${cloud.url}/${target ? "" : "no-such-bucket"}`, {
      method: target ? "POST" : "GET",
      headers: {
        authorization: `AWS4-HMAC-SHA256 Credential=test/20261123/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
        ...(target && { "x-amz-target": target, "content-type": "application/x-amz-json-1.0" }),
      },
      ...(target && { body: "{}" }),
    });
    const id = response.headers.get("x-amzn-requestid") ?? response.headers.get("x-amz-request-id")!;
    assert.match(id, form);
    if (service !== "s3") continue;
    const hostId = response.headers.get("x-amz-id-2")!;
    assert.match(hostId, /^[\w+/]{75}=$/);
    assert.ok((await response.text()).includes(`<RequestId>${id}</RequestId><HostId>${hostId}</HostId>`));
  }
});
