import type { AwsError } from "../core/aws-error.ts";
import type { Call, Caller } from "../core/call.ts";
import type { Hit, PointSubject } from "../core/fault.ts";
import type { HttpRequest } from "../core/http.ts";
import type { CallOptions, CallService, Context, ServiceHost, Wanted } from "../core/service.ts";
import type { Store } from "../core/storage.ts";
import type { ApiCall } from "./api-call.ts";

/** What a context asks of the gateway. */
export interface ContextDoors {
  callFrom(parent: Call): CallService;
  hits(point: string, subject: PointSubject, call: Call): readonly Hit[];
  faultPoint<T>(
    point: string,
    subject: PointSubject,
    call: Call,
    next: (hits: readonly Hit[]) => Promise<T>,
  ): Promise<T>;
  refusalOf(call: ApiCall, wanted: () => Iterable<Wanted>): AwsError | undefined;
}

/** A call with the world around it. Everything that costs is made when first asked for. */
export class CallContext implements Context {
  readonly id: string;
  readonly parentId?: string;
  readonly service: string;
  readonly operation: string;
  readonly input: Record<string, unknown>;
  readonly account: string;
  readonly region: string;
  readonly caller: Caller;
  readonly headers: Readonly<Record<string, string>>;
  readonly host: ServiceHost;
  readonly request?: HttpRequest;
  readonly #call: ApiCall;
  readonly #doors: ContextDoors;
  #store: Store | undefined;

  constructor(call: ApiCall, host: ServiceHost, doors: ContextDoors, request: HttpRequest | undefined) {
    this.id = call.id;
    this.parentId = call.parentId;
    this.service = call.service;
    this.operation = call.operation;
    this.input = call.input;
    this.account = call.account;
    this.region = call.region;
    this.caller = call.caller;
    this.headers = call.headers;
    this.host = host;
    this.request = request;
    this.#call = call;
    this.#doors = doors;
  }

  /** Asked of the call when it is wanted: most handlers never do, and a signal has its cost. */
  get signal(): AbortSignal {
    return this.#call.signal;
  }
  get requestId(): string {
    return this.id;
  }
  get store(): Store {
    this.#store ??= this.host.store(this.account, this.region);
    return this.#store;
  }
  get blobs() {
    return this.host.blobs;
  }
  get clock() {
    return this.host.clock;
  }
  get random() {
    return this.host.random;
  }
  get log() {
    return this.host.log;
  }

  readonly call: CallService = <O>(
    service: string,
    operation: string,
    input: object,
    options?: CallOptions,
  ) => this.#doors.callFrom(this.#call)<O>(service, operation, input, options);

  hits(point: string, subject: PointSubject = {}): readonly Hit[] {
    return this.#doors.hits(point, subject, this.#call);
  }

  faultPoint<T>(
    point: string,
    subject: PointSubject,
    next: (hits: readonly Hit[]) => Promise<T>,
  ): Promise<T> {
    return this.#doors.faultPoint(point, subject, this.#call, next);
  }

  refusalOf(wanted: () => Iterable<Wanted>): AwsError | undefined {
    return this.#doors.refusalOf(this.#call, wanted);
  }
}
