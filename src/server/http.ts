import { once } from "node:events";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Http2Server, ServerHttp2Session } from "node:http2";
import {
  type AddressInfo,
  createServer as createNetServer,
  type Server as NetServer,
  type Socket,
} from "node:net";
import type { Duplex } from "node:stream";
import type { HttpRequest, HttpResponse } from "../core/http.ts";
import { lazily } from "../core/lazily.ts";
import type { Log } from "../core/log.ts";
import { createServer } from "../core/node-http.ts";
import { parentIdOf } from "../core/parentage.ts";
import { isForWebSocket } from "../core/web-socket.ts";
import type { Gateway } from "../gateway/pipeline.ts";
import type { Recognized } from "../gateway/recognize.ts";
import type { Reply } from "../gateway/wire.ts";
import type { Admin } from "./admin.ts";
import { type BodyLimit, readBody } from "./arriving-body.ts";
import { BodyRoom, roomFor, UNCOUNTED_BYTES } from "./body-room.ts";
import type { Head } from "./edge/head.ts";
import { LendingSocket } from "./edge/lending-socket.ts";
import type { Reply as ShortReply } from "./edge/reply.ts";
import { ShortWay, type ShortWayParts } from "./edge/short-way.ts";
import { WholeBody } from "./edge/whole-body.ts";
import type { Guard } from "./guard.ts";
import type { HttpsFront } from "./https/https-front.ts";
import { announcedBytes, type EdgeRequest, mayHaveBody, requestOf, toRequest } from "./incoming.ts";
import { endWith, refusal, refuse, refuseMalformed } from "./refusals.ts";
import type { Replying } from "./replying.ts";
import { discard, RequestStream } from "./request-stream.ts";
import { reset, send, sever } from "./send.ts";

const http2 = lazily<typeof import("node:http2")>("node:http2");

export interface ServerOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** The largest request body that is read whole, in bytes. */
  readonly largestBodyBytes: number;
  /** The largest request body that is streamed, in bytes. */
  readonly largestStreamBytes: number;
  /** How many requests may be under way at once. */
  readonly mostRequests: number;
  /** What the bodies of all requests under way may hold together that are read whole, in bytes; small ones do not count. */
  readonly mostBodyBytes: number;
  /** How long a client may take over the first bytes of a connection, the head of a request, or a pause in its body. Default: a minute. */
  readonly patienceMs?: number;
  /** How long a stream may rest, in or out, while somebody waits for it. Default: 20 seconds. */
  readonly idleMs?: number;
  /** How long calls under way may go on when the server closes. Default: not at all. */
  readonly drainMs?: number;
  /** Does Node's own server parse every request, the ordinary ones too? Default: no. */
  readonly onlyNode?: boolean;
}

const PATIENCE_MS = 60_000;
/** A load balancer of AWS's keeps its connections for 60 seconds, and so do many clients: they close first. */
const KEEP_ALIVE_MS = 65_000;
/** As S3 does. */
const IDLE_MS = 20_000;

/** The edge: sockets, bodies, limits, and the ways in which a reply can go wrong on the wire. */
export class HttpServer {
  readonly #front: NetServer;
  readonly #http1: Server;
  #http2: Http2Server | undefined;
  readonly #patienceMs: number;
  readonly #sockets = new Set<Socket>();
  readonly #options: ServerOptions;
  readonly #gateway: Gateway;
  readonly #guard: Guard;
  readonly #admin: Admin;
  readonly #log: Log;
  /** A body of so many bytes or fewer may be sent to anybody. */
  readonly #smallBytes: number;
  readonly #idleMs: number;
  readonly #room: BodyRoom;
  readonly #shortWay: ShortWayParts;
  #underWay = 0;
  /** Of the requests under way, those of the admin API: who looks on is not waited for. */
  #lookingOn = 0;
  /** Set while the last calls are waited for: hears when there are none. */
  #drained: (() => void) | undefined;

  #https: HttpsFront | undefined;

