import type { Place } from "../../aws/arn-template.ts";
import type { Tags } from "../../aws/tags.ts";
import { makeArn } from "../../core/arn.ts";
import { defineCollection, type Store } from "../../core/storage.ts";
import { userNotFound } from "./errors.ts";

/** A user of clusters as it is kept, by its name. */
export interface UserRecord {
  readonly name: string;
  readonly accessString: string;
  /** None: no password is required, which is so of AWS's own user alone. */
  readonly passwords: readonly string[];
  readonly tags: Tags;
}

export const users = defineCollection<UserRecord>({ name: "users" });

/** The user that every account has: https://docs.aws.amazon.com/memorydb/latest/devguide/clusters.acls.html */
export const DEFAULT_USER: UserRecord = {
  name: "default",
  accessString: "on ~* &* +@all",
  passwords: [],
  tags: {},
};

export const userArn = (name: string, { account, region }: Place): string =>
  makeArn("memorydb", region, account, `user/${name}`);

/** AWS's own, and all others. */
export const allUsers = (store: Store): UserRecord[] => [
  findUser(DEFAULT_USER.name, store),
  ...[...store.collection(users).values()].filter(({ name }) => name !== DEFAULT_USER.name),
];

/** @throws UserNotFoundFault */
export function findUser(asked: string, store: Store): UserRecord {
  const name = asked.toLowerCase();
  const user = store.collection(users).get([name]) ?? (name === DEFAULT_USER.name ? DEFAULT_USER : undefined);
  if (!user) throw userNotFound(asked);
  return user;
}
