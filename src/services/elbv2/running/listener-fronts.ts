import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { createServer as createTcpServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createServer as createTlsServer } from "node:tls";
import type { Place } from "../../../aws/arn-template.ts";
import { connectionFaults } from "../../../aws/connection-point.ts";
import { partsOf } from "../../../core/arn.ts";
import type { HttpResponse } from "../../../core/http.ts";
import { createServer, STATUS_CODES } from "../../../core/node-http.ts";
import { resetSocket } from "../../../core/reset-socket.ts";
import { shortScratch } from "../../../core/scratch.ts";
import type { ServiceHost } from "../../../core/service.ts";
import { selfMade } from "../../../core/stand-in-certificate.ts";
import { isForWebSocket } from "../../../core/web-socket.ts";
import { Endpoint } from "../../../processes/endpoint.ts";
import { Turns } from "../../../processes/turns.ts";
import { balancerArn, listenerArn } from "../arns.ts";
import { CONNECTION } from "../fault-points.ts";
import { findListener, isSecure, type ListenerRecord } from "../listener.ts";
import { addressOfBalancer, type LoadBalancerRecord } from "../load-balancer.ts";
import { type Exchange, pairsOf } from "./exchange.ts";
import type { Requests } from "./requests.ts";
import type { TcpProxy } from "./tcp-proxy.ts";

/** A load balancer keeps its clients' connections so long: the target's side of it is its idle timeout. */
const KEEP_ALIVE_MS = 60_000;
/** Ports below are root's on most machines: a listener of one of them has this much more where it may not have its own. */
const FIRST_FREE = 1024;
const HIGHER = 8000;

interface Open {
  readonly listener: ListenerRecord;
  readonly endpoint: Endpoint;
  readonly server: Server;
}

/** A listener that is to be open, with its load balancer. */
export interface Wanted {
  readonly balancer: LoadBalancerRecord;
  readonly listener: ListenerRecord;
}

/** The ports of listeners: each at its load balancer's own loopback address. */
export class ListenerFronts {
  readonly #host: ServiceHost;
  readonly #requests: Requests;
  readonly #tcp: TcpProxy;
  readonly #open = new Map<string, Open>();
  /** Those that are open or about to be. */
  readonly #asked = new Set<string>();
  readonly #turns = new Turns();
  readonly #sockets = new Set<Socket>();
  #folder: string | undefined;
  #count = 0;
  #isStopped = false;

  constructor(host: ServiceHost, requests: Requests, tcp: TcpProxy) {
    this.#host = host;
    this.#requests = requests;
    this.#tcp = tcp;
    tcp.portOf = (address, port) =>
      [...this.#open.values()].find(
        ({ endpoint, listener }) => endpoint.address === address && listener.port === port,
      )?.endpoint.port ?? port;
  }

  /** Opens the listeners of an account and Region that are to be open, and closes all others there. */
  look(place: Place, wanted: readonly Wanted[]): void {
    const arns = new Set<string>();
    for (const { balancer, listener } of wanted) {
      const arn = listenerArn(place, balancer, listener.id);
      arns.add(arn);
      this.#asked.add(arn);
      this.#inTurn(arn, () => this.#see(place, arn, { balancer, listener }));
    }
    for (const arn of this.#asked) {
      const { account, region } = partsOf(arn);
      const isHere = account === place.account && region === place.region;
      if (!isHere || arns.has(arn)) continue;
      this.#asked.delete(arn);
      this.#inTurn(arn, async () => this.#close(arn));
    }
  }

