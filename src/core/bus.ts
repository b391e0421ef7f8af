import type { BrokenOff, Call, Drop, Outcome } from "./call.ts";
import type { FaultDecision } from "./fault.ts";

/** One call as it is remembered: what was asked, by whom, how it ended, which rules had a hand in it. */
export interface CallRecord {
  /** Counts up from 1 in this process: the id of the event stream. */
  readonly sequence: number;
  readonly id: string;
  readonly parentId?: string;
  /** Who acted, when no call did: a scope that the client named, a poller, an alarm. */
  readonly origin?: string;
  /** Which logical call it was, the same from run to run and for all attempts: 16 hexadecimal digits. */
  readonly identity: string;
  /** The same to read: `test > lambda.Invoke@worker#1 > dynamodb.UpdateItem@stats~1f3a9c#1`. */
  readonly site: string;
  /** The site of the call that made this one, or who acted: what is before the last step of `site`. */
  readonly parent: string;
  readonly service: string;
  readonly operation: string;
  readonly account: string;
  readonly region: string;
  readonly callerArn: string;
  readonly accessKeyId: string;
  /** Epoch milliseconds of the clock. */
  readonly startedAt: number;
  readonly durationMs: number;
  /** The HTTP status; 0 for a dropped connection, and for an answer that was broken off. */
  readonly status: number;
  readonly errorCode?: string;
  /** How the connection ended, where there was no whole answer. `broken-off`: the upstream went away in the middle of it. */
  readonly dropped?: Drop["how"] | BrokenOff["kind"];
  /** When to come back, as the error's `x-amz-retry-after` says, in milliseconds. */
  readonly retryAfterMs?: number;
  /** From `amz-sdk-request: attempt=2; max=3`. */
  readonly attempt?: number;
  readonly mostAttempts?: number;
  /** `amz-sdk-invocation-id`: the same for all attempts of one SDK call. */
  readonly invocationId?: string;
  /** The trace id of the client's W3C `traceparent`. */
  readonly traceId?: string;
  readonly userAgent?: string;
  /** Of one service at another. */
  readonly isInternal?: boolean;
  /** Long texts are cut in it, and blobs are `(12 bytes)`. */
  readonly input: Readonly<Record<string, unknown>>;
  readonly decisions: readonly FaultDecision[];
  /** The rule that decided the outcome, when one fired. */
  readonly faultRuleId?: string;
}

/** A call that has just ended, for who counts calls and keeps none. */
export interface EndedCall
  extends Pick<
    CallRecord,
    | "service"
    | "operation"
    | "account"
    | "region"
    | "startedAt"
    | "durationMs"
    | "status"
    | "errorCode"
    | "dropped"
    | "isInternal"
    | "decisions"
    | "faultRuleId"
  > {
  /** What was asked, all of it, secrets too: to be looked at and not kept. */
  readonly input: Readonly<Record<string, unknown>>;
  /** As it is remembered. */
  record(): CallRecord;
}

/** What a service measures of itself, for CloudWatch: one event's values of metrics that share their dimensions. */
export interface Measurement {
  readonly account: string;
  readonly region: string;
  /** `AWS/Lambda` */
  readonly namespace: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** Epoch milliseconds of what is measured. */
  readonly atMs: number;
  /** By metric: `{ Invocations: 1, Errors: 0, Duration: 12.5 }`. */
  readonly values: Readonly<Record<string, number>>;
}

/** What is said on the bus, by topic. Services add their own topics as `service.event`. */
export interface Topics {
  call: CallRecord;
  /** Before `call`: the record is only made when somebody wants it. */
  "call.ended": EndedCall;
  "call.begins": Call;
  /** How a recorded call ended, with what was answered: for who looks at once, since nobody keeps it. */
  "call.answer": {
    readonly sequence: number;
    readonly service: string;
    readonly outcome: Outcome | BrokenOff;
  };
  "fault.rule": {
    /** A rule that is to begin later is added first, and begins then. */
    change: "added" | "begun" | "removed" | "expired" | "changed";
    ruleId: string;
    owner: string;
    /** How often it has matched and fired until now. */
    matched: number;
    fired: number;
  };
  /** The safety lever: why nothing may fail any more; undefined when it may again. */
  "fault.lever": { stoppedFor: string | undefined };
  "fault.delay": { ruleId: string; ms: number };
  "dynamodb.stream": { streamArn: string };
  "kinesis.stream": { streamArn: string };
  "cloudwatch.measurement": Measurement;
  "cloudwatch.alarm": { alarmArn: string; state: string };
  /** An exploration goes on, or has ended. */
  "explore.report": { isRunning: boolean; results: number };
  "fis.experiment": { arn: string; status: string; reason?: string };
  [topic: `${string}.${string}`]: unknown;
}

/** News inside one cloud: who listens hears it in the same turn. A listener that throws does not stop the others. */
export class Bus {
  readonly #listeners = new Map<string, Set<(event: never) => void>>();

  publish<T extends keyof Topics>(topic: T, event: Topics[T]): void {
    const listeners = this.#listeners.get(topic as string);
    if (!listeners) return;
    for (const listener of listeners) {
      try {
        (listener as (event: Topics[T]) => void)(event);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  /** Returns how to stop listening. */
  subscribe<T extends keyof Topics>(topic: T, listener: (event: Topics[T]) => void): () => void {
    const key = topic as string;
    const listeners = this.#listeners.get(key) ?? new Set();
    this.#listeners.set(key, listeners);
    listeners.add(listener as (event: never) => void);
    return () => {
      listeners.delete(listener as (event: never) => void);
      if (listeners.size === 0) this.#listeners.delete(key);
    };
  }

  /** True when somebody listens: no listener, no work. */
  hears(topic: keyof Topics): boolean {
    return this.#listeners.has(topic as string);
  }
}
