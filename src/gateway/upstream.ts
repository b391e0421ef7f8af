import type { ClientRequest } from "node:http";
import type { Agent as HttpsAgent } from "node:https";
import { AwsError } from "../core/aws-error.ts";
import { BoundedMap } from "../core/bounded-map.ts";
import type { Call } from "../core/call.ts";
import { isEventStreamType } from "../core/event-message.ts";
import type { HttpRequest, HttpResponse } from "../core/http.ts";
import { wholeBody } from "../core/joined.ts";
import { lazily } from "../core/lazily.ts";
import { lookup } from "../core/loopback.ts";
import { Agent as HttpAgent, request as httpRequest } from "../core/node-http.ts";
import { loadModel } from "../models/model.ts";
import { createClient } from "../protocols/client.ts";
import { type Onward, signed } from "./onward.ts";
import { ShortWayOn } from "./short-exchange.ts";
import { signatureKind, signedAgain } from "./sign-again.ts";
import { answerOf, hopByHop, MOST_WHOLE_BYTES } from "./upstream-answer.ts";
import { type Fail, pour, saidOf, silence, unanswered, vouchers, watched } from "./upstream-exchange.ts";
import { exchangeOverHttp2 } from "./upstream-http2.ts";
import { placeOf } from "./upstream-place.ts";

/** A real endpoint that answers for a service: AWS itself, another emulator, MinIO, ScyllaDB Alternator … */
export interface Upstream {
  /**
   * `https://minio.example.com`, `http://127.0.0.1:8000`; with a host for each service, `https://{service}.{region}.example.com`;
   * `aws` stands for the service's own endpoint.
   */
  readonly url: string;
  /**
   * Keys to sign with, or what gives them: then only what came with a signature that the new host makes void is signed again.
   * Without them the request goes on with the client's own.
   */
  readonly credentials?: Keys | KeySource;
  /** The client's own Host goes on, and with it its signature holds. Default: the URL's. Not for one with a host a service. */
  readonly keepsHost?: boolean;
  /** May it be real AWS? Nothing goes to a name of AWS's otherwise. */
  readonly allowsRealAws?: boolean;
  /** Certificates of authorities, in PEM, that may vouch for it beside the usual ones. */
  readonly ca?: string;
  /** How long it may keep silent. Default 16 minutes. */
  readonly timeoutMs?: number;
}

export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Gives the keys of now: those of a role end after a while. */
export type KeySource = () => Promise<Keys>;

/** How long a connection may take. */
const LONGEST_CONNECT_MS = 10_000;
const NO_CONNECTION = `no connection within ${LONGEST_CONNECT_MS} ms`;
/** How long an upstream may keep silent: a Lambda function may run for 15 minutes before it answers. */
const LONGEST_SILENCE_MS = 16 * 60_000;
/** After this, as curl and the SDKs do, a body is sent that was not asked for. */
const LONGEST_WAIT_FOR_CONTINUE_MS = 1000;
/** A connection that nobody uses is given up before its other end would, so that no call meets one that is just closing. */
const LONGEST_IDLE_MS = 4000;
const BODILESS: ReadonlySet<string> = new Set(["GET", "HEAD"]);

const https = lazily<typeof import("node:https")>("node:https");

const plainAgent = new HttpAgent({ keepAlive: true, timeout: LONGEST_IDLE_MS });
const secureAgents = new Map<string | undefined, HttpsAgent>();

/** Connections to upstreams whose certificates the usual authorities vouch for, or these in PEM. */
function secureAgent(ca: string | undefined): HttpsAgent {
  let agent = secureAgents.get(ca);
  if (agent === undefined) {
    agent = new (https().Agent)({ keepAlive: true, timeout: LONGEST_IDLE_MS, ...vouchers(ca) });
    secureAgents.set(ca, agent);
  }
  return agent;
}

/** Which upstream answers for a service; `*` for all that Squall does not serve itself. */
export type Upstreams = Readonly<Record<string, Upstream>>;

/** What a request is signed for. */
export interface Target {
  readonly region: string;
  readonly signingName: string;
  readonly endpointPrefix: string;
}

/** What is asked of an upstream, and until when. */
export type Asked = Pick<Call, "service" | "operation" | "input" | "signal">;

/** Emulators want a signature, but not a true one. */
const ANY_CREDENTIALS = { accessKeyId: "test", secretAccessKey: "test" };