  /** Where a listener is reached; undefined while it is not. */
  whereIs(arn: string): { readonly address: string; readonly port: number } | undefined {
    return this.#open.get(arn)?.endpoint;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const arn of [...this.#open.keys()]) this.#close(arn);
    for (const socket of this.#sockets) socket.destroy();
  }

  #inTurn(arn: string, act: () => Promise<void>): void {
    const work = this.#host.atWork();
    this.#turns
      .take(arn, act)
      .catch((error: Error) => this.#host.log.error(`elbv2: ${arn} cannot be reached`, error))
      .finally(() => work[Symbol.dispose]());
  }

  async #see(place: Place, arn: string, { balancer, listener }: Wanted): Promise<void> {
    const known = this.#open.get(arn)?.listener;
    if (this.#isStopped || (known?.port === listener.port && known.protocol === listener.protocol)) return;
    this.#close(arn);
    const server = await this.#serverFor(place, arn, { balancer, listener });
    server.unref();
    this.#folder ??= shortScratch("elb");
    const socket = join(this.#folder, `${this.#count++}`);
    server.on("connection", (one: Socket) => {
      this.#sockets.add(one);
      one.once("close", () => this.#sockets.delete(one));
    });
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(socket, resolve);
    });
    const endpoint = await this.#endpointFor(place, arn, { balancer, listener }, socket);
    this.#open.set(arn, { listener, endpoint, server });
    if (this.#isStopped) this.#close(arn);
    if (endpoint.port !== listener.port)
      this.#host.log.info(`elbv2: ${arn} is reached at ${endpoint.address}:${endpoint.port}`);
  }

  async #endpointFor(
    place: Place,
    arn: string,
    { balancer, listener }: Wanted,
    socket: string,
  ): Promise<Endpoint> {
    const faults = connectionFaults(this.#host, CONNECTION, place, () => ({
      resource: balancerArn(place, balancer),
      input: {
        LoadBalancerArn: balancerArn(place, balancer),
        ListenerArn: arn,
        Port: listener.port,
      },
    }));
    const address = addressOfBalancer(place, balancer);
    const endpoint = new Endpoint(address, listener.port, faults);
    await endpoint.open(socket);
    if (endpoint.port === listener.port || listener.port >= FIRST_FREE) return endpoint;
    endpoint.close();
    const higher = new Endpoint(address, listener.port + HIGHER, faults);
    await higher.open(socket);
    return higher;
  }

  async #serverFor(place: Place, arn: string, { balancer, listener }: Wanted): Promise<Server> {
    const tls = isSecure(listener.protocol) ? await selfMade() : undefined;
    if (balancer.type === "network") {
      const accept = (front: Socket) => this.#tcp.accept(front, place, [balancer.name, listener.id]);
      return tls ? createTlsServer(tls, accept) : createTcpServer({ allowHalfOpen: true }, accept);
    }
    const handle: RequestListener = (request, response) => void this.#serve(request, response, place, arn);
    const options = {
      keepAliveTimeout: KEEP_ALIVE_MS,
      requestTimeout: 0,
      shouldUpgradeCallback: isForWebSocket,
    };
    const server = createServer(options, handle);
    server.on(
      "upgrade",
      (request: IncomingMessage, socket: Socket, head: Buffer) =>
        void this.#upgrade(request, socket, head, place, arn),
    );
    return tls ? createTlsServer(tls, (socket) => server.emit("connection", socket)) : server;
  }

  async #serve(
    request: IncomingMessage,
    response: ServerResponse,
    { account, region }: Place,
    arn: string,
  ): Promise<void> {
    const left = new AbortController();
    response.once("close", () => left.abort());
    try {
      const found = findListener(arn, { account, region, store: this.#host.store(account, region) });
      const exchange = exchangeOf(request, left.signal);
      const answer = await this.#requests.answer(exchange, { ...found, account, region });
      if (answer) await send(answer, response);
      else if (response.socket) resetSocket(response.socket);
    } catch (error) {
      if (!left.signal.aborted) this.#host.log.error(`elbv2: a request to ${arn} has failed`, error);
      response.destroy();
    }
  }

  /** A connection that is to go on in another protocol: so it does when the target says so. */
  async #upgrade(
    request: IncomingMessage,
    socket: Socket,
    head: Buffer,
    { account, region }: Place,
    arn: string,
  ): Promise<void> {
    const left = new AbortController();
    socket.on("error", () => socket.destroy());
    // Node before 24.9 asks nobody whether an upgrade is wanted, and has lost the request's body by now.
    if (!isForWebSocket(request)) {
      socket.end("HTTP/1.1 501 Not Implemented\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
      return;
    }
    socket.once("close", () => left.abort());
    try {
      const found = findListener(arn, { account, region, store: this.#host.store(account, region) });
      const exchange = { ...exchangeOf(request, left.signal), upgrade: request.headers.upgrade };
      const answer = await this.#requests.answer(exchange, { ...found, account, region });
      if (!answer) {
        resetSocket(socket);
        return;
      }
      const tunnel = this.#requests.tunnelOf(answer);
      const upgraded = tunnel
        ? ["Connection: Upgrade", `Upgrade: ${exchange.upgrade}`]
        : ["Connection: close"];
      const lines = Object.entries(answer.headers).flatMap(([name, value]) =>
        [value].flat().map((one) => `${name}: ${one}`),
      );
      const status = `HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status] ?? ""}`;
      socket.write([status, ...lines, ...upgraded, "", ""].join("\r\n"));
      if (!tunnel) {
        await pipeline(Readable.from(answer.body ?? []), socket);
        return;
      }
      tunnel.socket.on("error", () => tunnel.socket.destroy());
      tunnel.socket.once("close", () => socket.destroy());
      socket.once("close", () => tunnel.socket.destroy());
      socket.write(tunnel.head);
      tunnel.socket.write(head);
      tunnel.socket.pipe(socket).pipe(tunnel.socket);
    } catch (error) {
      if (!left.signal.aborted) this.#host.log.error(`elbv2: an upgrade at ${arn} has failed`, error);
      socket.destroy();
    }
  }

  #close(arn: string): void {
    const known = this.#open.get(arn);
    this.#open.delete(arn);
    known?.endpoint.close();
    known?.server.close();
  }
}

function exchangeOf(request: IncomingMessage, signal: AbortSignal): Exchange {
  const { method = "GET", url = "/" } = request;
  const at = url.indexOf("?");
  const hasBody =
    request.headers["transfer-encoding"] !== undefined || Number(request.headers["content-length"] ?? 0) > 0;
  return {
    method,
    path: at < 0 ? url : url.slice(0, at),
    query: at < 0 ? "" : url.slice(at + 1),
    headers: pairsOf(request.rawHeaders),
    body: hasBody ? request : new Uint8Array(),
    // Who has come by an endpoint is on this machine, whichever of its addresses it is.
    clientIp: "127.0.0.1",
    signal,
  };
}

async function send({ status, headers, body = "" }: HttpResponse, response: ServerResponse): Promise<void> {
  if (typeof body === "string" || body instanceof Uint8Array) {
    const length = status === 204 || status === 304 ? {} : { "content-length": Buffer.byteLength(body) };
    response.writeHead(status, { ...length, ...headers });
    response.end(body);
    return;
  }
  response.writeHead(status, headers);
  response.flushHeaders();
  await pipeline(Readable.from(body), response);
}
