import type { CallRecord } from "../../core/bus.ts";
import type { FaultDecision } from "../../core/fault.ts";
import { type Course, CourseOfCalls } from "./course.ts";
import type { Tally } from "./tally.ts";
import { isError, Tallies } from "./tally.ts";

/** One call that the experiment struck. */
export interface Strike {
  readonly at: string;
  readonly action: string;
  readonly service: string;
  readonly operation: string;
  readonly effect: string;
  /** What the client saw; 0 for a dropped connection. */
  readonly status: number;
  readonly errorCode?: string;
  readonly attempt?: number;
  readonly callId: string;
}

/** What clients made of the faults of an action: an SDK call may take several attempts. */
export interface Outcomes {
  /** SDK calls (or single requests, when they came from no SDK) that were struck at least once. */
  struck: number;
  /** … of which so many tried again … */
  retried: number;
  /** … of which so many succeeded in the end … */
  recovered: number;
  /** … and so many did not. */
  failed: number;
}

/** What an experiment did to the calls that were made while it ran. */
export interface Findings {
  readonly during: readonly Tally[];
  readonly strikes: readonly Strike[];
  /** How many strikes there were; only the first are listed. */
  readonly strikeCount: number;
  readonly byAction: Readonly<Record<string, { readonly strikes: number } & Outcomes>>;
  /** The calls while it ran, in their course. */
  readonly course?: Course;
  /** The first SDK calls that were struck, with their attempts. */
  readonly struckCalls?: readonly StruckCall[];
}

/** An SDK call that was struck: its attempts from the first struck one on. */
export interface StruckCall {
  readonly action: string;
  readonly service: string;
  readonly operation: string;
  readonly attempts: readonly {
    /** Epoch milliseconds. */
    readonly atMs: number;
    readonly durationMs: number;
    readonly failed: boolean;
  }[];
}

interface Invocation {
  readonly action: string;
  attempts: number;
  hasFailed: boolean;
  /** Of the first ones only. */
  readonly shown?: StruckCall & { readonly attempts: StruckCall["attempts"][number][] };
}

const LISTED_STRIKES = 200;
const REMEMBERED_INVOCATIONS = 20_000;
const SHOWN_INVOCATIONS = 40;
const SHOWN_ATTEMPTS = 20;

/** Collects what happens to calls while an experiment runs, and what becomes of struck calls afterwards. */
export class Evidence {
  readonly #arn: string;
  readonly #isMeant: (call: CallRecord) => boolean;
  readonly #actionOf = new Map<string, string>();
  readonly #during = new Tallies();
  readonly #course = new CourseOfCalls();
  readonly #strikes: Strike[] = [];
  readonly #strikesOf = new Map<string, number>();
  readonly #invocations = new Map<string, Invocation>();
  #strikeCount = 0;
  #isOver = false;

  constructor(arn: string, isMeant: (call: CallRecord) => boolean) {
    this.#arn = arn;
    this.#isMeant = isMeant;
  }

  ruleAdded(action: string, ruleId: string): void {
    this.#actionOf.set(ruleId, action);
  }

  end(): void {
    this.#isOver = true;
  }

  add(call: CallRecord): void {
    this.#follow(call);
    if (this.#isOver || !this.#isMeant(call)) return;
    const struck = call.decisions.find(({ fired, owner }) => fired && owner === this.#arn);
    this.#during.add(call, struck !== undefined);
    this.#course.add(call, struck !== undefined);
    if (struck) this.#strike(call, struck);
  }

  /** A strike at a point in the background, where there is no call. */
  addInBackground({ ruleId, point, effect, owner }: FaultDecision, nowMs: number): void {
    if (owner !== this.#arn || this.#isOver) return;
    const [service = "", operation = ""] = point.split(":");
    const at = new Date(nowMs).toISOString();
    const action = this.#actionOf.get(ruleId) ?? "";
    this.#record(action, { at, action, service, operation, effect, status: 0, callId: "" });
  }

  findings(): Findings {
    const byAction: Record<string, { strikes: number } & Outcomes> = {};
    for (const action of new Set(this.#actionOf.values())) {
      const strikes = this.#strikesOf.get(action) ?? 0;
      byAction[action] = { strikes, struck: 0, retried: 0, recovered: 0, failed: 0 };
    }
    for (const { action, attempts, hasFailed } of this.#invocations.values()) {
      const outcomes = byAction[action];
      if (outcomes === undefined) continue;
      outcomes.struck++;
      if (attempts > 1) outcomes.retried++;
      if (hasFailed) outcomes.failed++;
      else outcomes.recovered++;
    }
    return {
      during: this.#during.list(),
      strikes: this.#strikes,
      strikeCount: this.#strikeCount,
      byAction,
      course: this.#course.course,
      struckCalls: Iterator.from(this.#invocations.values())
        .flatMap(({ shown }) => (shown ? [shown] : []))
        .toArray(),
    };
  }

  #strike(call: CallRecord, { ruleId, effect }: FaultDecision): void {
    const action = this.#actionOf.get(ruleId) ?? "";
    this.#record(action, {
      at: new Date(call.startedAt).toISOString(),
      action,
      service: call.service,
      operation: call.operation,
      effect,
      status: call.status,
      ...(call.errorCode !== undefined && { errorCode: call.errorCode }),
      ...(call.attempt !== undefined && { attempt: call.attempt }),
      callId: call.id,
    });
    const invocation = call.invocationId ?? call.id;
    if (this.#invocations.has(invocation) || this.#invocations.size >= REMEMBERED_INVOCATIONS) return;
    const { service, operation } = call;
    const isShown = this.#invocations.size < SHOWN_INVOCATIONS;
    this.#invocations.set(invocation, {
      action,
      attempts: call.attempt ?? 1,
      hasFailed: isError(call),
      ...(isShown && { shown: { action, service, operation, attempts: [attemptOf(call)] } }),
    });
  }

  #record(action: string, strike: Strike): void {
    this.#strikeCount++;
    this.#strikesOf.set(action, (this.#strikesOf.get(action) ?? 0) + 1);
    if (this.#strikes.length < LISTED_STRIKES) this.#strikes.push(strike);
  }

  /** A further attempt of an SDK call that was struck before, also when the experiment is over. */
  #follow(call: CallRecord): void {
    const invocation = call.invocationId === undefined ? undefined : this.#invocations.get(call.invocationId);
    if (invocation === undefined) return;
    invocation.attempts = Math.max(invocation.attempts + 1, call.attempt ?? 0);
    invocation.hasFailed = isError(call);
    const { shown } = invocation;
    if (shown && shown.attempts.length < SHOWN_ATTEMPTS) shown.attempts.push(attemptOf(call));
  }
}

const attemptOf = (call: CallRecord) => ({
  atMs: call.startedAt,
  durationMs: call.durationMs,
  failed: isError(call),
});
