import assert from "node:assert/strict";
import type { CallRecord } from "../../src/core/bus.ts";
import { type Cell, errorOf, type Generation, type RetryClass, type Sdk, serviceOf } from "./cells.ts";

/** What a driver printed of a cell. */
export interface Seen {
  readonly id: string;
  readonly ok: boolean;
  readonly class?: string;
  readonly code?: string | null;
  readonly status?: number | null;
  readonly attempts?: number | null;
  readonly message?: string;
  /** How many entries of a batch it was told of. */
  readonly failed?: number;
  /** What the events of a stream said. */
  readonly text?: string;
}

/** What there was to be seen: by the client, on the wire, and afterwards in the account. */
export interface Observation {
  readonly seen: Seen;
  readonly records: readonly CallRecord[];
  /** How often the operation took effect; absent where nothing is changed. */
  readonly happened: number | undefined;
}

/** A busy machine answers late. What tells one backoff from another is the middle of many waits. */
const SLACK_MS = 8000;
const SLACK_OF_THE_MIDDLE_MS = 1500;
/** No wait is longer, by any SDK's rules. */
const LONGEST_WAIT_MS = 20_000;

/** Throws when a cell is not as AWS's documentation and the SDK's have it. */
export function judge(cell: Cell, sdk: Sdk, generation: Generation, observation: Observation): void {
  const { seen, records } = observation;
  const { expect } = cell.effect;
  const what = JSON.stringify({ seen, wire: records.map(({ status, dropped }) => dropped ?? status) });
  if (seen.attempts && !expect.quota)
    assert.equal(
      seen.attempts,
      records.length - (expect.passed ?? 0),
      `attempts as the SDK counts them: ${what}`,
    );
  if (expect.quota) judgeQuota(generation, records, what);
  else if (expect.noticed) judgeNotice(cell, sdk, seen, records, what);
  else if (expect.skew) judgeSkew(cell, sdk, seen, records, what);
  else judgeCall(cell, sdk, generation, observation, what);
}

function judgeCall(
  cell: Cell,
  sdk: Sdk,
  generation: Generation,
  observation: Observation,
  what: string,
): void {
  const { seen, records } = observation;
  const { expect } = cell.effect;
  if (expect.error !== undefined) judgeError(cell, sdk, seen, what);
  if (expect.drop !== undefined) {
    assert.equal(seen.ok, false, what);
    assert.equal(seen.class, sdk.drops[expect.drop], what);
  }
  if (expect.ok || isOver(cell, generation)) assert.equal(seen.ok, true, what);
  if (expect.failed !== undefined) assert.equal(seen.failed, expect.failed, what);
  if (expect.text !== undefined) assert.equal(seen.text, expect.text, what);
  const judged = records.slice(expect.passed ?? 0);
  assert.equal(judged.length, attemptsOf(cell, sdk, generation), `attempts: ${what}`);
  if (!cell.effect.timeoutMs) judgeWaits(cell, generation, judged, what);
  if (expect.leastMs) assert.ok(records[0]!.durationMs >= expect.leastMs, what);
  judgeConsequences(cell, generation, observation, what);
}

/** Does the second attempt go well? */
function isOver(cell: Cell, generation: Generation): boolean {
  const { recovers } = cell.effect.expect;
  return recovers !== undefined && isRetried(cell, generation, recovers);
}

function isRetried(cell: Cell, generation: Generation, as: RetryClass): boolean {
  if (as === "transient") return true;
  const { code } = errorOf({ ...cell, effect: { ...cell.effect, expect: { error: "throttle" } } });
  return !generation.notRetried?.includes(code);
}

function attemptsOf(cell: Cell, sdk: Sdk, generation: Generation): number {
  const { attempts, recovers, retried, error } = cell.effect.expect;
  if (recovers !== undefined) return isRetried(cell, generation, recovers) ? 2 : 1;
  const isSkew = error !== undefined && sdk.skewCodes?.includes(errorOf(cell).code);
  if (!isSkew && (retried === undefined || !isRetried(cell, generation, retried))) return attempts ?? 1;
  return serviceOf(cell.call) === "dynamodb"
    ? (generation.dynamodb ?? generation.attempts)
    : generation.attempts;
}

function judgeError(cell: Cell, sdk: Sdk, seen: Seen, what: string): void {
  const { expect } = cell.effect;
  const { code, shape, status } = errorOf(cell);
  assert.equal(seen.ok, false, what);
  const said = sdk.codes?.[cell.id] ?? (sdk.errorName === "shape" ? (shape ?? code) : code);
  assert.equal(seen.code, said, `code: ${what}`);
  if (expect.status !== "any" && seen.status !== undefined) {
    assert.equal(seen.status, status, `status: ${what}`);
  }
  const form = shape === undefined ? sdk.generic : sdk.modelled;
  const named = form
    .replace("{shape}", shape ?? "")
    .replace("{code}", code)
    .replace("{Service}", sdk.services[serviceOf(cell.call)]!);
  const expected = sdk.classes?.[`${cell.call} ${code}`] ?? sdk.classes?.[named] ?? named;
  assert.equal(seen.class, expected, `class: ${what}`);
  if (expect.message !== undefined) assert.ok(seen.message?.includes(expect.message), what);
}

