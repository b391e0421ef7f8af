import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { loadModel, type Operation, type ProtocolName, type ServiceModel } from "../../src/models/model.ts";
import { createProtocol, protocolFor } from "../../src/protocols/protocol.ts";
import { needs } from "../needs.ts";
import { Botocore } from "./botocore.ts";
import { comparable } from "./comparable.ts";
import { Samples } from "./samples.ts";

const SERVICES: readonly (readonly [service: string, protocol: ProtocolName])[] = [
  ["sqs", "json"],
  ["dynamodb", "json"],
  ["dynamodbstreams", "json"],
  ["kinesis", "json"],
  ["logs", "json"],
  ["events", "json"],
  ["sts", "query"],
  ["iam", "query"],
  ["sns", "query"],
  ["cloudwatch", "query"],
  ["cloudwatch", "json"],
  ["cloudwatch", "smithy-rpc-v2-cbor"],
  ["ec2", "ec2"],
  ["lambda", "rest-json"],
  ["apigateway", "rest-json"],
  ["apigatewayv2", "rest-json"],
  ["apigatewaymanagementapi", "rest-json"],
  ["fis", "rest-json"],
  ["s3", "rest-xml"],
];
/** Samples an operation; ec2 has 765 operations. */
const rounds = (service: string) => (service === "ec2" ? 1 : 3);

const botocore = new Botocore();
after(() => botocore[Symbol.dispose]());

for (const [service, protocol] of SERVICES) {
  describe(`${service} over ${protocol}`, needs("pip"), () => {
    const model = loadModel(service)!;

    test("what botocore sends is understood", async () => {
      const failures: string[] = [];
      await Promise.all(
        Object.entries(model.operations).map(async ([name, operation]) => {
          if (isShadowed(service, name, operation)) return;
          for (let round = 0; round < rounds(service); round++) {
            const samples = new Samples(model, seedOf(name, round));
            const params = operation.input ? samples.structure(operation.input) : {};
            const request = await botocore.serialize(service, name, protocol, params);
            try {
              const decoded = protocolFor(model, request).decode(request);
              assert.equal(protocolFor(model, request).name, protocol);
              assert.equal(decoded.operation, name);
              assert.deepEqual(comparable(decoded.input), comparable(params));
            } catch (error) {
              failures.push(`${name} #${round}: ${String((error as Error).message).slice(0, 1500)}`);
            }
          }
        }),
      );
      assert.deepEqual(failures, []);
    });

    test("botocore understands what is answered", async () => {
      const codec = createProtocol(model, protocol);
      const failures: string[] = [];
      await Promise.all(
        Object.entries(model.operations).map(async ([name, operation]) => {
          if (operation.output === undefined || hasEventStream(model, operation.output.shape)) return;
          if (BEYOND_PARSERS.has(name)) return;
          for (let round = 0; round < rounds(service); round++) {
            const output = new Samples(model, seedOf(name, round)).structure(operation.output);
            const response = codec.encodeOutput(name, output, "request-1");
            try {
              const { ResponseMetadata: meta, ...parsed } = await botocore.parse(
                service,
                name,
                protocol,
                response,
              );
              assert.equal((meta as { RequestId: string }).RequestId, "request-1");
              assert.deepEqual(comparable(parsed), comparable(expected(model, name, output)));
            } catch (error) {
              failures.push(`${name} #${round}: ${String((error as Error).message).slice(0, 1500)}`);
            }
          }
        }),
      );
      assert.deepEqual(failures, []);
    });
  });
}

/**
 * botocore reads GetBucketLocation by a hook outside of its parsers, and cannot read the deprecated GetBucketNotification,
 * which has two members of one name.
 */
const BEYOND_PARSERS = new Set(["GetBucketLocation", "GetBucketNotification"]);

/** S3's deprecated operations are on the wire of their successors, and directory buckets are listed at another host. */
const isShadowed = (service: string, name: string, operation: Operation) =>
  service === "s3" && (operation.deprecated === true || name === "ListDirectoryBuckets");

const hasEventStream = (model: ServiceModel, shape: string) =>
  Object.values(model.shapes[shape]!.members ?? {}).some((member) => model.shapes[member.shape]!.eventstream);

/** What a client can see of an output: nothing of a HEAD answer's body, the status as it is. */
function expected(
  model: ServiceModel,
  operation: string,
  output: Record<string, unknown>,
): Record<string, unknown> {
  const shape = model.shapes[model.operations[operation]!.output!.shape]!;
  return Object.fromEntries(
    Object.entries(output).filter(([name]) => {
      const isBody = shape.members![name]!.location === undefined;
      return !isBody || model.operations[operation]!.http.method !== "HEAD";
    }),
  );
}

function seedOf(name: string, round: number): number {
  let seed = round + 1;
  for (const char of name) seed = (Math.imul(seed, 31) + char.charCodeAt(0)) >>> 0;
  return seed;
}
