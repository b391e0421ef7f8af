import type { ResourceDigest } from "../aws/digest.ts";
import type { CallRecord } from "../core/bus.ts";
import { behindLast } from "../core/text.ts";
import { isThrottle } from "./retry-class.ts";

/** All attempts of one logical call. */
export interface Logical {
  readonly attempts: readonly CallRecord[];
  readonly first: CallRecord;
  readonly last: CallRecord;
  /** It failed, and was not tried again. */
  readonly failedForGood: boolean;
}

/** Calls by who they are: attempts of one SDK call are one. */
export function logicalCalls(calls: readonly CallRecord[]): Logical[] {
  const groups = new Map<string, CallRecord[]>();
  for (const call of calls) {
    const key = call.invocationId ?? call.id;
    const group = groups.get(key);
    if (group) group.push(call);
    else groups.set(key, [call]);
  }
  return [...groups.values()].flatMap((attempts) => {
    const [first, last] = [attempts[0], attempts.at(-1)];
    return first && last ? { attempts, first, last, failedForGood: hasFailed(last) } : [];
  });
}

/** The connection broke, or the answer was an error. */
export const hasFailed = ({ status }: CallRecord): boolean => status === 0 || status >= 400;

/** What AWS says may be tried again: https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html */
export const isRetryable = (call: CallRecord): boolean =>
  call.status === 0 || call.status >= 500 || call.status === 429 || isThrottle(call.errorCode);

/** The last name of an ARN, or a queue's URL. */
export const nameOf = (text: string): string =>
  text.slice(Math.max(text.lastIndexOf(":"), text.lastIndexOf("/")) + 1);

/** A resource's own record. */
const recordOf = ({ text }: ResourceDigest): Readonly<Record<string, unknown>> =>
  JSON.parse(text) as Readonly<Record<string, unknown>>;

export const ofType = (
  resources: readonly ResourceDigest[],
  service: string,
  type: string,
): ResourceDigest[] => resources.filter((resource) => resource.service === service && resource.type === type);

/** The configuration of a function, by its name. */
export function functionNamed(resources: readonly ResourceDigest[], name: string) {
  const found = ofType(resources, "lambda", "function").find(({ arn }) => nameOf(arn) === name);
  const latest = found?.contents.find(({ id }) => id === "$LATEST");
  return (
    latest && (JSON.parse(latest.text) as { Timeout: number; DeadLetterConfig?: { TargetArn?: string } })
  );
}

/** Queues that functions read, with the name of the function. */
export function queuesWithFunctions(resources: readonly ResourceDigest[]) {
  return ofType(resources, "lambda", "event-source-mapping").flatMap((mapping) => {
    const { eventSourceArn, functionName } = recordOf(mapping) as {
      eventSourceArn: string;
      functionName: string;
    };
    const queue = ofType(resources, "sqs", "queue").find(({ arn }) => nameOf(arn) === nameOf(eventSourceArn));
    return queue && eventSourceArn.includes(":sqs:") ? [{ queue, functionName: nameOf(functionName) }] : [];
  });
}

/** Attributes of a queue. */
export function attributesOf(queue: ResourceDigest): Readonly<Record<string, string>> {
  return (recordOf(queue)["attributes"] ?? {}) as Readonly<Record<string, string>>;
}

/** `dynamodb.PutItem@orders`, as the site has it, without what tells equals apart. */
export const stepOf = ({ site }: CallRecord): string =>
  behindLast(" > ", site).replace(/(?:~[0-9a-f*]+)?(?:#\d+)?$/, "");

/** Remarks that say the same of the same place are one. */
export function once<T extends { readonly where: string; readonly what: string }>(remarks: Iterable<T>): T[] {
  const seen = new Map<string, T>();
  for (const remark of remarks) seen.set(`${remark.where}\n${remark.what}`, remark);
  return [...seen.values()];
}
