/**
 * What EventBridge's connections keep in Secrets Manager, in the form that AWS gives it, and have requests carry: those of API
 * destinations and of state machines' HTTP tasks. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-target-connection-auth.html
 */
import { AwsError } from "../core/aws-error.ts";
import { isObject } from "../core/json.ts";
import { type OutboundRequest, outbound } from "../core/outbound.ts";

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
  /** Puts the connection's own parameters into a body that is a JSON object. */
  withParameters(body: string): string;
}

/**
 * What the requests of a connection carry: its own parameters, and the header by which they are let in.
 * @param type of the connection: `API_KEY`, `BASIC`, `OAUTH_CLIENT_CREDENTIALS`
 * @param secretText what it keeps in Secrets Manager
 * @param by whom requests of Squall's own are marked with
 * @throws AwsError when the authorization endpoint gives no token
 */
export async function carriedBy(type: string, secretText: string | undefined, by: string): Promise<Carried> {
  const secret = JSON.parse(secretText ?? "{}") as ConnectionSecret;
  const own = secret.invocation_http_parameters ?? {};
  return {
    headers: { ...valuesOf(own.header_parameters), ...(await authorizationOf(type, secret, by)) },
    query: valuesOf(own.query_string_parameters),
    withParameters: (body) => withMembers(body, valuesOf(own.body_parameters)),
  };
}

async function authorizationOf(
  type: string,
  secret: ConnectionSecret,
  by: string,
): Promise<Record<string, string>> {
  if (type === "API_KEY") return { [secret.api_key_name ?? ""]: secret.api_key_value ?? "" };
  if (type === "BASIC") {
    const pair = Buffer.from(`${secret.username ?? ""}:${secret.password ?? ""}`).toString("base64");
    return { authorization: `Basic ${pair}` };
  }
  return { authorization: `Bearer ${await accessToken(secret, by)}` };
}

/** The client credentials grant. */
async function accessToken(secret: ConnectionSecret, by: string): Promise<string> {
  const extra = secret.oauth_http_parameters ?? {};
  const url = new URL(secret.authorization_endpoint ?? "");
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
  });
  const answer = jsonOf(text) as { readonly access_token?: string } | null | undefined;
  if (answer?.access_token !== undefined) return answer.access_token;
  throw new AwsError("CONNECTION_FAILURE", "The authorization endpoint gave no access token.");
}

const valuesOf = (parameters: readonly HttpParameter[] = []): Record<string, string> =>
  Object.fromEntries(parameters.map(({ key, value }) => [key, value]));

/** Body parameters become members of a body that is an object. */
function withMembers(body: string, members: Readonly<Record<string, string>>): string {
  if (Object.keys(members).length === 0) return body;
  const document = jsonOf(body);
  return isObject(document) ? JSON.stringify({ ...document, ...members }) : body;
}

/**
 * Asks an endpoint. What it answers with 429 or 5xx is asked again by who can, other errors are final.
 * @returns the text of its answer
 * @throws AwsError for one that is not reached, or refuses
 */
export async function answerTo(url: URL, request: Omit<OutboundRequest, "timeoutMs">): Promise<string> {
  const { status, text } = await outbound(url, { ...request, timeoutMs: TIMEOUT_MS }).catch(
    (error: Error) => {
      throw new AwsError("SDK_CLIENT_ERROR", error.message, { status: 500 });
    },
  );
  if (status >= 400)
    throw new AwsError("INVALID_RESPONSE", `HTTP status ${status}: ${text.slice(0, 500)}`, { status });
  return text;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
