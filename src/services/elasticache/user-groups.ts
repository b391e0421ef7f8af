import type { Context, Handlers } from "../../core/service.ts";
import { twice } from "../../core/twice.ts";
import type * as ElastiCache from "../../models/generated/elasticache.ts";
import { pageBy } from "./describing.ts";
import { defaultUserRequired, userGroupExists, userGroupState, userNameTaken } from "./errors.ts";
import { replicationGroups } from "./replication-group.ts";
import type { Caches } from "./running/caches.ts";
import { tagging } from "./tags.ts";
import { findUser } from "./user.ts";
import { findUserGroup, type UserGroupRecord, userGroupArn, userGroups } from "./user-group.ts";
import { engineOf } from "./users.ts";

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateUserGroup.html and its neighbours */
export const userGroupHandlers = (caches: Caches): Handlers<ElastiCache.Operations> => ({
  CreateUserGroup(input, ctx) {
    const id = input.UserGroupId.toLowerCase();
    if (ctx.store.collection(userGroups).get([id])) throw userGroupExists(id);
    const engine = engineOf(input.Engine);
    const group: UserGroupRecord = {
      id,
      engine,
      userIds: checked(input.UserIds ?? [], engine, ctx),
      tags: tagging.read(input.Tags),
    };
    ctx.store.collection(userGroups).put([id], group);
    return describe(group, ctx);
  },

  DescribeUserGroups(input, ctx) {
    const { UserGroupId: id } = input;
    const named =
      id === undefined ? ctx.store.collection(userGroups).values() : [findUserGroup(id, ctx.store)];
    const { items, Marker } = pageBy(named, (group) => group.id, input, ctx.operation);
    return { UserGroups: items.map((group) => describe(group, ctx)), Marker };
  },

  ModifyUserGroup({ UserGroupId, UserIdsToAdd = [], UserIdsToRemove = [] }, ctx) {
    const group = findUserGroup(UserGroupId, ctx.store);
    const removed = UserIdsToRemove.map((id) => id.toLowerCase());
    const left = group.userIds.filter((id) => !removed.includes(id));
    const userIds = checked([...new Set([...left, ...UserIdsToAdd])], group.engine, ctx);
    const changed = { ...group, userIds };
    ctx.store.collection(userGroups).put([group.id], changed);
    caches.settingsChanged(
      ctx,
      (record) => "userGroupIds" in record && record.userGroupIds.includes(group.id),
    );
    return describe(changed, ctx);
  },

  DeleteUserGroup({ UserGroupId }, ctx) {
    const group = findUserGroup(UserGroupId, ctx.store);
    const [used] = usersOf(group.id, ctx);
    if (used !== undefined)
      throw userGroupState(`User group ${group.id} is that of the replication group ${used}.`);
    ctx.store.collection(userGroups).delete([group.id]);
    return { ...describe(group, ctx), Status: "deleting" };
  },
});

/** @throws UserNotFound, DuplicateUserName, DefaultUserRequired */
function checked(ids: readonly string[], engine: string, { store }: Context): string[] {
  const found = ids.map((id) => findUser(id, store));
  const names = found.map(({ name }) => name);
  const taken = twice(names);
  if (taken !== undefined) throw userNameTaken(taken);
  if (engine === "redis" && !names.includes("default")) throw defaultUserRequired();
  return found.map(({ id }) => id);
}

const usersOf = (groupId: string, { store }: Context): string[] =>
  [...store.collection(replicationGroups).values()].flatMap(({ id, userGroupIds }) =>
    userGroupIds.includes(groupId) ? [id] : [],
  );

const describe = (group: UserGroupRecord, ctx: Context): ElastiCache.UserGroup => ({
  UserGroupId: group.id,
  Status: "active",
  Engine: group.engine,
  UserIds: [...group.userIds],
  MinimumEngineVersion: "6.0",
  ReplicationGroups: usersOf(group.id, ctx),
  ServerlessCaches: [],
  ARN: userGroupArn(group.id, ctx),
});