/**
 * Makes a call that no client has made (a service's own) at an upstream and reads its answer.
 * @throws AwsError what the upstream answers; `NotImplemented` (501) for a service of which Squall has no full model
 */
export async function callUpstream(
  call: Asked,
  upstream: Upstream,
  target: Target,
  nowMs: number,
): Promise<Record<string, unknown>> {
  const model = loadModel(call.service);
  if (!model) {
    const why = `Squall has no full model of ${call.service}: only clients' calls are sent on.`;
    throw new AwsError("NotImplemented", why, { status: 501 });
  }
  const client = createClient(model);
  const { credentials = ANY_CREDENTIALS } = upstream;
  const keys = typeof credentials === "function" ? await credentials() : credentials;
  const request = client.encodeRequest(call.operation, call.input);
  const asked = { ...upstream, credentials: keys, keepsHost: false };
  const { status, headers, body } = await forward(request, asked, target, call, nowMs);
  const whole = await wholeBody(body as Uint8Array | AsyncIterable<Uint8Array>).catch((error: unknown) => {
    if (call.signal.aborted) throw error;
    const why = `The upstream ${upstream.url} broke off its answer.`;
    throw new AwsError("ServiceUnavailable", why, { status: 503 });
  });
  const flat = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
  return client.decodeResponse(call.operation, { status, headers: flat, body: whole });
}

/**
 * Sends a request on and gives the answer as it comes, unread. Nothing is sent twice: retries are the client's own affair.
 * @throws AwsError `ServiceUnavailable` (503) when the upstream cannot be reached, `RequestTimeout` (504) when it keeps silent
 */
export async function forward(
  request: HttpRequest,
  upstream: Upstream,
  target: Target,
  call: Asked,
  nowMs: number,
): Promise<HttpResponse> {
  const { base, host, region } = placeOf(upstream, target, call, request);
  const headers: Record<string, string> = {};
  const isHop = hopByHop(request.headers["connection"]);
  for (const [name, value] of Object.entries(request.headers)) {
    if (!isHop(name) && !name.startsWith("x-squall-")) headers[name] = value;
  }
  headers["host"] = host;
  const path = base.pathname.replace(/\/$/, "") + request.path;
  let onward: Onward = { ...request, path, headers };
  const { credentials } = upstream;
  const isVoid = host !== request.headers["host"];
  if (typeof credentials === "function") {
    if (isVoid) onward = await signedAgain(onward, { ...(await credentials()), ...target, region }, nowMs);
  } else if (credentials !== undefined) {
    const signer = { ...credentials, ...target, region };
    const isFirst = signatureKind(onward) === "none";
    onward = await (isFirst ? signed : signedAgain)(onward, signer, nowMs);
  }
  const { body, stream } = onward;
  if (stream === undefined && (body.length > 0 || !BODILESS.has(request.method))) {
    onward.headers["content-length"] = String(body.length);
  }
  const isAwaited = stream !== undefined && /^100-continue$/i.test(request.headers["expect"] ?? "");
  if (base.protocol === "https:" && isEventStreamType(request.headers["content-type"] ?? "")) {
    // Events in both directions at once are spoken over HTTP/2 alone (Transcribe, Lex, Bedrock).
    const { ca, timeoutMs = LONGEST_SILENCE_MS } = upstream;
    return await exchangeOverHttp2(onward, { origin: base.origin, host }, { ca, timeoutMs }, call.signal);
  }
  // What a client has sent has been read, and can be written as it is.
  const short = request.rawHeaders && stream === undefined ? shortWayTo(base) : undefined;
  const sent = short && exchangeShortly(onward, base, upstream, short, call.signal);
  if (sent) return await sent;
  return await exchange(onward, base, upstream, isAwaited, call.signal);
}

const MOST_ORIGINS = 100;
const shortWays = new BoundedMap<ShortWayOn>(MOST_ORIGINS);

/** @returns undefined where there is none */
function shortWayTo(base: URL): ShortWayOn | undefined {
  const { protocol, port, origin } = base;
  if (protocol !== "http:") return undefined;
  let way = shortWays.get(origin);
  if (!way) {
    way = new ShortWayOn({ host: hostOf(base), port: Number(port || 80) }, LONGEST_IDLE_MS);
    shortWays.set(origin, way);
  }
  return way.isClosed ? undefined : way;
}

