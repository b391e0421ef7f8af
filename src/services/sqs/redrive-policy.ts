import { parseArn } from "../../core/arn.ts";
import { isObject } from "../../core/json.ts";
import { readJson } from "../../core/read-json.ts";
import { invalidAttributeValue, invalidParameter } from "./errors.ts";

/** Where messages go that were received too often. */
export interface RedrivePolicy {
  readonly deadLetterTargetArn: string;
  readonly maxReceiveCount: number;
}

/** Which queues may name this one as their dead-letter queue. */
export type RedriveAllowPolicy =
  | { readonly redrivePermission: "allowAll" | "denyAll" }
  | { readonly redrivePermission: "byQueue"; readonly sourceQueueArns: readonly string[] };

const MOST_RECEIVES = 1000;
const MOST_SOURCES = 10;

/** @throws AwsError `InvalidParameterValue`, in the words of SetQueueAttributes */
export function readRedrivePolicy(text: string): RedrivePolicy {
  const refuse = (reason: string) => invalidParameter("RedrivePolicy", text, reason);
  const policy = parseObject(text);
  if (!policy) throw refuse("Redrive policy is not a valid JSON map.");
  for (const name of ["deadLetterTargetArn", "maxReceiveCount"]) {
    if (policy[name] === undefined)
      throw refuse(`Redrive policy does not contain mandatory attribute: ${name}.`);
  }
  if (Object.keys(policy).length > 2) {
    throw refuse("Only following attributes are supported: [deadLetterTargetArn, maxReceiveCount].");
  }
  const { deadLetterTargetArn, maxReceiveCount } = policy;
  const count = Number(maxReceiveCount);
  if (!Number.isInteger(count) || count < 1 || count > MOST_RECEIVES) {
    throw refuse(
      `Invalid value for maxReceiveCount: ${maxReceiveCount}, valid values are from 1 to ${MOST_RECEIVES} both inclusive.`,
    );
  }
  const arn = typeof deadLetterTargetArn === "string" ? parseArn(deadLetterTargetArn) : undefined;
  if (arn?.service !== "sqs") throw refuse("Invalid value for deadLetterTargetArn.");
  return { deadLetterTargetArn: deadLetterTargetArn as string, maxReceiveCount: count };
}

/** @throws AwsError `InvalidAttributeValue` */
export function readRedriveAllowPolicy(text: string): RedriveAllowPolicy {
  const refuse = () => invalidAttributeValue("RedriveAllowPolicy");
  const policy = parseObject(text);
  if (!policy) throw refuse();
  const { redrivePermission, sourceQueueArns, ...others } = policy;
  if (Object.keys(others).length > 0) throw refuse();
  if (
    redrivePermission !== "allowAll" &&
    redrivePermission !== "denyAll" &&
    redrivePermission !== "byQueue"
  ) {
    throw refuse();
  }
  if (redrivePermission !== "byQueue") {
    if (sourceQueueArns !== undefined) throw refuse();
    return { redrivePermission };
  }
  if (!Array.isArray(sourceQueueArns) || sourceQueueArns.length === 0) throw refuse();
  if (sourceQueueArns.length > MOST_SOURCES) throw refuse();
  if (!sourceQueueArns.every((arn) => typeof arn === "string" && parseArn(arn)?.service === "sqs"))
    throw refuse();
  return { redrivePermission, sourceQueueArns };
}

/** May the queue `sourceArn` use a queue with that policy as its dead-letter queue? */
export function allowsRedrive(policy: RedriveAllowPolicy | undefined, sourceArn: string): boolean {
  if (!policy || policy.redrivePermission === "allowAll") return true;
  return policy.redrivePermission === "byQueue" && policy.sourceQueueArns.includes(sourceArn);
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = readJson(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
