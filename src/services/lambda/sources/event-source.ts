import { parseArn } from "../../../core/arn.ts";
import type { ServiceHost } from "../../../core/service.ts";
import type { EventSourceMappingRecord } from "../event-source-records.ts";
import { eventSourceMappingArn } from "../event-source-records.ts";
import { functionArn, type Scope } from "../function-name.ts";
import { findVersion, locateFunction } from "../lookup.ts";

/** Reads records from a source and invokes a function with them, until it is stopped. */
export interface EventSource {
  /** Begins; resolves when what comes from now on is read. */
  start(): void | Promise<void>;
  /** Stops reading; what is under way comes to its end. */
  stop(): void;
}

/** An event source mapping at work. */
export interface Mapping {
  readonly host: ServiceHost;
  readonly scope: Scope;
  readonly record: EventSourceMappingRecord;
  /** Tells how the last batch went: `OK`, `PROBLEM: Function call failed` … */
  processed(result: string): void;
}

export const mappingFunctionArn = ({ scope, record }: Mapping): string =>
  functionArn(scope, record.functionName, record.qualifier);

/** The execution role of the function, with which its sources are read. @throws ResourceNotFoundException */
export function executionRole({ host, scope, record }: Mapping): string {
  const found = locateFunction(host, {
    ...scope,
    name: record.functionName,
    ...(record.qualifier && { qualifier: record.qualifier }),
  });
  return findVersion(found).version.configuration.Role;
}

/** Who polls, by names that are the same from run to run. */
export function originOf({ record }: Mapping): string {
  const source =
    parseArn(record.eventSourceArn)?.resource.split("/")[1] ?? record.eventSourceArn.split(":").at(-1);
  return `event-source(${source} to ${record.functionName})`;
}

/** How an invocation with a batch went. */
export type BatchOutcome =
  | { readonly kind: "done"; readonly payload: Uint8Array }
  /** The function failed. */
  | { readonly kind: "failed"; readonly payload: Uint8Array };

/**
 * Invokes the mapping's function with an event and waits for it. Rejects with an AwsError when it could not be invoked.
 * @param parentId the call that the records came from
 */
export async function invokeWith(mapping: Mapping, event: object, parentId?: string): Promise<BatchOutcome> {
  const { host, scope } = mapping;
  const output = await host.call<{ FunctionError?: string; Payload?: Uint8Array }>(
    "lambda",
    "Invoke",
    {
      FunctionName: mappingFunctionArn(mapping),
      InvocationType: "RequestResponse",
      Payload: Buffer.from(JSON.stringify(event)),
    },
    { ...scope, origin: originOf(mapping), ...(parentId && { parentId }) },
  );
  const payload = output.Payload ?? new Uint8Array();
  return { kind: output.FunctionError ? "failed" : "done", payload };
}

/** The identifiers that a function names in `batchItemFailures`; undefined when the answer says that all have failed. */
export function batchItemFailures(payload: Uint8Array): string[] | undefined {
  let answer: unknown;
  try {
    answer = payload.length > 0 ? JSON.parse(Buffer.from(payload).toString()) : null;
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

/** Reads from the source inside the effects at `esm:poll`. */
export function poll<T>(mapping: Mapping, operation: string, read: () => Promise<T>): Promise<T> {
  const { host, scope, record } = mapping;
  const resource = [
    eventSourceMappingArn(scope, record.uuid),
    record.eventSourceArn,
    functionArn(scope, record.functionName),
  ];
  return host.faultPoint("esm:poll", { resource, operation }, scope, read);
}
