import { type GivenUp, gathererOf, type Mapping } from "../../aws/event-source/event-source.ts";
import { parseArn } from "../../core/arn.ts";
import type { ServiceHost } from "../../core/service.ts";
import { sendToDestination } from "./destinations.ts";
import { type EventSourceMappingRecord, eventSourceMappingArn } from "./event-source-records.ts";
import { functionArn, type Scope } from "./function-name.ts";
import { findVersion, locateFunction } from "./lookup.ts";

/** An event source mapping as its source sees it: batches are invocations of the function. */
export function mappingAtWork(
  host: ServiceHost,
  { account, region }: Scope,
  record: EventSourceMappingRecord,
  processed: (result: string) => void,
): Mapping {
  const scope = { account, region };
  const arn = functionArn(scope, record.functionName, record.qualifier);
  const origin = originOf(record);
  const gatheredBy = gathererOf({ ...record, origin });
  const most = host.setting<number>("max-environments");
  const point = {
    resource: [
      eventSourceMappingArn(scope, record.uuid),
      record.eventSourceArn,
      functionArn(scope, record.functionName),
    ],
  };
  const role = () => executionRole(host, scope, record);
  return {
    host,
    scope,
    id: record.uuid,
    sourceArn: record.eventSourceArn,
    origin,
    gatheredBy,
    batchSize: record.batchSize,
    maximumBatchingWindowInSeconds: record.maximumBatchingWindowInSeconds,
    patterns: record.filterCriteria?.Filters?.flatMap(({ Pattern }) => Pattern ?? []) ?? [],
    reportsItemFailures: record.functionResponseTypes?.includes("ReportBatchItemFailures") ?? false,
    mostAtOnce: Math.min(record.scalingConfig?.MaximumConcurrency ?? most, most),
    role,
    poll: (operation, read) => host.faultPoint("esm:poll", { ...point, operation }, scope, read),
    async invoke(records, members, parentId) {
      const output = await host.call<{ FunctionError?: string; Payload?: Uint8Array }>(
        "lambda",
        "Invoke",
        {
          FunctionName: arn,
          InvocationType: "RequestResponse",
          Payload: Buffer.from(JSON.stringify({ Records: records, ...members })),
        },
        { ...scope, origin, gatheredBy, ...(parentId && { parentId }) },
      );
      const payload = output.Payload ?? new Uint8Array();
      return { kind: output.FunctionError ? "failed" : "done", payload };
    },
    processed,
    gaveUp: (batch) => sendFailure(host, record, arn, role, batch, gatheredBy),
  };
}

/** The execution role of the function, with which its sources are read. @throws ResourceNotFoundException */
function executionRole(host: ServiceHost, scope: Scope, record: EventSourceMappingRecord): string {
  const found = locateFunction(host, {
    ...scope,
    name: record.functionName,
    ...(record.qualifier && { qualifier: record.qualifier }),
  });
  return findVersion(found).version.configuration.Role;
}

/** Who polls, by names that are the same from run to run. */
function originOf({ eventSourceArn, functionName }: EventSourceMappingRecord): string {
  const source = parseArn(eventSourceArn)?.resource.split("/")[1] ?? eventSourceArn.split(":").at(-1);
  return `event-source(${source} to ${functionName})`;
}

/** Sends where a batch was to the mapping's destination. */
async function sendFailure(
  host: ServiceHost,
  record: EventSourceMappingRecord,
  arn: string,
  role: () => string,
  { condition, tries, outcome, shardId, place, events, parentId }: GivenUp,
  gatheredBy: string | undefined,
): Promise<void> {
  const destination = record.destinationConfig?.OnFailure?.Destination;
  if (!destination) return;
  const message = {
    requestContext: {
      requestId: host.random.uuid(),
      functionArn: arn,
      condition,
      // What is too old before it was ever tried counts as one, too.
      approximateInvokeCount: Math.max(1, tries),
    },
    ...(outcome && {
      responseContext: {
        statusCode: 200,
        executedVersion: "$LATEST",
        // A function that reports items as failed has not failed itself.
        functionError: outcome.kind === "done" ? null : "Unhandled",
      },
    }),
    version: "1.0",
    timestamp: new Date(host.clock.now()).toISOString(),
    ...place,
    // A bucket has room for the event itself.
    ...(parseArn(destination)?.service === "s3" && { payload: JSON.stringify({ Records: events }) }),
  };
  try {
    await sendToDestination(host, destination, message, {
      role: role(),
      functionArn: arn,
      outcome: "Failure",
      objectPrefix: `aws/lambda/${record.uuid}/${shardId}`,
      gatheredBy,
      ...(parentId && { parentId }),
    });
  } catch (error) {
    host.log.warn(`${record.functionName}: the record of a failed batch is lost: ${String(error)}`);
  }
}
