// A client of the Lambda Runtime API over one kept-alive connection.

// An import would read every export of the module, the lazily loaded among them: twice the start-up time of Node.js.
const { Agent, request } = process.getBuiltinModule("node:http");

const PREFIX = "/2018-06-01/runtime";

export class RuntimeApi {
  #host;
  #port;
  // One connection: a reply to an invocation has been read before the next one is asked for.
  #agent = new Agent({ keepAlive: true, maxSockets: 1, maxFreeSockets: 1 });

  constructor(address) {
    [this.#host, this.#port] = address.split(":");
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
    let request;
    const done = new Promise((resolve, reject) => {
      request = this.#open("POST", `/invocation/${requestId}/response`, resolve, reject, {
        "content-type": contentType,
        "transfer-encoding": "chunked",
        "lambda-runtime-function-response-mode": "streaming",
        trailer: "Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body",
      });
    });
    return { request, done };
  }

  #send(method, path, body, headers = {}) {
    return new Promise((resolve, reject) => {
      const length = body === undefined ? {} : { "content-length": Buffer.byteLength(body) };
      this.#open(method, path, resolve, reject, { ...headers, ...length }).end(body);
    });
  }

  #open(method, path, resolve, reject, headers) {
    const message = request(
      { host: this.#host, port: this.#port, agent: this.#agent, method, path: PREFIX + path, headers },
      (response) => {
        const chunks = [];
        response.on("data", (chunk) => chunks.push(chunk));
        response.on("end", () =>
          resolve({ headers: response.headers, body: Buffer.concat(chunks).toString() }),
        );
        response.on("error", reject);
      },
    );
    // Without a Runtime API there is nobody to live for.
    message.on("error", () => process.exit(1));
    return message;
  }
}

function errorHeaders(payload) {
  // Header values must be Latin-1; the body carries the true name.
  const type = payload.errorType.replace(/[^\x20-\x7e]/g, "?");
  return { "content-type": "application/json", "lambda-runtime-function-error-type": type };
}
