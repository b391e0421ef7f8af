import type { IncomingMessage } from "node:http";
import { PassThrough } from "node:stream";
import type { FunctionError, Invocation, InvocationResult } from "./invocation.ts";
import { errorInTrailers } from "./runtime-api.ts";

export type Status = "success" | "error" | "failure" | "timeout";

/** An invocation that has been handed over, until the runtime asks for another one. */
export class InFlight {
  readonly invocation: Invocation;
  readonly initDurationMs: number | undefined;
  /** What ends it when it takes too long. */
  deadline: { cancel(): void } = { cancel: () => {} };
  isLogged = false;
  readonly #startedAt = performance.now();
  readonly #settle: (result: InvocationResult) => void;
  /** The streamed response, once it has begun. */
  #stream: { body: PassThrough; end: (end: { error?: FunctionError; logTail?: string }) => void } | undefined;
  #outcome: { durationMs: number; status: Status; errorType?: string } | undefined;

  /** @param initDurationMs of the init phase that this invocation waited for */
  constructor(
    invocation: Invocation,
    settle: (result: InvocationResult) => void,
    initDurationMs: number | undefined,
  ) {
    this.invocation = invocation;
    this.#settle = settle;
    this.initDurationMs = initDurationMs;
  }

  /** How it ended; undefined until then. */
  get outcome() {
    return this.#outcome;
  }

  /** It has ended so; the caller has its answer with `answer`. */
  conclude(result: InvocationResult, status: Status): { readonly durationMs: number } {
    this.#outcome = {
      durationMs: performance.now() - this.#startedAt,
      status,
      ...(result.kind === "error" && { errorType: result.errorType }),
    };
    return this.#outcome;
  }

  /** The caller gets its answer, or the end of the one that it has been getting. */
  answer(result: InvocationResult): void {
    if (!this.#stream) {
      this.#settle(result);
      return;
    }
    this.#stream.body.end();
    this.#stream.end({
      ...(result.kind === "error" && { error: result }),
      ...(result.logTail !== undefined && { logTail: result.logTail }),
    });
  }

  /** Hands the response on as it comes; resolves to the error that came after it, if any. */
  async stream(request: IncomingMessage): Promise<FunctionError | undefined> {
    const body = new PassThrough();
    const end = new Promise<{ error?: FunctionError; logTail?: string }>((resolve) => {
      this.#stream = { body, end: resolve };
    });
    this.#settle({
      kind: "stream",
      contentType: request.headers["content-type"] ?? "application/octet-stream",
      body,
      end,
    });
    for await (const chunk of request) {
      // A caller that has left does not hold the function up.
      if (body.writable && !body.write(chunk)) {
        await new Promise<void>((resolve) => body.once("drain", resolve).once("close", resolve));
      }
    }
    return errorInTrailers(request);
  }
}
