import type { AwsError } from "../../core/aws-error.ts";
import type { Context } from "../../core/service.ts";
import type { Collection, CollectionDefinition } from "../../core/storage.ts";

/** What a user has of a kind (access keys, SSH keys, certificates): by the user's name, whatever its case, and an id. */
export interface Possession {
  readonly id: string;
  readonly createdAtMs: number;
  readonly status: "Active" | "Inactive";
}

export class Owned<T extends Possession> {
  readonly #collection: Collection<T>;
  readonly #noSuch: (id: string) => AwsError;

  constructor(
    definition: CollectionDefinition<T>,
    noSuch: (id: string) => AwsError,
    ctx: Pick<Context, "store">,
  ) {
    this.#collection = ctx.store.collection(definition);
    this.#noSuch = noSuch;
  }

  /** The oldest first. */
  of(userName: string): T[] {
    const all = [...this.#collection.values({ prefix: [userName.toLowerCase()] })];
    return all.sort((a, b) => a.createdAtMs - b.createdAtMs);
  }

  /** @throws AwsError `NoSuchEntity` */
  get(userName: string, id: string): T {
    const found = this.#collection.get([userName.toLowerCase(), id]);
    if (!found) throw this.#noSuch(id);
    return found;
  }

  put(userName: string, item: T): void {
    this.#collection.put([userName.toLowerCase(), item.id], item);
  }

  /** @throws AwsError `NoSuchEntity` */
  delete(userName: string, id: string): void {
    if (!this.#collection.delete([userName.toLowerCase(), id])) throw this.#noSuch(id);
  }

  /** A user has another name. */
  move(from: string, to: string): void {
    for (const item of this.of(from)) {
      this.delete(from, item.id);
      this.put(to, item);
    }
  }
}

export const statusOf = (given: string) => (given === "Active" ? "Active" : "Inactive");
