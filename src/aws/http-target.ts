/** HTTP endpoints that rules and pipes send to: REST APIs and API destinations. */
import { parseArn } from "../core/arn.ts";
import { AwsError } from "../core/aws-error.ts";
import type { Clock } from "../core/clock.ts";
import { outbound } from "../core/outbound.ts";
import type { ServiceHost } from "../core/service.ts";
import {
  authorizationOf,
  type ConnectionSecret,
  headersOf,
  refuseStatus,
  unreachable,
  withParameters,
} from "./http-connection.ts";

/** What a target adds to its requests; each value of the path takes the place of one `*`. */
export interface HttpTargetParameters {
  readonly PathParameterValues?: readonly string[] | undefined;
  readonly HeaderParameters?: Readonly<Record<string, string>> | undefined;
  readonly QueryStringParameters?: Readonly<Record<string, string>> | undefined;
}

export interface HttpSending {
  readonly host: ServiceHost;
  readonly body: string;
  readonly parameters: HttpTargetParameters | undefined;
  /** Who sends: `events`, `pipes`. */
  readonly by: string;
  readonly parentId?: string | undefined;
}

/** An API destination with its connection. */
export interface ApiDestination {
  readonly arn: string;
  readonly endpoint: string;
  readonly method: string;
  readonly perSecond: number;
  readonly connectionArn: string;
  /** Undefined when it is not authorized. */
  readonly connection: { readonly type: string; readonly secretArn: string } | undefined;
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-gateway-target.html */
const TIMEOUT_MS = 5000;

/**
 * Calls a REST API: `arn:aws:execute-api:us-east-1:123456789012:api/stage/POST/orders/*`.
 * @returns what it answers
 * @throws AwsError
 */
export async function callRestApi(arn: string, sending: HttpSending): Promise<string> {
  const { host, body, parameters = {}, by, parentId } = sending;
  const [api, stage, method = "POST", ...path] = (parseArn(arn)?.resource ?? "").split("/");
  const { PathParameterValues = [], HeaderParameters = {}, QueryStringParameters = {} } = parameters;
  const values = [...PathParameterValues];
  const filled = path.map((step) => (step === "*" ? encodeURIComponent(values.shift() ?? "") : step));
  const url = new URL(`${host.endpoint.loopback()}/_aws/execute-api/${api}/${stage}/${filled.join("/")}`);
  for (const [name, value] of Object.entries(QueryStringParameters)) url.searchParams.set(name, value);
  const answer = await outbound(url, {
    by,
    method: method === "*" ? "POST" : method,
    headers: {
      "content-type": "application/json; charset=utf-8",
      "user-agent": "Amazon/EventBridge/CustomEvent",
      ...HeaderParameters,
      ...(parentId !== undefined && { "x-amzn-trace-id": `Squall=${parentId}` }),
    },
    body,
    timeoutMs: TIMEOUT_MS,
  }).catch(unreachable);
  refuseStatus(answer);
  return answer.text;
}

/**
 * Calls an API destination with what its connection says, as often as its limit allows.
 * @returns what it answers
 * @throws AwsError
 */
export async function callApiDestination(destination: ApiDestination, sending: HttpSending): Promise<string> {
  const { host, body, parameters = {}, by, parentId } = sending;
  const { account, region } = parseArn(destination.arn) ?? { account: "", region: "" };
  const { connection, connectionArn, method } = destination;
  if (!connection)
    throw new AwsError("CONNECTION_FAILURE", `The connection ${connectionArn} is not authorized.`);
  await turn(host.clock, destination.arn, destination.perSecond);
  const { SecretString = "{}" } = await host.call<{ SecretString?: string }>(
    "secretsmanager",
    "GetSecretValue",
    { SecretId: connection.secretArn },
    { account, region, ...(parentId !== undefined && { parentId }) },
  );
  const secret = JSON.parse(SecretString) as ConnectionSecret;
  const { PathParameterValues = [], HeaderParameters = {}, QueryStringParameters = {} } = parameters;
  const values = [...PathParameterValues];
  const url = new URL(destination.endpoint.replace(/\*/g, () => encodeURIComponent(values.shift() ?? "")));
  for (const [name, value] of Object.entries(QueryStringParameters)) url.searchParams.set(name, value);
  const extra = secret.invocation_http_parameters ?? {};
  for (const { key, value } of extra.query_string_parameters ?? []) url.searchParams.set(key, value);
  const answer = await outbound(url, {
    by,
    method,
    headers: {
      "content-type": "application/json; charset=utf-8",
      "user-agent": "Amazon/EventBridge/ApiDestinations",
      range: "bytes=0-1048575",
      ...HeaderParameters,
      ...headersOf(extra),
      ...(await authorizationOf(connection.type, secret, by)),
    },
    ...(method !== "GET" && method !== "HEAD" && { body: withParameters(body, extra) }),
    timeoutMs: TIMEOUT_MS,
  }).catch(unreachable);
  refuseStatus(answer);
  return answer.text;
}

/** When each destination takes its next request, in epoch milliseconds, by its ARN; whoever sends to it. */
const nextTurns = new WeakMap<Clock, Map<string, number>>();

async function turn(clock: Clock, arn: string, perSecond: number): Promise<void> {
  const turns = nextTurns.get(clock) ?? new Map<string, number>();
  nextTurns.set(clock, turns);
  const now = clock.now();
  const mine = Math.max(now, turns.get(arn) ?? 0);
  turns.set(arn, mine + 1000 / perSecond);
  if (mine > now) await clock.sleep(Math.ceil(mine - now));
}
