import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { FaultRuleInput } from "../../src/index.ts";

/*
 * The table: calls.json × effects.json are the cells, errors.json says what AWS answers (with its source), sdks.json what
 * each SDK makes of it. All of it is written by hand, from AWS's documentation and recordings.
 */

export interface CallRow {
  readonly protocol: string;
  /** Only in the effects that name it, by the SDKs whose driver makes it. */
  readonly named?: true;
  readonly input: Readonly<Record<string, unknown>>;
}

export interface ErrorRow {
  readonly code: string;
  /** What the model calls it; absent: a code that the operation does not declare. */
  readonly shape?: string;
  readonly status: number;
  readonly source: string;
}

export interface EffectRow {
  readonly name: string;
  readonly rule: Readonly<Record<string, unknown>> | null;
  /** Only these calls; absent: all. */
  readonly calls?: readonly string[];
  /** How long the client waits for an answer. */
  readonly timeoutMs?: number;
  /** With the credentials of a session. */
  readonly session?: true;
  /** By a client that asks for compressed answers. */
  readonly gzip?: true;
  /** How often the client makes the call, one after the other. */
  readonly repeat?: number;
  readonly expect: Expectation;
}

/** What kind of failure an SDK takes it for: its waits and tokens depend on it. */
export type RetryClass = "throttle" | "transient";

/** What a client must see. */
export interface Expectation {
  readonly ok?: true;
  readonly attempts?: number;
  /** An error of errors.json, or one that no model knows. */
  readonly error?: string;
  readonly status?: "any";
  readonly message?: string;
  /** The SDK tries as often as it does by default. */
  readonly retried?: RetryClass;
  /** The first attempt fails, the second goes well. */
  readonly recovers?: RetryClass;
  /** No answer: how it was dropped. */
  readonly drop?: "reset" | "timeout";
  /** A broken answer is never taken for a good one. */
  readonly noticed?: true;
  readonly skew?: true;
  readonly quota?: true;
  /** How many calls pass before the one that is judged. */
  readonly passed?: number;
  /** How many entries of a batch fail. */
  readonly failed?: number;
  /** What the events of a stream say, one after the other, or how long a large answer's text is. */
  readonly text?: string;
  /** How often the operation took effect. */
  readonly happened?: number | "each attempt";
  readonly leastWaitMs?: number;
  readonly leastMs?: number;
}

export interface Generation {
  /** How often it tries by default. */
  readonly attempts: number;
  readonly dynamodb?: number;
  /** The longest first wait; each further one is at most twice as long. */
  readonly base: { readonly transient: number; readonly throttle: number; readonly dynamodb?: number };
  /** Does it obey `x-amz-retry-after` or `retry-after`? */
  readonly retryAfter?: true;
  /** How many retries 20 failing calls of one client make. Absent: as many as the attempts allow. */
  readonly quotaRetries?: number;
  /** Codes that it does not retry, though AWS means a throttle. */
  readonly notRetried?: readonly string[];
  /** As of the SDK, for this generation alone. */
  readonly except?: Readonly<Record<string, string>>;
}

export interface Sdk {
  /** Whether errors that the model has go by their shape or by the code on the wire. */
  readonly errorName?: "shape";
  /** The class of errors that the operation does not declare; `{Service}` is the service as the SDK calls it. */
  readonly generic: string;
  readonly modelled: string;
  /** Shapes whose class has another name. */
  readonly classes?: Readonly<Record<string, string>>;
  readonly services: Readonly<Record<string, string>>;
  /** The calls that only some effects name and its driver makes. */
  readonly calls?: readonly string[];
  readonly drops: Readonly<Record<"reset" | "timeout", string>>;
  /** What it makes of names that do not resolve and of handshakes that fail: classes, and the effects after which it does not try again. */
  readonly connections: {
    readonly dns: string;
    readonly tls: string;
    readonly once?: readonly string[];
    /** Its platform asks for a name once, and remembers that there is none. */
    readonly remembersNames?: true;
  };
  /** Does it correct its clock and try again? */
  readonly skew: boolean;
  /** Cells whose broken answer it takes for a good one. */
  readonly unnoticed?: readonly string[];
  /** Cells whose error it gives another code than the one on the wire. */
  readonly codes?: Readonly<Record<string, string>>;
  /** Codes that it takes for a wrong clock's, and tries again. */
  readonly skewCodes?: readonly string[];
  /** Effects (or call and effect) that it has no answer to, and why. */
  readonly except?: Readonly<Record<string, string>>;
  readonly generations: Readonly<Record<string, Generation>>;
}

