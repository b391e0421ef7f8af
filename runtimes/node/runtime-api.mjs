// A client of the Lambda Runtime API over one kept-alive connection.

import { ExitStatus } from "./errors.mjs";
import { Responses } from "./responses.mjs";

// An import would read every export of the module, the lazily loaded among them. Nor is `node:http` loaded for requests as plain as
// these: it would take a fifth of a cold start, and half of a warm invocation.
const { connect } = process.getBuiltinModule("node:net");

const PREFIX = "/2018-06-01/runtime";

export class RuntimeApi {
  #address;
  #socket;
  // A reply to an invocation has been read before the next one is asked for.
  #responses = new Responses();

  constructor(address) {
    this.#address = address;
  }

  /** Waits for the next invocation. */
  async next() {
    const { headers, body } = await this.#send("GET", "/invocation/next");
    return {
      requestId: headers["lambda-runtime-aws-request-id"],
      deadlineMs: Number(headers["lambda-runtime-deadline-ms"]),
      functionArn: headers["lambda-runtime-invoked-function-arn"],
      traceId: headers["lambda-runtime-trace-id"],
      clientContext: headers["lambda-runtime-client-context"],
      cognitoIdentity: headers["lambda-runtime-cognito-identity"],
      tenantId: headers["lambda-runtime-aws-tenant-id"],
      body,
    };
  }

  respond(requestId, body) {
    return this.#send("POST", `/invocation/${requestId}/response`, body, {
      "content-type": "application/json",
    });
  }

  error(requestId, payload) {
    return this.#send(
      "POST",
      `/invocation/${requestId}/error`,
      JSON.stringify(payload),
      errorHeaders(payload),
    );
  }

  initError(payload) {
    return this.#send("POST", "/init/error", JSON.stringify(payload), errorHeaders(payload));
  }

  /** An open request for a streamed response; `done` resolves when the Runtime API has taken all of it. */
  stream(requestId, contentType) {
    const [host, port] = this.#address.split(":");
    const { promise: done, resolve, reject } = Promise.withResolvers();
    const request = process.getBuiltinModule("node:http").request(
      {
        host,
        port,
        agent: false,
        method: "POST",
        path: `${PREFIX}/invocation/${requestId}/response`,
        headers: {
          "content-type": contentType,
          "transfer-encoding": "chunked",
          "lambda-runtime-function-response-mode": "streaming",
          trailer: "Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body",
        },
      },
      (response) => response.on("end", resolve).on("error", reject).resume(),
    );
    request.on("error", () => process.exit(ExitStatus.abandoned));
    return { request, done };
  }

  async #send(method, path, body = "", headers = {}) {
    this.#socket ??= this.#connect();
    const fields = { host: this.#address, ...headers };
    if (method !== "GET") fields["content-length"] = Buffer.byteLength(body);
    const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
    // Only while it waits for an answer does the connection keep the process.
    this.#socket.ref();
    this.#socket.write(`${method} ${PREFIX}${path} HTTP/1.1\r\n${lines.join("")}\r\n${body}`);
    const response = await this.#responses.next();
    this.#socket.unref();
    return response;
  }

  #connect() {
    const [host, port] = this.#address.split(":");
    const socket = connect({ host, port: Number(port), noDelay: true });
    socket.on("data", (chunk) => this.#responses.read(chunk));
    // Without a Runtime API there is nobody to live for.
    socket.on("error", () => process.exit(ExitStatus.abandoned));
    socket.on("end", () => process.exit(ExitStatus.abandoned));
    return socket;
  }
}

function errorHeaders(payload) {
  // Header values must be Latin-1; the body carries the true name.
  const type = payload.errorType.replace(/[^\x20-\x7e]/g, "?");
  return { "content-type": "application/json", "lambda-runtime-function-error-type": type };
}
