import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { AwsError } from "../../../core/aws-error.ts";
import { isLedHere } from "../../../core/browser.ts";
import type { Credential } from "../../../core/credentials.ts";
import { createServer } from "../../../core/node-http.ts";
import type { ServiceHost } from "../../../core/service.ts";
import type * as Lambda from "../../../models/generated/lambda.ts";

/**
 * AWS's extension for parameters and secrets, as functions with its layer know it: plain HTTP on `localhost:2773`, with a cache.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/ps-integration-lambda-extensions.html
 */
const LAYER = /:layer:AWS-Parameters-and-Secrets-Lambda-Extension(?:-Arm64)?:\d+$/;
const PORT = "PARAMETERS_SECRETS_EXTENSION_HTTP_PORT";
const DEFAULT_PORT = 2773;
const DEFAULT_TTL_SECONDS = 300;
const MOST_SECONDS = 300;
const DEFAULT_SIZE = 1000;

type Variables = Readonly<Record<string, string | undefined>>;

/** Whose requests a token is of. */
interface Client {
  readonly credential: Credential;
  readonly region: string;
  readonly functionName: string;
  readonly variables: Variables;
  readonly cache: Map<string, { readonly body: string; readonly untilMs: number }>;
}

export const isExtensionLayer = (arn: string): boolean => LAYER.test(arn);

/** One listener for all functions that have the layer and the same port: who asks is known by its session's token. */
export class ParametersExtension {
  readonly #host: ServiceHost;
  readonly #servers = new Map<number, Promise<Server>>();
  readonly #clients = new Map<string, Client>();

  constructor(host: ServiceHost) {
    this.#host = host;
  }

  /** Variables that a function with the layer has on top: the port, where it cannot be the one that AWS has. */
  async variablesFor(
    { Layers = [], Environment, FunctionName = "" }: Lambda.FunctionConfiguration,
    credential: Credential,
    region: string,
  ): Promise<Readonly<Record<string, string>>> {
    if (!Layers.some(({ Arn = "" }) => isExtensionLayer(Arn))) return {};
    const variables = Environment?.Variables ?? {};
    const wanted = Number(variables[PORT] ?? DEFAULT_PORT);
    this.#clients.set(credential.sessionToken ?? "", {
      credential,
      region,
      functionName: FunctionName,
      variables,
      cache: new Map(),
    });
    const { port } = (await this.#listening(wanted)).address() as AddressInfo;
    return port === wanted ? {} : { [PORT]: String(port) };
  }

  async stop(): Promise<void> {
    for (const starting of this.#servers.values()) {
      const server = await starting;
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    }
    this.#servers.clear();
    this.#clients.clear();
  }

  #listening(wanted: number): Promise<Server> {
    let server = this.#servers.get(wanted);
    if (!server) {
      // Somebody else may have the port: then any, which the function's environment says.
      server = this.#listen(wanted).catch(() => this.#listen(0));
      this.#servers.set(wanted, server);
    }
    return server;
  }

  #listen(port: number): Promise<Server> {
    return new Promise((resolve, reject) => {
      const server = createServer((request, response) => void this.#answer(request, response));
      server.once("error", reject);
      server.listen(port, "127.0.0.1", () => resolve(server));
      server.unref();
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const say = (status: number, body: string) => {
      response.writeHead(status, { "content-type": status === 200 ? "application/json" : "text/plain" });
      response.end(body);
    };
    if (isLedHere(request.headers)) return say(403, "403 forbidden");
    const client = this.#clients.get(String(request.headers["x-aws-parameters-secrets-token"] ?? ""));
    if (!client)
      return say(
        401,
        "error getting request token from header: token not found in header X-Aws-Parameters-Secrets-Token",
      );
    try {
      const url = new URL(request.url ?? "/", "http://localhost");
      const asked = askedOf(url);
      if (request.method !== "GET" || !asked) return say(404, "404 page not found");
      say(200, await this.#cached(client, url.pathname + url.search, asked));
    } catch (error) {
      if (!(error instanceof AwsError)) this.#host.log.error("The parameters extension failed.", error);
      const code = error instanceof AwsError ? error.code : "InternalFailure";
      say(400, `an unexpected error occurred while executing request: ${code}: ${(error as Error).message}`);
    }
  }

  async #cached(client: Client, key: string, asked: Asked): Promise<string> {
    const nowMs = this.#host.clock.now();
    const { cache, variables } = client;
    const ttlMs = ttlSeconds(variables[asked.ttl]) * 1000;
    const isOn = (variables["PARAMETERS_SECRETS_EXTENSION_CACHE_ENABLED"] ?? "true").toLowerCase() === "true";
    const kept = isOn ? cache.get(key) : undefined;
    if (kept && kept.untilMs > nowMs) return kept.body;
    const { credential, region, functionName } = client;
    const output = await this.#host.call(asked.service, asked.operation, asked.input, {
      account: credential.account,
      region,
      as: credential,
      origin: `function(${functionName})`,
    });
    const body = JSON.stringify({ ...output, ResultMetadata: {} });
    cache.delete(key);
    if (isOn) cache.set(key, { body, untilMs: nowMs + ttlMs });
    const size = Number(variables["PARAMETERS_SECRETS_EXTENSION_CACHE_SIZE"] ?? DEFAULT_SIZE);
    for (const oldest of cache.keys()) {
      if (cache.size <= size) break;
      cache.delete(oldest);
    }
    return body;
  }
}

const ttlSeconds = (text: string | undefined) =>
  text === undefined ? DEFAULT_TTL_SECONDS : Math.min(MOST_SECONDS, Math.max(0, Number(text) || 0));

interface Asked {
  readonly service: string;
  readonly operation: string;
  readonly input: Record<string, unknown>;
  /** The variable that says how many seconds an answer is kept. */
  readonly ttl: string;
}

/** What a path asks for; undefined for one that the extension does not have. */
function askedOf({ pathname, searchParams }: URL): Asked | undefined {
  const given = (name: string) => searchParams.get(name) ?? undefined;
  if (pathname === "/secretsmanager/get") {
    const [versionId, versionStage] = [given("versionId"), given("versionStage")];
    return {
      service: "secretsmanager",
      operation: "GetSecretValue",
      input: {
        SecretId: given("secretId") ?? "",
        ...(versionId !== undefined && { VersionId: versionId }),
        ...(versionStage !== undefined && { VersionStage: versionStage }),
      },
      ttl: "SECRETS_MANAGER_TTL",
    };
  }
  if (pathname === "/systemsmanager/parameters/get" || pathname === "/systemsmanager/parameters/get/") {
    const selector = given("version") ?? given("label");
    return {
      service: "ssm",
      operation: "GetParameter",
      input: {
        Name: `${given("name") ?? ""}${selector === undefined ? "" : `:${selector}`}`,
        WithDecryption: given("withDecryption") === "true",
      },
      ttl: "SSM_PARAMETER_STORE_TTL",
    };
  }
  return undefined;
}