  constructor(parts: { gateway: Gateway; guard: Guard; admin: Admin; log: Log }, options: ServerOptions) {
    this.#gateway = parts.gateway;
    this.#guard = parts.guard;
    this.#admin = parts.admin;
    this.#log = parts.log.named("localstack.request.http");
    this.#options = options;
    this.#patienceMs = options.patienceMs ?? PATIENCE_MS;
    this.#idleMs = options.idleMs ?? IDLE_MS;
    this.#smallBytes = Math.min(SMALL_BYTES, options.largestBodyBytes);
    this.#room = new BodyRoom(options.mostBodyBytes, this.#idleMs);
    this.#http1 = createServer({
      keepAliveTimeout: KEEP_ALIVE_MS,
      // A long upload is no slow client; a head that does not end is one.
      requestTimeout: 0,
      headersTimeout: this.#patienceMs,
      connectionsCheckingInterval: this.#patienceMs / 2,
      maxHeaderSize: 64 * 1024,
      shouldUpgradeCallback: isForWebSocket,
    });
    // It never listens itself, and looks after its connections' heads only when it hears that it does.
    this.#http1.emit("listening");
    this.#http1.on("request", (request, response) => this.#accept(request, response));
    this.#http1.on("checkContinue", (request, response) => this.#accept(request, response, true));
    this.#http1.on("upgrade", (request, socket, head) => this.#upgrade(request, socket, head));
    this.#http1.on("clientError", refuseMalformed);
    this.#shortWay = {
      keepAliveMs: KEEP_ALIVE_MS,
      patienceMs: this.#patienceMs,
      mostBodyBytes: Math.min(UNCOUNTED_BYTES, this.#smallBytes),
      serve: (head, body, reply) => this.#serveShort(head, body, reply),
      streams: ({ method, target, headers, rawHeaders }, socket) =>
        this.#gateway.foresee(toRequest(method, target, headers, rawHeaders, socket)).streams,
      handOver: (socket) => {
        this.#http1.emit("connection", socket);
        socket.resume();
      },
      refuseSlow: (socket) => refuseMalformed(new Error("Request timeout"), socket),
    };
    this.#front = createNetServer({ pauseOnConnect: true }, (socket) =>
      this.#greet(LendingSocket.over(socket)),
    );
  }

  /** Resolves to the port that is listened on; rejects with Node's error when it is taken. */
  async listen(): Promise<number> {
    this.#front.listen(this.#options.port, this.#options.host);
    await once(this.#front, "listening");
    return (this.#front.address() as AddressInfo).port;
  }

  /** Answers TLS on the same port, and leads the tunnels of a proxy. */
  secure(https: HttpsFront): void {
    this.#https = https;
    this.#http1.on("connect", (request: IncomingMessage, socket: Socket, head: Buffer) =>
      https.tunnel(request, socket, head, (inner) => this.#greet(inner)),
    );
  }

  /** Lets nobody new in, waits for the calls under way if there is time for them, and ends all connections. */
  async close(): Promise<void> {
    if (!this.#front.listening) return;
    const closed = once(this.#front, "close");
    this.#front.close();
    const { drainMs = 0 } = this.#options;
    if (drainMs > 0) await this.#drain(drainMs);
    for (const socket of this.#sockets) socket.destroy();
    this.#http1.close(() => {});
    await closed;
  }

  async #drain(mostMs: number): Promise<void> {
    const isOver = AbortSignal.timeout(mostMs);
    const isGone = new Promise<void>((resolve) => {
      isOver.addEventListener("abort", () => resolve());
      this.#drained = resolve;
      this.#left();
    });
    await isGone;
    // Answers that have been given are on their way, as long as somebody reads them.
    const sent = [...this.#sockets].map((socket) => {
      socket.destroySoon();
      return socket.closed || isOver.aborted ? undefined : once(socket, "close", { signal: isOver });
    });
    await Promise.allSettled(sent);
  }

  /** A request is no longer under way. */
  #left(): void {
    if (this.#drained && this.#underWay <= this.#lookingOn) this.#drained();
  }

  /** Whoever is answered while the last calls are waited for shall not ask here again. */
  #sayLast(response: Replying, isHttp2: boolean): void {
    if (this.#drained && !isHttp2) response.setHeader("connection", "close");
  }

  /** Some SDK clients (Kinesis, Transcribe) speak HTTP/2 from the first byte on; everybody else HTTP/1.1. */
  #greet(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once("close", () => this.#sockets.delete(socket));
    const early = () => socket.destroy();
    socket.once("error", early);
    socket.setTimeout(this.#patienceMs, early);
    socket.once("readable", () => {
      const first = socket.read() as Buffer | null;
      if (!first) return;
      socket.removeListener("error", early);
      socket.removeListener("timeout", early);
      socket.setTimeout(0);
      const isTls = first[0] === TLS_HANDSHAKE && this.#https !== undefined;
      const isHttp2 = first.subarray(0, 3).equals(HTTP2_PREFACE);
      if (!isTls && !isHttp2 && !this.#options.onlyNode) {
        new ShortWay(socket, first, this.#shortWay);
        return;
      }
      socket.unshift(first);
      if (isTls) {
        this.#shakeHands(socket);
        return;
      }
      (isHttp2 ? this.#http2Server() : this.#http1).emit("connection", socket);
    });
  }

  /** A handshake may take as long as a head; what is inside has its own time. */
  #shakeHands(socket: Socket): void {
    const slow = setTimeout(() => socket.destroy(), this.#patienceMs);
    socket.once("close", () => clearTimeout(slow));
    this.#https?.secure(socket, (inner) => {
      clearTimeout(slow);
      this.#greet(inner);
    });
  }

  /** Made for the first who speaks it. */
  #http2Server(): Http2Server {
    if (this.#http2) return this.#http2;
    const server = http2().createServer();
    // Node's compatibility API: the same events and methods, over a stream of the connection.
    server.on("request", (request, response) =>
      this.#accept(request as unknown as IncomingMessage, response as unknown as ServerResponse),
    );
    server.on("checkContinue", (request, response) =>
      this.#accept(request as unknown as IncomingMessage, response as unknown as ServerResponse, true),
    );
    server.on("sessionError", () => {});
    server.on("session", (session) => leaveIdle(session, this.#patienceMs));
    this.#http2 = server;
    return server;
  }

  /** An ordinary request, whole. False for what is left to the long way: the admin API, bodies that grow, a full house. */
  #serveShort(head: Head, body: Uint8Array, reply: ShortReply): boolean {
    if (this.#underWay >= this.#options.mostRequests) return false;
    if (head.headers["content-encoding"] !== undefined) return false;
    const request = toRequest(head.method, head.target, head.headers, head.rawHeaders, reply.socket);
    const foreseen = this.#gateway.foresee(request);
    if (!foreseen.streams) request.body = body;
    else if (body.length > this.#options.largestStreamBytes) return false;
    const recognized = foreseen.recognized ?? this.#gateway.recognize(request);
    if (recognized.kind === "admin") return false;
    if (foreseen.streams && body.length > 0) request.stream = new WholeBody(body);
    void this.#answerShort(request, recognized, reply);
    return true;
  }

  async #answerShort(request: EdgeRequest, recognized: Recognized, reply: ShortReply): Promise<void> {
    this.#underWay++;
    this.#sayLast(reply, false);
    try {
      await this.#answer(request, recognized, undefined, reply);
    } catch (error) {
      this.#fail(error, reply);
    } finally {
      this.#underWay--;
      this.#left();
    }
  }

  /** @param isAwaited the client sends its body when it has read `100 Continue` */
  #accept(request: IncomingMessage, response: ServerResponse, isAwaited = false): void {
    this.#serve(request, response, isAwaited).catch((error) => this.#fail(error, response));
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse, isAwaited: boolean): Promise<void> {
    if (this.#underWay >= this.#options.mostRequests) {
      incoming.resume();
      return refuse(response, 503, `Squall has ${this.#underWay} requests under way, which is its limit.`);
    }
    this.#underWay++;
    this.#sayLast(response, incoming.httpVersionMajor > 1);
    let held = 0;
    try {
      const request = requestOf(incoming);
      const foreseen = this.#gateway.foresee(request);
      if ((foreseen.streams || this.#admin.takesStream(request)) && mayHaveBody(incoming)) {
        const recognized = foreseen.recognized ?? this.#gateway.recognize(request);
        return await this.#serveStream(request, recognized, incoming, response, isAwaited);
      }
      const limit: BodyLimit = (bytes) =>
        bytes > this.#smallBytes ? this.#refusalOfSize(request, foreseen.recognized, bytes) : undefined;
      const early = limit(announcedBytes(incoming));
      const room = early ? 0 : roomFor(incoming, this.#options.largestBodyBytes);
      if (room > 0) {
        if (!(await this.#enter(room, request, incoming))) {
          if (!response.destroyed)
            await this.#turnAway(
              this.#gateway.unavailable(request, foreseen.recognized ?? this.#gateway.recognize(request)),
              incoming,
              response,
            );
          return;
        }
        held = room;
      }
      if (isAwaited && !early) response.writeContinue();
      const body = early ?? (await readBody(incoming, limit, this.#patienceMs));
      if (body === "gone") return;
      if (!(body instanceof Uint8Array)) return await this.#turnAway(body, incoming, response);
      request.body = body;
      if (held > body.length && incoming.headers["content-length"] === undefined) {
        this.#room.leave(held - body.length);
        held = body.length;
      }
      const recognized = foreseen.recognized ?? this.#gateway.recognize(request);
      // A form says in its body who is meant, and with which operation.
      const late =
        body.length > this.#smallBytes && this.#gateway.refusalOfSize(request, recognized, body.length);
      if (late) return await send(late, response, this.#idleMs);
      await this.#answer(request, recognized, incoming, response);
    } finally {
      this.#underWay--;
      if (held > 0) this.#room.leave(held);
      this.#left();
    }
  }

  /** False when there is no room for a body, or nobody any more who wants to send it. */
  async #enter(bytes: number, { headers }: HttpRequest, incoming: IncomingMessage): Promise<boolean> {
    // A call that comes of another one (a function's, while it is invoked) would wait for itself.
    if (parentIdOf(headers) !== undefined) {
      this.#room.squeezeIn(bytes);
      return true;
    }
    return await this.#room.enter(bytes, (gone) => {
      incoming.once("error", gone);
      incoming.once("close", gone);
    });
  }

  /** Why a body may not have so many bytes; only asked for one that is not small. */
  #refusalOfSize(
    head: HttpRequest,
    foreseen: Recognized | undefined,
    bytes: number,
  ): HttpResponse | undefined {
    const { largestBodyBytes } = this.#options;
    const recognized = foreseen ?? this.#gateway.recognize(head);
    const most =
      recognized.kind === "admin" ? Math.min(LARGEST_ADMIN_BODY_BYTES, largestBodyBytes) : largestBodyBytes;
    if (bytes > most) return refusal(413, `A request body may have ${most} bytes here.`);
    return this.#gateway.refusalOfSize(head, recognized, bytes);
  }

  /** What is too large is read on a little, so that a client that does not look up while it sends hears why. */
  async #turnAway(answer: HttpResponse, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader("connection", "close");
    discard(incoming, MOST_DISCARDED_BYTES);
    await send(answer, response, this.#idleMs);
  }

  /** The handler reads the body as it comes; what it leaves is read on a little, so that the client hears the answer. */
  async #serveStream(
    request: EdgeRequest,
    recognized: Recognized,
    incoming: IncomingMessage,
    response: ServerResponse,
    isAwaited: boolean,
  ): Promise<void> {
    const sendContinue = isAwaited ? () => response.writeContinue() : undefined;
    const { largestStreamBytes: largest } = this.#options;
    const stream = new RequestStream(incoming, { largest, idleMs: this.#idleMs, sendContinue });
    request.stream = stream;
    await this.#answer(request, recognized, incoming, response, () => {
      // Nobody knows whether a client that was not asked for its body sends it after all.
      const isUnsure = stream.isAwaited || stream.isStalled;
      if (isUnsure && incoming.httpVersionMajor < 2) response.setHeader("connection", "close");
    });
    if (stream.isStalled) response.once("finish", () => incoming.destroy());
    else if (!stream.isAwaited) stream.discard(MOST_DISCARDED_BYTES);
  }

  async #answer(
    request: EdgeRequest,
    recognized: Recognized,
    incoming: IncomingMessage | undefined,
    response: Replying,
    beforeAnswer?: () => void,
  ): Promise<void> {
    const asked = this.#gateway.pagePolicy(request, recognized);
    const pages = asked && (await asked);
    const early = this.#guard.answer(request, recognized, pages);
    const cors = this.#guard.cors(request, recognized, pages);
    if (early || recognized.kind === "admin") {
      if (!early && !incoming) throw new Error("The admin API is not on the short way.");
      this.#lookingOn++;
      this.#left();
      try {
        const answer = early ?? (await this.#admin.handle(request, leaveSignal(response)()));
        beforeAnswer?.();
        this.#log.debug(() => `${request.method} ${withoutToken(request.path)} => ${answer.status}`);
        return await send({ ...answer, headers: { ...answer.headers, ...cors } }, response, this.#idleMs);
      } finally {
        this.#lookingOn--;
      }
    }
    const reply = await this.#gateway.handle(request, recognized, leaveSignal(response));
    beforeAnswer?.();
    if (cors && reply.kind === "response") Object.assign(reply.response.headers, cors);
    const sent = this.#deliver(reply, response);
    if (sent) await sent;
  }

  #deliver(reply: Reply, response: Replying): void | Promise<void> {
    if (reply.kind === "response") return send(reply.response, response, this.#idleMs);
    if (reply.how === "reset") reset(response);
    if (reply.how === "empty" || reply.how === "garbage") sever(response, reply.bytes);
  }

  #upgrade(incoming: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on("error", () => socket.destroy());
    const request = requestOf(incoming);
    const recognized = this.#gateway.recognize(request);
    const refusal = this.#guard.refusal(request, recognized);
    if (refusal !== undefined) {
      endWith(socket, "403 Forbidden", refusal);
      return;
    }
    this.#gateway
      .upgrade(recognized, incoming, socket, head)
      .then((taken) => {
        if (!taken) endWith(socket, "404 Not Found", "No WebSocket API is here.");
      })
      .catch((error) => {
        this.#log.error("A WebSocket request failed.", error);
        socket.destroy();
      });
  }

  #fail(error: unknown, response: Replying): void {
    if (response.destroyed || response.writableEnded) return;
    this.#log.error("A request failed inside Squall.", error);
    if (response.headersSent) response.destroy();
    else refuse(response, 500, "Squall failed; its log says why.");
  }
}

/** A path without the token by which a task of ECS is known: whoever reads the log shall not have its credentials. */
const withoutToken = (path: string): string => path.replace(/^(\/_squall\/ecs\/\w+\/)[^/]+/, "$1****");

/** No service takes less than this: who sends no more is not asked for the limit. */
const SMALL_BYTES = 256 * 1024;
/** Rules, settings and what else the admin API reads whole. */
const LARGEST_ADMIN_BODY_BYTES = 4 * 1024 * 1024;

/** How much of a body that nobody wants is read after the answer, before the connection is closed. */
const MOST_DISCARDED_BYTES = 64 * 1024 * 1024;

/** The first byte of whoever begins TLS. */
const TLS_HANDSHAKE = 22;

/** The first bytes of `PRI * HTTP/2.0`, which every HTTP/2 client begins with. */
const HTTP2_PREFACE = Buffer.from("PRI");

/** Ends an HTTP/2 connection on which nothing has been under way for a while. */
function leaveIdle(session: ServerHttp2Session, patienceMs: number): void {
  const leaveLater = () => setTimeout(() => session.destroy(), patienceMs);
  let open = 0;
  // Not the session's own timer: that keeps a session whose client has gone until its time is over.
  let leaving = leaveLater();
  session.on("stream", (stream) => {
    open++;
    clearTimeout(leaving);
    stream.once("close", () => {
      open--;
      if (open === 0 && !session.closed) leaving = leaveLater();
    });
  });
  session.once("close", () => clearTimeout(leaving));
}

/** Aborted when the client leaves before it has its answer; made only if somebody asks. */
function leaveSignal(response: Replying): () => AbortSignal {
  let controller: AbortController | undefined;
  return () => {
    if (!controller) {
      controller = new AbortController();
      const leave = () => {
        if (!response.writableFinished) controller?.abort(new Error("The client left."));
      };
      if (response.destroyed) leave();
      else response.once("close", leave);
    }
    return controller.signal;
  };
}
