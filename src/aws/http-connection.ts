/**
 * What EventBridge's connections keep in Secrets Manager, in the form that AWS gives it, and have requests carry: those of API
 * destinations and of state machines' HTTP tasks. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-target-connection-auth.html
 */
import { AwsError } from "../core/aws-error.ts";
import { BoundedMap } from "../core/bounded-map.ts";
import type { Clock } from "../core/clock.ts";
import { isObject, type JsonObject } from "../core/json.ts";
import { type OutboundRequest, outbound } from "../core/outbound.ts";
import { readIfJson, readJson } from "../core/read-json.ts";

/** A parameter that goes with every request; names as AWS writes them in the secret. */
export interface HttpParameter {
  readonly key: string;
  readonly value: string;
  readonly is_value_secret: boolean;
}

export interface ConnectionSecret {
  readonly username?: string;
  readonly password?: string;
  readonly api_key_name?: string;
  readonly api_key_value?: string;
  readonly client_id?: string;
  readonly client_secret?: string;
  readonly authorization_endpoint?: string;
  readonly http_method?: string;
  readonly oauth_http_parameters?: HttpParameters;
  readonly invocation_http_parameters?: HttpParameters;
}

export interface HttpParameters {
  readonly header_parameters?: readonly HttpParameter[];
  readonly query_string_parameters?: readonly HttpParameter[];
  readonly body_parameters?: readonly HttpParameter[];
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html, and as long for REST APIs and tokens. */
const TIMEOUT_MS = 5000;

/** What a connection has a request carry. */
export interface Carried {
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** It carries a token, in whose place there may be another. */
  readonly isToken: boolean;
  /** Puts the connection's own parameters into a body that is a JSON object. */
  withParameters(body: string): string;
}

/** A connection, for who sends with it. */
export interface Sender {
  /** `API_KEY`, `BASIC`, `OAUTH_CLIENT_CREDENTIALS` */
  readonly type: string;
  readonly secretArn: string;
  /** What it keeps in Secrets Manager. */
  readonly secretText: string | undefined;
  /** Whom requests of Squall's own are marked with. */
  readonly by: string;
  readonly clock: Clock;
}

export const OAUTH = "OAUTH_CLIENT_CREDENTIALS";

/** What an endpoint answers to who is not authorized: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-target-connection-deauthorize.html */
export const UNAUTHORIZED: ReadonlySet<number> = new Set([401, 407]);

/**
 * What the requests of a connection carry: its own parameters, and the header by which they are let in.
 * @param isRefused the token that was carried before is good for nothing any more
 * @throws NoToken when the authorization endpoint gives none
 */
export async function carriedBy(sender: Sender, isRefused = false): Promise<Carried> {
  const secret = readJson(sender.secretText ?? "{}") as ConnectionSecret;
  const own = secret.invocation_http_parameters ?? {};
  return {
    headers: { ...valuesOf(own.header_parameters), ...(await authorizationOf(sender, secret, isRefused)) },
    query: valuesOf(own.query_string_parameters),
    isToken: sender.type === OAUTH,
    withParameters: (body) => withMembers(body, valuesOf(own.body_parameters)),
  };
}

async function authorizationOf(
  sender: Sender,
  secret: ConnectionSecret,
  isRefused: boolean,
): Promise<Record<string, string>> {
  const { type } = sender;
  if (type === "API_KEY") return { [secret.api_key_name ?? ""]: secret.api_key_value ?? "" };
  if (type === "BASIC") {
    const pair = Buffer.from(`${secret.username ?? ""}:${secret.password ?? ""}`).toString("base64");
    return { authorization: `Basic ${pair}` };
  }
  return { authorization: `Bearer ${await accessToken(sender, secret, isRefused)}` };
}

/** The authorization endpoint gives no token: it refuses (400), or there is none to be had at the moment (500). */
export class NoToken extends AwsError {
  constructor(message: string, status: 400 | 500) {
    super("CONNECTION_FAILURE", message, { status });
  }
}

interface Token {
  readonly text: string;
  /** Epoch milliseconds; of one of which nothing is said: until it is refused (inferred). */
  readonly untilMs: number;
}

const MOST_TOKENS = 1000;
/** By what they were given for: each connection's secret. */
const tokens = new WeakMap<Clock, BoundedMap<Promise<Token>>>();

/** A token that is good: the one that was given last, or another. */
async function accessToken(sender: Sender, secret: ConnectionSecret, isRefused: boolean): Promise<string> {
  const { clock, secretArn, secretText, by } = sender;
  const known = tokens.get(clock) ?? new BoundedMap<Promise<Token>>(MOST_TOKENS);
  tokens.set(clock, known);
  const key = `${secretArn} ${secretText}`;
  const asked = known.get(key);
  const before = isRefused ? undefined : await asked?.catch(() => undefined);
  if (before && clock.now() < before.untilMs) return before.text;
  // Who waited for the same one may have asked meanwhile.
  const other = known.get(key);
  if (other && other !== asked) return (await other).text;
  const given = askedFor(secret, by, clock);
  known.set(key, given);
  return (await given).text;
}

/** The client credentials grant. @throws NoToken */
async function askedFor(secret: ConnectionSecret, by: string, clock: Clock): Promise<Token> {
  const extra = secret.oauth_http_parameters ?? {};
  const endpoint = secret.authorization_endpoint ?? "";
  if (!URL.canParse(endpoint)) throw new NoToken(`The authorization endpoint ${endpoint} is no URL.`, 400);
  const url = new URL(endpoint);
  for (const { key, value } of extra.query_string_parameters ?? []) url.searchParams.set(key, value);
  const form = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: secret.client_id ?? "",
    client_secret: secret.client_secret ?? "",
  });
  for (const { key, value } of extra.body_parameters ?? []) form.set(key, value);
  const method = secret.http_method ?? "POST";
  if (method === "GET") for (const [name, value] of form) url.searchParams.set(name, value);
  const text = await answerTo(url, {
    by,
    method,
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      ...valuesOf(extra.header_parameters),
    },
    ...(method !== "GET" && { body: form.toString() }),
  }).catch((error: AwsError) => {
    throw new NoToken(`The authorization endpoint: ${error.message}`, error.status >= 500 ? 500 : 400);
  });
  const answer = readIfJson(text);
  const { access_token, expires_in } = isObject(answer) ? answer : ({} as JsonObject);
  if (typeof access_token !== "string")
    throw new NoToken("The authorization endpoint gave no access token.", 400);
  const seconds = Number(expires_in ?? Number.POSITIVE_INFINITY);
  return {
    text: access_token,
    untilMs: Number.isNaN(seconds) ? Number.POSITIVE_INFINITY : clock.now() + seconds * 1000,
  };
}