/** All waits before second attempts together: full jitter leaves half of them below half of its base. */
export function judgeBackoff(
  generation: Generation,
  all: readonly { cell: Cell; records: readonly CallRecord[] }[],
): void {
  const { transient, throttle } = generation.base;
  const middleOf = (as: RetryClass) => {
    const waits = all
      .filter(({ cell, records }) => isPlain(cell, as) && records.length > 1)
      .map(({ records }) => waitMs(records, 1))
      .sort((one, other) => one - other);
    return waits[Math.floor(waits.length / 2)]!; // every SDK has such cells
  };
  const middles = { transient: middleOf("transient"), throttle: middleOf("throttle") };
  const what = JSON.stringify({ middles, base: generation.base });
  assert.ok(middles.transient <= transient + SLACK_OF_THE_MIDDLE_MS, what);
  assert.ok(middles.throttle <= throttle + SLACK_OF_THE_MIDDLE_MS, what);
  // A busy machine is late for both.
  if (throttle >= 5 * transient) assert.ok(middles.throttle > middles.transient, what);
}

/** A cell whose first wait is the backoff alone; DynamoDB's is its own. */
function isPlain({ call, effect }: Cell, as: RetryClass): boolean {
  const { retried, recovers, leastWaitMs, passed } = effect.expect;
  const isOwn =
    serviceOf(call) === "dynamodb" ||
    leastWaitMs !== undefined ||
    effect.timeoutMs !== undefined ||
    passed !== undefined;
  return (retried ?? recovers) === as && !isOwn;
}

/** From the end of one attempt to the beginning of the n-th after the first. */
function waitMs(records: readonly CallRecord[], n: number): number {
  const before = records[n - 1]!; // n is from 1 to less than their number
  return records[n]!.startedAt - before.startedAt - before.durationMs;
}

/** Each wait is at most what the SDK's backoff allows, and at least what the answer asks for. */
function judgeWaits(cell: Cell, generation: Generation, records: readonly CallRecord[], what: string): void {
  const { retried, recovers, leastWaitMs } = cell.effect.expect;
  const as = retried ?? recovers;
  if (as === undefined) return;
  const isDynamo = serviceOf(cell.call) === "dynamodb";
  const base =
    isDynamo && as === "transient"
      ? (generation.base.dynamodb ?? generation.base.transient)
      : generation.base[as];
  for (let n = 1; n < records.length; n++) {
    const waitedMs = waitMs(records, n);
    if (leastWaitMs && generation.retryAfter) {
      assert.ok(
        waitedMs >= leastWaitMs - 10,
        `waited ${waitedMs} ms, was asked to wait ${leastWaitMs}: ${what}`,
      );
    } else {
      const mostMs = Math.min(base * 2 ** (n - 1), LONGEST_WAIT_MS) + SLACK_MS;
      assert.ok(
        waitedMs <= mostMs,
        `waited ${waitedMs} ms before attempt ${n + 1}, at most ${mostMs}: ${what}`,
      );
    }
  }
}

function judgeConsequences(
  cell: Cell,
  generation: Generation,
  { happened, records }: Observation,
  what: string,
): void {
  const { expect } = cell.effect;
  if (happened === undefined || expect.happened === undefined) return;
  const passed = expect.recovers === undefined || isOver(cell, generation);
  const expected = expect.happened === "each attempt" ? records.length : expect.happened;
  assert.equal(happened, passed ? expected : expected - 1, `took effect ${happened} times: ${what}`);
}

/** Twenty failing calls of one client spend its tokens. */
function judgeQuota(generation: Generation, records: readonly CallRecord[], what: string): void {
  const allowed = generation.quotaRetries ?? (generation.attempts - 1) * 20;
  assert.equal(records.length, 20 + allowed, what.slice(0, 300));
}

function judgeNotice(cell: Cell, sdk: Sdk, seen: Seen, records: readonly CallRecord[], what: string): void {
  if (sdk.unnoticed?.includes(cell.id)) {
    assert.ok(seen.ok, what);
    assert.equal(records.length, 1, what);
    return;
  }
  assert.ok(records.length >= 1, what);
  assert.ok(!seen.ok || records.length === 2, `a broken answer was taken for a good one: ${what}`);
}

function judgeSkew(cell: Cell, sdk: Sdk, seen: Seen, records: readonly CallRecord[], what: string): void {
  assert.equal(seen.ok, sdk.skew, what);
  if (sdk.skew) assert.equal(records.length, 2, what);
  else assert.ok(records.length >= 1, `${cell.id}: ${what}`);
}
