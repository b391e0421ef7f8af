import type { Place } from "../../aws/arn-template.ts";
import type { Tags } from "../../aws/tags.ts";
import { makeArn } from "../../core/arn.ts";
import { defineCollection, type Store } from "../../core/storage.ts";
import { userGroupNotFound } from "./errors.ts";

/** A user group as it is kept, by its id. */
export interface UserGroupRecord {
  readonly id: string;
  readonly engine: string;
  readonly userIds: readonly string[];
  readonly tags: Tags;
}

export const userGroups = defineCollection<UserGroupRecord>({ name: "user-groups" });

export const userGroupArn = (id: string, { account, region }: Place): string =>
  makeArn("elasticache", region, account, `usergroup:${id}`);

/** @throws UserGroupNotFound */
export function findUserGroup(id: string, store: Store): UserGroupRecord {
  const group = store.collection(userGroups).get([id.toLowerCase()]);
  if (!group) throw userGroupNotFound(id);
  return group;
}
