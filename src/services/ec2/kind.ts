import type { Tags } from "../../aws/tags.ts";
import type { AwsError } from "../../core/aws-error.ts";
import type { Context } from "../../core/service.ts";
import type { CollectionDefinition, Store } from "../../core/storage.ts";
import type * as EC2 from "../../models/generated/ec2.ts";
import type { FilterPaths } from "./filters.ts";
import { isIdOf, newId } from "./ids.ts";

/** What is kept of every resource of EC2. */
export interface Kept {
  readonly id: string;
  readonly tags: Tags;
}

/** What of an answer of AWS's is kept as it is: without what is told anew each time. */
export type KeptOf<T, Left extends keyof T = never> = Kept & Readonly<Omit<T, "Tags" | "OwnerId" | Left>>;

/** Where a resource is, with what else is there. A call's context is one. */
export interface At {
  readonly account: string;
  readonly region: string;
  readonly store: Store;
}

/** Another place than the call's: the other end of what two have. */
export const atPlace = ({ account, region }: Pick<At, "account" | "region">, { host }: Context): At => ({
  account,
  region,
  store: host.store(account, region),
});

/** A kind of resource: how its ids look, and where it is kept. */
export interface KeptKind<R extends Kept> {
  /** As tags call it: `route-table`. */
  readonly type: EC2.ResourceType;
  /** `rtb` */
  readonly prefix: string;
  readonly collection: CollectionDefinition<R>;
  notFound(id: string): AwsError;
  malformed(id: string): AwsError;
}

/** A kind with its Describe operation. */
export interface Kind<R extends Kept, D extends object> extends KeptKind<R> {
  describe(record: R, at: At): D;
  /** What the operation can be narrowed by. */
  readonly filters: FilterPaths<D>;
}

/** @throws the kind's `Malformed` for a text that is no id of its, and `NotFound` for one that names nothing */
export function find<R extends Kept>(kind: KeptKind<R>, id: string, at: At): R {
  const record = look(kind, id, at);
  if (record) return record;
  throw isIdOf(kind.prefix, id) ? kind.notFound(id) : kind.malformed(id);
}

export const look = <R extends Kept>(
  kind: KeptKind<R>,
  id: string | undefined,
  { store }: At,
): R | undefined => (id === undefined ? undefined : store.collection(kind.collection).get([id]));

export const all = <R extends Kept>(kind: KeptKind<R>, { store }: At): R[] => [
  ...store.collection(kind.collection).values(),
];

export const among = <R extends Kept>(kind: KeptKind<R>, at: At, holds: (record: R) => boolean): R[] =>
  all(kind, at).filter(holds);

export const has = <R extends Kept>(kind: KeptKind<R>, at: At, holds: (record: R) => boolean): boolean =>
  among(kind, at, holds).length > 0;

/** @returns what was saved */
export function save<R extends Kept>(kind: KeptKind<R>, record: R, { store }: At): R {
  store.collection(kind.collection).put([record.id], record);
  return record;
}

/** Changes what is there; what is not stays away. */
export function change<R extends Kept>(kind: KeptKind<R>, id: string, to: Partial<R>, at: At): void {
  const record = look(kind, id, at);
  if (record) save(kind, { ...record, ...to }, at);
}

export const remove = <R extends Kept>(kind: KeptKind<R>, { id }: Kept, { store }: At): void => {
  store.collection(kind.collection).delete([id]);
};

export const idFor = ({ prefix }: Pick<KeptKind<Kept>, "prefix">, { random }: Context): string =>
  newId(prefix, random);
