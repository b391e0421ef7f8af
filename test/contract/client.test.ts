import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { AwsError } from "../../src/core/aws-error.ts";
import type { HttpResponse } from "../../src/core/http.ts";
import { loadModel, type ProtocolName } from "../../src/models/model.ts";
import { createClient, type WholeResponse } from "../../src/protocols/client.ts";
import { createProtocol, protocolFor } from "../../src/protocols/protocol.ts";
import { comparable } from "./comparable.ts";
import { Samples } from "./samples.ts";

const SERVICES: readonly (readonly [service: string, protocol: ProtocolName])[] = [
  ["sqs", "json"],
  ["sqs", "query"],
  ["dynamodb", "json"],
  ["kinesis", "json"],
  ["logs", "json"],
  ["sts", "query"],
  ["iam", "query"],
  ["sns", "query"],
  ["cloudwatch", "smithy-rpc-v2-cbor"],
  ["ec2", "ec2"],
  ["lambda", "rest-json"],
  ["apigateway", "rest-json"],
  ["fis", "rest-json"],
  ["s3", "rest-xml"],
];

/** Deprecated operations of S3 are on the wire of their successors; one answer of S3 is not wrapped. */
const SHADOWED = new Set(["ListDirectoryBuckets", "GetBucketLocation", "GetBucketNotification"]);

for (const [service, protocol] of SERVICES) {
  describe(`${service} over ${protocol}, both ends ours`, () => {
    const model = loadModel(service)!;
    const client = createClient(model, protocol);
    const server = createProtocol(model, protocol);
    const operations = Object.entries(model.operations).filter(
      ([name, { deprecated }]) => !(service === "s3" && (deprecated || SHADOWED.has(name))),
    );

    test("inputs, outputs and errors go there and back", () => {
      for (const [name, { input, output, errors, http }] of operations) {
        const samples = new Samples(model, name.length);
        const params = input ? samples.structure(input) : {};
        const request = client.encodeRequest(name, params);
        assert.equal(protocolFor(model, request).name, protocol, name);
        const decoded = server.decode(request);
        assert.equal(decoded.operation, name);
        assert.deepEqual(comparable(decoded.input), comparable(params), name);

        const streams = Object.values(model.shapes[output?.shape ?? ""]?.members ?? {}).some(
          ({ shape }) => model.shapes[shape]!.eventstream,
        );
        if (output && !streams && http.method !== "HEAD") {
          const sent = samples.structure(output);
          const got = client.decodeResponse(name, whole(server.encodeOutput(name, sent, "request-1")));
          assert.deepEqual(comparable(got), comparable(sent), name);
        }
        for (const { shape } of errors ?? []) {
          const error = new AwsError(shape, "Said by Squall.");
          if (http.method === "HEAD") continue;
          assert.throws(
            () => client.decodeResponse(name, whole(server.encodeError(error, "request-1", name))),
            {
              code: shape,
              message: "Said by Squall.",
            },
          );
        }
      }
    });
  });
}

test("a modelled error brings its members", () => {
  const model = loadModel("dynamodb")!;
  const members = { CancellationReasons: [{ Code: "ConditionalCheckFailed", Item: { pk: { S: "a" } } }] };
  const sent = new AwsError("TransactionCanceledException", "No.", { members });
  const response = whole(createProtocol(model).encodeError(sent, "request-1"));
  assert.throws(() => createClient(model).decodeResponse("TransactWriteItems", response), {
    code: sent.code,
    members,
  });
});

test("what is no AWS error is told by its status", () => {
  const response = { status: 502, headers: {}, body: Buffer.from("<html>Bad gateway") };
  for (const service of ["sqs", "iam", "ec2", "lambda", "s3", "cloudwatch"]) {
    const client = createClient(loadModel(service)!);
    const operation = Object.keys(loadModel(service)!.operations)[0]!;
    assert.throws(
      () => client.decodeResponse(operation, response),
      { code: "HTTP502", status: 502 },
      service,
    );
  }
});

function whole({ status, headers, body }: HttpResponse): WholeResponse {
  const flat = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
  return { status, headers: flat, body: Buffer.from((body ?? "") as Uint8Array) };
}
