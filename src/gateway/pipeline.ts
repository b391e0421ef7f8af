import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { AwsError } from "../core/aws-error.ts";
import type { BrokenOff, Call, Outcome } from "../core/call.ts";
import type { Clock } from "../core/clock.ts";
import type { Credentials } from "../core/credentials.ts";
import type { Hit, PointSubject } from "../core/fault.ts";
import type { HttpRequest, HttpResponse } from "../core/http.ts";
import type { Identities } from "../core/identities.ts";
import type { Log } from "../core/log.ts";
import type { Random } from "../core/random.ts";
import type { CallOptions, CallService, PagePolicy, ServiceHost, Wanted } from "../core/service.ts";
import type { Storage } from "../core/storage.ts";
import type { FaultEngine, PointPlace } from "../faults/engine.ts";
import type { Access } from "./access/access.ts";
import { ApiCall, NEVER } from "./api-call.ts";
import { refusalOfSignature, type SignedFor } from "./authenticate.ts";
import { CallsUnderWay } from "./calls-under-way.ts";
import type { ContextDoors } from "./context.ts";
import type { Dispatcher } from "./dispatch.ts";
import { type Foreseen, foresee } from "./foresee.ts";
import { callerAs } from "./identity.ts";
import { type ClientPassage, known, type Passage, type ServicePassage } from "./passage.ts";
import { type Recognized, recognize } from "./recognize.ts";
import type { Recorder } from "./record.ts";
import { requestIdOf } from "./request-id.ts";
import * as step from "./steps.ts";
import type { Reply } from "./wire.ts";

/** One step on the way of a call. One that has nothing to wait for returns nothing. */
type Step<P extends Passage> = (passage: P, gateway: Gateway) => void | Promise<void>;

/** The way of a client's call, from bytes to bytes. */
const FROM_CLIENT: readonly Step<ClientPassage>[] = [
  // Which service is meant was found out at the door (Gateway.recognize): the guard goes by it, too.
  step.decode, // which operation, with what input
  step.identifyClient, // who calls, and of what it is a consequence
  step.authenticate, // whether it is signed as it says
  step.answer, // the faults, and inside them an upstream, a data plane, or our handler for whom policies let in
  step.commit, // what was written is kept
  step.encode, // the answer in the client's protocol
  step.record, // one record, one event, one line in the log
];

/** The way of a call from one service to another: the same without the wire. What it wrote is kept, or lost, with what its parent writes. */
const FROM_SERVICE: readonly Step<ServicePassage>[] = [step.identifyService, step.answer, step.record];

/** The way of a call that nobody's call makes: of who embeds a cloud, and of what a service does by itself. Nobody else waits for what it wrote. */
const FROM_NO_CALL: readonly Step<ServicePassage>[] = [
  step.identifyService,
  step.answer,
  step.keep,
  step.record,
];

export interface GatewayParts {
  readonly credentials: Credentials;
  readonly faults: FaultEngine;
  readonly dispatcher: Dispatcher;
  readonly access: Access;
  readonly recorder: Recorder;
  readonly identities: Identities;
  readonly storage: Storage;
  readonly random: Random;
  readonly clock: Clock;
  readonly log: Log;
  readonly verifySignatures: boolean;
  readonly strict: boolean;
  readonly allowAnyRegion: boolean;
  /** Does a call go on when what strikes it fails by a bug of ours? */
  readonly failsOpen: boolean;
}

/** Sends calls on their way. */
export class Gateway implements ContextDoors {
  readonly parts: GatewayParts;
  readonly regions: { readonly allowAny: boolean; readonly log: Log };
  readonly #underWay = new CallsUnderWay();

  constructor(parts: GatewayParts) {
    this.parts = parts;
    this.regions = { allowAny: parts.allowAnyRegion, log: parts.log };
    parts.identities.underWay = () => this.#underWay;
  }

  /** What a request is. Decided once: whoever guards the door and whoever answers go by the same. */
  recognize(request: HttpRequest): Recognized {
    return this.parts.dispatcher.claim(request, recognize(request));
  }

  /** What a request's head says before its body has come. */
  foresee(head: HttpRequest): Foreseen {
    return foresee(head, this.parts.dispatcher, this.parts.verifySignatures);
  }

  /** Who decides about the page that a request comes from, beside Squall's own rules; undefined when no page asks. */
  pagePolicy(
    { method, headers }: HttpRequest,
    recognized: Recognized,
  ): Promise<PagePolicy | undefined> | undefined {
    if (headers["origin"] === undefined && method !== "OPTIONS") return undefined;
    return recognized.kind === "api" ? this.parts.dispatcher.pagePolicy(recognized.service) : undefined;
  }

  /** One request of a client, from bytes to bytes. Never rejects for what a client sends. */
  handle(request: HttpRequest, recognized: Recognized, signal: () => AbortSignal): Promise<Reply> {
    const passage: ClientPassage = { startedAt: this.parts.recorder.now(), request, recognized, signal };
    return this.#pass(FROM_CLIENT, passage, replyOf);
  }

  /**
   * Whose body is larger than what its service takes is turned away in that service's words, before it is read whole.
   * @param bytes what the body has, as far as it has come or is announced
   * @returns undefined for one that is let in
   */
  refusalOfSize(head: HttpRequest, recognized: Recognized, bytes: number): HttpResponse | undefined {
    const { dispatcher, random } = this.parts;
    const operation = dispatcher.operationNamed(head, recognized);
    const refusal = dispatcher.refusalOfSize(recognized, operation, bytes);
    if (refusal === undefined) return undefined;
    if (typeof refusal === "string") return { status: 413, headers: {}, body: refusal };
    const { service } = recognized;
    return dispatcher.protocol(service, head).encodeError(refusal, requestIdOf(service, random), operation);
  }

