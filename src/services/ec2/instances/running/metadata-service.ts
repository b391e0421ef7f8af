import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { isLedHere } from "../../../../core/browser.ts";
import type { Clock } from "../../../../core/clock.ts";
import type { Random } from "../../../../core/random.ts";
import type * as EC2 from "../../../../models/generated/ec2.ts";
import { lookUp, type MetadataTree } from "./metadata-tree.ts";

const TOKEN_HEADER = "x-aws-ec2-metadata-token";
const TTL_HEADER = "x-aws-ec2-metadata-token-ttl-seconds";
const LONGEST_TTL_SECONDS = 21_600;
/** Who asks by another name has been led here by a page of somebody else's. */
const OWN_HOST = /^(?:127\.\d+\.\d+\.\d+|localhost|169\.254\.169\.254)(?::\d+)?$/;

/** Where a metadata service reads what it tells. */
export interface MetadataSource {
  options(): EC2.InstanceMetadataOptionsResponse;
  read(): Promise<MetadataTree>;
}

/**
 * The instance metadata service of one instance, on a port of its own: who reads it is known by that, and SDKs find it by
 * `AWS_EC2_METADATA_SERVICE_ENDPOINT`. 169.254.169.254 would take root.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html
 */
export class MetadataService {
  readonly #server: Server;
  readonly #source: MetadataSource;
  readonly #clock: Clock;
  readonly #random: Random;
  /** Until when each token is good. */
  readonly #tokens = new Map<string, number>();

  private constructor(server: Server, source: MetadataSource, clock: Clock, random: Random) {
    this.#server = server;
    this.#source = source;
    this.#clock = clock;
    this.#random = random;
    server.on("request", (request: IncomingMessage, response: ServerResponse) => {
      request.resume();
      this.#answer(request, response).catch(() => end(response, 500, "Internal Server Error"));
    });
    server.unref();
  }

  static async open(
    source: MetadataSource,
    { clock, random }: { readonly clock: Clock; readonly random: Random },
  ): Promise<MetadataService> {
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(0, "127.0.0.1", resolve);
    });
    return new MetadataService(server, source, clock, random);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { HttpEndpoint, HttpTokens } = this.#source.options();
    const [path = ""] = (request.url ?? "/").split("?");
    const names = path.split("/").filter((name) => name !== "");
    const { headers } = request;
    if (HttpEndpoint === "disabled" || !OWN_HOST.test(headers.host ?? "") || isLedHere(headers))
      return end(response, 403, "Forbidden");
    if (names.join("/") === "latest/api/token") return this.#giveToken(request, response);
    if (request.method !== "GET" && request.method !== "HEAD") return end(response, 405, "Not Allowed");
    const token = request.headers[TOKEN_HEADER];
    if (token === undefined ? HttpTokens === "required" : !this.#isGood(String(token)))
      return end(response, 401, "Unauthorized");
    const [version, ...below] = names;
    const isVersion = version === "latest" || /^\d{4}-\d{2}-\d{2}$/.test(version ?? "");
    const text = isVersion ? lookUp(await this.#source.read(), below) : undefined;
    if (text === undefined) return end(response, 404, "Not Found");
    response.writeHead(200, { "content-type": "text/plain", server: "EC2ws" });
    response.end(request.method === "HEAD" ? undefined : Buffer.from(text, "latin1"));
  }

  #giveToken(request: IncomingMessage, response: ServerResponse): void {
    const ttl = Number(request.headers[TTL_HEADER]);
    const isTtl = Number.isInteger(ttl) && ttl >= 1 && ttl <= LONGEST_TTL_SECONDS;
    if (request.method !== "PUT") end(response, 405, "Not Allowed");
    // What a proxy passes on comes from somewhere else.
    else if (request.headers["x-forwarded-for"] !== undefined) end(response, 403, "Forbidden");
    else if (!isTtl) end(response, 400, "Bad Request");
    else this.#issueToken(ttl, response);
  }

  #issueToken(ttl: number, response: ServerResponse): void {
    const token = Buffer.from(this.#random.hex(80), "hex").toString("base64url");
    const nowMs = this.#clock.now();
    for (const [known, untilMs] of this.#tokens) if (untilMs < nowMs) this.#tokens.delete(known);
    this.#tokens.set(token, nowMs + ttl * 1000);
    response.writeHead(200, { "content-type": "text/plain", [TTL_HEADER]: String(ttl), server: "EC2ws" });
    response.end(token);
  }

  #isGood(token: string): boolean {
    return (this.#tokens.get(token) ?? 0) > this.#clock.now();
  }
}

/** As the service says it: a page. */
function end(response: ServerResponse, status: number, title: string): void {
  response.writeHead(status, { "content-type": "text/html", server: "EC2ws" });
  response.end(
    `<?xml version="1.0" encoding="iso-8859-1"?>\n<html>\n <head>\n  <title>${status} - ${title}</title>\n </head>\n <body>\n  <h1>${status} - ${title}</h1>\n </body>\n</html>\n`,
  );
}
