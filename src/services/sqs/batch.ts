import { AwsError } from "../../core/aws-error.ts";
import type * as SQS from "../../models/generated/sqs.ts";
import { emptyBatch, entryIdsNotDistinct, invalidEntryId, tooManyEntries } from "./errors.ts";

const MOST_ENTRIES = 10;

/**
 * Checks a batch as a whole.
 * @param entryName what its entries are called in the model
 * @throws AwsError `EmptyBatchRequest`, `TooManyEntriesInBatchRequest`, `InvalidBatchEntryId`, `BatchEntryIdsNotDistinct`
 */
export function checkBatch(entries: readonly { readonly Id: string }[], entryName: string): void {
  if (entries.length === 0) throw emptyBatch(entryName);
  if (entries.length > MOST_ENTRIES) throw tooManyEntries(entries.length);
  const seen = new Set<string>();
  for (const { Id } of entries) {
    if (!/^[\w-]{1,80}$/.test(Id)) throw invalidEntryId();
    if (seen.has(Id)) throw entryIdsNotDistinct(Id);
    seen.add(Id);
  }
}

/** Does the same to each entry; those that fail say why, the others stay done. */
export function runBatch<E extends { readonly Id: string }, R>(
  entries: readonly E[],
  run: (entry: E) => R,
): { Successful: R[]; Failed: SQS.BatchResultErrorEntry[] } {
  const Successful: R[] = [];
  const Failed: SQS.BatchResultErrorEntry[] = [];
  for (const entry of entries) {
    try {
      Successful.push(run(entry));
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      Failed.push({
        Id: entry.Id,
        SenderFault: error.type === "Sender",
        Code: error.code,
        Message: error.message,
      });
    }
  }
  // AWS leaves the list out that is empty, although its model says that it is always there.
  return {
    ...(Successful.length > 0 && { Successful }),
    ...(Failed.length > 0 && { Failed }),
  } as { Successful: R[]; Failed: SQS.BatchResultErrorEntry[] };
}