  /** What a service says that can take no more for now; clients of AWS come again. */
  unavailable(head: HttpRequest, recognized: Recognized): HttpResponse {
    const { dispatcher, faults, random } = this.parts;
    const { service, kind } = recognized;
    if (kind !== "api") {
      const body = JSON.stringify({ message: "Squall has no room for a further large body for now." });
      return { status: 503, headers: { "content-type": "application/json" }, body };
    }
    const operation = dispatcher.operationNamed(head, recognized);
    const error = faults.unavailable({ service, operation, headers: head.headers });
    return dispatcher.protocol(service, head).encodeError(error, requestIdOf(service, random), operation);
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
    const protocol = this.parts.dispatcher.protocol(service, request);
    return protocol.encodeError(
      new AwsError("AccessDeniedException", message, { status: 403 }),
      requestIdOf(service, this.parts.random),
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
    const plane = await this.parts.dispatcher.dataPlane(recognized.service);
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
    return this.parts.faults.hits(point, subject, placeOf(call));
  }

  faultPoint<T>(
    point: string,
    subject: PointSubject,
    call: Call,
    next: (hits: readonly Hit[]) => Promise<T>,
  ): Promise<T> {
    return this.parts.faults.around(point, subject, placeOf(call), next);
  }

  /** For a data plane that wants a signed request: why the signature does not hold. */
  refusalOfSignature(request: HttpRequest, signedFor: SignedFor): AwsError | undefined {
    return refusalOfSignature(request, signedFor, this.parts);
  }

  /** For what a service does, or would do, without a call: why the role, or the service, may not. */
  refusalOfAction(
    service: string,
    action: string,
    resources: readonly string[],
    by: Parameters<ServiceHost["refusalOfAction"]>[2],
  ): AwsError | undefined {
    const [, operation = action] = action.split(":");
    const { as, account, region, sourceArn, sourceAccount } = by;
    const { random, access, identities } = this.parts;
    const call = new ApiCall({
      id: random.uuid(),
      began: identities.begin(),
      parentId: undefined,
      origin: service,
      service,
      operation,
      input: {},
      account,
      region,
      caller: callerAs(as, service, account),
      sourceArn,
      sourceAccount,
      headers: {},
      request: undefined,
      signal: () => NEVER,
    });
    return access.refusalOfWanted(call, () => [{ action, resources, input: call.input }]);
  }

  /** For a handler: why its caller may not do something beside what the operation's input says. */
  refusalOf(call: ApiCall, wanted: () => Iterable<Wanted>): AwsError | undefined {
    return this.parts.access.refusalOfWanted(call, wanted);
  }

  /** The calls that have begun and not ended. */
  underWay(): Iterable<ApiCall> {
    return this.#underWay;
  }

  /** A call is under way from here on. Who it is only matters if a rule, or whoever has asked before, wants to know. */
  enter(passage: Passage, call: ApiCall): void {
    passage.call = call;
    this.#underWay.add(call);
    const { identities, faults } = this.parts;
    const { service, operation } = call;
    if (identities.counts(service, operation) || faults.asksWho(service, operation)) identities.of(call);
    this.parts.recorder.begins(call);
  }

  leave(call: ApiCall, outcome: Outcome | BrokenOff, status: number, startedAt: number): void {
    this.#underWay.remove(call);
    this.parts.recorder.record(call, outcome, status, startedAt);
  }

  /** @param end what a passage that has come to its end has in it */
  async #pass<P extends Passage, End>(
    steps: readonly Step<P>[],
    passage: P,
    end: (passage: P) => End,
  ): Promise<End> {
    try {
      for (const next of steps) {
        const pending = next(passage, this);
        if (pending !== undefined) await pending;
      }
      return end(passage);
    } catch (error) {
      if (passage.call) this.#underWay.remove(passage.call);
      throw error;
    }
  }

  #caller(service: string, parent: Call | undefined): CallService {
    return async <O>(target: string, operation: string, input: object, options: CallOptions = {}) => {
      const passage: ServicePassage = {
        startedAt: this.parts.recorder.now(),
        service,
        parent,
        target,
        operation,
        input: input as Record<string, unknown>,
        options,
      };
      const way = parent === undefined ? FROM_NO_CALL : FROM_SERVICE;
      return (await this.#outputOf(await this.#pass(way, passage, outcomeOf), passage)) as O;
    };
  }

  /** @throws AwsError that the call ended with; `ConnectionDropped` when there was no answer */
  async #outputOf(
    ended: Outcome,
    { call, target, options }: ServicePassage,
  ): Promise<Record<string, unknown>> {
    if (ended.kind === "output") return ended.output;
    if (ended.kind === "error") {
      ended.error.requestId = call?.id;
      throw ended.error;
    }
    if (ended.how === "hang")
      await this.parts.clock.sleep(LONGEST_SILENCE_MS, options.signal).catch(() => {});
    throw new AwsError("ConnectionDropped", `The connection to ${target} was dropped (${ended.how}).`, {
      status: 500,
    });
  }
}

/** How long a service waits for another that does not answer, as the AWS SDKs' sockets do. */
const LONGEST_SILENCE_MS = 60_000;

const outcomeOf = ({ outcome }: Passage): Outcome => known(outcome, "outcome");
const replyOf = ({ reply }: ClientPassage): Reply => known(reply, "reply");

function placeOf(call: Call): PointPlace {
  const place = { account: call.account, region: call.region, call };
  return call instanceof ApiCall ? { ...place, decisions: call.decisions } : place;
}
