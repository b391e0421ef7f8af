import { readJson } from "../../core/read-json.ts";
import { isoSeconds } from "../../core/text.ts";
import type { StreamMapping, StreamRecord } from "./stream.ts";
import type { StreamBatches } from "./stream-batch.ts";

interface Window {
  readonly startMs: number;
  readonly endMs: number;
  state: unknown;
}

/**
 * Aggregation over tumbling windows: a batch is cut where a window ends, the function's state goes from invocation to
 * invocation, and the end of a window is an invocation without records.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-windows.html
 */
export class TumblingWindow {
  readonly #mapping: StreamMapping;
  readonly #shardId: string;
  readonly #batches: StreamBatches;
  readonly #lengthMs: number;
  #window: Window | undefined;

  constructor(mapping: StreamMapping, shardId: string, batches: StreamBatches) {
    this.#mapping = mapping;
    this.#shardId = shardId;
    this.#batches = batches;
    this.#lengthMs = mapping.settings.tumblingWindowInSeconds * 1000;
  }

  /** When the open window ends, in epoch milliseconds; undefined when none is open. */
  get endsAtMs(): number | undefined {
    return this.#window?.endMs;
  }

  async deliver(records: readonly StreamRecord[]): Promise<void> {
    for (let left = records; left[0]; ) {
      const startMs = Math.floor(left[0].arrivedAtMs / this.#lengthMs) * this.#lengthMs;
      if (this.#window && startMs !== this.#window.startMs) await this.close();
      const window = this.#window ?? { startMs, endMs: startMs + this.#lengthMs, state: {} };
      this.#window = window;
      const behind = left.findIndex((record, at) => at > 0 && record.arrivedAtMs >= window.endMs);
      const to = behind < 0 ? left.length : behind;
      await this.#invoke(window, left.slice(0, to), false);
      left = left.slice(to);
    }
  }

  /** Ends the open window. */
  async close(): Promise<void> {
    if (!this.#window) return;
    await this.#invoke(this.#window, [], true);
    this.#window = undefined;
  }

  async #invoke(window: Window, records: readonly StreamRecord[], isFinal: boolean): Promise<void> {
    const { startMs, endMs, state } = window;
    const payload = await this.#batches.deliver(records, {
      window: { start: isoSeconds(startMs), end: isoSeconds(endMs) },
      state,
      shardId: this.#shardId,
      eventSourceARN: this.#mapping.stream.arn,
      isFinalInvokeForWindow: isFinal,
      isWindowTerminatedEarly: false,
    });
    window.state = stateOf(payload);
  }
}

function stateOf(payload: Uint8Array | undefined): unknown {
  try {
    return (readJson(Buffer.from(payload ?? []).toString()) as { state?: unknown } | null)?.state ?? {};
  } catch {
    return {};
  }
}
