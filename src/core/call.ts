import type { AwsError } from "./aws-error.ts";
import type { HttpResponse, IncomingBody } from "./http.ts";

/** A place in a VPC. */
export interface Network {
  readonly vpcId: string;
  readonly subnetId: string;
}

/** Who makes a call: the principal behind an access key, or an AWS service acting for a role. */
export interface Caller {
  readonly accessKeyId: string;
  readonly account: string;
  /** `arn:aws:iam::…:root`, `…:user/…`, `arn:aws:sts::…:assumed-role/<role>/<session>`, `…:federated-user/…`. */
  readonly arn: string;
  /** IAM's unique id of the principal (`AIDA…`, `AROA…:session`), as GetCallerIdentity gives it. */
  readonly userId: string;
  /** For a role session: the ARN of the role itself (FIS targets roles). */
  readonly roleArn?: string;
  /** Where the code runs that calls, if it is in a VPC: faults on networks strike by it. */
  readonly network?: Network;
  /** The call because of which the code runs that calls: what started a task. */
  readonly parentId?: string;
}

/**
 * One AWS API operation on its way through Squall: from a client, or from one service to another.
 * A data-plane request (API Gateway invoke, Lambda URL) is a call too.
 */
export interface Call {
  readonly id: string;
  /** The call that made this one, when a service (or a function that a service runs) made it. */
  readonly parentId?: string;
  /** Who acts, for a call that no other made: a scope that the client names, a poller, an alarm. */
  readonly origin?: string;
  /** botocore's service name: `sqs`, `dynamodb`, `execute-api` … */
  readonly service: string;
  readonly operation: string;
  readonly input: Record<string, unknown>;
  readonly account: string;
  readonly region: string;
  readonly caller: Caller;
  /** The client's request headers, lower case; empty for a call between services. */
  readonly headers: Readonly<Record<string, string>>;
  /** The request's body, when it is still on its way in: the input's streaming member is read from it. */
  readonly body?: IncomingBody | undefined;
  /** Aborted when the client leaves. */
  readonly signal: AbortSignal;
}

/** What a fault does to an answer on its way out. */
export type Bend = (answer: HttpResponse) => HttpResponse;

/** How a call ends: an output, an AWS error, or a dropped connection. Of the `bends` the first is the innermost effect's. */
export type Outcome =
  | {
      readonly kind: "output";
      readonly output: Record<string, unknown>;
      /** The answer as bytes, when it did not come from a handler: an upstream's, a data plane's. */
      readonly raw?: HttpResponse;
      readonly bends?: readonly Bend[] | undefined;
    }
  | JsonOutcome
  | { readonly kind: "error"; readonly error: AwsError; readonly bends?: readonly Bend[] }
  | Drop;

/**
 * An output that its handler has as JSON, as the service's own protocol writes it. It is only read when somebody looks at it, which most
 * calls have nobody for.
 */
export class JsonOutcome {
  readonly kind = "output";
  readonly json: string;
  readonly bends: readonly Bend[] | undefined;
  declare readonly raw?: undefined;
  readonly #read: (json: string) => object;
  #output: Record<string, unknown> | undefined;

  /** @param read makes the output of the JSON */
  constructor(json: string, read: (json: string) => object, bends?: readonly Bend[]) {
    this.json = json;
    this.bends = bends;
    this.#read = read;
  }

  get output(): Record<string, unknown> {
    this.#output ??= this.#read(this.json) as Record<string, unknown>;
    return this.#output;
  }

  bent(bend: Bend): JsonOutcome {
    return new JsonOutcome(this.json, this.#read, [...(this.bends ?? []), bend]);
  }
}

/** What a handler returns that has its output as JSON. */
export function asJson<Output extends object>(json: string, read: (json: string) => Output): Output {
  return new JsonOutcome(json, read) as unknown as Output;
}

/** A connection that ends without an answer: by an RST, never, without a byte, or after bytes that are not HTTP. */
export interface Drop {
  readonly kind: "drop";
  readonly how: "reset" | "hang" | "empty" | "garbage";
  /** What is sent instead of an answer. */
  readonly bytes?: Uint8Array;
}

/** An answer that began and did not end, since who sent it went away. */
export interface BrokenOff {
  readonly kind: "broken-off";
}

/** The rest of the way: a handler, an upstream, or a further effect. */
export type Next = () => Promise<Outcome>;
/** The same, for who need not wait where it does not. */
export type NextOrNow = () => Outcome | Promise<Outcome>;
