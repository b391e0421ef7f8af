import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import fc from "fast-check";
import { AwsError } from "../../src/core/aws-error.ts";
import type { HttpRequest } from "../../src/core/http.ts";
import { loadModel, type ProtocolName } from "../../src/models/model.ts";
import { createProtocol } from "../../src/protocols/protocol.ts";
import { checkInput } from "../../src/protocols/validate.ts";
import { needs } from "../needs.ts";
import { Botocore } from "./botocore.ts";
import { Samples } from "./samples.ts";

const SEED = 20_260_101;
const CASES = 3000 * Number(process.env["SQUALL_TEST_SCALE"] ?? 1);

const SERVICES: readonly (readonly [service: string, protocol: ProtocolName])[] = [
  ["dynamodb", "json"],
  ["kinesis", "json"],
  ["iam", "query"],
  ["ec2", "ec2"],
  ["lambda", "rest-json"],
  ["s3", "rest-xml"],
  ["cloudwatch", "smithy-rpc-v2-cbor"],
];

/** What goes wrong on the way: one or several of these, in bytes, text or headers. */
type Mutation = (request: HttpRequest) => HttpRequest;

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  withBody(fc.nat(), fc.nat(255), (body, at, byte) => {
    const changed = Buffer.from(body);
    if (changed.length > 0) changed[at % changed.length] = byte;
    return changed;
  }),
  withBody(fc.nat(), fc.nat(64), (body, at, length) => cut(body, at, length, "")),
  withBody(fc.nat(), fc.constantFrom(...JUNK()), (body, at, junk) => cut(body, at, 0, junk)),
  withBody(fc.nat(), fc.constantFrom(...JUNK()), (body, at, junk) => replaceToken(body, at, junk)),
  withBody(fc.nat(), fc.nat(40), (body, at) => Buffer.concat([body, body.subarray(at % (body.length + 1))])),
  fc.uint8Array({ maxLength: 200 }).map(
    (body): Mutation =>
      (request) => ({ ...request, body }),
  ),
  fc.json().map(
    (text): Mutation =>
      (request) => ({ ...request, body: Buffer.from(text) }),
  ),
  fc.string().map(
    (query): Mutation =>
      (request) => ({ ...request, query }),
  ),
  fc.string().map(
    (path): Mutation =>
      (request) => ({ ...request, path: `/${path}` }),
  ),
  fc.nat().map(
    (at): Mutation =>
      (request) => ({ ...request, path: request.path.slice(0, 1 + (at % request.path.length)) }),
  ),
  fc.constantFrom("GET", "PUT", "DELETE", "POST", "HEAD", "PATCH").map(
    (method): Mutation =>
      (request) => ({ ...request, method }),
  ),
  fc
    .tuple(
      fc.constantFrom(
        "content-encoding",
        "x-amz-content-sha256",
        "x-amz-decoded-content-length",
        "x-amz-target",
        "range",
      ),
      fc.constantFrom(
        "gzip",
        "aws-chunked",
        "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        "0",
        "-1",
        "",
        "__proto__",
        "A.constructor",
      ),
    )
    .map(
      ([name, value]): Mutation =>
        (request) => ({ ...request, headers: { ...request.headers, [name]: value } }),
    ),
  fc.tuple(fc.nat(), fc.constantFrom(...JUNK())).map(
    ([at, value]): Mutation =>
      (request) => {
        const names = Object.keys(request.headers);
        return { ...request, headers: { ...request.headers, [names[at % names.length]!]: value } };
      },
  ),
);

/** DynamoDB answers a coding that it cannot read with a 500 of its own: docs/protocols.md says where that was measured. */
const isBadEncoding = (error: AwsError, { headers }: HttpRequest): boolean =>
  error.code === "InternalServerError" && Boolean(headers["content-encoding"]);

const botocore = new Botocore();
after(() => botocore[Symbol.dispose]());

for (const [service, protocol] of SERVICES) {
  describe(`${service} over ${protocol}`, needs("pip"), () => {
    const model = loadModel(service)!;
    const requests: HttpRequest[] = [];

    before(async () => {
      const operations = Object.entries(model.operations).slice(0, 120);
      const made = operations.map(([name, { input }], index) => {
        const params = input ? new Samples(model, index).structure(input) : {};
        return botocore.serialize(service, name, protocol, params);
      });
      requests.push(...(await Promise.all(made)));
    });

    test("a mangled request is answered or refused, never a crash", () => {
      const codec = createProtocol(model, protocol);
      let refused = 0;
      fc.assert(
        fc.property(fc.nat(), fc.array(mutation, { minLength: 1, maxLength: 3 }), (at, mutations) => {
          const request = mutations.reduce(
            (mangled, mutate) => mutate(mangled),
            requests[at % requests.length]!,
          );
          try {
            const { operation, input } = codec.decode(request);
            const error = checkInput(model, operation, input);
            if (error) throw error;
          } catch (error) {
            assert.ok(error instanceof AwsError, `${(error as Error).stack}`);
            const isRefusal = error.status >= 400 && error.status < 500;
            assert.ok(isRefusal || isBadEncoding(error, request), `${error.code} ${error.status}`);
            assert.equal(codec.encodeError(error, "id").status, error.status);
            refused++;
          }
        }),
        { seed: SEED, numRuns: CASES },
      );
      assert.ok(refused > CASES / 10, `only ${refused} were refused`);
      assert.equal(({} as Record<string, unknown>)["polluted"], undefined);
    });
  });
}

function JUNK(): string[] {
  return [
    "null",
    "[]",
    "{}",
    "-1",
    "1e400",
    "9007199254740993000",
    '"__proto__":{"polluted":1},',
    '{"constructor":{"prototype":{"polluted":1}}}',
    "[".repeat(5000),
    '{"M":{"a":'.repeat(2000),
    "<a>".repeat(3000),
    "<!DOCTYPE x [<!ENTITY a 'b'>]>",
    "&a;&#0;&#x110000;",
    "%",
    "%zz",
    ".1.1.1.1",
    "a.".repeat(500),
    "\u0000",
    "\ud800",
    "true",
    "2024-13-45T99:99:99Z",
    "__proto__",
  ];
}

function withBody<A, B>(
  first: fc.Arbitrary<A>,
  second: fc.Arbitrary<B>,
  change: (body: Buffer, a: A, b: B) => Uint8Array,
): fc.Arbitrary<Mutation> {
  return fc.tuple(first, second).map(
    ([a, b]): Mutation =>
      (request) => ({
        ...request,
        body: change(Buffer.from(request.body), a, b),
      }),
  );
}

function cut(body: Buffer, at: number, length: number, insert: string): Buffer {
  const start = at % (body.length + 1);
  return Buffer.concat([body.subarray(0, start), Buffer.from(insert), body.subarray(start + length)]);
}

/** Puts junk in the place of one word, number or string of the body. */
function replaceToken(body: Buffer, at: number, junk: string): Buffer {
  const tokens = [...body.toString("latin1").matchAll(/"[^"]*"|[\w.-]+/g)];
  const token = tokens[at % Math.max(tokens.length, 1)];
  return token ? cut(body, token.index, token[0].length, junk) : body;
}
