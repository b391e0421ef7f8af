// Response streaming: https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html
import { Writable } from "node:stream";
import { errorPayload } from "./errors.mjs";

const STREAMING = Symbol.for("aws.lambda.runtime.handler.streaming");
const HTTP_INTEGRATION = "application/vnd.awslambda.http-integration-response";

export const isStreaming = (handler) => handler[STREAMING] === "response";

/** What functions find as the global `awslambda`. */
export function installAwslambda() {
  globalThis.awslambda = {
    streamifyResponse(handler, options) {
      handler[STREAMING] = "response";
      if (options?.highWaterMark) handler.highWaterMark = Number(options.highWaterMark);
      return handler;
    },
    HttpResponseStream: {
      /** Writes the status and the headers before the body: JSON, then eight NUL bytes. */
      from(stream, prelude) {
        stream.setContentType(HTTP_INTEGRATION);
        stream.write(JSON.stringify(prelude));
        stream.write(new Uint8Array(8));
        return stream;
      },
    },
  };
}

/** A stream whose first byte opens the response. */
class ResponseStream extends Writable {
  #api;
  #requestId;
  #contentType = "application/octet-stream";
  #open;

  constructor(api, requestId, highWaterMark) {
    super({ highWaterMark: highWaterMark ?? 64 * 1024, decodeStrings: true });
    this.#api = api;
    this.#requestId = requestId;
  }

  setContentType(type) {
    if (this.#open) throw new Error("Cannot set content-type, too late.");
    this.#contentType = type;
  }

  get started() {
    return this.#open !== undefined;
  }

  #request() {
    this.#open ??= this.#api.stream(this.#requestId, this.#contentType);
    return this.#open;
  }

  _write(chunk, _encoding, done) {
    this.#request().request.write(chunk, done);
  }

  _final(done) {
    const { request, done: taken } = this.#request();
    request.end();
    taken.then(() => done(), done);
  }

  /** Ends a response that has begun, with the error in its trailers. */
  async abort(payload) {
    const { request, done } = this.#request();
    request.addTrailers({
      "Lambda-Runtime-Function-Error-Type": payload.errorType,
      "Lambda-Runtime-Function-Error-Body": Buffer.from(JSON.stringify(payload)).toString("base64"),
    });
    request.end();
    await done;
  }
}

export async function runStreaming(api, handler, event, context, requestId) {
  const stream = new ResponseStream(api, requestId, handler.highWaterMark);
  const finished = new Promise((resolve, reject) => stream.once("finish", resolve).once("error", reject));
  finished.catch(() => {});
  try {
    await handler(event, stream, context);
    if (!stream.writableEnded) stream.end();
    await finished;
  } catch (error) {
    if (!stream.started) throw error;
    const payload = errorPayload(error);
    console.error("Invoke Error ", `\t${JSON.stringify(payload)}`);
    await stream.abort(payload);
  }
}
