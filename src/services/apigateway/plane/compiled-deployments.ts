import type { Store } from "../../../core/storage.ts";

interface Shelf<Compiled> {
  readonly revision: number;
  readonly compiled: Map<string, Compiled>;
}

const MOST_COMPILED = 200;

/** A deployment never changes, so what was compiled from it holds until the store's content is replaced. */
export class CompiledDeployments<Compiled> {
  readonly #shelves = new WeakMap<Store, Shelf<Compiled>>();

  /** What was compiled from a deployment; `compile` answers undefined when there is no such deployment. */
  get(
    store: Store,
    apiId: string,
    deploymentId: string,
    compile: () => Compiled | undefined,
  ): Compiled | undefined {
    let shelf = this.#shelves.get(store);
    if (!shelf || shelf.revision !== store.revision) {
      shelf = { revision: store.revision, compiled: new Map() };
      this.#shelves.set(store, shelf);
    }
    const place = `${apiId}/${deploymentId}`;
    const ready = shelf.compiled.get(place);
    if (ready) return ready;
    const compiled = compile();
    if (compiled === undefined) return undefined;
    if (shelf.compiled.size >= MOST_COMPILED) shelf.compiled.clear();
    shelf.compiled.set(place, compiled);
    return compiled;
  }
}
