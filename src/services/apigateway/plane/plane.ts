import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { AwsError } from "../../../core/aws-error.ts";
import type { HttpRequest, HttpResponse } from "../../../core/http.ts";
import type { Context, DataPlane, ServiceHost } from "../../../core/service.ts";
import { serveHttpApi } from "../http/plane/serve.ts";
import { refuse, WebSockets } from "../websocket/server.ts";
import { addressOf, hostOf, splitStage } from "./address.ts";
import { Directory } from "./directory.ts";
import { type Destination, serveRest } from "./rest.ts";

/** The data plane: every request of an API's client is a call `execute-api:Invoke`. */
export class ExecuteApi implements DataPlane {
  readonly #directory: Directory;
  readonly #sockets: WebSockets;
  /** Where requests to custom domain names go: a name may lead elsewhere when it is asked once more. */
  readonly #mapped = new WeakMap<HttpRequest, Destination>();

  constructor(host: ServiceHost) {
    this.#directory = new Directory(host);
    this.#sockets = new WebSockets(host);
  }

  claims(request: HttpRequest): boolean {
    return this.#directory.hasDomain(hostOf(request));
  }

  decode(request: HttpRequest) {
    const destination = this.#destination(request);
    const input = {
      ...(destination && {
        apiId: destination.apiId,
        // CloudWatch's metrics of REST APIs go by the name.
        apiKind: destination.found.kind,
        apiName: destination.found.name,
        ...placeOf(destination),
      }),
      httpMethod: request.method,
      ...(!destination && { path: request.path }),
      ...(request.query && { queryString: request.query }),
    };
    const { account, region } = destination?.found ?? {};
    return { operation: "Invoke", input, ...(account && { account }), ...(region && { region }) };
  }

  async handle(request: HttpRequest, ctx: Context): Promise<HttpResponse> {
    const destination = this.#destination(request);
    if (destination?.found.kind === "rest") return serveRest(request, ctx, destination);
    if (destination?.found.kind === "http") return serveHttpApi(request, ctx, destination);
    return plain(403, "ForbiddenException", "Forbidden", ctx.requestId);
  }

  upgrade(incoming: IncomingMessage, socket: Duplex, head: Uint8Array): void {
    const [path = "/", query = ""] = (incoming.url ?? "/").split("?", 2);
    const request: HttpRequest = {
      method: "GET",
      path,
      query,
      headers: incoming.headers as Record<string, string>,
      rawHeaders: incoming.rawHeaders,
      body: new Uint8Array(),
      ...(incoming.socket.remoteAddress && { remoteAddress: incoming.socket.remoteAddress }),
    };
    const destination = this.#destination(request);
    if (destination?.found.kind !== "websocket") {
      refuse(socket, { status: 403 });
      return;
    }
    this.#sockets
      .upgrade(request, destination, incoming, socket, Buffer.from(head))
      .catch(() => socket.destroy());
  }

  /** Ends all WebSocket connections. */
  close(): void {
    this.#sockets.close();
  }

  encodeError(error: AwsError): HttpResponse {
    const response = plain(error.status, error.code, error.message);
    return { ...response, headers: { ...response.headers, ...error.headers } };
  }

  #destination(request: HttpRequest): Destination | undefined {
    const address = addressOf(request);
    if (address) {
      const found = this.#directory.api(address.apiId);
      return found && { ...address, found };
    }
    const known = this.#mapped.get(request);
    if (known) return known;
    const mapped = this.#directory.domain(hostOf(request), request.path);
    const destination = mapped && { ...mapped, found: mapped };
    if (destination) this.#mapped.set(request, destination);
    return destination;
  }
}

function plain(status: number, errorType: string, message: string, requestId?: string): HttpResponse {
  return {
    status,
    headers: {
      "content-type": "application/json",
      "x-amzn-errortype": errorType,
      ...(requestId && { "x-amzn-requestid": requestId }),
    },
    body: JSON.stringify({ message }),
  };
}

/** The stage (of a REST API, whose paths always begin with it) and the path below it, for records and rules. */
function placeOf(destination: Destination): { stageName?: string; path: string } {
  const { stageName, path, found } = destination;
  if (stageName !== undefined) return { stageName, path };
  return found.kind === "rest" ? splitStage(path) : { path };
}
