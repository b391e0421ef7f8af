import type { Place } from "../../../aws/arn-template.ts";
import { AwsError } from "../../../core/aws-error.ts";
import type { HttpResponse } from "../../../core/http.ts";
import { readJson } from "../../../core/read-json.ts";
import type { CallService, ServiceHost } from "../../../core/service.ts";
import type { TargetRecord } from "../target.ts";
import type { HealthCheck } from "../target-group.ts";
import { type Exchange, ownPage } from "./exchange.ts";
import { isHopByHop } from "./forwarded-headers.ts";
import { expected, FAILED, type Finding } from "./probe.ts";

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html: of a request's body, and of a response */
const MOST_BYTES = 1024 * 1024;
/** What can be a header, and what can be in none. */
const NAME = /^[!#$%&'*+\-.^_`|~\w]+$/;
const UNSAFE = /[^\t\x20-\x7e\x80-\xff]/;
const TEXT = /^(?:text\/|application\/(?:json|javascript|xml)\b)/i;

/** A function and the target group that it is in. */
export interface FunctionTarget {
  /** The group's ARN. */
  readonly group: string;
  readonly target: Pick<TargetRecord, "id">;
}

interface Answer {
  readonly statusCode?: unknown;
  readonly headers?: Readonly<Record<string, unknown>> | null;
  readonly multiValueHeaders?: Readonly<Record<string, readonly unknown[]>> | null;
  readonly body?: unknown;
  readonly isBase64Encoded?: unknown;
}

/** Has a function answer a request. https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html */
export async function answeredByFunction(
  exchange: Exchange,
  headers: readonly (readonly [string, string])[],
  { group, target }: FunctionTarget,
  isMulti: boolean,
  call: CallService,
): Promise<HttpResponse> {
  const body =
    exchange.body instanceof Uint8Array
      ? exchange.body
      : await upToMost(exchange.body).catch(() => undefined);
  if (!body || body.length > MOST_BYTES) return ownPage(413);
  const event = eventOf(exchange, headers, body, group, isMulti);
  const answer = await invoke(event, { group, target }, call).catch((error: unknown) => {
    // Why Lambda has refused the call is told to the load balancer alone.
    if (error instanceof AwsError) return undefined;
    throw error;
  });
  return (answer && responseOf(answer, isMulti)) ?? ownPage(502);
}

/** Asks a function how it is. */
export async function askFunction(
  host: ServiceHost,
  { account, region }: Place,
  { group, target, check }: FunctionTarget & { readonly check: HealthCheck },
): Promise<Finding> {
  using _ = host.clock.hold();
  const event = {
    requestContext: { elb: { targetGroupArn: group } },
    httpMethod: "GET",
    path: check.path ?? "/",
    queryStringParameters: {},
    headers: { "user-agent": "ELB-HealthChecker/2.0" },
    body: "",
    isBase64Encoded: false,
  };
  const call: CallService = (service, operation, input, options) =>
    host.call(service, operation, input, { account, region, origin: "elbv2", ...options });
  const answer = await invoke(event, { group, target }, call).catch(() => undefined);
  return answer ? expected(check, Number(answer.statusCode)) : FAILED;
}

/** @returns what it has answered; undefined when it has failed, or what it says is no answer */
async function invoke(
  event: object,
  { group, target }: FunctionTarget,
  call: CallService,
): Promise<Answer | undefined> {
  const output = await call<{ FunctionError?: string; Payload?: Uint8Array }>(
    "lambda",
    "Invoke",
    { FunctionName: target.id, Payload: Buffer.from(JSON.stringify(event)) },
    { as: "elasticloadbalancing.amazonaws.com", sourceArn: group },
  );
  if (output.FunctionError !== undefined) return undefined;
  try {
    const answer: unknown = readJson(Buffer.from(output.Payload ?? new Uint8Array()).toString());
    return typeof answer === "object" && answer !== null ? answer : undefined;
  } catch {
    return undefined;
  }
}

async function upToMost(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const kept: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw new Error("The body is too large for a function.");
    kept.push(chunk);
  }
  return Buffer.concat(kept);
}

function eventOf(
  exchange: Exchange,
  headers: readonly (readonly [string, string])[],
  body: Uint8Array,
  group: string,
  isMulti: boolean,
): object {
  const lower = headers.map(([name, value]) => [name.toLowerCase(), value] as const);
  const pairs = exchange.query
    .split("&")
    .filter((part) => part !== "")
    .map((part) => {
      const at = part.indexOf("=");
      return at < 0 ? ([part, ""] as const) : ([part.slice(0, at), part.slice(at + 1)] as const);
    });
  const first = (name: string) => lower.find(([one]) => one === name)?.[1] ?? "";
  const isText = first("content-encoding") === "" && (body.length === 0 || TEXT.test(first("content-type")));
  return {
    requestContext: { elb: { targetGroupArn: group } },
    httpMethod: exchange.method,
    path: exchange.path,
    ...(isMulti
      ? { multiValueQueryStringParameters: listed(pairs), multiValueHeaders: listed(lower) }
      : { queryStringParameters: Object.fromEntries(pairs), headers: Object.fromEntries(lower) }),
    body: Buffer.from(body).toString(isText ? "utf8" : "base64"),
    isBase64Encoded: !isText,
  };
}

function listed(pairs: readonly (readonly [string, string])[]): Record<string, string[]> {
  const lists: Record<string, string[]> = Object.create(null);
  for (const [name, value] of pairs) lists[name] = [...(lists[name] ?? []), value];
  return lists;
}

/** @returns undefined for an answer that is none: the load balancer answers 502 */
function responseOf(answer: Answer, isMulti: boolean): HttpResponse | undefined {
  const status = Number(answer.statusCode);
  if (!Number.isInteger(status) || status < 200 || status > 599) return undefined;
  const given = isMulti ? answer.multiValueHeaders : answer.headers;
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(given ?? {})) {
    const values = (Array.isArray(value) ? value : [value]).map(String);
    if (!NAME.test(name) || values.some((one) => UNSAFE.test(one))) return undefined;
    const low = name.toLowerCase();
    // The connection is the load balancer's, and the body is as long as it is.
    if (isHopByHop(low) || low === "content-length") continue;
    headers[low] = values.length === 1 ? (values[0] ?? "") : values;
  }
  const { body = "" } = answer;
  if (body !== null && typeof body !== "string") return undefined;
  const bytes = Buffer.from(body ?? "", answer.isBase64Encoded === true ? "base64" : "utf8");
  return bytes.length > MOST_BYTES ? undefined : { status, headers, body: bytes };
}
