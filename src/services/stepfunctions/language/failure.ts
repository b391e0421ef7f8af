import type { Json } from "./json.ts";

/** A state has failed: what Retry and Catch match by name. */
export class StateFailure extends Error {
  /** `States.TaskFailed`, `Lambda.TooManyRequestsException`, a name of the user's; a Fail state may have none. */
  readonly error: string | undefined;
  readonly reason: string | undefined;
  /** How it came about, which decides what the history says of it. */
  readonly kind: "task" | "runtime" | "query" | "branch" | "fail";
  /** The field of a JSONata expression that failed. */
  readonly location: string | undefined;
  /** It is a heartbeat that did not come: AWS calls it States.Timeout, and lets it be caught as States.HeartbeatTimeout, too. */
  readonly isHeartbeat: boolean;

  constructor(
    error: string | undefined,
    reason: string | undefined,
    kind: StateFailure["kind"],
    more: { readonly location?: string | undefined; readonly isHeartbeat?: boolean } = {},
  ) {
    super(reason ?? error ?? "The state failed.");
    this.error = error;
    this.reason = reason;
    this.kind = kind;
    this.location = more.location;
    this.isHeartbeat = more.isHeartbeat ?? false;
  }

  /** What a Catch hands on. */
  get output(): { readonly [name: string]: Json } {
    return { Error: this.error ?? null, Cause: this.reason ?? null };
  }
}

/** What is wrong with a path, a template or a function's arguments; its state says where. */
export class LanguageError extends Error {
  /** The name that Retry and Catch see. */
  readonly error: string;
  constructor(message: string, error = "States.Runtime") {
    super(message);
    this.error = error;
  }
}

/** A JSONata expression or a field that it fills is wrong. */
export class QueryError extends Error {
  readonly location: string | undefined;
  constructor(message: string, location?: string) {
    super(message);
    this.location = location;
  }
}
