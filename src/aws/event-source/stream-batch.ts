import { AwsError } from "../../core/aws-error.ts";
import { sure } from "../../core/sure.ts";
import { type BatchOutcome, batchItemFailures } from "./event-source.ts";
import type { StreamMapping, StreamRecord } from "./stream.ts";

const FIRST_BACKOFF_MS = 200;
const LONGEST_BACKOFF_MS = 30_000;

/** Members that a tumbling window adds to the event. */
export type WindowMembers = Readonly<Record<string, unknown>>;

/**
 * Brings batches of one shard to the function, as often as it takes: partial failures, bisection, retries, the age of
 * records and the destination of those given up.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
 */
export class StreamBatches {
  readonly #mapping: StreamMapping;
  readonly #shardId: string;
  readonly #signal: AbortSignal;

  constructor(mapping: StreamMapping, shardId: string, signal: AbortSignal) {
    this.#mapping = mapping;
    this.#shardId = shardId;
    this.#signal = signal;
  }

  /**
   * Resolves when every record has been worked on or given up, to what the function answered last; rejects when stopped.
   * @param attempts how often the batch has been tried
   */
  async deliver(
    batch: readonly StreamRecord[],
    members: WindowMembers = {},
    attempts = 0,
  ): Promise<Uint8Array | undefined> {
    const { settings } = this.#mapping;
    let records = batch;
    let tries = attempts;
    for (;;) {
      this.#signal.throwIfAborted();
      records = await this.#withoutOld(records, tries);
      if (records.length === 0 && batch.length > 0) return undefined;
      const outcome = await this.#invoke(records, members);
      if (outcome?.kind === "done") {
        const failedFrom = this.#failedFrom(records, outcome.payload);
        if (failedFrom === undefined) {
          this.#mapping.processed("OK");
          return outcome.payload;
        }
        if (failedFrom > 0) {
          // All before the first failure is done with. What is left is a batch of its own: all its tries are before it (recorded).
          this.#mapping.processed("PROBLEM: Function call failed");
          records = records.slice(failedFrom);
          tries = 0;
          await this.#pause(tries);
          continue;
        }
      }
      this.#mapping.processed("PROBLEM: Function call failed");
      if (outcome && settings.bisectBatchOnFunctionError && records.length > 1) {
        const middle = Math.ceil(records.length / 2);
        await this.deliver(records.slice(0, middle), members, tries);
        return this.deliver(records.slice(middle), members, tries);
      }
      // What could not be invoked (throttled, an outage) does not use up a retry.
      if (outcome) tries++;
      if (settings.maximumRetryAttempts >= 0 && tries > settings.maximumRetryAttempts) {
        await this.#giveUp(records, "RetryAttemptsExhausted", tries, outcome);
        return undefined;
      }
      await this.#pause(tries);
    }
  }

  async #pause(tries: number): Promise<void> {
    const backoffMs = Math.min(FIRST_BACKOFF_MS * 2 ** Math.min(tries, 20), LONGEST_BACKOFF_MS);
    await this.#mapping.host.clock.sleep(backoffMs, this.#signal);
  }

  /** undefined when the function could not be invoked at all. */
  async #invoke(records: readonly StreamRecord[], members: WindowMembers): Promise<BatchOutcome | undefined> {
    const events = records.map((record) => record.event);
    try {
      return await this.#mapping.invoke(events, members, records[0]?.sentBy);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      this.#mapping.host.log.debug(
        () => `A batch of ${this.#mapping.stream.arn} cannot be invoked: ${error.message}`,
      );
      return undefined;
    }
  }

  /** The first record to try again; undefined when all went well. */
  #failedFrom(records: readonly StreamRecord[], payload: Uint8Array): number | undefined {
    if (!this.#mapping.reportsItemFailures) return undefined;
    const failures = batchItemFailures(payload);
    if (failures?.length === 0) return undefined;
    const places = failures?.map((id) => records.findIndex((record) => record.sequenceNumber === id)) ?? [-1];
    // An answer that makes no sense fails the whole batch.
    return places.includes(-1) ? 0 : Math.min(...places);
  }

  /** Gives up what is too old. */
  async #withoutOld(records: readonly StreamRecord[], tries: number): Promise<readonly StreamRecord[]> {
    const { settings, stream, host } = this.#mapping;
    const longestMs =
      settings.maximumRecordAgeInSeconds < 0 ? stream.retentionMs : settings.maximumRecordAgeInSeconds * 1000;
    const oldestMs = host.clock.now() - longestMs;
    const old = records.filter((record) => record.arrivedAtMs < oldestMs);
    if (old.length === 0) return records;
    await this.#giveUp(old, "RecordAgeExceeded", tries, undefined);
    return records.filter((record) => record.arrivedAtMs >= oldestMs);
  }

  /** Says where the batch was; the records themselves stay in the stream. */
  async #giveUp(
    records: readonly StreamRecord[],
    condition: string,
    tries: number,
    outcome: BatchOutcome | undefined,
  ): Promise<void> {
    const { stream } = this.#mapping;
    const first = sure(records[0]);
    const last = sure(records.at(-1));
    await this.#mapping.gaveUp({
      condition,
      tries,
      outcome,
      shardId: this.#shardId,
      place: {
        [stream.batchName]: {
          shardId: this.#shardId,
          startSequenceNumber: first.sequenceNumber,
          endSequenceNumber: last.sequenceNumber,
          approximateArrivalOfFirstRecord: stream.timeText(first.arrivedAtMs),
          approximateArrivalOfLastRecord: stream.timeText(last.arrivedAtMs),
          batchSize: records.length,
          streamArn: stream.arn,
        },
      },
      events: records.map(({ event }) => event),
      ...(first.sentBy !== undefined && { parentId: first.sentBy }),
    });
  }
}
