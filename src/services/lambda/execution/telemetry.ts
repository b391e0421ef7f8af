import { outbound } from "../../../core/outbound.ts";
import { upTo } from "../../../core/text.ts";

const TIMEOUT_MS = 30_000;

/** One event of the Telemetry API: https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html */
export interface TelemetryEvent {
  /** ISO 8601 */
  readonly time: string;
  /** `platform.start`, `function`, `extension` … */
  readonly type: string;
  readonly record: unknown;
}

/** What an extension asks for with `PUT /2022-07-01/telemetry` (or the older `PUT /2020-08-15/logs`). */
export interface Subscription {
  readonly schemaVersion?: string;
  readonly types: readonly string[];
  readonly destination: {
    readonly protocol?: string;
    readonly URI?: string;
    readonly uri?: string;
    readonly port?: number;
  };
  readonly buffering?: {
    readonly maxItems?: number;
    readonly maxBytes?: number;
    readonly timeoutMs?: number;
  };
}

/** Sends an environment's log and platform events to the extensions that subscribed. */
export class Telemetry {
  readonly #buffers: DeliveryBuffer[] = [];

  /** False as long as nobody listens: no listener, no work. */
  get isWanted(): boolean {
    return this.#buffers.length > 0;
  }

  subscribe(subscription: Subscription): void {
    this.#buffers.push(new DeliveryBuffer(subscription));
  }

  emit(event: TelemetryEvent): void {
    for (const buffer of this.#buffers) buffer.add(event);
  }

  /** Sends what waits. */
  async flush(): Promise<void> {
    await Promise.all(this.#buffers.map((buffer) => buffer.flush()));
  }
}

class DeliveryBuffer {
  readonly #types: ReadonlySet<string>;
  readonly #target: URL;
  readonly #maxItems: number;
  readonly #timeoutMs: number;
  #events: TelemetryEvent[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(subscription: Subscription) {
    this.#types = new Set(subscription.types);
    const { destination } = subscription;
    const uri = destination.URI ?? destination.uri ?? `http://sandbox.localdomain:${destination.port}/`;
    this.#target = new URL(uri);
    // The name under which AWS's sandbox knows itself.
    if (this.#target.hostname === "sandbox.localdomain" || this.#target.hostname === "sandbox") {
      this.#target.hostname = "127.0.0.1";
    }
    this.#maxItems = subscription.buffering?.maxItems ?? 10_000;
    this.#timeoutMs = subscription.buffering?.timeoutMs ?? 1000;
  }

  add(event: TelemetryEvent): void {
    if (!this.#types.has(upTo(".", event.type))) return;
    this.#events.push(event);
    if (this.#events.length >= this.#maxItems) void this.flush();
    else this.#timer ??= setTimeout(() => void this.flush(), this.#timeoutMs).unref();
  }

  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#events.length === 0) return Promise.resolve();
    const body = JSON.stringify(this.#events);
    this.#events = [];
    const headers = { "content-type": "application/json" };
    // Telemetry is best effort, as it is at AWS.
    return outbound(this.#target, {
      by: "lambda",
      method: "POST",
      headers,
      body,
      timeoutMs: TIMEOUT_MS,
    }).then(
      () => {},
      () => {},
    );
  }
}
