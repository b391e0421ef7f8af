import { partsOf } from "../../core/arn.ts";
import { AwsError } from "../../core/aws-error.ts";
import type { CallOptions } from "../../core/service.ts";
import { sure } from "../../core/sure.ts";
import { queueUrlOf } from "../deliver.ts";
import { batchItemFailures, type EventSource, type Mapping } from "./event-source.ts";
import { type Message, queueFilter, queueRecords } from "./queue-events.ts";

const RECEIVE_MOST = 10;
const LONG_POLL_SECONDS = 20;
const BATCH_BYTES = 6_000_000;
const FIRST_BACKOFF_MS = 1000;
const LONGEST_BACKOFF_MS = 10_000;
const DELETE_ATTEMPTS = 3;

/**
 * Polls a queue: one long poll waits for messages, so a batch is on its way as soon as one arrives, and further batches are
 * received while earlier ones are being worked on.
 * https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
 */
export class QueueSource implements EventSource {
  readonly #mapping: Mapping;
  readonly #isFor: (message: Message, record: object) => boolean;
  readonly #stop = new AbortController();
  #running = 0;
  #wake: () => void = () => {};

  constructor(mapping: Mapping) {
    this.#mapping = mapping;
    this.#isFor = queueFilter(mapping.patterns);
  }

  start(): void {
    void this.#loop();
  }

  stop(): void {
    this.#stop.abort();
    this.#wake();
  }

