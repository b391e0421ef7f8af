import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { AwsError } from "../core/aws-error.ts";
import { Bus, type CallRecord } from "../core/bus.ts";
import type { Outcome } from "../core/call.ts";
import { Clock } from "../core/clock.ts";
import { Identities } from "../core/identities.ts";
import { Log } from "../core/log.ts";
import { rawJson } from "../core/raw-json.ts";
import { ApiCall, NEVER } from "./api-call.ts";
import { Recorder } from "./record.ts";

/** A recorder whose calls somebody hears of, or nobody: then they are kept as bytes until they are asked for. */
function recorder({ isHeard, mostBytes }: { isHeard: boolean; mostBytes?: number }) {
  const bus = new Bus();
  if (isHeard) bus.subscribe("call", () => {});
  const clock = new Clock({ rate: 0, startMs: 5000 });
  const log = new Log({ level: "ERROR", write: () => {}, nowMs: () => 0 });
  const identities = new Identities();
  const recorder = new Recorder(bus, log, clock, identities, () => [], mostBytes);
  return { recorder, identities, bus };
}

interface Made {
  readonly input: Record<string, unknown>;
  readonly headers: Record<string, string>;
  /** The call before it. */
  readonly hasParent?: boolean;
  readonly origin?: string | undefined;
  readonly gatheredBy?: string | undefined;
  readonly service?: string;
  readonly isInternal?: boolean;
}

const request = { method: "POST", path: "/", query: "", headers: {}, body: new Uint8Array() } as never;

function callOf(identities: Identities, made: Made, n: number): ApiCall {
  const { service = "dynamodb", isInternal = false } = made;
  return new ApiCall({
    id: `id-${n}`,
    began: identities.begin(),
    parentId: made.hasParent ? `id-${n - 1}` : undefined,
    origin: made.origin,
    gatheredBy: made.gatheredBy,
    service,
    operation: service === "dynamodb" ? "PutItem" : "PutParameter",
    input: made.input,
    account: "000000000000",
    region: "us-east-1",
    caller: { arn: "arn:aws:iam::000000000000:root", accessKeyId: "test" } as never,
    headers: made.headers,
    request: isInternal ? undefined : request,
    signal: () => NEVER,
  });
}

const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom("x".repeat(1024), "x".repeat(1025), "ümläut", "\u{1f4a5}", "\ud800"),
);
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { depthSize: "medium", maxDepth: 8 },
    text,
    fc.integer(),
    fc.double(),
    fc.boolean(),
    fc.constantFrom(null, undefined, new Date(5), rawJson("12345678901234567890"), new Uint8Array([1, 2])),
    fc.array(tie("any"), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom("id", "S", "1", "__proto__", "toJSON"), tie("any"), { maxKeys: 4 }),
    fc.constant(Array.from({ length: 65 }, () => 1)),
  ),
})).any;

const made: fc.Arbitrary<Made> = fc.record({
  input: fc.dictionary(fc.constantFrom("TableName", "Item", "Value"), value),
  headers: fc.dictionary(
    fc.constantFrom("user-agent", "amz-sdk-invocation-id", "amz-sdk-request", "traceparent"),
    fc.constantFrom("aws-cli/2 ü", "attempt=2; max=3", `00-${"a".repeat(32)}-${"b".repeat(16)}-01`, ""),
  ),
  hasParent: fc.boolean(),
  origin: fc.constantFrom(undefined, "scope"),
  gatheredBy: fc.constantFrom(undefined, "batch"),
  service: fc.constantFrom("dynamodb", "ssm"),
  isInternal: fc.boolean(),
});

const outcome: fc.Arbitrary<Outcome> = fc.constantFrom<Outcome>(
  { kind: "output", output: {} },
  { kind: "error", error: new AwsError("ValidationException", "no", { status: 400 }) },
  { kind: "drop", how: "reset" } as Outcome,
);

test("what is kept as bytes is told as what is kept as it is", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(made, outcome, fc.constantFrom(200, 400, 0)), { maxLength: 12 }),
      (calls) => {
        const told = [true, false].map((isHeard) => {
          const { recorder: records, identities } = recorder({ isHeard });
          for (const [n, [one, ended, status]] of calls.entries())
            records.record(callOf(identities, structuredCopy(one), n), ended, status, 4000 + n);
          const sizes = records.sizeBytes;
          const all = [...records.calls()];
          // A record is one thing, however often it is asked for.
          assert.ok([...records.calls()].every((record, i) => record === all[i]));
          return {
            sizes,
            all: all.map((record) => JSON.parse(JSON.stringify(record))),
            shown: all.map(bare),
          };
        });
        assert.deepEqual(told[1], told[0]);
      },
    ),
    { numRuns: 300 },
  );
});

/** Other calls of the same: handlers may change what they are given. */
const structuredCopy = (one: Made): Made => ({ ...one, input: { ...one.input } });

/** Without what is said by getters. */
const bare = (record: CallRecord) => ({ ...record });

test("the oldest go when there are too many, or they take too much, and a mark and a clearing keep their counts", () => {
  const { recorder: records, identities } = recorder({ isHeard: false, mostBytes: 20_000 });
  for (let n = 1; n <= 100; n++) {
    const call = callOf(
      identities,
      { input: { TableName: `t${n}`, Item: { id: { S: "x".repeat(100) } } }, headers: {} },
      n,
    );
    records.record(call, { kind: "output", output: {} }, 200, 0);
    if (n === 50) assert.equal([...records.calls(49)][0]?.input["TableName"], "t50");
  }
  const left = [...records.calls()];
  assert.equal(left.at(-1)?.sequence, 100);
  assert.equal(records.dropped + left.length, 100);
  assert.equal(records.forgotten, records.dropped);
  assert.ok(
    records.sizeBytes <= 20_000 && left.length > 10,
    `${left.length} calls, ${records.sizeBytes} bytes`,
  );
  records.clear();
  assert.deepEqual([[...records.calls()].length, records.dropped, records.sizeBytes], [0, 0, 0]);
  const many = recorder({ isHeard: false });
  for (let n = 1; n <= 10_300; n++) {
    const call = callOf(
      many.identities,
      { input: { TableName: `t${n}` }, headers: { "user-agent": `${n % 7}` } },
      n,
    );
    many.recorder.record(call, { kind: "output", output: {} }, 200, 0);
  }
  const all = [...many.recorder.calls()];
  assert.deepEqual([all.length, all[0]?.sequence, all[0]?.input["TableName"]], [10_000, 301, "t301"]);
  assert.ok(all.every(({ sequence, userAgent }) => userAgent === String(sequence % 7)));
});
