import type { AwsError } from "../core/aws-error.ts";
import type { Call, Outcome } from "../core/call.ts";
import type { HttpRequest } from "../core/http.ts";
import type { CallOptions } from "../core/service.ts";
import type { ApiCall } from "./api-call.ts";
import type { Recognized } from "./recognize.ts";
import type { Reply, Wire } from "./wire.ts";

/** What is known of a call on its way; each step adds its part. */
export interface Passage {
  readonly startedAt: number;
  /** From the step `identify` on. */
  call?: ApiCall;
  /** How it ends: as soon as a step knows. */
  outcome?: Outcome;
  /** What is wrong with the request, when it could not be understood. An upstream may understand it, and rules may strike it. */
  refusal?: AwsError;
}

/** A client's request on its way. */
export interface ClientPassage extends Passage {
  readonly request: HttpRequest;
  readonly recognized: Recognized;
  readonly signal: () => AbortSignal;
  wire?: Wire;
  reply?: Reply;
}

/** What a service asks of another. */
export interface ServicePassage extends Passage {
  /** Who asks. */
  readonly service: string;
  readonly parent: Call | undefined;
  readonly target: string;
  readonly operation: string;
  readonly input: Record<string, unknown>;
  readonly options: CallOptions;
}

/** A part that an earlier step has added. */
export function known<T>(part: T | undefined, name: string): T {
  if (part === undefined) throw new Error(`A call has no ${name} at this step.`);
  return part;
}