  get #isStopped(): boolean {
    return this.#stop.signal.aborted;
  }

  async #loop(): Promise<void> {
    const { host, id, sourceArn } = this.#mapping;
    let backoffMs = FIRST_BACKOFF_MS;
    while (!this.#isStopped) {
      while (this.#running >= this.#mapping.mostAtOnce && !this.#isStopped) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
      try {
        const batch = await this.#gather();
        backoffMs = FIRST_BACKOFF_MS;
        // Stopped meanwhile: what has been received becomes visible again by itself.
        if (batch.length > 0 && !this.#isStopped) this.#work(batch);
      } catch (error) {
        if (this.#isStopped) return;
        host.log.debug(() => `The mapping ${id} cannot read ${sourceArn}: ${String(error)}`);
        this.#mapping.processed(`PROBLEM: ${error instanceof AwsError ? error.code : "internal error"}`);
        await host.clock.sleep(backoffMs, this.#stop.signal).catch(() => {});
        backoffMs = Math.min(backoffMs * 2, LONGEST_BACKOFF_MS);
      }
    }
  }

  /** Receives a batch: what is there, or what comes within the batching window. */
  async #gather(): Promise<Message[]> {
    const { batchSize, maximumBatchingWindowInSeconds, host } = this.#mapping;
    const batch = await this.#receive(Math.min(batchSize, RECEIVE_MOST), LONG_POLL_SECONDS);
    const windowEndsAt = host.clock.now() + maximumBatchingWindowInSeconds * 1000;
    let bytes = sizeOf(batch);
    while (batch.length > 0 && batch.length < batchSize && bytes < BATCH_BYTES && !this.#isStopped) {
      const leftMs = windowEndsAt - host.clock.now();
      if (leftMs <= 0) break;
      const seconds = Math.min(LONG_POLL_SECONDS, Math.ceil(leftMs / 1000));
      const more = await this.#receive(Math.min(batchSize - batch.length, RECEIVE_MOST), seconds);
      batch.push(...more);
      bytes += sizeOf(more);
    }
    return batch;
  }

  async #receive(count: number, waitSeconds: number): Promise<Message[]> {
    const input = {
      QueueUrl: this.#queueUrl(),
      MaxNumberOfMessages: count,
      WaitTimeSeconds: waitSeconds,
      MessageSystemAttributeNames: ["All"],
      MessageAttributeNames: ["All"],
    };
    const output = await this.#mapping.poll("ReceiveMessage", () =>
      this.#call<{ Messages?: Message[] }>("ReceiveMessage", input, { signal: this.#stop.signal }),
    );
    return output.Messages ?? [];
  }

  #work(batch: Message[]): void {
    this.#running++;
    void this.#process(batch)
      .catch((error: unknown) => {
        // Not invoked, or not deleted: the messages come back after their visibility timeout.
        this.#mapping.processed(`PROBLEM: ${error instanceof AwsError ? error.code : "internal error"}`);
        this.#mapping.host.log.debug(() => `A batch of ${this.#mapping.sourceArn} failed: ${String(error)}`);
      })
      .finally(() => {
        this.#running--;
        this.#wake();
      });
  }

  async #process(batch: Message[]): Promise<void> {
    const { sourceArn } = this.#mapping;
    const { region } = partsOf(sourceArn);
    const records = queueRecords(batch, sourceArn, region);
    const wanted = batch.map((message, i) => this.#isFor(message, sure(records[i]))); // One each.
    // What the filters leave out is done with.
    await this.#delete(batch.filter((_, i) => !wanted[i]));
    const messages = batch.filter((_, i) => wanted[i]);
    if (messages.length === 0) return;
    const outcome = await this.#mapping.invoke(
      records.filter((_, i) => wanted[i]),
      {},
      senderOf(messages),
    );
    if (outcome.kind === "failed") {
      this.#mapping.processed("PROBLEM: Function call failed");
      return;
    }
    this.#mapping.processed("OK");
    await this.#delete(this.#succeeded(messages, outcome.payload));
  }

  #succeeded(messages: Message[], payload: Uint8Array): Message[] {
    if (!this.#mapping.reportsItemFailures) return messages;
    const failures = batchItemFailures(payload);
    const known = new Set(messages.map((message) => message.MessageId));
    // An answer that makes no sense, or names a message that is not there, fails the batch.
    if (!failures || failures.some((id) => !known.has(id))) return [];
    return messages.filter(({ MessageId = "" }) => !failures.includes(MessageId));
  }

  async #delete(messages: readonly Message[]): Promise<void> {
    // What becomes of a message comes of its sending, whoever polled when.
    const parentId = senderOf(messages);
    const { gatheredBy } = this.#mapping;
    for (let from = 0; from < messages.length; from += RECEIVE_MOST) {
      let Entries = messages
        .slice(from, from + RECEIVE_MOST)
        .map(({ ReceiptHandle = "" }, i) => ({ Id: String(i), ReceiptHandle }));
      for (let attempt = 1; Entries.length > 0; attempt++) {
        try {
          const input = { QueueUrl: this.#queueUrl(), Entries };
          const { Failed = [] } = await this.#call<{ Failed?: { Id: string }[] }>(
            "DeleteMessageBatch",
            input,
            { gatheredBy, ...(parentId && { parentId }) },
          );
          Entries = Entries.filter(({ Id }) => Failed.some((failed) => failed.Id === Id));
        } catch (error) {
          if (attempt === DELETE_ATTEMPTS) throw error;
        }
        if (attempt === DELETE_ATTEMPTS) break;
      }
    }
  }

  #queueUrl(): string {
    return queueUrlOf(partsOf(this.#mapping.sourceArn));
  }

  #call<O>(operation: string, input: object, options: CallOptions = {}): Promise<O> {
    const { account, region } = partsOf(this.#mapping.sourceArn);
    const as = this.#mapping.role();
    const { origin } = this.#mapping;
    return this.#mapping.host.call<O>("sqs", operation, input, { origin, ...options, account, region, as });
  }
}

const sizeOf = (messages: readonly Message[]): number =>
  messages.reduce((sum, message) => sum + Buffer.byteLength(message.Body ?? ""), 0);

/** The call that sent the first message, when its trace header tells. */
function senderOf(messages: readonly Message[]): string | undefined {
  const [first] = messages as (Message & { sentBy?: string })[];
  return first?.sentBy ?? /Squall=([\w-]+)/.exec(first?.Attributes?.["AWSTraceHeader"] ?? "")?.[1];
}
