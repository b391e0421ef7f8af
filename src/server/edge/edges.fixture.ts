import { once } from "node:events";
import { connect } from "node:net";
import { setImmediate as turn } from "node:timers/promises";
import type { HttpRequest } from "../../core/http.ts";
import { Log } from "../../core/log.ts";
import type { Gateway } from "../../gateway/pipeline.ts";
import type { Recognized } from "../../gateway/recognize.ts";
import type { Reply } from "../../gateway/wire.ts";
import type { Admin } from "../admin.ts";
import type { Guard } from "../guard.ts";
import { HttpServer } from "../http.ts";

/** What a server behind an edge saw of a request. */
export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly rawHeaders: readonly string[];
  readonly body: string;
}

/** How requests are answered: `saw` is what came, `signal` ends when the client leaves. */
export type Answer = (request: HttpRequest, signal: () => AbortSignal) => Promise<Reply> | Reply;

/** A server whose gateway tells what it saw and answers as a test says; requests to `/stream…` have their body streamed. */
export class Edge {
  readonly seen: Seen[] = [];
  answer: Answer = () => said("ok");
  readonly #server: HttpServer;
  port = 0;

  constructor(onlyNode: boolean) {
    const gateway = {
      foresee: (head: HttpRequest) => ({ streams: head.path.startsWith("/stream") }),
      recognize: (): Recognized => ({ kind: "api", service: "sqs" }) as unknown as Recognized,
      pagePolicy: () => undefined,
      refusalOfSize: () => undefined,
      handle: async (request: HttpRequest, _: unknown, signal: () => AbortSignal) => {
        await this.#see(request);
        return await this.answer(request, signal);
      },
      upgrade: async () => false,
    };
    const guard = { answer: () => undefined, cors: () => undefined, refusal: () => undefined };
    const log = new Log({ level: "ERROR", write: () => {}, nowMs: () => 0 });
    this.#server = new HttpServer(
      {
        gateway: gateway as unknown as Gateway,
        guard: guard as unknown as Guard,
        admin: { takesStream: () => false } as unknown as Admin,
        log,
      },
      {
        host: "127.0.0.1",
        port: 0,
        largestBodyBytes: 10_000_000,
        largestStreamBytes: 10_000_000,
        mostRequests: 100,
        mostBodyBytes: 100_000_000,
        onlyNode,
      },
    );
  }

  async open(): Promise<this> {
    this.port = await this.#server.listen();
    return this;
  }

  close(): Promise<void> {
    return this.#server.close();
  }

  /** Sends bytes in these pieces, and says no more. Resolves to all that comes back, with one date for all. */
  async exchange(
    pieces: readonly (string | Uint8Array)[],
    wait: () => Promise<unknown> = turn,
  ): Promise<string> {
    const socket = connect(this.port, "127.0.0.1");
    const chunks: Buffer[] = [];
    socket.on("data", (chunk) => chunks.push(chunk));
    socket.on("error", () => {});
    const closed = once(socket, "close").catch(() => {});
    socket.setNoDelay(true);
    await once(socket, "connect");
    for (const piece of pieces) {
      socket.write(typeof piece === "string" ? Buffer.from(piece, "latin1") : piece);
      await wait();
    }
    socket.end();
    await closed;
    return Buffer.concat(chunks)
      .toString("latin1")
      .replaceAll(/^Date: .*$/gm, "Date: then");
  }

  async #see({ method, path, query, headers, rawHeaders = [], body, stream }: HttpRequest): Promise<void> {
    const pieces: Uint8Array[] = [body];
    if (stream) for await (const piece of stream) pieces.push(piece);
    const url = query === "" ? path : `${path}?${query}`;
    const text = Buffer.concat(pieces).toString("latin1");
    this.seen.push({ method, url, headers: { ...headers }, rawHeaders: [...rawHeaders], body: text });
  }
}

/** An answer with a text. */
export function said(body: string, headers: Record<string, string> = {}): Reply {
  return { kind: "response", response: { status: 200, headers, body } };
}
