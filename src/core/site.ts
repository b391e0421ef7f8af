import { upTo } from "./text.ts";
import { withoutVarying } from "./varying.ts";

/** What of a call its name comes from. */
export interface Named {
  readonly service: string;
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** Members that name what a call is about, in the order in which they are looked for. */
// biome-ignore format: a list to read at a glance
const NAMING: readonly string[] = [
  "TableName", "QueueUrl", "QueueName", "TopicArn", "TargetArn", "FunctionName", "StreamName", "StreamARN", "StreamArn",
  "Bucket", "DeliveryStreamName", "logGroupName", "LogGroupName", "stateMachineArn", "executionArn", "SecretId", "KeyId",
  "AlarmName", "Namespace", "EventBusName", "RuleName", "TopicName", "RoleName", "RoleArn", "UserName", "GroupName",
  "PolicyName", "PolicyArn", "ResourceArn", "resourceArn", "FunctionUrlId", "Name", "name",
];
/** Members that a client or Squall makes anew each time. */
// biome-ignore format: as above
export const NEVER_SAME: ReadonlySet<string> = new Set([
  "ClientToken", "clientToken", "ClientRequestToken", "clientRequestToken", "ReceiptHandle", "ShardIterator",
  "NextToken", "nextToken", "ReceiveRequestAttemptId", "apiId", "restApiId",
]);
const LONGEST_NAME = 128;

/** A call's name among its siblings: `sqs.SendMessage@jobs`, and without what it names `sqs.ListQueues`. */
export function nameOf({ service, operation, input }: Named): string {
  const resource = resourceOf(service, input);
  return resource === undefined ? `${service}.${operation}` : `${service}.${operation}@${resource}`;
}

/**
 * What a call is about, by the name that its input gives it: `orders`, `worker:live`, `shop GET /orders`.
 * @param short how names are told: the same from run to run, or as they are
 */
export function resourceOf(
  service: string,
  input: Readonly<Record<string, unknown>>,
  short: (name: string) => string = shortName,
): string | undefined {
  if (service === "execute-api") return short(requestOf(input));
  for (const member of NAMING) {
    const value = input[member];
    if (typeof value === "string" && value !== "") return short(value);
  }
  return tablesOf(input, short);
}

/** `lastName`, the same from run to run. */
export function shortName(value: string): string {
  return withoutVarying(lastName(value)).replaceAll(">", ")");
}

/** The last name of an ARN or a queue's URL, and any other name as it is; no longer than a line bears. */
export function lastName(value: string): string {
  const name = value.startsWith("arn:")
    ? ofArn(value)
    : value.startsWith("http")
      ? value.slice(value.lastIndexOf("/") + 1)
      : value;
  return name.slice(0, LONGEST_NAME);
}

/** `function:worker:live` → `worker:live`, `table/orders/stream/…` → `orders`, `jobs` → `jobs`. */
function ofArn(arn: string): string {
  const resource = arn.split(":").slice(5).join(":");
  const [, type, name] = /^([\w-]+)[:/](.+)$/.exec(resource) ?? [];
  if (type === undefined || name === undefined) return resource;
  return type === "table" || type === "stream" ? upTo("/", name) : name;
}

function requestOf({ apiName, apiId, httpMethod, path }: Readonly<Record<string, unknown>>): string {
  const api = typeof apiName === "string" ? apiName : apiId === undefined ? "" : "api";
  return `${api} ${httpMethod ?? ""} ${path ?? ""}`.trim();
}

/** The tables of DynamoDB's batches and transactions. */
function tablesOf(
  { RequestItems, TransactItems }: Readonly<Record<string, unknown>>,
  short: (name: string) => string,
): string | undefined {
  const names = new Set<string>();
  if (typeof RequestItems === "object" && RequestItems !== null) {
    for (const name in RequestItems) names.add(short(name));
  }
  if (Array.isArray(TransactItems)) {
    for (const item of TransactItems) {
      for (const action of Object.values((item ?? {}) as Record<string, { TableName?: unknown }>)) {
        if (typeof action?.TableName === "string") names.add(short(action.TableName));
      }
    }
  }
  return names.size === 0 ? undefined : [...names].sort().join("+");
}

/**
 * A number for what a call says beside the names in `nameOf`: two calls that say the same have the same, whatever the
 * order of their members, and what is made anew in each run does not count. Undefined when it says nothing more.
 * @param heads the first bytes of blobs in the input
 */
export function digestOf(
  input: Readonly<Record<string, unknown>>,
  heads: readonly string[],
): number | undefined {
  let digest: number | undefined;
  for (const name in input) {
    if (NAMING.includes(name)) continue;
    const value = digestOfValue(input[name], name);
    if (value !== undefined) digest = ((digest ?? 0) + value) | 0;
  }
  for (const head of heads) digest = hash32(withoutVarying(withoutApi(head, input)), digest ?? 0);
  return digest;
}

/** An API's id is drawn, and stands in the path of its requests, too. */
function withoutApi(head: string, { apiId }: Readonly<Record<string, unknown>>): string {
  return typeof apiId === "string" && apiId !== "" ? head.replaceAll(apiId, "*") : head;
}

function digestOfValue(value: unknown, name: string): number | undefined {
  if (value === undefined || value === null || NEVER_SAME.has(name)) return undefined;
  if (typeof value === "string") return hash32(withoutVarying(value), hash32(name, 1));
  if (typeof value === "number") return hash32(withoutVarying(String(value)), hash32(name, 2));
  if (typeof value !== "object" || value instanceof Date) {
    return hash32(value instanceof Date ? "*" : String(value), hash32(name, 3));
  }
  let digest = hash32(name, 4);
  if (Array.isArray(value)) {
    for (const item of value) digest = (Math.imul(digest, 31) + (digestOfValue(item, "") ?? 0)) | 0;
    return digest;
  }
  for (const member in value) {
    digest = (digest + (digestOfValue((value as Record<string, unknown>)[member], member) ?? 0)) | 0;
  }
  return digest;
}

/** FNV-1a, then mixed so that sums of it do not cancel out. */
export function hash32(text: string, start: number): number {
  let h = 0x811c9dc5 ^ start;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
