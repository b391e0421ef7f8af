/** HTTP endpoints that rules and pipes send to: REST APIs and API destinations. */
import { parseArn } from "../core/arn.ts";
import { AwsError } from "../core/aws-error.ts";
import type { Clock } from "../core/clock.ts";
import type { ServiceHost } from "../core/service.ts";
import { answerTo, carriedBy, NoToken, OAUTH, UNAUTHORIZED } from "./http-connection.ts";

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
  /** The rule that sends. */
  readonly sourceArn?: string;
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
  /** Hears that what the connection has to show is refused. */
  refused?(): void;
}

/**
 * Calls a REST API, with a slash after its path, as rules do (of pipes inferred): `arn:aws:execute-api:us-east-1:123456789012:api/stage/POST/orders/*`.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-gateway-target.html
 * @returns what it answers
 * @throws AwsError
 */
export async function callRestApi(arn: string, sending: HttpSending): Promise<string> {
  const { host, body, parameters = {}, by, parentId, sourceArn } = sending;
  const [api, stage, method = "POST", ...path] = (parseArn(arn)?.resource ?? "").split("/");
  const next = pathValues(parameters);
  const steps = path.filter(Boolean).map((step) => (step === "*" ? next() : step));
  const url = new URL(`${host.endpoint.loopback()}/_aws/execute-api/${[api, stage, ...steps, ""].join("/")}`);
  setQuery(url, parameters.QueryStringParameters);
  using _ = host.clock.hold();
  return await answerTo(url, {
    by,
    method: method === "*" ? "POST" : method,
    headers: {
      "Content-Type": "application/json",
      "User-Agent": "Amazon/EventBridge/CustomEvent",
      ...parameters.HeaderParameters,
      ...(sourceArn !== undefined && {
        "X-Amz-Source-Account": parseArn(sourceArn)?.account ?? "",
        "X-Amz-Source-Arn": sourceArn,
      }),
      ...(parentId !== undefined && { "X-Amzn-Trace-Id": `Squall=${parentId}` }),
    },
    body,
  });
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
  using _ = host.clock.hold();
  const { SecretString } = await host.call<{ SecretString?: string }>(
    "secretsmanager",
    "GetSecretValue",
    { SecretId: connection.secretArn },
    { account, region, ...(parentId !== undefined && { parentId }) },
  );
  const sender = { ...connection, secretText: SecretString, by, clock: host.clock };
  const attempt = async (isRefused: boolean) => {
    const url = new URL(destination.endpoint.replace(/\*/g, pathValues(parameters)));
    const carried = await carriedBy(sender, isRefused);
    setQuery(url, parameters.QueryStringParameters);
    setQuery(url, carried.query);
    return answerTo(url, {
      by,
      method,
      headers: {
        "content-type": "application/json; charset=utf-8",
        "user-agent": "Amazon/EventBridge/ApiDestinations",
        range: "bytes=0-1048575",
        ...parameters.HeaderParameters,
        ...carried.headers,
      },
      ...(method !== "GET" && method !== "HEAD" && { body: carried.withParameters(body) }),
    });
  };
  try {
    return await attempt(false).catch((error: unknown) => {
      // With another token it may be let in.
      if (connection.type === OAUTH && isUnauthorized(error)) return attempt(true);
      throw error;
    });
  } catch (error) {
    const isForGood = error instanceof NoToken ? error.status < 500 : isUnauthorized(error);
    if (isForGood && (connection.type !== OAUTH || error instanceof NoToken)) destination.refused?.();
    throw error instanceof AwsError ? refusal(error) : error;
  }
}

const isUnauthorized = (error: unknown): boolean =>
  error instanceof AwsError && error.code === "INVALID_RESPONSE" && UNAUTHORIZED.has(error.status);

/** What an API destination's answer says of another attempt. */
export interface Again {
  readonly isWorthIt: boolean;
  /** A header of HTTP: seconds, or a date. */
  readonly after?: string;
}

/** Answers that are tried again beside 5xx. A negative `Retry-After` ends it: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html#eb-api-destination-error-codes */
const TRIED_AGAIN = new Set([...UNAUTHORIZED, 409, 429]);

function refusal(error: AwsError): AwsError {
  const { code, message, status, headers } = error;
  const after = headers["retry-after"];
  const again: Again = {
    isWorthIt: (status >= 500 || TRIED_AGAIN.has(status)) && !(Number(after) < 0),
    ...(after !== undefined && { after }),
  };
  return new AwsError(code, message, { status, headers, members: { again } });
}

/** What there is to know about another attempt after an error; undefined for one that is no API destination's answer. */
export const againAfter = (error: unknown): Again | undefined =>
  error instanceof AwsError ? (error.members["again"] as Again | undefined) : undefined;

/** What takes the place of one star after the other. */
function pathValues({ PathParameterValues = [] }: HttpTargetParameters): () => string {
  const values = PathParameterValues.values();
  return () => encodeURIComponent(values.next().value ?? "");
}

function setQuery(url: URL, parameters: Readonly<Record<string, string>> = {}): void {
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
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
