import type { CallRecord } from "../core/bus.ts";
import type { BrokenOff, Drop } from "../core/call.ts";
import type { FaultDecision } from "../core/fault.ts";
import type { Identifiable, Identified, Run } from "../core/identities.ts";
import type { Slice } from "../core/slice.ts";

/** What a record takes beside its texts, roughly: itself, its strings' heads, its slice. */
const RECORD_BYTES = 800;
const DECISION_BYTES = 200;

/** Roughly what a record takes in memory. */
export function sizeOfRecord(told: Told, sliceBytes: number, decisions: number): number {
  const { userAgent, callerArn, invocationId } = told;
  const texts = (userAgent?.length ?? 0) + callerArn.length + (invocationId?.length ?? 0);
  return RECORD_BYTES + sliceBytes + decisions * DECISION_BYTES + texts;
}

/** What is remembered of a call beside what it asked and what became of it. */
export interface Told extends Omit<Identifiable, "slice" | "identified"> {
  readonly mostAttempts?: number | undefined;
  readonly traceId?: string | undefined;
  readonly userAgent?: string | undefined;
}

/** What is remembered of a call. */
export interface Remembered extends Told {
  readonly decisions: readonly FaultDecision[];
  readonly identified?: Identified | undefined;
  readonly slice: Slice;
  /** What of the slice everybody may look at. */
  readonly shown: Readonly<Record<string, unknown>>;
}

/** When a call was, and what its client saw. */
export interface Course {
  readonly sequence: number;
  readonly startedAt: number;
  readonly durationMs: number;
  readonly status: number;
  readonly errorCode?: string | undefined;
  readonly dropped?: CallRecord["dropped"];
  readonly retryAfterMs?: number | undefined;
}

/** A remembered call. Its identity is found out when somebody asks for it. */
export class RecordedCall implements CallRecord, Identifiable {
  readonly sequence: number;
  readonly id: string;
  readonly parentId?: string;
  readonly origin?: string;
  readonly service: string;
  readonly operation: string;
  readonly account: string;
  readonly region: string;
  readonly callerArn: string;
  readonly accessKeyId: string;
  readonly startedAt: number;
  readonly durationMs: number;
  readonly status: number;
  readonly errorCode?: string;
  readonly dropped?: Drop["how"] | BrokenOff["kind"];
  readonly retryAfterMs?: number;
  readonly attempt?: number;
  readonly mostAttempts?: number;
  readonly invocationId?: string;
  readonly traceId?: string;
  readonly userAgent?: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly decisions: readonly FaultDecision[];
  readonly faultRuleId?: string;
  readonly #began: number;
  readonly #gatheredBy: string | undefined;
  readonly #isInternal: boolean;
  readonly #slice: Slice;
  readonly #run: Run;
  #identified: Identified | undefined;

  constructor(call: Remembered, course: Course, run: Run) {
    const { parentId, origin, attempt, mostAttempts, invocationId, traceId, userAgent, decisions } = call;
    const { errorCode, dropped, retryAfterMs } = course;
    this.sequence = course.sequence;
    this.id = call.id;
    if (parentId !== undefined) this.parentId = parentId;
    if (origin !== undefined && parentId === undefined) this.origin = origin;
    this.service = call.service;
    this.operation = call.operation;
    this.account = call.account;
    this.region = call.region;
    this.callerArn = call.callerArn;
    this.accessKeyId = call.accessKeyId;
    this.startedAt = course.startedAt;
    this.durationMs = course.durationMs;
    this.status = course.status;
    if (errorCode !== undefined) this.errorCode = errorCode;
    if (retryAfterMs !== undefined) this.retryAfterMs = retryAfterMs;
    if (dropped !== undefined) this.dropped = dropped;
    if (attempt !== undefined) this.attempt = attempt;
    if (mostAttempts !== undefined) this.mostAttempts = mostAttempts;
    if (invocationId !== undefined) this.invocationId = invocationId;
    if (traceId !== undefined) this.traceId = traceId;
    if (userAgent !== undefined) this.userAgent = userAgent;
    this.input = call.shown;
    this.decisions = decisions;
    const fired = decisions.find((decision) => decision.fired);
    if (fired) this.faultRuleId = fired.ruleId;
    this.#began = call.began;
    this.#gatheredBy = call.gatheredBy;
    this.#isInternal = call.isInternal;
    this.#slice = call.slice;
    this.#run = run;
    this.#identified = call.identified;
  }

  get identity(): string {
    return this.#run.of(this).identity.hash;
  }

  get site(): string {
    return this.#run.of(this).identity.site;
  }

  /** The site of the call that made this one, or who acted. */
  get parent(): string {
    return this.#run.of(this).identity.parent?.site ?? "";
  }

  /** Whose ordinals it is counted among. */
  get run(): Run {
    return this.#run;
  }
  get began(): number {
    return this.#began;
  }
  get gatheredBy(): string | undefined {
    return this.#gatheredBy;
  }
  get isInternal(): boolean {
    return this.#isInternal;
  }
  get slice(): Slice {
    return this.#slice;
  }
  get identified(): Identified | undefined {
    return this.#identified;
  }
  set identified(identified: Identified | undefined) {
    this.#identified = identified;
  }

  /** Roughly what it takes in memory. */
  get sizeBytes(): number {
    return sizeOfRecord(this, this.#slice.sizeBytes, this.decisions.length);
  }

  /** With its identity: whoever writes it out wants it. */
  toJSON(): CallRecord {
    const { identity, site, parent, isInternal } = this;
    return { ...this, identity, site, parent, ...(isInternal && { isInternal }) };
  }
}
