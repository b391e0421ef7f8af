import type { CallRecord } from "../core/bus.ts";
import type { BrokenOff, Drop, Outcome } from "../core/call.ts";
import type { FaultDecision } from "../core/fault.ts";
import type { Identifiable, Identified, Run } from "../core/identities.ts";
import { traceIdOf } from "../core/parentage.ts";
import type { Slice } from "../core/slice.ts";
import type { ApiCall } from "./api-call.ts";
import { shownInput } from "./shown-input.ts";

/** What a record takes beside its texts, roughly: itself, its strings' heads, its slice. */
const RECORD_BYTES = 800;
const DECISION_BYTES = 200;

/** When a call was, and what its client saw. */
interface Course {
  readonly sequence: number;
  readonly startedAt: number;
  readonly durationMs: number;
  readonly status: number;
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

  constructor(call: ApiCall, outcome: Outcome | BrokenOff, run: Run, course: Course) {
    const { headers, attempt, mostAttempts, invocationId, decisions, slice } = call;
    this.sequence = course.sequence;
    this.id = call.id;
    if (call.parentId !== undefined) this.parentId = call.parentId;
    if (call.origin !== undefined && call.parentId === undefined) this.origin = call.origin;
    this.service = call.service;
    this.operation = call.operation;
    this.account = call.account;
    this.region = call.region;
    this.callerArn = call.caller.arn;
    this.accessKeyId = call.caller.accessKeyId;
    this.startedAt = course.startedAt;
    this.durationMs = course.durationMs;
    this.status = course.status;
    if (outcome.kind === "error") {
      this.errorCode = outcome.error.code;
      const hint = outcome.error.headers?.["x-amz-retry-after"];
      if (hint !== undefined) this.retryAfterMs = Number(hint);
    }
    if (outcome.kind === "drop") this.dropped = outcome.how;
    if (outcome.kind === "broken-off") this.dropped = outcome.kind;
    if (attempt !== undefined) this.attempt = attempt;
    if (mostAttempts !== undefined) this.mostAttempts = mostAttempts;
    if (invocationId !== undefined) this.invocationId = invocationId;
    const traceId = traceIdOf(headers);
    if (traceId !== undefined) this.traceId = traceId;
    const userAgent = headers["user-agent"];
    if (userAgent !== undefined) this.userAgent = userAgent;
    this.input = shownInput(call.service, call.operation, slice.input, call.input);
    this.decisions = decisions;
    const fired = decisions.find((decision) => decision.fired);
    if (fired) this.faultRuleId = fired.ruleId;
    this.#began = call.began;
    this.#gatheredBy = call.gatheredBy;
    this.#isInternal = call.isInternal;
    this.#slice = slice;
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
    return (
      RECORD_BYTES +
      this.#slice.sizeBytes +
      this.decisions.length * DECISION_BYTES +
      (this.userAgent?.length ?? 0) +
      (this.callerArn.length + (this.invocationId?.length ?? 0))
    );
  }

  /** With its identity: whoever writes it out wants it. */
  toJSON(): CallRecord {
    const { identity, site, parent, isInternal } = this;
    return { ...this, identity, site, parent, ...(isInternal && { isInternal }) };
  }
}
