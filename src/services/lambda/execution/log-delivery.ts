import { AwsError } from "../../../core/aws-error.ts";
import type { ServiceHost } from "../../../core/service.ts";
import type { LogDestination } from "./environment-log.ts";

/** The log stream of one environment. */
export interface LogStream {
  readonly account: string;
  readonly region: string;
  readonly functionName: string;
  /** The execution role: it is the function that writes. */
  readonly role: string;
  readonly group: string;
  readonly stream: string;
}

const FLUSH_MS = 30;
const BATCH_EVENTS = 1000;
/** What waits for a service that does not answer is let go beyond this. */
const WAITING_EVENTS = 100_000;

/** Sends the logs of environments to CloudWatch Logs, in batches. A failure there never fails an invocation. */
export class LogDelivery {
  readonly #host: ServiceHost;
  /** Writers with something to send. */
  readonly #waiting = new Set<StreamWriter>();
  #isStopped = false;

  constructor(host: ServiceHost) {
    this.#host = host;
  }

  /** A destination for one environment: its stream, and the terminal. */
  open(stream: LogStream): LogDestination {
    const terminal = this.#host.log.named(`squall.lambda.${stream.functionName}`);
    const writer = this.#host.serves("logs")
      ? new StreamWriter(this.#host, stream, this.#waiting)
      : undefined;
    return {
      write: (message, kind) => {
        if (kind === "function") terminal.info(() => message.trimEnd());
        else terminal.debug(() => message.trimEnd());
        if (!this.#isStopped) writer?.add(this.#host.clock.now(), message);
      },
    };
  }

  /** Sends what waits, and takes nothing more: what an environment says after its end has nowhere to go. */
  async stop(): Promise<void> {
    await Promise.all([...this.#waiting].map((writer) => writer.flush()));
    this.#isStopped = true;
    await Promise.all([...this.#waiting].map((writer) => writer.flush()));
  }
}

class StreamWriter {
  readonly #host: ServiceHost;
  readonly #stream: LogStream;
  #events: { timestamp: number; message: string }[] = [];
  #timer: NodeJS.Timeout | undefined;
  #sending: Promise<void> | undefined;
  #exists = false;
  readonly #waiting: Set<StreamWriter>;

  constructor(host: ServiceHost, stream: LogStream, waiting: Set<StreamWriter>) {
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
    while (this.#events.length > 0) {
      const logEvents = this.#events.splice(0, BATCH_EVENTS);
      try {
        if (!this.#exists) await this.#create();
        await this.#call("PutLogEvents", { ...this.#names(), logEvents });
      } catch (error) {
        if (error instanceof AwsError && error.code === "ResourceNotFoundException" && this.#exists) {
          // Somebody deleted the group: it is made anew.
          this.#exists = false;
          this.#events.unshift(...logEvents);
        } else {
          this.#host.log.debug(() => `Log events of ${this.#stream.functionName} are lost: ${String(error)}`);
        }
      }
    }
  }

  async #create(): Promise<void> {
    const { group } = this.#stream;
    await this.#unlessThere(this.#call("CreateLogGroup", { logGroupName: group }));
    await this.#unlessThere(this.#call("CreateLogStream", this.#names()));
    this.#exists = true;
  }

  async #unlessThere(creation: Promise<unknown>): Promise<void> {
    try {
      await creation;
    } catch (error) {
      if (!(error instanceof AwsError && error.code === "ResourceAlreadyExistsException")) throw error;
    }
  }

  #names(): { logGroupName: string; logStreamName: string } {
    return { logGroupName: this.#stream.group, logStreamName: this.#stream.stream };
  }

  #call(operation: string, input: object): Promise<unknown> {
    const { account, region, role } = this.#stream;
    const origin = `log-delivery(${this.#stream.group})`;
    return this.#host.call("logs", operation, input, { account, region, as: role, origin });
  }
}
