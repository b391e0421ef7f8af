import type { Place } from "../../aws/arn-template.ts";
import type { Tags } from "../../aws/tags.ts";
import { makeArn } from "../../core/arn.ts";
import { defineCollection, type Store } from "../../core/storage.ts";
import { aclNotFound } from "./errors.ts";
import { DEFAULT_USER } from "./user.ts";

/** An access control list as it is kept, by its name. */
export interface AclRecord {
  readonly name: string;
  readonly userNames: readonly string[];
  readonly tags: Tags;
}

export const acls = defineCollection<AclRecord>({ name: "acls" });

/** The list that every account has: who has it lets everybody in. */
export const OPEN_ACCESS: AclRecord = { name: "open-access", userNames: [DEFAULT_USER.name], tags: {} };

export const aclArn = (name: string, { account, region }: Place): string =>
  makeArn("memorydb", region, account, `acl/${name}`);

/** @throws ACLNotFoundFault */
export function findAcl(asked: string, store: Store): AclRecord {
  const name = asked.toLowerCase();
  const acl = store.collection(acls).get([name]) ?? (name === OPEN_ACCESS.name ? OPEN_ACCESS : undefined);
  if (!acl) throw aclNotFound(asked);
  return acl;
}

/** AWS's own, and all others. */
export const allAcls = (store: Store): AclRecord[] => [
  findAcl(OPEN_ACCESS.name, store),
  ...[...store.collection(acls).values()].filter(({ name }) => name !== OPEN_ACCESS.name),
];

/** The names of the lists that a user is on. */
export const aclsWith = (userName: string, store: Store): string[] =>
  allAcls(store).flatMap(({ name, userNames }) => (userNames.includes(userName) ? [name] : []));
