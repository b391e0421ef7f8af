import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { AwsError } from "../core/aws-error.ts";
import type { Call, Caller, Outcome } from "../core/call.ts";
import type { Clock } from "../core/clock.ts";
import type { Credentials } from "../core/credentials.ts";
import type { FaultDecision, Hit, PointSubject } from "../core/fault.ts";
import type { HttpRequest, HttpResponse } from "../core/http.ts";
import type { Log } from "../core/log.ts";
import type { Random } from "../core/random.ts";
import type { CallOptions, CallService } from "../core/service.ts";
import type { Storage } from "../core/storage.ts";
import { refusalOf } from "../faults/auth-errors.ts";
import type { FaultEngine } from "../faults/engine.ts";
import { protocolSpoken } from "../protocols/protocol.ts";
import { ApiCall, NEVER } from "./api-call.ts";
import type { ContextDoors } from "./context.ts";
import type { Dispatcher } from "./dispatch.ts";
import { callerAs, DEFAULT_ACCOUNT, DEFAULT_REGION, identify, regionOf } from "./identity.ts";
import { type Recognized, recognize } from "./recognize.ts";
import type { Recorder } from "./record.ts";
import { verifySignature } from "./signature.ts";
import { endOfTurn } from "./turn.ts";
import { encodeOutcome, type Reply, type Wire, wireOf } from "./wire.ts";

export interface GatewayParts {
  readonly credentials: Credentials;
  readonly faults: FaultEngine;
  readonly dispatcher: Dispatcher;
  readonly recorder: Recorder;
  readonly storage: Storage;
  readonly random: Random;
  readonly clock: Clock;
  readonly log: Log;
  readonly verifySignatures: boolean;
  readonly allowAnyRegion: boolean;
}

/**
 * The way of a call. From a client: recognise, identify, decode, meet the faults, dispatch, encode, record.
 * From a service: the same without the wire.
 */
export class Gateway implements ContextDoors {
  readonly #parts: GatewayParts;
  readonly #regions: { allowAny: boolean; log: Log };
  /** Decisions made at points inside a call, for its record. */
  readonly #decisions = new WeakMap<Call, FaultDecision[]>();

  constructor(parts: GatewayParts) {
    this.#parts = parts;
    this.#regions = { allowAny: parts.allowAnyRegion, log: parts.log };
  }

  /** What a request is. Decided once: whoever guards the door and whoever answers go by the same. */
  recognize(request: HttpRequest): Recognized {
    return this.#parts.dispatcher.claim(request, recognize(request));
  }

