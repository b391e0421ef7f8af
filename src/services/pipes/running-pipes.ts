import { deliver } from "../../aws/deliver.ts";
import { checkpoints } from "../../aws/event-source/checkpoints.ts";
import {
  type EventSource,
  type GivenUp,
  gathererOf,
  type Mapping,
} from "../../aws/event-source/event-source.ts";
import { QueueSource } from "../../aws/event-source/queue-source.ts";
import type { StreamSettings } from "../../aws/event-source/stream.ts";
import { StreamSource } from "../../aws/event-source/stream-source.ts";
import { isOver, whenOver } from "../../aws/lifecycle.ts";
import { AwsError } from "../../core/aws-error.ts";
import type { CallOptions, ServiceHost } from "../../core/service.ts";
import { pass } from "./batch.ts";
import { POLL } from "./fault-points.ts";
import { type PipeRecord, pipeRecords, type Where } from "./pipe.ts";
import { PipeLogs } from "./pipe-log.ts";

/** How many batches of a queue may be under way. */
const MOST_AT_ONCE = 10;
const QUEUE_BATCH = 10;
const STREAM_BATCH = 100;

/** The pipes that are at work. */
export class RunningPipes {
  readonly #host: ServiceHost;
  readonly #logs: PipeLogs;
  readonly #sources = new Map<string, EventSource>();
  readonly #waiting = new Map<string, AbortController>();

  constructor(host: ServiceHost) {
    this.#host = host;
    this.#logs = new PipeLogs(host);
  }

  get isBusy(): boolean {
    return this.#logs.isBusy;
  }

