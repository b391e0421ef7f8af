import { type LogStreamOf, LogStreamWriter } from "../../../aws/log-stream-writer.ts";
import type { ServiceHost } from "../../../core/service.ts";
import type { LogDestination } from "./environment-log.ts";

/** The log stream of one environment, to which its function writes. */
export interface LogStream extends LogStreamOf {
  readonly functionName: string;
}

/** Sends the logs of environments to CloudWatch Logs, in batches. A failure there never fails an invocation. */
export class LogDelivery {
  readonly #host: ServiceHost;
  /** Writers with something to send. */
  readonly #waiting = new Set<LogStreamWriter>();
  #isStopped = false;

  constructor(host: ServiceHost) {
    this.#host = host;
  }

  /** A destination for one environment: its stream, and the terminal. */
  open(stream: LogStream): LogDestination {
    const terminal = this.#host.log.named(`squall.lambda.${stream.functionName}`);
    const writer = this.#host.serves("logs")
      ? new LogStreamWriter(this.#host, stream, this.#waiting)
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