  /** One request of a client, from bytes to bytes. Never rejects for what a client sends. */
  async handle(request: HttpRequest, recognized: Recognized, signal: () => AbortSignal): Promise<Reply> {
    const { recorder, storage } = this.#parts;
    const startedAt = recorder.now();
    const wire = await wireOf(recognized, request, this.#parts.dispatcher);
    const call = this.#toCall(request, recognized, wire, signal);

    const decisions: FaultDecision[] = [];
    this.#decisions.set(call, decisions);
    const outcome = wire.refusal
      ? ({ kind: "error", error: wire.refusal } as const)
      : await this.#run(call, decisions, request, recognized);
    // A reply leaves when what it says is kept for good, and with the others of its turn.
    await (storage.flushed() ?? endOfTurn());

    const reply = encodeOutcome(outcome, wire, call);
    if (reply.kind === "response") {
      const fired = decisions.find((decision) => decision.fired);
      if (fired) reply.response.headers["x-squall-fault"] = fired.ruleId;
    }
    recorder.record(
      call,
      outcome,
      reply.kind === "response" ? reply.response.status : 0,
      startedAt,
      decisions,
      false,
    );
    return reply;
  }

  /** A request that is turned away at the door, in the words of the service that it asked for. */
  refuse(request: HttpRequest, { service, kind }: Recognized, message: string): HttpResponse {
    if (kind !== "api") {
      return {
        status: 403,
        headers: { "content-type": "application/json" },
        body: `${JSON.stringify({ message })}\n`,
      };
    }
    const protocol = this.#parts.dispatcher.protocol(service, request);
    return protocol.encodeError(
      new AwsError("AccessDeniedException", message, { status: 403 }),
      this.#parts.random.uuid(),
    );
  }

  /** Hands a WebSocket request to the data plane that it is for; false when there is none. */
  async upgrade(
    recognized: Recognized,
    incoming: IncomingMessage,
    socket: Duplex,
    head: Uint8Array,
  ): Promise<boolean> {
    if (recognized.kind !== "data-plane") return false;
    const plane = await this.#parts.dispatcher.dataPlane(recognized.service);
    if (!plane?.upgrade) return false;
    plane.upgrade(incoming, socket, head);
    return true;
  }

  /** How a service calls others outside of any call. */
  callFromService(service: string): CallService {
    return this.#caller(service, undefined);
  }

  callFrom(parent: Call): CallService {
    return this.#caller(parent.service, parent);
  }

  hits(point: string, subject: PointSubject, call: Call): readonly Hit[] {
    return this.#parts.faults.hits(point, subject, this.#placeOf(call));
  }

  faultPoint<T>(
    point: string,
    subject: PointSubject,
    call: Call,
    next: (hits: readonly Hit[]) => Promise<T>,
  ): Promise<T> {
    return this.#parts.faults.around(point, subject, this.#placeOf(call), next);
  }

  #placeOf(call: Call) {
    return { account: call.account, region: call.region, call, decisions: this.#decisions.get(call) };
  }

  #toCall(request: HttpRequest, recognized: Recognized, wire: Wire, signal: () => AbortSignal): Call {
    const asked = wire.region ?? recognized.region;
    const region = regionOf(asked, this.#regions);
    const caller = identify(this.#parts.credentials, recognized.accessKeyId, region);
    return new ApiCall(
      this.#parts.random.uuid(),
      parentOf(request),
      recognized.service,
      wire.operation,
      wire.input,
      wire.account ?? caller.account,
      region,
      caller,
      request.headers,
      signal,
    );
  }

  async #run(
    call: Call,
    decisions: FaultDecision[],
    request: HttpRequest | undefined,
    recognized: Recognized | undefined,
  ): Promise<Outcome> {
    const { faults, dispatcher } = this.#parts;
    try {
      if (this.#parts.verifySignatures && request && recognized && needsSignature(call)) {
        this.#verify(call, request, recognized);
      }
      return await faults.withFaults(
        call,
        () => dispatcher.dispatch(call, request, this),
        decisions,
        () => dispatcher.arnsOf(call),
      );
    } catch (error) {
      if (error instanceof AwsError) return { kind: "error", error };
      if (call.signal.aborted) return { kind: "drop", how: "reset" };
      this.#parts.log.error(`${call.service}.${call.operation} failed inside Squall.`, error);
      return { kind: "error", error: internalFailure() };
    }
  }

  #verify(call: Call, request: HttpRequest, { signature }: Recognized): void {
    try {
      verifySignature(request, signature, this.#parts.credentials, this.#parts.recorder.now());
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      throw refusalOf(error, call.service, protocolSpoken(call.service, call.headers) ?? "");
    }
  }

  #caller(service: string, parent: Call | undefined): CallService {
    return async <O>(
      target: string,
      operation: string,
      input: object,
      options: CallOptions = {},
    ): Promise<O> => {
      const { recorder, random } = this.#parts;
      const startedAt = recorder.now();
      const account = options.account ?? parent?.account ?? DEFAULT_ACCOUNT;
      const region = options.region ?? parent?.region ?? DEFAULT_REGION;
      const caller: Caller = callerAs(options.as, service, account);
      const call = new ApiCall(
        random.uuid(),
        options.parentId ?? parent?.id,
        target,
        operation,
        input as Record<string, unknown>,
        account,
        region,
        caller,
        {},
        () => options.signal ?? NEVER,
      );
      const decisions: FaultDecision[] = [];
      this.#decisions.set(call, decisions);
      const outcome = await this.#run(call, decisions, undefined, undefined);
      recorder.record(call, outcome, statusOf(outcome), startedAt, decisions, true);
      if (outcome.kind === "output") return outcome.output as O;
      if (outcome.kind === "error") throw outcome.error;
      if (outcome.how === "hang") await this.#giveUp(call.signal);
      throw new AwsError("ConnectionDropped", `The connection to ${target} was dropped (${outcome.how}).`, {
        status: 500,
      });
    };
  }

  async #giveUp(signal: AbortSignal): Promise<void> {
    await this.#parts.clock.sleep(LONGEST_SILENCE_MS, signal).catch(() => {});
  }
}

/** How long a service waits for another that does not answer, as the AWS SDKs' sockets do. */
const LONGEST_SILENCE_MS = 60_000;

function internalFailure(): AwsError {
  return new AwsError(
    "InternalFailure",
    "The request processing has failed because of an unknown error, exception or failure.",
    { status: 500 },
  );
}

function statusOf(outcome: Outcome): number {
  if (outcome.kind === "output") return outcome.raw?.status ?? 200;
  return outcome.kind === "error" ? outcome.error.status : 0;
}

/** Operations that AWS takes unsigned. */
const UNSIGNED = new Set([
  "AssumeRoleWithWebIdentity",
  "AssumeRoleWithSAML",
  "ConfirmSubscription",
  "Unsubscribe",
]);

function needsSignature(call: Call): boolean {
  return call.service !== "execute-api" && call.service !== "lambda-url" && !UNSIGNED.has(call.operation);
}

/** SDKs inside a Lambda function send its trace header on; Squall puts the id of the invoking call into it. */
function parentOf(request: HttpRequest): string | undefined {
  const trace = request.headers["x-amzn-trace-id"];
  return trace === undefined ? undefined : /(?:^|;)\s*Squall=([\w-]+)/.exec(trace)?.[1];
}
