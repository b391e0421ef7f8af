import { AwsError } from "../core/aws-error.ts";
import type { BrokenOff, NextOrNow, Outcome } from "../core/call.ts";
import { parentIdOf, scopeOf } from "../core/parentage.ts";
import { ApiCall, NEVER } from "./api-call.ts";
import { isPresigned, refusalOfCall } from "./authenticate.ts";
import { failOpen } from "./fail-open.ts";
import { callerAs, DEFAULT_ACCOUNT, DEFAULT_REGION, identify, regionOf } from "./identity.ts";
import { type ClientPassage, known, type Passage, type ServicePassage } from "./passage.ts";
import { hashAhead } from "./payload-hash.ts";
import type { Gateway } from "./pipeline.ts";
import { requestIdOf } from "./request-id.ts";
import { endOfTurn } from "./turn.ts";
import { encodeOutcome, type Reply, type Wire, wireOf } from "./wire.ts";

/** Which operation, with what input? What is wrong with the request is said when nobody else answers: see `answer`. */
export function decode(passage: ClientPassage, { parts }: Gateway): void | Promise<void> {
  const wire = wireOf(passage.recognized, passage.request, parts.dispatcher);
  if (wire instanceof Promise) return wire.then((wire) => understood(passage, wire));
  understood(passage, wire);
}

function understood(passage: ClientPassage, wire: Wire): void {
  passage.wire = wire;
  if (wire.refusal) passage.refusal = wire.refusal;
}

/** Who calls, where, and of what is it a consequence? From here on there is a call. */
export function identifyClient(passage: ClientPassage, gateway: Gateway): void {
  const { request, recognized, signal } = passage;
  const { parts } = gateway;
  const wire = known(passage.wire, "wire");
  const region = regionOf(wire.region ?? recognized.region, gateway.regions);
  const caller = identify(parts.credentials, recognized.accessKeyId, region);
  gateway.enter(
    passage,
    new ApiCall({
      id: requestIdOf(recognized.service, parts.random),
      began: parts.identities.begin(),
      parentId: parentIdOf(request.headers) ?? caller.parentId,
      origin: scopeOf(request.headers),
      service: recognized.service,
      operation: wire.operation,
      input: wire.input,
      account: wire.account ?? caller.account,
      region,
      caller,
      headers: request.headers,
      request,
      signal,
    }),
  );
}

/** The same for a service that calls another. */
export function identifyService(passage: ServicePassage, gateway: Gateway): void {
  const { service, parent, target, operation, input, options } = passage;
  const account = options.account ?? parent?.account ?? DEFAULT_ACCOUNT;
  const parentId = options.parentId ?? parent?.id;
  gateway.enter(
    passage,
    new ApiCall({
      id: requestIdOf(target, gateway.parts.random),
      began: gateway.parts.identities.begin(),
      parentId,
      origin: options.origin ?? (parentId === undefined ? service : undefined),
      gatheredBy: options.gatheredBy,
      service: target,
      operation,
      input,
      account,
      region: options.region ?? parent?.region ?? DEFAULT_REGION,
      caller: callerAs(options.as, service, account),
      sourceArn: options.sourceArn,
      sourceAccount: options.sourceAccount ?? parent?.account,
      via: service,
      headers: options.traceHeader === undefined ? {} : { "x-amzn-trace-id": options.traceHeader },
      request: undefined,
      signal: () => options.signal ?? NEVER,
    }),
  );
}

/** Is the call signed as it should be? Who is not let in does not hear what else is wrong. */
export function authenticate(passage: ClientPassage, { parts }: Gateway): void | Promise<void> {
  const call = known(passage.call, "caller");
  if (!parts.verifySignatures && !parts.strict && !isPresigned(call.service, passage.request)) return;
  const check = () => {
    const error = refusalOfCall(call, passage.request, parts);
    if (error) passage.outcome = { kind: "error", error };
  };
  const hashing = parts.verifySignatures ? hashAhead(passage.request) : undefined;
  return hashing ? hashing.then(check) : check();
}

