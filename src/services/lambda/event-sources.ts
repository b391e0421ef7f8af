import type { EventSource } from "../../aws/event-source/event-source.ts";
import { QueueSource } from "../../aws/event-source/queue-source.ts";
import { StreamSource } from "../../aws/event-source/stream-source.ts";
import { isOver, whenOver } from "../../aws/lifecycle.ts";
import type { ServiceHost } from "../../core/service.ts";
import { type EventSourceMappingRecord, eventSourceMappings } from "./event-source-records.ts";
import type { Scope } from "./function-name.ts";
import { mappingAtWork } from "./mapping-at-work.ts";

/** The event source mappings that are at work. */
export class EventSources {
  readonly #host: ServiceHost;
  readonly #sources = new Map<string, EventSource>();
  readonly #results = new Map<string, string>();
  /** Mappings that begin to read when they are enabled. */
  readonly #waiting = new Map<string, AbortController>();

  constructor(host: ServiceHost) {
    this.#host = host;
  }

  /**
   * Begins to read for a mapping, anew if it was doing so before; one that is disabled rests, one that is being enabled
   * waits for it. Resolves when it is in place, or waits.
   */
  async start(scope: Scope, record: EventSourceMappingRecord): Promise<void> {
    this.stop(record.uuid);
    const { transition } = record;
    if (!record.enabled || transition?.status === "Deleting") return;
    if (!transition || transition.status === "Updating" || isOver(transition, this.#host))
      return await this.#open(scope, record);
    const waiting = new AbortController();
    this.#waiting.set(record.uuid, waiting);
    whenOver(transition, this.#host, waiting.signal)
      .then(() => (waiting.signal.aborted ? undefined : this.start(scope, record)))
      .catch((error: Error) => this.#host.log.error(`The mapping ${record.uuid} could not begin`, error));
  }

  async #open(scope: Scope, record: EventSourceMappingRecord): Promise<void> {
    const mapping = mappingAtWork(this.#host, scope, record, (result) =>
      this.#results.set(record.uuid, result),
    );
    const source = record.stream ? new StreamSource(mapping, record.stream) : new QueueSource(mapping);
    this.#sources.set(record.uuid, source);
    await source.start();
  }

  stop(uuid: string): void {
    this.#waiting.get(uuid)?.abort();
    this.#waiting.delete(uuid);
    this.#sources.get(uuid)?.stop();
    this.#sources.delete(uuid);
  }

  /** How the last batch of a mapping went. */
  lastResult(uuid: string): string {
    return this.#results.get(uuid) ?? "No records processed";
  }

  /** Starts what is stored. */
  resume(): void {
    for (const scope of this.#host.scopes()) {
      const store = this.#host.store(scope.account, scope.region);
      for (const record of store.collection(eventSourceMappings).values()) {
        void this.start(scope, record);
      }
    }
  }

  stopAll(): void {
    for (const uuid of [...this.#sources.keys(), ...this.#waiting.keys()]) this.stop(uuid);
  }
}
