import { BoundedMap } from "../core/bounded-map.ts";
import type { Call, Caller } from "../core/call.ts";
import type { FaultDecision } from "../core/fault.ts";
import type { HttpRequest, IncomingBody } from "../core/http.ts";
import type { Identifiable, Identified } from "../core/identities.ts";
import { type Slice, sliceOf } from "../core/slice.ts";
import { isDataPlane } from "./data-planes.ts";

/** A signal that is never aborted. */
export const NEVER: AbortSignal = new AbortController().signal;

/** What a call was made from. */
export interface ApiCallParts {
  readonly id: string;
  /** Its place in the order in which calls begin. */
  readonly began: number;
  readonly parentId: string | undefined;
  readonly origin: string | undefined;
  readonly gatheredBy?: string | undefined;
  readonly service: string;
  readonly operation: string;
  readonly input: Record<string, unknown>;
  readonly account: string;
  readonly region: string;
  readonly caller: Caller;
  /** On whose behalf a service calls. */
  readonly sourceArn?: string | undefined;
  readonly sourceAccount?: string | undefined;
  /** The service that makes it, for a call of a service. */
  readonly via?: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** The request, for a call of a client. */
  readonly request: HttpRequest | undefined;
  readonly signal: () => AbortSignal;
}

/** A call as the gateway makes it. What costs (its signal, the slice of its input) is only made when somebody asks for it. */
export class ApiCall implements Call, Identifiable {
  readonly id: string;
  readonly began: number;
  readonly parentId?: string;
  readonly origin?: string;
  readonly gatheredBy: string | undefined;
  readonly service: string;
  readonly operation: string;
  readonly input: Record<string, unknown>;
  readonly account: string;
  readonly region: string;
  readonly caller: Caller;
  readonly headers: Readonly<Record<string, string>>;
  readonly request: HttpRequest | undefined;
  readonly sourceArn: string | undefined;
  readonly sourceAccount: string;
  readonly via: string | undefined;
  /** Which rules met it, also at points on its way. */
  readonly decisions: FaultDecision[] = [];
  identified: Identified | undefined = undefined;
  /** Where it stands among the calls under way; -1 for one that is not. */
  place = -1;
  readonly #signal: () => AbortSignal;
  #slice: Slice | undefined = undefined;

  constructor(parts: ApiCallParts) {
    this.id = parts.id;
    this.began = parts.began;
    if (parts.parentId !== undefined) this.parentId = parts.parentId;
    if (parts.origin !== undefined) this.origin = parts.origin;
    this.gatheredBy = parts.gatheredBy;
    this.service = parts.service;
    this.operation = parts.operation;
    this.input = parts.input;
    this.account = parts.account;
    this.region = parts.region;
    this.caller = parts.caller;
    this.headers = parts.headers;
    this.request = parts.request;
    this.sourceArn = parts.sourceArn;
    this.sourceAccount = parts.sourceAccount ?? parts.account;
    this.via = parts.via;
    this.#signal = parts.signal;
  }

  get body(): IncomingBody | undefined {
    return this.request?.stream;
  }

  get signal(): AbortSignal {
    return this.#signal();
  }

  get isInternal(): boolean {
    return this.request === undefined;
  }

  get callerArn(): string {
    return this.caller.arn;
  }

  get accessKeyId(): string {
    return this.caller.accessKeyId;
  }

  get invocationId(): string | undefined {
    return this.headers["amz-sdk-invocation-id"];
  }

  /** From `amz-sdk-request: attempt=2; max=3`. */
  get attempt(): number | undefined {
    return sdkRequest(this.headers).attempt;
  }

  get mostAttempts(): number | undefined {
    return sdkRequest(this.headers).most;
  }

  get slice(): Slice {
    this.#slice ??= sliceOf(this.input, this.#content(), Number(this.headers["content-length"] ?? 0));
    return this.#slice;
  }

  /** What a data plane's request says is not in its input. */
  #content(): readonly Uint8Array[] | undefined {
    if (this.request === undefined || !isDataPlane(this.service)) return undefined;
    const { path, body } = this.request;
    return body instanceof Uint8Array ? [Buffer.from(path), body] : [Buffer.from(path)];
  }
}

/** What an SDK says of the attempts at its call. */
interface Attempts {
  readonly attempt?: number;
  readonly most?: number;
}

const NOTHING_SAID: Attempts = {};
/** Most clients send one of a few texts; one that says until when it tries (`ttl`) another each second. */
const said = new BoundedMap<Attempts>(100);

function sdkRequest(headers: Readonly<Record<string, string>>): Attempts {
  const text = headers["amz-sdk-request"];
  if (text === undefined) return NOTHING_SAID;
  const known = said.get(text);
  if (known !== undefined) return known;
  const attempt = /attempt=(\d+)/.exec(text)?.[1];
  const most = /max=(\d+)/.exec(text)?.[1];
  const attempts: Attempts = {
    ...(attempt !== undefined && { attempt: Number(attempt) }),
    ...(most !== undefined && { most: Number(most) }),
  };
  said.set(text, attempts);
  return attempts;
}
