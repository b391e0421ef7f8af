import { makeArn, parseArn } from "../../core/arn.ts";
import { defineCollection } from "../../core/storage.ts";
import { invalidParameterValue } from "./errors.ts";
import type { QueuePlace } from "./queue-url.ts";

/** A queue as it is kept, by name. Times are epoch milliseconds. */
export interface QueueRecord {
  readonly name: string;
  /** Sets a queue apart from an earlier one of the same name: old receipt handles are not its own. 16 hexadecimal digits. */
  readonly id: string;
  readonly createdAtMs: number;
  readonly modifiedAtMs: number;
  readonly attributes: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly purgedAtMs?: number;
}

export const queueRecords = defineCollection<QueueRecord>({ name: "queues" });

/** When a queue was deleted, by its name. */
export const deletions = defineCollection<number>({ name: "deletions" });

export const queueArn = ({ account, region, name }: QueuePlace) => makeArn("sqs", region, account, name);

/** undefined when the ARN is none of a queue. */
export function placeOfArn(arn: string): QueuePlace | undefined {
  const parsed = parseArn(arn);
  if (parsed?.service !== "sqs" || !parsed.region || !parsed.account || !parsed.resource) return undefined;
  return { account: parsed.account, region: parsed.region, name: parsed.resource };
}

/** @throws AwsError `InvalidParameterValue` */
export function checkQueueName(name: string, fifo: boolean): void {
  if (fifo) {
    if (/^[\w-]{1,75}\.fifo$/.test(name)) return;
    throw invalidParameterValue(
      "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length",
    );
  }
  if (!/^[\w-]{1,80}$/.test(name)) {
    throw invalidParameterValue(
      "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
    );
  }
}