export interface Cell {
  readonly id: string;
  readonly call: string;
  readonly effect: EffectRow;
  readonly account: string;
}

function table<T>(file: string): T {
  return JSON.parse(readFileSync(join(import.meta.dirname, file), "utf8")) as T;
}

export const calls = table<Readonly<Record<string, CallRow>>>("calls.json");
export const effects = table<readonly EffectRow[]>("effects.json");
export const errors = table<Readonly<Record<string, Readonly<Record<string, ErrorRow>>>>>("errors.json");
export const sdks = table<Readonly<Record<string, Sdk>>>("sdks.json");

/** The cells of an SDK, each in an account of its own. */
export function cellsOf(sdk: Sdk, firstAccount: number): Cell[] {
  const names = Object.keys(calls).filter((call) =>
    calls[call]!.named ? sdk.calls?.includes(call) : serviceOf(call) in sdk.services,
  );
  const pairs = effects.flatMap((effect) =>
    names
      .filter((call) => effect.calls?.includes(call) ?? !calls[call]!.named)
      .map((call) => ({ call, effect })),
  );
  return pairs.map(({ call, effect }, n) => ({
    id: `${call}: ${effect.name}`,
    call,
    effect,
    account: String(firstAccount + n),
  }));
}

export function serviceOf(call: string): string {
  return call.split(".")[0]!; // split gives one part at least
}

/** The rule of a cell: its effect, on its call and account alone. */
export function ruleOf({ call, effect, account }: Cell): FaultRuleInput | undefined {
  if (effect.rule === null) return undefined;
  const [service, operation] = call.split(".");
  const { error, ...rest } = effect.rule;
  const named = ["declared", "denied"].find((kind) => kind.toUpperCase() === error);
  const row = named === undefined ? undefined : errors[call]![named]!;
  const said = row && { error: row.shape ?? row.code };
  const rule = { ...rest, ...(error !== undefined && { error }), ...said };
  return { service, operation, accessKeyId: account, ...rule } as FaultRuleInput;
}

/** The error that a cell's answer is. */
export function errorOf({ call, effect }: Cell): ErrorRow {
  const { error } = effect.expect;
  if (error === "unknown" || error === "unknown-400") {
    const status = error === "unknown" ? 418 : 400;
    return { code: "TeapotException", status, source: "no model has it" };
  }
  return errors[call]![error!]!; // every call has a row for every kind
}

/** What no connection holds in its buffers, and what SDKs compress (10 KiB and more). */
const BODY = "0123456789".repeat(100_000);
const METRICS = Array.from({ length: 400 }, (_, n) => ({ MetricName: `orders-${n}`, Value: n }));

/** What is put in the place of names in an input. */
export function inputOf(cell: Pick<Cell, "call" | "account">, endpoint: string): Record<string, unknown> {
  const text = JSON.stringify(calls[cell.call]!.input)
    .replaceAll("ACCOUNT", cell.account)
    .replaceAll("ENDPOINT", endpoint)
    .replaceAll("BUCKET", `b${cell.account}`)
    .replace("BODY", BODY)
    .replace('"METRICS"', JSON.stringify(METRICS));
  return JSON.parse(text) as Record<string, unknown>;
}
