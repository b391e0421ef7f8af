import type { Catalog } from "../aws/catalog.ts";
import { refusalOfSize } from "../aws/request-sizes.ts";
import { AwsError } from "../core/aws-error.ts";
import { type Call, JsonOutcome, type Next, type NextOrNow, type Outcome } from "../core/call.ts";
import { type HttpRequest, type HttpResponse, json } from "../core/http.ts";
import type { DataPlane, PagePolicy, Service } from "../core/service.ts";
import type { Storage } from "../core/storage.ts";
import { isLarge, unhurried } from "../core/unhurried.ts";
import { loadModel, wireIndex } from "../models/model.ts";
import { type Protocol, protocolFor } from "../protocols/protocol.ts";
import { validateInput, validateLarge } from "../protocols/validate.ts";
import { wireModel } from "../protocols/wire-model.ts";
import type { Access } from "./access/access.ts";
import type { ApiCall } from "./api-call.ts";
import { CallContext, type ContextDoors } from "./context.ts";
import { readSignature } from "./credential-scope.ts";
import { belowPlane, CLAIMING, endpointOfPlane, isDataPlane, servedBy } from "./data-planes.ts";
import type { Encryption } from "./encryption.ts";
import { DEFAULT_REGION } from "./identity.ts";
import { mayBeLarge } from "./large-body.ts";
import { isForeign, newerProtocol, operationSaid, UNKNOWN } from "./newer.ts";
import { type Recognized, regionNamedBy } from "./recognize.ts";
import { maySayArn } from "./said-arns.ts";
import type { Loaded, Services } from "./services.ts";
import { callUpstream, forward, type Upstream, type Upstreams } from "./upstream.ts";
import { isForm } from "./upstream-place.ts";

type Handler = NonNullable<Service["operations"][string]>;

/** Operations that change nothing, by AWS's names for them. */
const READS = /^(?:Get|List|Describe|Head)(?=[A-Z])/;

/** What has a say before a handler runs, and what its writes are kept in. */
export interface DispatcherParts {
  readonly access: Access;
  readonly encryption: Encryption;
  readonly storage: Pick<Storage, "atomically">;
}

/** Stands before who answers clients' calls: a cassette that records them, or answers them itself. */
export interface CallTape {
  play(call: ApiCall, next: Next): Promise<Outcome>;
}

/** Finds who answers a call: our handler, a data plane, or an upstream. */
export class Dispatcher {
  readonly #services: Services;
  readonly #catalog: Catalog;
  readonly #upstreams: ReadonlyMap<string, Upstream>;
  readonly #access: Access;
  readonly #encryption: Encryption;
  readonly #storage: Pick<Storage, "atomically">;
  readonly #now: () => number;
  tape: CallTape | undefined;
  /** The W3C context in which a call goes on, where calls are traced. */
  traceparentOf: ((call: Call) => string | undefined) | undefined;

  constructor(
    services: Services,
    catalog: Catalog,
    upstreams: Upstreams,
    { access, encryption, storage }: DispatcherParts,
    now: () => number,
  ) {
    this.#storage = storage;
    this.#services = services;
    this.#catalog = catalog;
    this.#upstreams = new Map(Object.entries(upstreams));
    this.#access = access;
    this.#encryption = encryption;
    this.#now = now;
  }

  /** The codec that a request of a service is in. */
  protocol(service: string, request: HttpRequest): Protocol {
    const model = loadModel(service) ?? wireModel(service);
    return model && !isForeign(model, request)
      ? protocolFor(model, request)
      : newerProtocol(service, request);
  }

  /** Does the operation of a request take its body as a stream? False for a request that will be refused. */
  streams(head: HttpRequest, recognized: Recognized): boolean {
    try {
      return this.protocol(recognized.service, head).streams?.(head, recognized) ?? false;
    } catch (error) {
      if (error instanceof AwsError) return false;
      throw error;
    }
  }

  /** The operation that a request's head names, as far as it does. */
  operationNamed(head: HttpRequest, recognized: Recognized): string {
    try {
      const protocol = this.protocol(recognized.service, head);
      return protocol.operationOf?.(head, recognized) ?? operationSaid(head);
    } catch (error) {
      if (error instanceof AwsError) return UNKNOWN;
      throw error;
    }
  }

