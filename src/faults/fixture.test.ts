// Not tests but what the tests beside it share; named so that the build leaves it out.

import { Bus } from "../core/bus.ts";
import type { Call, Next, Outcome } from "../core/call.ts";
import { Clock } from "../core/clock.ts";
import type { FaultDecision, FaultPoint } from "../core/fault.ts";
import { type Identifiable, Identities } from "../core/identities.ts";
import { Random } from "../core/random.ts";
import { sliceOf } from "../core/slice.ts";
import { FaultEngine, type FaultEngineOptions } from "./engine.ts";
import type { NameCheck } from "./names.ts";
import { loadEffects } from "./registry.ts";

export const effects = await loadEffects();

const OPERATIONS: Readonly<Record<string, readonly string[]>> = {
  dynamodb: ["PutItem", "GetItem", "Query", "CreateTable"],
  sqs: ["SendMessage", "ReceiveMessage", "DeleteMessage"],
  s3: ["PutObject", "GetObject"],
  lambda: ["Invoke"],
  kinesis: ["PutRecord", "CreateStream"],
  events: ["PutEvents"],
};

const POINTS: Readonly<Record<string, FaultPoint>> = {
  "sqs:deliver": {
    description: "A message on its way to a receiver.",
    effects: {
      duplicate: {
        description: "The message is delivered again.",
        parameters: {
          copies: { type: "integer", description: "How many more.", min: 1, max: 10, default: 1 },
        },
      },
    },
  },
  "lambda:invoke": { description: "A function is run.", effects: {}, generic: true },
};

export const names: NameCheck = {
  services: () => Object.keys(OPERATIONS),
  operations: (service) => OPERATIONS[service] ?? [],
  points: () => POINTS,
};

/** An engine whose clock stands still until it is moved. */
export function testEngine({
  Engine = FaultEngine,
  ...options
}: Partial<FaultEngineOptions> & { seed?: string; Engine?: typeof FaultEngine } = {}) {
  const clock = new Clock({ startMs: Date.parse("2026-01-01T00:00:00Z"), rate: 0 });
  const bus = new Bus();
  const random = new Random(options.seed ?? "seed");
  const identities = new Identities();
  const all = { clock, bus, random, effects, identities, identifiable, knows: names, ...options };
  return { clock, bus, identities, engine: new Engine(all) };
}

let lastBegan = 0;
const identifiables = new WeakMap<Call, Identifiable>();

/** What a test's call is identified by. */
export function identifiable(call: Call): Identifiable {
  const { caller, headers, ...rest } = call;
  const attempt = /attempt=(\d+)/.exec(headers["amz-sdk-request"] ?? "")?.[1];
  const known = identifiables.get(call) ?? {
    ...rest,
    began: ++lastBegan,
    callerArn: caller.arn,
    accessKeyId: caller.accessKeyId,
    isInternal: false,
    invocationId: headers["amz-sdk-invocation-id"],
    attempt: attempt === undefined ? undefined : Number(attempt),
    slice: sliceOf(call.input),
  };
  identifiables.set(call, known);
  return known;
}

export function aCall(fields: Partial<Call> = {}): Call {
  return {
    id: "call-1",
    service: "sqs",
    operation: "SendMessage",
    input: {},
    account: "000000000000",
    region: "us-east-1",
    caller: {
      accessKeyId: "AKIAEXAMPLE",
      account: "000000000000",
      arn: "arn:aws:iam::000000000000:root",
      userId: "000000000000",
    },
    headers: {},
    signal: new AbortController().signal,
    ...fields,
  };
}

export const OK: Outcome = { kind: "output", output: { ok: true } };
export const succeed: Next = async () => OK;

/** Runs a call that succeeds when nothing hinders it, and says how it ended and what was decided. */
export async function run(engine: FaultEngine, call: Call = aCall(), next: Next = succeed) {
  const decisions: FaultDecision[] = [];
  const outcome = await engine.withFaults(call, next, decisions);
  return { outcome, decisions, fired: decisions.filter(({ fired }) => fired).map(({ ruleId }) => ruleId) };
}

/** The code of an error, `output`, or how the connection was dropped. */
export function ending(outcome: Outcome): string {
  if (outcome.kind === "error") return outcome.error.code;
  return outcome.kind === "drop" ? outcome.how : "output";
}
