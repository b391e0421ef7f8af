import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { isLedHere } from "../../../core/browser.ts";
import { joined } from "../../../core/joined.ts";
import { createServer } from "../../../core/node-http.ts";
import { readJson } from "../../../core/read-json.ts";
import type { FunctionError, Invocation } from "./invocation.ts";

/** What an environment does with the requests of its runtime. */
export interface RuntimeRequests {
  /** The runtime is ready for an invocation; answer with `sendInvocation`. */
  next(response: ServerResponse): void;
  /** A response begins. The body is still on its way in `request`. False refuses it. */
  respond(requestId: string, request: IncomingMessage): Promise<"accepted" | "unknown" | "too-large">;
  /** The handler failed. */
  fail(requestId: string, errorType: string, body: Buffer): boolean;
  initFail(errorType: string, body: Buffer): void;
  /** Paths of the Extensions and Telemetry APIs. */
  extension(path: string, request: IncomingMessage, response: ServerResponse, body: Buffer): boolean;
}

const INVOCATION = "/2018-06-01/runtime/invocation/";
const NEXT = `${INVOCATION}next`;

/** A page that guesses the port, or whose name points here (DNS rebinding), could else take a function's work away. */
function isOfRuntime({ headers }: IncomingMessage): boolean {
  return /^(?:127\.0\.0\.1|localhost)(?::\d+)?$/i.test(headers.host ?? "") && !isLedHere(headers);
}

/**
 * The Runtime API of one environment, on a port of its own: runtimes take an address, not all of them take a path.
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
export class RuntimeApi {
  readonly #server: Server;
  readonly #requests: RuntimeRequests;

  constructor(requests: RuntimeRequests) {
    this.#requests = requests;
    this.#server = createServer(
      { keepAliveTimeout: 0, requestTimeout: 0, noDelay: true },
      (request, response) => {
        this.#handle(request, response).catch(() => request.socket.destroy());
      },
    );
    this.#server.unref();
  }

  /** Resolves to `127.0.0.1:<port>`. */
  listen(): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(0, "127.0.0.1", () => {
        resolve(`127.0.0.1:${(this.#server.address() as AddressInfo).port}`);
      });
    });
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!isOfRuntime(request)) {
      response.writeHead(403).end();
      return;
    }
    const path = request.url ?? "";
    if (path === NEXT) return this.#requests.next(response);
    if (path.startsWith(INVOCATION)) {
      const [requestId, verb] = path.slice(INVOCATION.length).split("/") as [string, string | undefined];
      if (verb === "response") return this.#respond(requestId, request, response);
      if (verb === "error") {
        const body = await read(request);
        return accept(response, this.#requests.fail(requestId, errorTypeOf(request, body), body));
      }
    }
    const body = await read(request);
    if (path === "/2018-06-01/runtime/init/error") {
      this.#requests.initFail(errorTypeOf(request, body), body);
      return accept(response, true);
    }
    if (!this.#requests.extension(path, request, response, body)) response.writeHead(404).end();
  }

  async #respond(requestId: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const taken = await this.#requests.respond(requestId, request);
    if (taken !== "too-large") return accept(response, taken === "accepted");
    answer(response, 413, {
      errorMessage: "Exceeded maximum allowed payload size (6291556 bytes).",
      errorType: "RequestEntityTooLarge",
    });
  }
}

export async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return joined(chunks);
}

/** Answers a runtime that waits for its next invocation. */
export function sendInvocation(response: ServerResponse, invocation: Invocation, deadlineMs: number): void {
  const headers: Record<string, string | number> = {
    "Content-Type": "application/json",
    "Content-Length": invocation.payload.length,
    "Lambda-Runtime-Aws-Request-Id": invocation.requestId,
    "Lambda-Runtime-Deadline-Ms": deadlineMs,
    "Lambda-Runtime-Invoked-Function-Arn": invocation.invokedFunctionArn,
    "Lambda-Runtime-Trace-Id": invocation.traceId,
  };
  if (invocation.clientContext) headers["Lambda-Runtime-Client-Context"] = invocation.clientContext;
  if (invocation.tenantId) headers["Lambda-Runtime-Aws-Tenant-Id"] = invocation.tenantId;
  response.writeHead(200, headers).end(invocation.payload);
}

/** A streaming runtime tells of an error on the way in the trailers of its request. */
export function errorInTrailers(request: IncomingMessage): FunctionError | undefined {
  const errorType = request.trailers["lambda-runtime-function-error-type"];
  if (!errorType) return undefined;
  const payload = Buffer.from(request.trailers["lambda-runtime-function-error-body"] ?? "", "base64");
  return { kind: "error", functionError: "Unhandled", errorType, payload };
}

function errorTypeOf(request: IncomingMessage, body: Buffer): string {
  const header = request.headers["lambda-runtime-function-error-type"];
  if (typeof header === "string" && header) return header;
  try {
    return String((readJson(body.toString()) as { errorType?: unknown }).errorType ?? "Runtime.Unknown");
  } catch {
    return "Runtime.Unknown";
  }
}

function accept(response: ServerResponse, known: boolean): void {
  if (known) answer(response, 202, { status: "OK" });
  else answer(response, 400, { errorMessage: "Invalid request ID", errorType: "InvalidRequestID" });
}

function answer(response: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
  });
  response.end(text);
}
