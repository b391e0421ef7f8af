import type { CallRecord, EndedCall } from "../core/bus.ts";
import type { BrokenOff, Outcome } from "../core/call.ts";
import type { FaultDecision } from "../core/fault.ts";
import type { ApiCall } from "./api-call.ts";
import type { Course } from "./recorded-call.ts";

/** A call with how it ended. */
export class FinishedCall implements Course, EndedCall {
  readonly call: ApiCall;
  readonly sequence: number;
  readonly startedAt: number;
  readonly durationMs: number;
  readonly status: number;
  readonly errorCode?: string;
  readonly dropped?: NonNullable<CallRecord["dropped"]>;
  readonly retryAfterMs?: number;
  readonly #recordOf: (finished: FinishedCall) => CallRecord;

  constructor(
    call: ApiCall,
    outcome: Outcome | BrokenOff,
    { sequence, startedAt, durationMs, status }: Omit<Course, "errorCode" | "dropped" | "retryAfterMs">,
    recordOf: (finished: FinishedCall) => CallRecord,
  ) {
    this.call = call;
    this.sequence = sequence;
    this.startedAt = startedAt;
    this.durationMs = durationMs;
    this.status = status;
    if (outcome.kind === "error") {
      this.errorCode = outcome.error.code;
      const hint = outcome.error.headers?.["x-amz-retry-after"];
      if (hint !== undefined) this.retryAfterMs = Number(hint);
    }
    if (outcome.kind === "drop") this.dropped = outcome.how;
    if (outcome.kind === "broken-off") this.dropped = outcome.kind;
    this.#recordOf = recordOf;
  }

  get service(): string {
    return this.call.service;
  }
  get operation(): string {
    return this.call.operation;
  }
  get account(): string {
    return this.call.account;
  }
  get region(): string {
    return this.call.region;
  }
  get isInternal(): boolean {
    return this.call.isInternal;
  }
  get input(): Readonly<Record<string, unknown>> {
    return this.call.input;
  }
  get decisions(): readonly FaultDecision[] {
    return this.call.decisions;
  }
  /** The decision that decided the outcome. */
  get fired(): FaultDecision | undefined {
    return this.call.decisions.find((decision) => decision.fired);
  }
  get faultRuleId(): string {
    return this.fired?.ruleId ?? "";
  }

  record(): CallRecord {
    return this.#recordOf(this);
  }
}