const valuesOf = (parameters: readonly HttpParameter[] = []): Record<string, string> =>
  Object.fromEntries(parameters.map(({ key, value }) => [key, value]));

/** Body parameters become members of a body that is an object. */
function withMembers(body: string, members: Readonly<Record<string, string>>): string {
  if (Object.keys(members).length === 0) return body;
  const document = readIfJson(body);
  return isObject(document) ? JSON.stringify({ ...document, ...members }) : body;
}

/**
 * Asks an endpoint. What it answers with 429 or 5xx is asked again by who can, other errors are final.
 * @returns the text of its answer
 * @throws AwsError for one that is not reached, or refuses
 */
export async function answerTo(url: URL, request: Omit<OutboundRequest, "timeoutMs">): Promise<string> {
  const { status, text, headers } = await outbound(url, { ...request, timeoutMs: TIMEOUT_MS }).catch(
    (error: Error) => {
      throw new AwsError("SDK_CLIENT_ERROR", error.message, { status: 500 });
    },
  );
  if (status >= 400)
    throw new AwsError("INVALID_RESPONSE", `HTTP status ${status}: ${text.slice(0, 500)}`, {
      status,
      ...(headers["retry-after"] !== undefined && { headers: { "retry-after": headers["retry-after"] } }),
    });
  return text;
}
