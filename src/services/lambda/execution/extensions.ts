import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { readJson } from "../../../core/read-json.ts";
import type { Subscription, Telemetry } from "./telemetry.ts";

type ExtensionEvent = Readonly<Record<string, unknown>> & { readonly eventType: "INVOKE" | "SHUTDOWN" };

/** What the Extensions API tells extensions about the function. */
export interface ExtendedFunction {
  readonly functionName: string;
  readonly functionVersion: string;
  readonly handler: string;
  readonly accountId: string;
}

interface Extension {
  readonly id: string;
  readonly name: string;
  readonly events: ReadonlySet<string>;
  /** The open GET /extension/event/next. */
  waiting?: ServerResponse;
  /** An event that came while it was busy. */
  pending?: ExtensionEvent;
}

/**
 * The Extensions API and the Telemetry API of one environment:
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html
 */
export class Extensions {
  readonly #extensions = new Map<string, Extension>();
  readonly #expected: number;
  readonly #function: ExtendedFunction;
  readonly #telemetry: Telemetry;
  #onChange: () => void = () => {};

  /** @param expected how many external extensions were started */
  constructor(expected: number, func: ExtendedFunction, telemetry: Telemetry) {
    this.#expected = expected;
    this.#function = func;
    this.#telemetry = telemetry;
  }

  /** True when every extension asks for its next event. */
  get areIdle(): boolean {
    if (this.#extensions.size < this.#expected) return false;
    for (const extension of this.#extensions.values()) if (!extension.waiting) return false;
    return true;
  }

  /** Resolves when every extension asks for its next event. */
  async idle(): Promise<void> {
    while (!this.areIdle) {
      await new Promise<void>((resolve) => {
        this.#onChange = resolve;
      });
    }
  }

  /** Hands an event to those who registered for it. */
  send(event: ExtensionEvent): void {
    for (const extension of this.#extensions.values()) {
      if (!extension.events.has(event.eventType)) continue;
      if (extension.waiting) deliver(extension, extension.waiting, event);
      else extension.pending = event;
    }
  }

  get count(): number {
    return this.#extensions.size;
  }

  /** Answers a request under `/2020-01-01/extension/`, `/2022-07-01/telemetry` or `/2020-08-15/logs`; false for another path. */
  handle(path: string, request: IncomingMessage, response: ServerResponse, body: Buffer): boolean {
    if (path === "/2020-01-01/extension/register") this.#register(request, response, body);
    else if (path === "/2020-01-01/extension/event/next") this.#next(request, response);
    else if (path === "/2020-01-01/extension/init/error" || path === "/2020-01-01/extension/exit/error") {
      answer(response, 202, { status: "OK" });
    } else if (path === "/2022-07-01/telemetry" || path === "/2020-08-15/logs") {
      this.#subscribe(request, response, body);
    } else return false;
    return true;
  }

  #register(request: IncomingMessage, response: ServerResponse, body: Buffer): void {
    const name = request.headers["lambda-extension-name"];
    if (typeof name !== "string") {
      refuse(response, 400, "Extension.InvalidExtensionName", "Invalid extension name");
      return;
    }
    const { events = [] } = readJson(body.toString() || "{}") as { events?: string[] };
    const extension: Extension = { id: randomUUID(), name, events: new Set(events) };
    this.#extensions.set(extension.id, extension);
    const features = String(request.headers["lambda-extension-accept-feature"] ?? "");
    const { accountId, ...described } = this.#function;
    response.setHeader("Lambda-Extension-Identifier", extension.id);
    answer(response, 200, { ...described, ...(features.includes("accountId") && { accountId }) });
  }

  #next(request: IncomingMessage, response: ServerResponse): void {
    const extension = this.#extensions.get(String(request.headers["lambda-extension-identifier"]));
    if (!extension) {
      refuse(response, 403, "Extension.UnknownExtensionIdentifier", "Unknown extension identifier");
      return;
    }
    extension.waiting = response;
    response.once("close", () => {
      if (extension.waiting === response) extension.waiting = undefined;
    });
    if (extension.pending) deliver(extension, response, extension.pending);
    this.#onChange();
  }

  #subscribe(request: IncomingMessage, response: ServerResponse, body: Buffer): void {
    if (!this.#extensions.has(String(request.headers["lambda-extension-identifier"]))) {
      refuse(response, 403, "Extension.UnknownExtensionIdentifier", "Unknown extension identifier");
      return;
    }
    this.#telemetry.subscribe(readJson(body.toString()) as Subscription);
    response.writeHead(200, { "content-type": "text/plain" }).end("OK");
  }
}

function deliver(extension: Extension, response: ServerResponse, event: ExtensionEvent): void {
  extension.waiting = undefined;
  extension.pending = undefined;
  response.setHeader("Lambda-Extension-Event-Identifier", randomUUID());
  answer(response, 200, event);
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
  });
  response.end(text);
}

function refuse(response: ServerResponse, status: number, errorType: string, errorMessage: string): void {
  answer(response, status, { errorMessage, errorType });
}
