import type { Outcome } from "../../core/call.ts";
import type { FaultEffect } from "../../core/fault.ts";
import { batchOf } from "../batches.ts";

interface PartialParams {
  readonly entries?: readonly string[];
  readonly share: number;
  readonly code?: string;
  readonly message?: string;
}

/** `SendMessageBatch`, `PutRecords`, `BatchWriteItem`, `DeleteObjects` …: a 200 in which something has failed. */
const partial: FaultEffect<PartialParams> = {
  name: "partial",
  description:
    "Some entries of a batch fail inside a 200, the others take effect: SendMessageBatch, PublishBatch, PutRecords, PutEvents, PutRecordBatch, BatchWriteItem, BatchGetItem, BatchExecuteStatement, DeleteObjects, BatchGetSecretValue. Other operations, and batches that an upstream answers, pass.",
  parameters: {
    entries: { type: "strings", description: "Positions of the entries that fail, from 0." },
    share: {
      type: "number",
      description:
        "Without positions: the seeded chance of each entry. When none is drawn, the last one fails.",
      unit: "%",
      default: 50,
      min: 0,
      max: 100,
    },
    code: {
      type: "string",
      description: "What is said of an entry. Default: the service's throttle or internal error.",
    },
    message: { type: "string", description: "The entry's message. Default: the service's own." },
  },
  check: ({ entries }) =>
    entries === undefined || entries.every((entry) => /^\d+$/.test(String(entry)))
      ? undefined
      : "entries are positions from 0",

  async apply({ entries, share, code, message }, call, next, ctx) {
    const batch = batchOf(call.service, call.operation);
    if (batch === undefined) return await next();
    const { input } = call;
    const count = batch.entries(input).length;
    const positions = entries
      ? entries.map(Number).filter((at) => at < count)
      : Array.from({ length: count }, (_, at) => at).filter((at) => ctx.draw(`entry ${at}`) * 100 < share);
    if (!entries && positions.length === 0 && count > 0) positions.push(count - 1);
    if (positions.length === 0) return await next();
    const whole = { ...input };
    const kept = Array.from({ length: count }, (_, at) => at).filter((at) => !positions.includes(at));
    const outcome = await withInput(input, batch.only(whole, kept), kept.length === 0, next);
    if (outcome.kind !== "output" || outcome.raw !== undefined) return outcome;
    const common = ctx.commonError(THROTTLED.has(call.service) ? "throttle" : "internal");
    const error = { code: code ?? common.code, message: message ?? common.message };
    return { ...outcome, output: batch.failed(outcome.output, whole, positions, error) };
  },
};

/** Where the usual reason is that there was too much; elsewhere something broke. */
const THROTTLED: ReadonlySet<string> = new Set(["kinesis", "dynamodb", "events"]);

/** The call happens with less in it. Whoever looks at it afterwards sees what the client sent. */
async function withInput(
  input: Record<string, unknown>,
  less: Record<string, unknown>,
  isEmpty: boolean,
  next: () => Promise<Outcome>,
): Promise<Outcome> {
  if (isEmpty) return { kind: "output", output: {} };
  const whole = { ...input };
  Object.assign(input, less);
  try {
    return await next();
  } finally {
    Object.assign(input, whole);
  }
}

export default partial;