/** An IPv6 address has brackets in a URL, and nowhere else. */
const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[(.*)\]$/, "$1");

/** @returns undefined when it cannot be sent so */
function exchangeShortly(
  request: Onward,
  { origin }: URL,
  { timeoutMs = LONGEST_SILENCE_MS }: Upstream,
  way: ShortWayOn,
  signal: AbortSignal,
): Promise<HttpResponse> | undefined {
  const { promise, resolve, reject } = Promise.withResolvers<HttpResponse>();
  const waiting = { origin, timeoutMs, signal, reject };
  const isSent = way.send({
    request,
    signal,
    timeoutMs,
    connectMs: LONGEST_CONNECT_MS,
    mostBodyBytes: MOST_WHOLE_BYTES,
    resolve,
    abandon: () => reject(signal.reason),
    fail: (error) => reject(unanswered(waiting, 503, "ServiceUnavailable", saidOf(error))),
    silent: (isConnecting) =>
      reject(unanswered(waiting, 504, "GatewayTimeout", isConnecting ? NO_CONNECTION : silence(timeoutMs))),
    handOver(connection) {
      const { method } = request;
      const rest = httpRequest({ method, createConnection: () => connection, timeout: timeoutMs, signal });
      refuseUpgrade(rest, watched(rest, waiting));
      rest.on("response", (response) => resolve(answerOf(response, method, signal)));
      rest.end();
    },
  });
  return isSent ? promise : undefined;
}

/** Sends a request and resolves to its answer, whose body is still on its way. */
function exchange(
  { method, path, query, headers, body, stream }: Onward,
  base: URL,
  { ca, timeoutMs = LONGEST_SILENCE_MS }: Upstream,
  isAwaited: boolean,
  signal: AbortSignal,
): Promise<HttpResponse> {
  const isSecure = base.protocol === "https:";
  return new Promise((resolve, reject) => {
    const outgoing = (isSecure ? https().request : httpRequest)({
      host: hostOf(base),
      port: base.port || (isSecure ? 443 : 80),
      method,
      path: path + (query ? `?${query}` : ""),
      headers: isAwaited ? { ...headers, expect: "100-continue" } : headers,
      agent: isSecure ? secureAgent(ca) : plainAgent,
      timeout: timeoutMs,
      lookup,
      signal,
    });
    const waiting = { origin: base.origin, timeoutMs, signal, reject };
    const fail = watched(outgoing, waiting);
    refuseUpgrade(outgoing, fail);
    outgoing.on("response", (response) => {
      // An answer that came before the body's end leaves a connection that nobody can use again.
      response.once("close", () => outgoing.writableFinished || outgoing.destroy());
      resolve(answerOf(response, method, signal));
    });
    limitConnect(outgoing, () => fail(504, "GatewayTimeout", NO_CONNECTION));
    if (stream === undefined) {
      outgoing.end(body);
      return;
    }
    const send = () => pour(stream, outgoing, waiting);
    if (isAwaited) whenContinued(outgoing, send);
    else void send();
  });
}

/** Nobody has asked for another protocol; Node's client would just close. */
function refuseUpgrade(outgoing: ClientRequest, fail: Fail): void {
  outgoing.on("upgrade", (_response, socket) => {
    socket.destroy();
    fail(503, "ServiceUnavailable", "it goes over to another protocol, unasked");
  });
}

function limitConnect(outgoing: ClientRequest, fail: () => void): void {
  outgoing.once("socket", (socket) => {
    if (!socket.connecting) return;
    const timer = setTimeout(fail, LONGEST_CONNECT_MS);
    const done = () => clearTimeout(timer);
    socket.once("connect", done);
    socket.once("close", done);
  });
}

/** The upstream may refuse before the body has come; one that does not know of `Expect` just waits for the body. */
function whenContinued(outgoing: ClientRequest, send: () => Promise<void>): void {
  let isDecided = false;
  const decide = (sends: boolean) => () => {
    clearTimeout(timer);
    if (isDecided) return;
    isDecided = true;
    if (sends) void send();
  };
  const timer = setTimeout(decide(true), LONGEST_WAIT_FOR_CONTINUE_MS);
  outgoing.once("continue", decide(true));
  outgoing.once("response", decide(false));
  outgoing.once("close", decide(false));
}
