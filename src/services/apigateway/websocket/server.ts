import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type RawData, type WebSocket, WebSocketServer } from "ws";
import { AwsError } from "../../../core/aws-error.ts";
import type { HttpRequest } from "../../../core/http.ts";
import { STATUS_CODES } from "../../../core/node-http.ts";
import type { ServiceHost } from "../../../core/service.ts";
import { hostOf, splitStage } from "../plane/address.ts";
import { headersOf, queryOf } from "../plane/fields.ts";
import { addressOfPeer, extendedRequestId } from "../plane/request-context.ts";
import type { Destination } from "../plane/rest.ts";
import { type Connection, type Connections, connectionsOf } from "./connections.ts";
import type { Happening } from "./event.ts";
import type { Result } from "./operations.ts";

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html */
const LARGEST_MESSAGE = 128 * 1024;
const IDLE_MS = 10 * 60_000;
const LONGEST_MS = 2 * 60 * 60_000;
const GOING_AWAY = 1001;

/** The sockets of WebSocket APIs: what happens on them becomes calls, and what the calls answer goes back. */
export class WebSockets {
  readonly #host: ServiceHost;
  readonly #connections: Connections;
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: LARGEST_MESSAGE,
    clientTracking: false,
  });

  constructor(host: ServiceHost) {
    this.#host = host;
    this.#connections = connectionsOf(host.bus);
  }

  /** Takes over a connection that asks for WebSocket, when `$connect` lets it in. */
  async upgrade(
    request: HttpRequest,
    destination: Destination,
    incoming: IncomingMessage,
    socket: Duplex,
    head: Buffer,
  ): Promise<void> {
    const host = this.#host;
    const { account, region } = destination.found;
    const stageName = destination.stageName ?? splitStage(destination.path).stageName;
    const happening: Happening = {
      eventType: "CONNECT",
      apiId: destination.apiId,
      stageName,
      connectionId: extendedRequestId(host.random),
      connectedAtMs: host.clock.now(),
      domainName: hostOf(request).replace(/:\d+$/, ""),
      sourceIp: addressOfPeer(request.remoteAddress),
      userAgent: request.headers["user-agent"] ?? "",
      headers: headersOf(request).multi(),
      query: queryOf(request.query).multi(),
      ...(host.refusalOfSignature(request, { service: "execute-api", region }) && { isForged: true }),
    };
    const result = await this.#call("Connect", happening, account, region);
    if (result.status < 200 || result.status > 299) return refuse(socket, result);
    this.#server.handleUpgrade(incoming, socket, head, (open) => {
      const { connectionId: id, apiId, connectedAtMs, domainName, sourceIp, userAgent } = happening;
      const { authorizer } = result;
      this.#serve(open, {
        ...{ id, apiId, stageName, account, region, connectedAtMs, domainName, sourceIp, userAgent },
        lastActiveAtMs: connectedAtMs,
        ...(authorizer && { authorizer }),
      });
    });
  }

  close(): void {
    this.#connections.closeAll();
    this.#server.close();
  }

  #serve(socket: WebSocket, client: Omit<Connection, "socket" | "end">): void {
    const { clock } = this.#host;
    const left = (closeCode: number, closeReason: string) => {
      whole.cancel();
      idle.cancel();
      if (this.#connections.get(connection.id) !== connection) return;
      this.#connections.remove(connection.id);
      const happening = { ...happeningOf(connection, "DISCONNECT"), closeCode, closeReason };
      void this.#call("Disconnect", happening, connection.account, connection.region);
    };
    const end = (closeCode: number, closeReason: string) => {
      left(closeCode, closeReason);
      socket.close(closeCode, closeReason);
    };
    const connection: Connection = { ...client, socket, end };
    this.#connections.add(connection);
    const leave = () => socket.close(GOING_AWAY, "Going away");
    const whole = clock.setTimer(LONGEST_MS, leave);
    let idle = clock.setTimer(IDLE_MS, leave);
    socket.on("message", (data, binary) => {
      connection.lastActiveAtMs = clock.now();
      idle.cancel();
      idle = clock.setTimer(IDLE_MS, leave);
      void this.#message(connection, data, binary);
    });
    socket.on("error", () => socket.terminate());
    socket.on("close", (closeCode, reason) => left(closeCode, reason.toString()));
  }

  async #message(connection: Connection, data: RawData, binary: boolean): Promise<void> {
    const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer);
    const body = { body: bytes.toString(binary ? "base64" : "utf8"), isBase64Encoded: binary };
    const happening = { ...happeningOf(connection, "MESSAGE"), ...body };
    const result = await this.#call("Message", happening, connection.account, connection.region);
    if (result.body !== undefined) send(connection.socket, result.body);
  }

  /** Never rejects: a failed call is a failed happening. */
  async #call(
    operation: "Connect" | "Message" | "Disconnect",
    happening: Happening,
    account: string,
    region: string,
  ): Promise<Result> {
    try {
      return await this.#host.call<Result & Record<string, unknown>>("execute-api", operation, happening, {
        account,
        region,
        origin: "websocket",
      });
    } catch (error) {
      const status = error instanceof AwsError ? error.status : 500;
      if (!(error instanceof AwsError))
        this.#host.log.error(`${operation} of a WebSocket API failed inside Squall.`, error);
      const { connectionId } = happening;
      const requestId = this.#host.random.uuid();
      return { status, body: JSON.stringify({ message: "Internal server error", connectionId, requestId }) };
    }
  }
}

const happeningOf = (connection: Connection, eventType: Happening["eventType"]): Happening => ({
  eventType,
  apiId: connection.apiId,
  stageName: connection.stageName,
  connectionId: connection.id,
  connectedAtMs: connection.connectedAtMs,
  domainName: connection.domainName,
  sourceIp: connection.sourceIp,
  userAgent: connection.userAgent,
  ...(connection.authorizer && { authorizer: connection.authorizer }),
});

export function send(socket: WebSocket, body: string | Uint8Array): void {
  if (socket.readyState === socket.OPEN) socket.send(body);
}

/** Answers a request for a WebSocket with plain HTTP. */
export function refuse(socket: Duplex, { status, body = "" }: { status: number; body?: string }): void {
  const text = body || JSON.stringify({ message: STATUS_CODES[status] ?? "Forbidden" });
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
  );
}
