import type { Place } from "./arn-template.ts";
import type { Catalog } from "./catalog.ts";
import type { ResourceType } from "./resource.ts";

/** What is listened to in one account and region, as it was when its collections had that revision. */
interface Ear {
  readonly revision: number;
  readonly sources: ReadonlySet<string>;
  readonly hearsAll: boolean;
}

/**
 * Who listens to what AWS's services send onto the default bus: the rules and archives of each account and region, as they are
 * declared (`hearsEventsOf`). Known without the service that has them, and made anew when something of them has been written.
 */
export class EventListeners {
  readonly #catalog: Catalog;
  readonly #places = new Map<string, Map<string, Ear>>();
  #types: readonly ResourceType[] | undefined;

  constructor(catalog: Catalog) {
    this.#catalog = catalog;
  }

  /** @param source `aws.states` */
  hear(source: string, place: Place): boolean {
    const revision = this.#revisionAt(place);
    let ear = this.#places.get(place.account)?.get(place.region);
    if (ear?.revision !== revision) {
      ear = this.#listen(place, revision);
      const regions = this.#places.get(place.account) ?? new Map<string, Ear>();
      this.#places.set(place.account, regions.set(place.region, ear));
    }
    return ear.hearsAll || ear.sources.has(source);
  }

  #revisionAt(place: Place): number {
    let revision = 0;
    for (const type of this.#listening())
      if (type.collection)
        revision += this.#catalog.storeOf(type, place)?.collection(type.collection).revision ?? 0;
    return revision;
  }

  #listen(place: Place, revision: number): Ear {
    const sources = new Set<string>();
    for (const type of this.#listening()) {
      for (const { record } of this.#catalog.list(type, place)) {
        const heard = type.hearsEventsOf?.(record) ?? [];
        if (heard === true) return { revision, sources, hearsAll: true };
        for (const source of heard) sources.add(source);
      }
    }
    return { revision, sources, hearsAll: false };
  }

  #listening(): readonly ResourceType[] {
    this.#types ??= [...this.#catalog.allTypes()].filter(({ hearsEventsOf }) => hearsEventsOf);
    return this.#types;
  }
}
