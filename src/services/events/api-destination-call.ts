import { parseArn } from "../../core/arn.ts";
import { AwsError } from "../../core/aws-error.ts";
import { DELIVERY_HEADER } from "../../core/delivery.ts";
import { outbound } from "../../core/outbound.ts";
import type { ServiceHost } from "../../core/service.ts";
import { sure } from "../../core/sure.ts";
import { destinationRecords } from "./api-destination.ts";
import { connectionNameOf } from "./api-destinations.ts";
import { connectionRecords } from "./connection.ts";
import type { ConnectionSecret, HttpParameters } from "./connection-secret.ts";
import { refuseStatus } from "./rest-api-call.ts";
import type { Outgoing } from "./target-call.ts";

const TIMEOUT_MS = 5000;

/** When each destination takes its next event, in epoch milliseconds, by its ARN: as often as its limit allows. */
const nextTurns = new WeakMap<ServiceHost, Map<string, number>>();

/** Calls an API destination with what its connection says. @throws AwsError */
export async function callApiDestination(host: ServiceHost, outgoing: Outgoing): Promise<void> {
  const { target, body, parentId } = outgoing;
  const { account, region, resource } = sure(parseArn(target.Arn));
  const store = host.store(account, region);
  const destination = store.collection(destinationRecords).get([resource.split("/")[1] ?? ""]);
  if (destination?.arn !== target.Arn)
    throw new AwsError("NO_RESOURCE", `The API destination ${target.Arn} does not exist.`);
  const connection = store.collection(connectionRecords).get([connectionNameOf(destination.connectionArn)]);
  if (!connection || connection.isDeauthorized)
    throw new AwsError(
      "CONNECTION_FAILURE",
      `The connection ${destination.connectionArn} is not authorized.`,
    );
  await turn(host, target.Arn, destination.perSecond);
  const { SecretString = "{}" } = await host.call<{ SecretString?: string }>(
    "secretsmanager",
    "GetSecretValue",
    { SecretId: connection.secretArn },
    { account, region, ...(parentId !== undefined && { parentId }) },
  );
  const secret = JSON.parse(SecretString) as ConnectionSecret;
  const {
    PathParameterValues = [],
    HeaderParameters = {},
    QueryStringParameters = {},
  } = target.HttpParameters ?? {};
  const values = [...PathParameterValues];
  const url = new URL(destination.endpoint.replace(/\*/g, () => encodeURIComponent(values.shift() ?? "")));
  for (const [name, value] of Object.entries(QueryStringParameters)) url.searchParams.set(name, value);
  const extra = secret.invocation_http_parameters ?? {};
  for (const { key, value } of extra.query_string_parameters ?? []) url.searchParams.set(key, value);
  const answer = await outbound(url, {
    method: destination.method,
    headers: {
      "content-type": "application/json; charset=utf-8",
      "user-agent": "Amazon/EventBridge/ApiDestinations",
      range: "bytes=0-1048575",
      ...HeaderParameters,
      ...headersOf(extra),
      ...(await authorization(connection.authorizationType, secret)),
      [DELIVERY_HEADER]: "events",
    },
    ...(destination.method !== "GET" &&
      destination.method !== "HEAD" && { body: withParameters(body, extra) }),
    timeoutMs: TIMEOUT_MS,
  }).catch(unreachable);
  refuseStatus(answer.status, answer.text);
}

function unreachable(error: Error): never {
  throw new AwsError("SDK_CLIENT_ERROR", error.message, { status: 500 });
}

async function turn(host: ServiceHost, arn: string, perSecond: number): Promise<void> {
  const turns = nextTurns.get(host) ?? new Map<string, number>();
  nextTurns.set(host, turns);
  const now = host.clock.now();
  const mine = Math.max(now, turns.get(arn) ?? 0);
  turns.set(arn, mine + 1000 / perSecond);
  if (mine > now) await host.clock.sleep(Math.ceil(mine - now));
}

async function authorization(type: string, secret: ConnectionSecret): Promise<Record<string, string>> {
  if (type === "API_KEY") return { [secret.api_key_name ?? ""]: secret.api_key_value ?? "" };
  if (type === "BASIC") {
    const pair = Buffer.from(`${secret.username}:${secret.password}`).toString("base64");
    return { authorization: `Basic ${pair}` };
  }
  return { authorization: `Bearer ${await accessToken(secret)}` };
}

/** The client credentials grant: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-target-connection-auth.html */
async function accessToken(secret: ConnectionSecret): Promise<string> {
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
    method,
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      ...headersOf(extra),
      [DELIVERY_HEADER]: "events",
    },
    ...(method !== "GET" && { body: form.toString() }),
    timeoutMs: TIMEOUT_MS,
  }).catch(unreachable);
  refuseStatus(answer.status, answer.text);
  try {
    const { access_token: token } = JSON.parse(answer.text) as { access_token?: string };
    if (token !== undefined) return token;
  } catch {
    // Said below.
  }
  throw new AwsError("CONNECTION_FAILURE", "The authorization endpoint gave no access token.");
}

const headersOf = ({ header_parameters = [] }: HttpParameters): Record<string, string> =>
  Object.fromEntries(header_parameters.map(({ key, value }) => [key, value]));

/** Body parameters become members of a body that is an object. */
function withParameters(body: string, { body_parameters = [] }: HttpParameters): string {
  if (body_parameters.length === 0) return body;
  const document: unknown = JSON.parse(body);
  if (typeof document !== "object" || document === null || Array.isArray(document)) return body;
  return JSON.stringify({
    ...document,
    ...Object.fromEntries(body_parameters.map(({ key, value }) => [key, value])),
  });
}
