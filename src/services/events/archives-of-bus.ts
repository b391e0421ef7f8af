import { compilePattern, type EventPattern } from "../../core/event-pattern/pattern.ts";
import type { ServiceHost } from "../../core/service.ts";
import { type ArchiveRecord, archivedEvents, archiveRecords, archiveState } from "./archive.ts";
import type { Event } from "./event.ts";
import { busArn, storeAt, type Where } from "./event-bus.ts";

interface Compiled {
  readonly archive: ArchiveRecord;
  readonly pattern: EventPattern | undefined;
}

/** The archives of each bus, compiled; they keep what comes to it. */
export class Archives {
  readonly #host: ServiceHost;
  readonly #places = new Map<string, { readonly revision: number; readonly archives: readonly Compiled[] }>();
  #counter = 0;

  constructor(host: ServiceHost) {
    this.#host = host;
  }

  /**
   * @param matchable the event as `eventToMatch` makes it
   * @param detailText the event's detail as it was put
   */
  keep(where: Where, bus: string, event: Event, matchable: unknown, detailText?: string): void {
    const archives = this.#archivesIn(where);
    if (archives.length === 0) return;
    const arn = busArn(where, bus);
    for (const { archive, pattern } of archives) {
      if (archive.busArn !== arn || pattern?.matches(matchable) === false) continue;
      // One that is being made, or could not be, keeps nothing yet; one that is changed goes on.
      if (/^CREAT/.test(archiveState(archive, this.#host))) continue;
      const key = [archive.name, Date.parse(event.time), this.#host.clock.now(), this.#counter++];
      const sizeBytes = sizeOf(event, detailText ?? JSON.stringify(event.detail));
      storeAt(this.#host, where).collection(archivedEvents).put(key, { event, sizeBytes });
    }
  }

  #archivesIn(where: Where): readonly Compiled[] {
    const collection = storeAt(this.#host, where).collection(archiveRecords);
    const { revision } = collection;
    const key = `${where.account}/${where.region}`;
    const known = this.#places.get(key);
    if (known?.revision === revision) return known.archives;
    const archives = [...collection.values()].map((archive) => ({
      archive,
      pattern: archive.pattern === undefined ? undefined : compilePattern(archive.pattern),
    }));
    this.#places.set(key, { revision, archives });
    return archives;
  }
}

/** What was put, and when: ten events of 139 bytes each have been 1590 bytes at AWS. That resources count is inferred. */
function sizeOf({ source, time, resources, ...event }: Event, detailText: string): number {
  const texts = [source, event["detail-type"], detailText, time, ...resources];
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
}