  /** Why a body is too large for who answers; undefined when it is not. An upstream and a data plane see for themselves. */
  refusalOfSize(
    { service, kind }: Recognized,
    operation: string,
    bytes: number,
  ): AwsError | string | undefined {
    if (kind !== "api" || this.upstream(service)) return undefined;
    return refusalOfSize(this.#catalog.get(service)?.requests, operation, bytes);
  }

  /** A data plane may know a host name that nothing else does: whatever is asked of that name is the plane's. */
  claim(request: HttpRequest, recognized: Recognized): Recognized {
    if (recognized.kind === "data-plane" || ORDINARY_HOST.test(request.headers["host"] ?? ""))
      return recognized;
    for (const [name, service] of CLAIMING) {
      const plane = this.#services.ready(service)?.service.dataPlane;
      if (plane?.claims?.(request)) return { ...recognized, ...belowPlane(name, request), isClaimed: true };
    }
    return recognized;
  }

  async dataPlane(service: string): Promise<DataPlane | undefined> {
    const name = servedBy(service);
    if (!this.#services.has(name)) return undefined;
    return (await this.#services.load(name)).service.dataPlane;
  }

  /** What the users of a service that answers here say about pages of other origins. */
  async pagePolicy(service: string): Promise<PagePolicy | undefined> {
    if (!this.#services.has(service) || this.upstream(service)) return undefined;
    return (await this.#services.load(service)).service.pages;
  }

  /** Who answers elsewhere for a service, or for a data plane of one. */
  upstream(name: string): Upstream | undefined {
    const service = servedBy(name);
    const own = this.#upstreams.get(name) ?? this.#upstreams.get(service);
    return own ?? (this.#services.has(service) ? undefined : this.#upstreams.get("*"));
  }

  /**
   * How a call ends. Only what waits for something has to be waited for: most handlers do not.
   * @param refusal what is wrong with the request: an upstream may well understand it
   * @throws AwsError
   */
  dispatch(call: ApiCall, doors: ContextDoors, refusal?: AwsError): Outcome | Promise<Outcome> {
    const { tape } = this;
    if (tape === undefined || call.isInternal || refusal !== undefined)
      return this.#dispatch(call, doors, refusal);
    return tape.play(call, async () => this.#dispatch(call, doors));
  }

  #dispatch(call: ApiCall, doors: ContextDoors, refusal?: AwsError): Outcome | Promise<Outcome> {
    const upstream = this.upstream(call.service);
    if (upstream) return this.#forward(call, call.request, upstream);
    if (refusal) throw refusal;
    const name = servedBy(call.service);
    if (!this.#services.has(name)) throw notServed(call.service);
    const loaded = this.#services.ready(name);
    if (loaded) return this.#serve(call, doors, loaded);
    return this.#services.load(name).then((loaded) => this.#serve(call, doors, loaded));
  }

  #serve(call: ApiCall, doors: ContextDoors, loaded: Loaded): Outcome | Promise<Outcome> {
    const { request } = call;
    const { service } = loaded;
    if (service.dataPlane && request && isDataPlane(call.service)) {
      const raw = service.dataPlane.handle(request, this.#context(call, loaded, doors, request));
      return raw.then((raw) => ({ kind: "output", output: {}, raw }));
    }
    const handler = Object.hasOwn(service.operations, call.operation)
      ? service.operations[call.operation]
      : undefined;
    const model = loadModel(call.service);
    if (!handler)
      throw notImplemented(call, model !== undefined && Object.hasOwn(model.operations, call.operation));
    const handle = () => this.#handle(handler, call, this.#context(call, loaded, doors, request));
    if (model && request && mayBeLarge(request) && isLarge(call.input)) {
      const valid = unhurried(validateLarge(model, call.operation, call.input, service.validation));
      return valid.then(() => this.#admit(call, doors, handle));
    }
    if (model) validateInput(model, call.operation, call.input, service.validation);
    return this.#admit(call, doors, handle);
  }

  /** Runs a handler for whom policies, and the keys that lie over what the call is about, let in. */
  #admit(call: ApiCall, doors: ContextDoors, handle: NextOrNow): Outcome | Promise<Outcome> {
    const denied = this.#access.refusalOf(call);
    if (denied) throw denied;
    const keys = this.#encryption.before(call, (asking) => doors.callFrom(asking));
    return keys ? keys.then(handle) : handle();
  }

  #handle(handler: Handler, call: ApiCall, context: CallContext): Outcome | Promise<Outcome> {
    const { losses } = context.store;
    const output = this.#storage.atomically(() => handler(call.input, context));
    if (!(output instanceof Promise)) return outputOf(output);
    // What it wrote before it waited has been committed, or not. Who only reads has lost nothing.
    const hasLost = () => context.store.losses !== losses && !READS.test(call.operation);
    const lost = "What was written while the handler waited could not be kept.";
    return output.then(
      (given) => {
        if (hasLost()) throw new Error(lost);
        return outputOf(given);
      },
      (error) => {
        // It may miss what it has written itself.
        throw hasLost() ? new Error(lost, { cause: error }) : error;
      },
    );
  }

  /** ARNs that a call's input names, for rules that match on resources. */
  arnsOf(call: ApiCall): readonly string[] {
    return this.#catalog.arnsOf(call.service, call.input, call, this.#maySayArn(call));
  }

  /** Only of a whole input that is JSON its text tells. */
  #maySayArn({ service, request }: ApiCall): boolean {
    if (request?.headers["x-amz-target"] === undefined || isDataPlane(service)) return true;
    return this.protocol(service, request).name !== "json" || maySayArn(request);
  }

  #context(
    call: ApiCall,
    loaded: Loaded,
    doors: ContextDoors,
    request: HttpRequest | undefined,
  ): CallContext {
    return new CallContext(call, loaded.host, doors, request);
  }

  /**
   * A page of the endpoint behind a gateway that is no AWS call (`/_localstack/health`).
   * @throws AwsError when it cannot be reached
   */
  async page(request: HttpRequest, signal: AbortSignal): Promise<HttpResponse> {
    const upstream = this.#upstreams.get("*");
    if (upstream === undefined) throw new Error("Only a gateway has pages of another endpoint.");
    const asked = { service: "squall", operation: "Page", input: {}, signal };
    const target = { region: DEFAULT_REGION, signingName: "", endpointPrefix: "squall" };
    if (isForm(upstream.url)) return json(404, { message: `There is nothing at ${request.path}.` });
    const { credentials: _, ...unsigned } = upstream;
    return await forward(request, unsigned, target, asked, this.#now());
  }

  async #forward(call: Call, request: HttpRequest | undefined, upstream: Upstream): Promise<Outcome> {
    const entry = wireIndex().get(call.service) ?? wireIndex().get(servedBy(call.service));
    const target = {
      // What it was signed for is what it is for, whatever names of regions Squall itself takes.
      region: (request && (readSignature(request)?.region ?? regionNamedBy(request))) ?? call.region,
      signingName: entry?.signingName ?? call.service,
      endpointPrefix: endpointOfPlane(call.service) ?? entry?.endpointPrefix ?? call.service,
    };
    if (!request) return { kind: "output", output: await callUpstream(call, upstream, target, this.#now()) };
    const traceparent = this.traceparentOf?.(call);
    const sent = traceparent === undefined ? request : inTrace(request, traceparent);
    const raw = await forward(sent, upstream, target, call, this.#now());
    return { kind: "output", output: {}, raw };
  }
}

/** A handler whose operation has no output may give nothing. */
const outputOf = (given: unknown): Outcome =>
  given instanceof JsonOutcome ? given : { kind: "output", output: (given ?? {}) as Record<string, unknown> };

/** Names that are no custom domain's: nearly every call comes under one of them. */
const ORDINARY_HOST = /^(?:localhost|\[::1\]|localhost\.localstack\.cloud)(?::\d+)?$|^[\d.]+(?::\d+)?$/i;

/** A signature that covers the client's own context would be void with another. */
function inTrace(request: HttpRequest, traceparent: string): HttpRequest {
  const { headers } = request;
  if (/SignedHeaders=[^,]*traceparent/.test(headers["authorization"] ?? "")) return request;
  return { ...request, headers: { ...headers, traceparent } };
}

function notServed(service: string): AwsError {
  return new AwsError(
    "NotImplemented",
    `Squall does not serve ${service}. Start it with --upstream ${service}=URL to have another endpoint answer.`,
    { status: 501 },
  );
}

function notImplemented(call: Call, isModelled: boolean): AwsError {
  const message = isModelled
    ? `Squall does not implement ${call.service}.${call.operation} yet.`
    : `${call.service} has no operation ${call.operation}.`;
  return new AwsError("NotImplemented", message, { status: 501 });
}
