/**
 * What EventBridge's connections keep in Secrets Manager, in the form that AWS gives it, and have requests carry: those of API
 * destinations and of state machines' HTTP tasks. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-target-connection-auth.html
 */
import { AwsError } from "../core/aws-error.ts";
import { type OutboundAnswer, outbound } from "../core/outbound.ts";

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

const AUTHORIZATION_TIMEOUT_MS = 5000;

/**
 * The header by which a request is let in.
 * @param type of the connection: `API_KEY`, `BASIC`, `OAUTH_CLIENT_CREDENTIALS`
 * @param by whom requests of Squall's own are marked with
 * @throws AwsError when the authorization endpoint gives no token
 */
export async function authorizationOf(
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
  const answer = await outbound(url, {
    by,
    method,
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      ...headersOf(extra),
    },
    ...(method !== "GET" && { body: form.toString() }),
    timeoutMs: AUTHORIZATION_TIMEOUT_MS,
  }).catch(unreachable);
  refuseStatus(answer);
  try {
    const { access_token: token } = JSON.parse(answer.text) as { access_token?: string };
    if (token !== undefined) return token;
  } catch {
    // Said below.
  }
  throw new AwsError("CONNECTION_FAILURE", "The authorization endpoint gave no access token.");
}

export const headersOf = ({ header_parameters = [] }: HttpParameters): Record<string, string> =>
  Object.fromEntries(header_parameters.map(({ key, value }) => [key, value]));

/** Body parameters become members of a body that is an object. */
export function withParameters(body: string, { body_parameters = [] }: HttpParameters): string {
  if (body_parameters.length === 0) return body;
  const document = jsonOf(body);
  if (typeof document !== "object" || document === null || Array.isArray(document)) return body;
  return JSON.stringify({
    ...document,
    ...Object.fromEntries(body_parameters.map(({ key, value }) => [key, value])),
  });
}

/** 429 and 5xx are tried again, other errors are final. @throws AwsError */
export function refuseStatus({ status, text }: OutboundAnswer): void {
  if (status >= 400)
    throw new AwsError("INVALID_RESPONSE", `HTTP status ${status}: ${text.slice(0, 500)}`, { status });
}

export function unreachable(error: Error): never {
  throw new AwsError("SDK_CLIENT_ERROR", error.message, { status: 500 });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
