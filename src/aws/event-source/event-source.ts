import { readJson } from "../../core/read-json.ts";
import type { ServiceHost } from "../../core/service.ts";
import type { Place } from "../arn-template.ts";

/** Reads records from a source and hands them on, until it is stopped. */
export interface EventSource {
  /** Begins; resolves when what comes from now on is read. */
  start(): void | Promise<void>;
  /** Stops reading; what is under way comes to its end. */
  stop(): void;
}

/** Who reads and what becomes of it: an event source mapping of Lambda's, or a pipe, at work. */
export interface Mapping {
  readonly host: ServiceHost;
  readonly scope: Place;
  /** Unique in its service. */
  readonly id: string;
  readonly sourceArn: string;
  /** Who polls, by a name that is the same from run to run. */
  readonly origin: string;
  /** What `gathererOf` says of it. */
  readonly gatheredBy: string | undefined;
  readonly batchSize: number;
  readonly maximumBatchingWindowInSeconds: number;
  /** Event patterns, one of which a record must match; none: every record is wanted. */
  readonly patterns: readonly string[];
  /** Does an answer name the items that have failed (`batchItemFailures`)? */
  readonly reportsItemFailures: boolean;
  /** How many batches of a queue may be under way. */
  readonly mostAtOnce: number;
  /** The role with which the source is read. @throws AwsError when whoever has it is gone */
  role(): string;
  /** Reads from the source inside the effects at the service's point for it. */
  poll<T>(operation: string, read: () => Promise<T>): Promise<T>;
  /**
   * Hands a batch on and waits for what comes of it. Rejects with an AwsError when it could not be handed on at all.
   * @param members of an event beside its records
   * @param parentId the call that the records came from
   */
  invoke(
    records: readonly object[],
    members: Readonly<Record<string, unknown>>,
    parentId?: string,
  ): Promise<BatchOutcome>;
  /** Tells how the last batch went: `OK`, `PROBLEM: Function call failed` … */
  processed(result: string): void;
  /** A batch of a stream will not be tried again. */
  gaveUp(batch: GivenUp): Promise<void>;
}

/** Who makes batches of several records: what becomes of one then comes of no single call. Undefined where each record is on its own. */
export const gathererOf = ({
  batchSize,
  origin,
}: Pick<Mapping, "batchSize" | "origin">): string | undefined => (batchSize > 1 ? origin : undefined);

/** How a batch went; `failed`: whoever it was for has failed. */
export type BatchOutcome = { readonly kind: "done" | "failed"; readonly payload: Uint8Array };

/** A batch that is given up, and where it was: the records themselves stay in the stream. */
export interface GivenUp {
  readonly condition: string;
  readonly tries: number;
  /** Of the last try; undefined when it could not be handed on, or never was. */
  readonly outcome: BatchOutcome | undefined;
  readonly shardId: string;
  /** The place of the batch, under the name that it has in a failure record. */
  readonly place: Readonly<Record<string, object>>;
  readonly events: readonly object[];
  readonly parentId?: string;
}

/** The identifiers that an answer names in `batchItemFailures`; undefined when it says that all have failed. */
export function batchItemFailures(payload: Uint8Array): string[] | undefined {
  let answer: unknown;
  try {
    answer = payload.length > 0 ? readJson(Buffer.from(payload).toString()) : null;
  } catch {
    return undefined;
  }
  // Nothing said is nothing failed.
  const items = (answer as { batchItemFailures?: unknown } | null)?.batchItemFailures;
  if (items === undefined || items === null) return [];
  if (!Array.isArray(items)) return undefined;
  const failures: string[] = [];
  for (const item of items as ({ itemIdentifier?: unknown } | null)[]) {
    if (typeof item?.itemIdentifier !== "string" || item.itemIdentifier === "") return undefined;
    failures.push(item.itemIdentifier);
  }
  return failures;
}
