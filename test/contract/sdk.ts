import { Readable } from "node:stream";
import type { HttpRequest, HttpResponse } from "../../src/core/http.ts";

/** What the SDK's clients need of a request handler; requests stay in this process. */
interface SdkRequest {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | string[] | null | undefined>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}
type SdkClient = { send(command: object): Promise<Record<string, unknown>> };
type Constructor<T> = new (input: Record<string, unknown>) => T;

const PACKAGES: Readonly<Record<string, string>> = {
  apigateway: "api-gateway",
  dynamodbstreams: "dynamodb-streams",
  events: "eventbridge",
  logs: "cloudwatch-logs",
};

/** A client of the AWS SDK for JavaScript whose requests are answered by `answer`, without a socket. */
export class Sdk {
  readonly #exports: Record<string, unknown>;
  readonly #client: SdkClient;

  private constructor(exports: Record<string, unknown>, client: SdkClient) {
    this.#exports = exports;
    this.#client = client;
  }

  static async of(service: string, answer: (request: HttpRequest) => HttpResponse): Promise<Sdk> {
    const exports = (await import(`@aws-sdk/client-${PACKAGES[service] ?? service}`)) as Record<
      string,
      unknown
    >;
    const name = Object.keys(exports).find((key) => key.endsWith("Client") && !key.startsWith("__"))!;
    const client = new (exports[name] as Constructor<SdkClient>)({
      region: "us-east-1",
      endpoint: "http://localhost:4566",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
      maxAttempts: 1,
      forcePathStyle: true,
      requestHandler: {
        async handle(request: SdkRequest) {
          return { response: sdkResponse(answer(await plainRequest(request))) };
        },
      },
    });
    return new Sdk(exports, client);
  }

  /** Does this version of the SDK know the operation? */
  has(operation: string): boolean {
    return typeof this.#exports[`${operation}Command`] === "function";
  }

  /** The class of a modelled error, when the SDK has one. */
  errorClass(name: string): (new (...args: never[]) => Error) | undefined {
    const found = this.#exports[name];
    return typeof found === "function" ? (found as new (...args: never[]) => Error) : undefined;
  }

  /** A value of a shape without the members that this version of the SDK does not know: models move faster than packages. */
  known<T>(shape: string, value: T): T {
    return pruned(this.#exports[`${shape}$`], value) as T;
  }

  send(operation: string, input: Record<string, unknown>): Promise<Record<string, unknown>> {
    const command = this.#exports[`${operation}Command`] as Constructor<object>;
    return this.#client.send(new command(input));
  }
}

/**
 * Follows one of the SDK's static schemas: `[1, namespace, name, traits, member]` for a list, 2 for a map (key and value),
 * 3 and 4 for a structure and a union (names and members). Members may be lazy, or a pair with traits.
 */
function pruned(schema: unknown, value: unknown): unknown {
  if (typeof schema === "function") return pruned(schema(), value);
  if (!Array.isArray(schema)) return value;
  const [kind, , , , first, second] = schema as unknown[];
  if (schema.length === 2) return pruned(kind, value);
  if (Array.isArray(value)) return kind === 1 ? value.map((entry) => pruned(first, entry)) : value;
  if (!isPlainObject(value)) return value;
  const entries = Object.entries(value);
  if (kind === 2) return Object.fromEntries(entries.map(([key, entry]) => [key, pruned(second, entry)]));
  const at = (name: string) => (first as string[]).indexOf(name);
  return Object.fromEntries(
    entries
      .filter(([name]) => at(name) >= 0)
      .map(([name, entry]) => [name, pruned((second as unknown[])[at(name)], entry)]),
  );
}

const isPlainObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;

async function plainRequest(request: SdkRequest): Promise<HttpRequest> {
  const query = Object.entries(request.query ?? {}).flatMap(([name, value]) =>
    [value ?? ""].flat().map((one) => `${encodeURIComponent(name)}=${encodeURIComponent(one)}`),
  );
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
  return {
    method: request.method,
    path: request.path,
    query: query.join("&"),
    headers,
    body: await bytesOf(request.body),
  };
}

async function bytesOf(body: unknown): Promise<Uint8Array> {
  if (body === undefined || body === null) return new Uint8Array();
  if (typeof body === "string") return Buffer.from(body);
  if (body instanceof Uint8Array) return body;
  const chunks: Uint8Array[] = [];
  for await (const chunk of body as AsyncIterable<Uint8Array | string>)
    chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks);
}

function sdkResponse({ status, headers, body }: HttpResponse) {
  const bytes = Readable.from(
    body === undefined
      ? []
      : typeof body === "string" || body instanceof Uint8Array
        ? [Buffer.from(body as Uint8Array)]
        : body,
  );
  return { statusCode: status, headers, body: bytes };
}
