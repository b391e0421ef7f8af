import { partitionOf } from "../../core/arn.ts";
import type { AwsError } from "../../core/aws-error.ts";
import type { Context } from "../../core/service.ts";
import { type Collection, type CollectionDefinition, defineCollection } from "../../core/storage.ts";
import {
  groupExists,
  instanceProfileExists,
  noSuchGroup,
  noSuchInstanceProfile,
  noSuchRole,
  noSuchUser,
  roleExists,
  userExists,
} from "./errors.ts";

/** What users, groups, roles and instance profiles have in common. Times are epoch milliseconds. */
export interface Entity {
  readonly name: string;
  /** `AIDA…`, `AROA…` */
  readonly id: string;
  readonly path: string;
  readonly arn: string;
  readonly createdAtMs: number;
  readonly tags: Readonly<Record<string, string>>;
}

/** An entity that policies are attached to. */
export interface Identity extends Entity {
  /** ARNs of managed policies, in the order in which they were attached. */
  readonly attached: readonly string[];
  /** Name → policy document, as it was given. */
  readonly inline: Readonly<Record<string, string>>;
  /** ARN of the policy that is its permissions boundary. */
  readonly boundary?: string;
}

export interface UserRecord extends Identity {
  /** Names of groups. */
  readonly groups: readonly string[];
  readonly login?: { readonly createdAtMs: number; readonly resetRequired: boolean };
}

export type GroupRecord = Identity;

export interface RoleRecord extends Identity {
  readonly trust: string;
  readonly description?: string;
  readonly maxSessionSeconds: number;
}

export interface InstanceProfileRecord extends Entity {
  /** Names of roles: none or one. */
  readonly roles: readonly string[];
}

/** A kind of entity: where it is kept, what its ids and ARNs begin with, and its errors. */
export interface Kind<T extends Entity> {
  /** As in AWS's messages and operation names. */
  readonly label: "user" | "group" | "role" | "instance-profile";
  readonly idPrefix: string;
  readonly collection: CollectionDefinition<T>;
  readonly noSuch: (name: string) => AwsError;
  readonly exists: (name: string) => AwsError;
}

export const USER: Kind<UserRecord> = {
  label: "user",
  idPrefix: "AIDA",
  collection: defineCollection({ name: "users" }),
  noSuch: noSuchUser,
  exists: userExists,
};
export const GROUP: Kind<GroupRecord> = {
  label: "group",
  idPrefix: "AGPA",
  collection: defineCollection({ name: "groups" }),
  noSuch: noSuchGroup,
  exists: groupExists,
};
export const ROLE: Kind<RoleRecord> = {
  label: "role",
  idPrefix: "AROA",
  collection: defineCollection({ name: "roles" }),
  noSuch: noSuchRole,
  exists: roleExists,
};
export const INSTANCE_PROFILE: Kind<InstanceProfileRecord> = {
  label: "instance-profile",
  idPrefix: "AIPA",
  collection: defineCollection({ name: "instance-profiles" }),
  noSuch: noSuchInstanceProfile,
  exists: instanceProfileExists,
};

/** The entities of one kind in the account of a call. Names are the same whatever their case. */
export class Entities<T extends Entity> {
  readonly kind: Kind<T>;
  readonly #collection: Collection<T>;

  constructor(kind: Kind<T>, ctx: Pick<Context, "store">) {
    this.kind = kind;
    this.#collection = ctx.store.collection(kind.collection);
  }

  find(name: string): T | undefined {
    return this.#collection.get([name.toLowerCase()]);
  }

  /** @throws AwsError `NoSuchEntity` */
  get(name: string): T {
    const found = this.find(name);
    if (!found) throw this.kind.noSuch(name);
    return found;
  }

  /** @throws AwsError `EntityAlreadyExists` */
  checkNew(name: string): void {
    if (this.find(name)) throw this.kind.exists(name);
  }

  put(entity: T): void {
    this.#collection.put([entity.name.toLowerCase()], entity);
  }

  delete(name: string): void {
    this.#collection.delete([name.toLowerCase()]);
  }

  /** By name; with a prefix only those whose path begins with it. */
  list(pathPrefix = "/"): T[] {
    return [...this.#collection.values()].filter(({ path }) => path.startsWith(pathPrefix));
  }

  get count(): number {
    return this.#collection.count();
  }
}

export const users = (ctx: Pick<Context, "store">) => new Entities(USER, ctx);
export const groups = (ctx: Pick<Context, "store">) => new Entities(GROUP, ctx);
export const roles = (ctx: Pick<Context, "store">) => new Entities(ROLE, ctx);
export const instanceProfiles = (ctx: Pick<Context, "store">) => new Entities(INSTANCE_PROFILE, ctx);

const ID_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** An id as IAM makes them: a prefix of four letters and 17 characters. */
export function makeId(prefix: string, ctx: Pick<Context, "random">): string {
  return prefix + ctx.random.string(17, ID_ALPHABET);
}

/** @param resource `role/path/name` */
export function iamArn(ctx: Pick<Context, "account" | "region">, resource: string): string {
  return `arn:${partitionOf(ctx.region)}:iam::${ctx.account}:${resource}`;
}

/** A new entity's common part. */
export function newEntity(
  kind: Kind<never> | { label: string; idPrefix: string },
  name: string,
  path: string | undefined,
  tags: Readonly<Record<string, string>>,
  ctx: Context,
): Entity {
  const at = path ?? "/";
  return {
    name,
    id: makeId(kind.idPrefix, ctx),
    path: at,
    arn: iamArn(ctx, `${kind.label}${at}${name}`),
    createdAtMs: wholeSecond(ctx.clock.now()),
    tags,
  };
}

/** IAM's times have no fractions of a second: what is read later equals what was answered first. */
export function wholeSecond(ms: number): number {
  return Math.floor(ms / 1000) * 1000;
}
