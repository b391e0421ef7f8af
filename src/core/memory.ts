import { PagedStorage } from "./paged-storage.ts";
import { Turns } from "./turns.ts";

/** Storage that ends with its process. A write is there at once and cannot fail: with its turn it is kept. */
export class MemoryStorage extends PagedStorage {
  readonly kept = undefined;
  readonly turns = new Turns(this.events);
}
