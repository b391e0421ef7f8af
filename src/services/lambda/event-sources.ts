import type { ServiceHost } from "../../core/service.ts";
import { type EventSourceMappingRecord, eventSourceMappings } from "./event-source-records.ts";
import type { Scope } from "./function-name.ts";
import type { EventSource, Mapping } from "./sources/event-source.ts";
import { QueueSource } from "./sources/queue-source.ts";
import { StreamSource } from "./sources/stream-source.ts";

/** The event source mappings that are at work. */
export class EventSources {
  readonly #host: ServiceHost;
  readonly #sources = new Map<string, EventSource>();
  readonly #results = new Map<string, string>();

  constructor(host: ServiceHost) {
    this.#host = host;
  }

  /** Begins to read for a mapping, anew if it was doing so before; one that is disabled rests. Resolves when it is in place. */
  async start(scope: Scope, record: EventSourceMappingRecord): Promise<void> {
    this.stop(record.uuid);
    if (!record.enabled) return;
    const mapping: Mapping = {
      host: this.#host,
      scope: { account: scope.account, region: scope.region },
      record,
      processed: (result) => this.#results.set(record.uuid, result),
    };
    const most = this.#host.setting<number>("max-environments");
    const source = record.stream ? new StreamSource(mapping, record.stream) : new QueueSource(mapping, most);
    this.#sources.set(record.uuid, source);
    await source.start();
  }

  stop(uuid: string): void {
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
    for (const uuid of [...this.#sources.keys()]) this.stop(uuid);
  }
}
