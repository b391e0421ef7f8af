import type { Place } from "../../aws/arn-template.ts";
import type { Tags } from "../../aws/tags.ts";
import { makeArn } from "../../core/arn.ts";
import { defineCollection, type Store } from "../../core/storage.ts";
import { userNotFound } from "./errors.ts";

/** A user of caches as it is kept, by its id. */
export interface UserRecord {
  readonly id: string;
  readonly name: string;
  readonly engine: string;
  readonly accessString: string;
  /** None: no password is required. */
  readonly passwords: readonly string[];
  readonly authentication: "password" | "no-password";
  readonly tags: Tags;
}

export const users = defineCollection<UserRecord>({ name: "users" });

/** The user that every account has: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Clusters.RBAC.html */
export const DEFAULT_USER: UserRecord = {
  id: "default",
  name: "default",
  engine: "redis",
  accessString: "on ~* +@all",
  passwords: [],
  authentication: "no-password",
  tags: {},
};

export const userArn = (id: string, { account, region }: Place): string =>
  makeArn("elasticache", region, account, `user:${id}`);

/** @throws UserNotFound */
export function findUser(id: string, store: Store): UserRecord {
  const name = id.toLowerCase();
  const user = store.collection(users).get([name]) ?? (name === DEFAULT_USER.id ? DEFAULT_USER : undefined);
  if (!user) throw userNotFound(id);
  return user;
}
