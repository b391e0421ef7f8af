import type { ServiceHost } from "../core/service.ts";
import { putLogEvents } from "./log-group.ts";

/** A log stream of CloudWatch Logs, and who writes to it. */
export interface LogStreamOf {
  readonly account: string;
  readonly region: string;
  /** The role that writes. */
  readonly role: string;
  readonly group: string;
  readonly stream: string;
}

const FLUSH_MS = 30;
const BATCH_EVENTS = 1000;
/** What waits for a service that does not answer is let go beyond this. */
const WAITING_EVENTS = 100_000;

/** Writes to a log stream in batches; group and stream are made with the first of them. What cannot be written is lost, and nothing fails by it. */
export class LogStreamWriter {
  readonly #host: ServiceHost;
  readonly #stream: LogStreamOf;
  #events: { timestamp: number; message: string }[] = [];
  #timer: NodeJS.Timeout | undefined;
  #sending: Promise<void> | undefined;
  readonly #waiting: Set<LogStreamWriter>;

  /** @param waiting writers with something to send, this one among them while it has */
  constructor(host: ServiceHost, stream: LogStreamOf, waiting: Set<LogStreamWriter>) {
    this.#host = host;
    this.#stream = stream;
    this.#waiting = waiting;
  }

  add(timestamp: number, message: string): void {
    // CloudWatch Logs takes no empty messages.
    if (message === "" || this.#events.length > WAITING_EVENTS) return;
    this.#events.push({ timestamp, message });
    this.#waiting.add(this);
    this.#timer ??= setTimeout(() => void this.flush(), FLUSH_MS).unref();
  }

  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#sending;
    if (this.#events.length === 0) return;
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = undefined;
      if (this.#events.length === 0) this.#waiting.delete(this);
    });
    await this.#sending;
  }

  async #sendAll(): Promise<void> {
    const { account, region, role, group } = this.#stream;
    const options = { account, region, as: role, origin: `log-delivery(${group})` };
    const call = (operation: string, input: object) => this.#host.call("logs", operation, input, options);
    while (this.#events.length > 0) {
      const logEvents = this.#events.splice(0, BATCH_EVENTS);
      try {
        await putLogEvents(this.#host, { ...this.#stream, makesGroup: true }, logEvents, call);
      } catch (error) {
        this.#host.log.debug(() => `Log events of ${this.#stream.group} are lost: ${String(error)}`);
      }
    }
  }
}
