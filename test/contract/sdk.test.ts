import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { AwsError } from "../../src/core/aws-error.ts";
import type { HttpRequest, HttpResponse } from "../../src/core/http.ts";
import { loadModel, type ServiceModel } from "../../src/models/model.ts";
import { protocolFor } from "../../src/protocols/protocol.ts";
import { comparable } from "./comparable.ts";
import { Samples } from "./samples.ts";
import { Sdk } from "./sdk.ts";

const SERVICES = [
  "sqs",
  "sts",
  "iam",
  "dynamodb",
  "dynamodbstreams",
  "sns",
  "lambda",
  "apigateway",
  "apigatewayv2",
  "apigatewaymanagementapi",
  "logs",
  "cloudwatch",
  "fis",
  "s3",
  "events",
  "kinesis",
  "ec2",
];

/** `GET /` of S3 lists buckets; directory buckets are listed at another host. */
const ELSEWHERE = new Set(["ListDirectoryBuckets"]);
/** The SDK prefers the query code, and "ResourceNotFound" is also the name of another error of CloudWatch. */
const AMBIGUOUS = new Set(["DashboardNotFoundError"]);
/** The SDK checks the sums of these; sampled ones are wrong. */
const SUMMED = new Set(["SendMessage", "SendMessageBatch", "ReceiveMessage", "GetObjectAnnotation"]);

/** Where the SDK's model is older than ours, or takes a number for text: members that it does not see as we send them. */
const OTHER_MODEL = new Set(["fis", "apigateway.GetSdkTypes", "s3.ListParts"]);

type Answer = (request: HttpRequest) => HttpResponse;

for (const service of SERVICES) {
  describe(`the SDK's client of ${service}`, () => {
    const model = loadModel(service)!;
    let answer: Answer = () => ({ status: 500, headers: {} });
    let sdk: Sdk;
    before(async () => {
      sdk = await Sdk.of(service, (request) => answer(request));
    });
    const operations = Object.entries(model.operations).filter(([name]) => !ELSEWHERE.has(name));

    test("understands every modelled error of every operation", async () => {
      const failures: string[] = [];
      for (const [operation, { input, errors, http }] of operations) {
        if (!sdk.has(operation) || http.method === "HEAD") continue;
        for (const { shape } of [...(errors ?? []), { shape: "ThrottlingException" }]) {
          if (AMBIGUOUS.has(shape)) continue;
          answer = (request) => {
            const protocol = protocolFor(model, request);
            assert.equal(protocol.decode(request).operation, operation);
            return protocol.encodeError(new AwsError(shape, "Said by Squall."), "request-1", operation);
          };
          try {
            const params = input ? inputOf(model, operation, input.shape) : {};
            await assert.rejects(sdk.send(operation, params), (error: Error & { $metadata: Metadata }) => {
              const modelled = model.shapes[shape];
              const errorClass = modelled && sdk.errorClass(shape);
              if (errorClass)
                assert.ok(error instanceof errorClass, `${error.name} is no ${shape}: ${error.stack}`);
              else assert.equal(error.name, shape);
              assert.equal(error.message, "Said by Squall.");
              assert.equal(error.$metadata.requestId, "request-1");
              const status = modelled?.error?.httpStatusCode ?? (modelled?.fault ? 500 : 400);
              assert.equal(error.$metadata.httpStatusCode, status);
              return true;
            });
          } catch (error) {
            failures.push(`${operation} ${shape}: ${String((error as Error).message).slice(0, 400)}`);
          }
        }
      }
      assert.deepEqual(failures, []);
    });

    test("understands every output", async () => {
      const failures: string[] = [];
      for (const [operation, { input, output }] of operations) {
        if (!sdk.has(operation) || output === undefined || SUMMED.has(operation)) continue;
        if (OTHER_MODEL.has(service) || OTHER_MODEL.has(`${service}.${operation}`)) continue;
        if (
          Object.values(model.shapes[output.shape]!.members ?? {}).some(
            ({ shape }) => model.shapes[shape]!.eventstream,
          )
        )
          continue;
        const sent = new Samples(model, operation.length).structure(output);
        answer = (request) => protocolFor(model, request).encodeOutput(operation, sent, "request-1");
        try {
          const { $metadata, ...got } = await sdk.send(
            operation,
            input ? inputOf(model, operation, input.shape) : {},
          );
          assert.equal(($metadata as Metadata).requestId, "request-1");
          assert.deepEqual(
            comparable(visible(model, operation, await collected(got))),
            comparable(visible(model, operation, sdk.known(output.shape, sent))),
          );
        } catch (error) {
          failures.push(`${operation}: ${String((error as Error).message).slice(0, 900)}`);
        }
      }
      assert.deepEqual(failures, []);
    });
  });
}

interface Metadata {
  readonly requestId?: string;
  readonly httpStatusCode: number;
}

/** A sampled input that the SDK is willing to send. */
function inputOf(model: ServiceModel, operation: string, shape: string): Record<string, unknown> {
  const {
    ChecksumAlgorithm: _unsupported,
    EndpointId: _multiRegion,
    ...params
  } = new Samples(model, operation.length).structure({ shape });
  return "Bucket" in params ? { ...params, Bucket: "bucket" } : params;
}

/** What a client can see of an output: of a HEAD answer its headers only. */
function visible(
  model: ServiceModel,
  operation: string,
  output: Record<string, unknown>,
): Record<string, unknown> {
  const { http, output: ref } = model.operations[operation]!;
  const members = model.shapes[ref!.shape]!.members!;
  return Object.fromEntries(
    Object.entries(output).filter(
      ([name]) => name in members && (http.method !== "HEAD" || members[name]!.location !== undefined),
    ),
  );
}

/** An output whose streamed body has been read. */
async function collected(output: Record<string, unknown>): Promise<Record<string, unknown>> {
  const read = async (value: unknown) =>
    typeof value === "object" && value !== null && "transformToByteArray" in value
      ? await (value as { transformToByteArray(): Promise<Uint8Array> }).transformToByteArray()
      : value;
  const entries = Object.entries(output).map(async ([name, value]) => [name, await read(value)] as const);
  return Object.fromEntries(await Promise.all(entries));
}
