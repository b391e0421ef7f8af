import type { ServerHttp2Stream } from "node:http2";
import { Readable } from "node:stream";
import { type HttpResponse, Severed } from "../core/http.ts";
import { resetSocket } from "../core/reset-socket.ts";
import { carrierOf } from "./https/carrier.ts";
import type { Replying } from "./replying.ts";
import { passedBy } from "./tidy.ts";

/** HTTP/2's error code of the same name. */
const INTERNAL_ERROR = 2;

/**
 * Sends an answer: whole, or as its body comes.
 * @param idleMs how long a client may read nothing of what is there for it
 * @returns until a body that comes bit by bit has come
 */
export function send(answer: HttpResponse, response: Replying, idleMs: number): void | Promise<void> {
  const { body } = answer;
  if (body === undefined || typeof body === "string" || body instanceof Uint8Array) {
    const length = body === undefined ? 0 : typeof body === "string" ? Buffer.byteLength(body) : body.length;
    if (answer.headers["content-length"] === undefined && answer.status !== 204 && answer.status !== 304) {
      answer.headers["content-length"] = String(length);
    }
    response.writeHead(answer.status, answer.headers);
    response.end(body);
    // What is short is with the system at once, and nobody has to see to it.
    if (isUnread(response)) leaveStalled(response, idleMs);
    return;
  }
  response.writeHead(answer.status, answer.headers);
  response.flushHeaders();
  return pour(body, response, idleMs);
}

/** Ends a connection on which a client reads nothing of what is there for it; one with nothing to read may rest. */
function leaveStalled(response: Replying, idleMs: number): void {
  // Node's own: it counts what the system has taken of a long write as progress.
  response.setTimeout(idleMs, () => {
    if (isUnread(response)) response.destroy();
  });
}

/** Does something wait here because the system has not taken it yet? `writableFinished` is false for a while after it has. */
function isUnread(response: Replying): boolean {
  return response.writableLength > 0 || (response.socket?.writableLength ?? 0) > 0;
}

/** Writes a body as it comes and as fast as it is read; a body that throws leaves an answer that does not end well. */
async function pour(body: AsyncIterable<Uint8Array>, response: Replying, idleMs: number): Promise<void> {
  const chunks = body[Symbol.asyncIterator]();
  // Who brings the body hears at once that nobody wants it any more.
  const leave = () => {
    if (body instanceof Readable) body.destroy();
    else void chunks.return?.().catch(() => {});
  };
  response.once("close", leave);
  leaveStalled(response, idleMs);
  try {
    for (;;) {
      const { done, value } = await chunks.next();
      if (response.destroyed) return;
      if (done) break;
      passedBy(value.length);
      if (!response.write(value)) await drained(response);
    }
    response.end();
  } catch (error) {
    // The answer has begun; all that is left to say is that it did not end well.
    if (error instanceof Severed) sever(response, error.bytes);
    else response.destroy(error as Error);
  } finally {
    response.off("close", leave);
  }
}

function drained(response: Replying): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off("drain", done);
      response.off("close", done);
      resolve();
    };
    response.on("drain", done);
    response.on("close", done);
  });
}

/** An RST, as a crashed host sends it (a plain close would be a FIN); over HTTP/2 the same to the whole connection. */
export function reset(response: Replying): void {
  const { stream } = response as unknown as { stream?: ServerHttp2Stream };
  if (stream?.session) stream.session.destroy();
  else if (response.socket) resetSocket(carrierOf(response.socket));
}

/** Lets what was written go out, then these bytes past all HTTP, and closes: over HTTP/2 the stream is all that can be closed. */
export function sever(response: Replying, bytes?: Uint8Array): void {
  const { stream } = response as unknown as { stream?: ServerHttp2Stream };
  // Node keeps what was written in this turn together until its end.
  setImmediate(() => {
    if (stream) {
      stream.close(INTERNAL_ERROR);
      return;
    }
    if (bytes) response.socket?.write(bytes);
    response.socket?.destroySoon();
  });
}
