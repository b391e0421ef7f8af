import type { Key } from "../core/key.ts";
import type { CollectionDefinition } from "../core/storage.ts";
import type { Place } from "./arn-template.ts";

/** Where a service keeps policies on resources apart from the resources themselves, or several of them in one record. */
// biome-ignore lint/suspicious/noExplicitAny: records of every kind meet here; each is typed where it is declared
export interface PolicyDeclaration<V = any> {
  readonly collection: CollectionDefinition<V>;
  /** The policies of an entry as JSON text, by the ARN that each is on. An ARN that ends in `:*` stands for all of its account and region. */
  policiesOf(record: V, key: Key, place: Place): Readonly<Record<string, string | undefined>>;
}

/** Types what a declaration's function gets: the record of its collection. */
export const definePolicies = <V>(declaration: PolicyDeclaration<V>): PolicyDeclaration => declaration;