  /** Begins to read for a pipe, anew if it was doing so before; one that is stopped rests, one that is being started waits for it. */
  async start(where: Where, pipe: PipeRecord): Promise<void> {
    this.stop(where, pipe.name);
    const { transition } = pipe;
    if (
      pipe.desiredState !== "RUNNING" ||
      (transition?.failure !== undefined && isOver(transition, this.#host))
    )
      return;
    const place = { account: where.account, region: where.region };
    if (transition === undefined || isOver(transition, this.#host)) {
      const source = sourceOf(this.#host, this.#logs, place, pipe);
      this.#sources.set(keyOf(where, pipe.name), source);
      await source.start();
      return;
    }
    const waiting = new AbortController();
    this.#waiting.set(keyOf(where, pipe.name), waiting);
    whenOver(transition, this.#host, waiting.signal)
      .then(() => (waiting.signal.aborted ? undefined : this.start(place, pipe)))
      .catch((error: Error) => this.#host.log.error(`The pipe ${pipe.name} could not begin`, error));
  }

  stop(where: Where, name: string): void {
    const key = keyOf(where, name);
    this.#waiting.get(key)?.abort();
    this.#waiting.delete(key);
    this.#sources.get(key)?.stop();
    this.#sources.delete(key);
  }

  /** It is deleted: where it has been in a stream is of no use to anybody. */
  forget(where: Where, pipe: PipeRecord): void {
    this.stop(where, pipe.name);
    this.#logs.forget(pipe);
    this.#host
      .store(where.account, where.region)
      .collection(checkpoints)
      .clear({ prefix: [pipe.arn] });
  }

  resume(): void {
    for (const where of this.#host.scopes()) {
      const store = this.#host.store(where.account, where.region);
      for (const pipe of store.collection(pipeRecords).values()) void this.start(where, pipe);
    }
  }

  async stopAll(): Promise<void> {
    for (const waiting of this.#waiting.values()) waiting.abort();
    for (const source of this.#sources.values()) source.stop();
    this.#waiting.clear();
    this.#sources.clear();
    await this.#logs.stop();
  }
}

const keyOf = ({ account, region }: Where, name: string) => JSON.stringify([account, region, name]);

function sourceOf(host: ServiceHost, logs: PipeLogs, where: Where, pipe: PipeRecord): EventSource {
  const {
    SqsQueueParameters: queue,
    KinesisStreamParameters: kinesis,
    DynamoDBStreamParameters,
  } = pipe.sourceParameters;
  const stream = kinesis ?? DynamoDBStreamParameters;
  const { BatchSize, MaximumBatchingWindowInSeconds = 0 } = stream ?? queue ?? {};
  const mapping = mappingOf(host, logs, where, pipe, {
    batchSize: BatchSize ?? (stream ? STREAM_BATCH : QUEUE_BATCH),
    maximumBatchingWindowInSeconds: MaximumBatchingWindowInSeconds,
  });
  if (!stream) return new QueueSource(mapping);
  const settings: StreamSettings = {
    startingPosition: stream.StartingPosition,
    ...(kinesis?.StartingPositionTimestamp && {
      startingPositionTimestampMs: kinesis.StartingPositionTimestamp.getTime(),
    }),
    parallelizationFactor: stream.ParallelizationFactor ?? 1,
    maximumRecordAgeInSeconds: stream.MaximumRecordAgeInSeconds ?? -1,
    bisectBatchOnFunctionError: stream.OnPartialBatchItemFailure === "AUTOMATIC_BISECT",
    maximumRetryAttempts: stream.MaximumRetryAttempts ?? -1,
    tumblingWindowInSeconds: 0,
  };
  return new StreamSource(mapping, settings);
}

function mappingOf(
  host: ServiceHost,
  logs: PipeLogs,
  where: Where,
  pipe: PipeRecord,
  sizes: Pick<Mapping, "batchSize" | "maximumBatchingWindowInSeconds">,
): Mapping {
  const origin = `pipe(${pipe.name})`;
  const gatheredBy = gathererOf({ ...sizes, origin });
  const options: CallOptions = { ...where, as: pipe.roleArn, origin, gatheredBy, sourceArn: pipe.arn };
  return {
    host,
    scope: where,
    id: pipe.arn,
    sourceArn: pipe.source,
    origin,
    gatheredBy,
    ...sizes,
    patterns: pipe.sourceParameters.FilterCriteria?.Filters?.flatMap(({ Pattern }) => Pattern ?? []) ?? [],
    reportsItemFailures: true,
    mostAtOnce: MOST_AT_ONCE,
    role: () => pipe.roleArn,
    poll: (operation, read) =>
      host.faultPoint(POLL, { resource: [pipe.arn, pipe.source], operation }, where, read),
    async invoke(records, _, parentId) {
      const passing = {
        host,
        where,
        pipe,
        log: logs.execution(pipe),
        options: { ...options, ...(parentId !== undefined && { parentId }) },
      };
      try {
        return await pass(passing, records);
      } catch (error) {
        const message = error instanceof AwsError ? `${error.code}: ${error.message}` : String(error);
        host.log.warn(`${pipe.arn}: a batch of ${records.length} has failed: ${message}`);
        return { kind: "failed", payload: new Uint8Array() };
      }
    },
    processed: (result) => host.log.debug(() => `${pipe.arn}: ${result}`),
    gaveUp: (batch) => bury(host, pipe, options, batch),
  };
}

/** Where a batch was that is given up: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-batching-concurrency.html */
async function bury(
  host: ServiceHost,
  pipe: PipeRecord,
  options: CallOptions,
  batch: GivenUp,
): Promise<void> {
  const { KinesisStreamParameters, DynamoDBStreamParameters } = pipe.sourceParameters;
  const arn = (KinesisStreamParameters ?? DynamoDBStreamParameters)?.DeadLetterConfig?.Arn;
  if (arn === undefined) return;
  const message = {
    context: { partnerResourceArn: pipe.arn, condition: batch.condition },
    version: "1.0",
    timestamp: new Date(host.clock.now()).toISOString(),
    ...batch.place,
  };
  const { parentId } = batch;
  const sent = { ...options, ...(parentId !== undefined && { parentId }) };
  await deliver(host.call, arn, { body: JSON.stringify(message) }, sent).catch((error: Error) =>
    host.log.warn(`${pipe.arn}: the record of a failed batch is lost: ${error.message}`),
  );
}