/** The rules that strike, and inside them an upstream, a data plane or our own handler. */
export function answer(passage: Passage, gateway: Gateway): void | Promise<void> {
  if (passage.outcome) return;
  const call = known(passage.call, "caller");
  try {
    const outcome = struck(call, passage.refusal, gateway);
    if (outcome instanceof Promise)
      return outcome.then(
        (outcome) => {
          passage.outcome = outcome;
        },
        (error: unknown) => {
          passage.outcome = brokenBy(error, call, gateway);
        },
      );
    passage.outcome = outcome;
  } catch (error) {
    passage.outcome = brokenBy(error, call, gateway);
  }
}

function struck(call: ApiCall, refusal: AwsError | undefined, gateway: Gateway): Outcome | Promise<Outcome> {
  const { faults, dispatcher, log, failsOpen } = gateway.parts;
  const next = () => dispatcher.dispatch(call, gateway, refusal);
  const strike = (next: NextOrNow) =>
    faults.withFaults(call, next, call.decisions, () => dispatcher.arnsOf(call));
  if (!failsOpen) return strike(next);
  return failOpen(
    async (next) => strike(next),
    async () => next(),
    (error) =>
      log.error(`Rules failed at ${call.service}.${call.operation}: it goes on without them.`, error),
  );
}

/** How a call ends whose handler, or what struck it, has thrown. */
function brokenBy(error: unknown, call: ApiCall, { parts }: Gateway): Outcome {
  if (error instanceof AwsError) return { kind: "error", error };
  if (call.signal.aborted) return { kind: "drop", how: "reset" };
  parts.log.error(`${call.service}.${call.operation} failed inside Squall.`, error);
  return { kind: "error", error: parts.faults.internalError(call) };
}

/** A reply leaves when what it says is kept for good, and with the others of its turn; what could not be kept has failed. */
export function commit(passage: ClientPassage, gateway: Gateway): Promise<void> {
  return keep(passage, gateway) ?? endOfTurn();
}

/** What is said is kept for good; what could not be kept has failed. */
export function keep(passage: Passage, { parts }: Gateway): Promise<void> | undefined {
  return parts.storage.flushed()?.catch((error: unknown) => {
    const call = known(passage.call, "caller");
    if (passage.outcome?.kind !== "output") return;
    parts.log.error(`What ${call.service}.${call.operation} wrote could not be kept.`, error);
    passage.outcome = { kind: "error", error: parts.faults.internalError(call) };
  });
}

/** The outcome in the client's own protocol. */
export function encode(passage: ClientPassage): void | Promise<void> {
  const call = known(passage.call, "caller");
  const reply = encodeOutcome(known(passage.outcome, "outcome"), known(passage.wire, "wire"), call);
  if (reply instanceof Promise) return reply.then((reply) => answerWith(passage, reply));
  answerWith(passage, reply);
}

function answerWith(passage: ClientPassage, reply: Reply): void {
  passage.reply = reply;
  if (reply.kind !== "response") return;
  const fired = known(passage.call, "caller").decisions.find((decision) => decision.fired);
  if (fired) reply.response.headers["x-squall-fault"] = fired.ruleId;
}

/** One record, one event, one line in the log. */
export function record(passage: Passage & Pick<ClientPassage, "reply">, gateway: Gateway): void {
  const outcome = known(passage.outcome, "outcome");
  const { reply } = passage;
  const call = known(passage.call, "caller");
  const status = reply?.kind === "response" ? reply.response.status : statusOf(outcome);
  const leave = (ended: Outcome | BrokenOff, status: number) =>
    gateway.leave(call, ended, status, passage.startedAt);
  const whenOver = reply?.kind === "response" ? reply.response.whenOver : undefined;
  if (whenOver === undefined) leave(outcome, status);
  // How it ends is known when the last of it has come.
  else whenOver((ending) => (ending === "whole" ? leave(outcome, status) : leave({ kind: ending }, 0)));
}

function statusOf(outcome: Outcome): number {
  if (outcome.kind === "output") return outcome.raw?.status ?? 200;
  return outcome.kind === "error" ? outcome.error.status : 0;
}
