import type { Context, Handlers } from "../../core/service.ts";
import type * as MemoryDB from "../../models/generated/memorydb.ts";
import { type AclRecord, aclArn, acls, allAcls, findAcl, OPEN_ACCESS } from "./acl.ts";
import { clusterRecords } from "./cluster.ts";
import { pageBy } from "./describing.ts";
import { aclExists, aclState, invalidParameterValue } from "./errors.ts";
import { checkName } from "./ids.ts";
import type { Clusters } from "./running/clusters.ts";
import { tagging } from "./tags.ts";
import { findUser } from "./user.ts";

const LONGEST_NAME = 40;

/** https://docs.aws.amazon.com/memorydb/latest/APIReference/API_CreateACL.html and its neighbours */
export const aclHandlers = (clusters: Clusters): Handlers<MemoryDB.Operations> => ({
  CreateACL(input, ctx) {
    const name = checkName(input.ACLName, "ACLName", LONGEST_NAME);
    if (name === OPEN_ACCESS.name || ctx.store.collection(acls).get([name])) throw aclExists(name);
    const acl: AclRecord = {
      name,
      userNames: checked(input.UserNames ?? [], ctx),
      tags: tagging.read(input.Tags),
    };
    ctx.store.collection(acls).put([name], acl);
    return { ACL: describe(acl, ctx) };
  },

  DescribeACLs(input, ctx) {
    const { ACLName: name } = input;
    const named = name === undefined ? allAcls(ctx.store) : [findAcl(name, ctx.store)];
    const { items, ...rest } = pageBy(named, (acl) => [acl.name], input, ctx.operation);
    return { ACLs: items.map((acl) => describe(acl, ctx)), ...rest };
  },

  UpdateACL({ ACLName, UserNamesToAdd = [], UserNamesToRemove = [] }, ctx) {
    const acl = own(ACLName, ctx);
    const removed = UserNamesToRemove.map((name) => name.toLowerCase());
    const left = acl.userNames.filter((name) => !removed.includes(name));
    const changed = { ...acl, userNames: checked([...left, ...UserNamesToAdd], ctx) };
    ctx.store.collection(acls).put([acl.name], changed);
    clusters.settingsChanged(ctx, (cluster) => cluster.acl === acl.name);
    return { ACL: describe(changed, ctx) };
  },

  DeleteACL({ ACLName }, ctx) {
    const acl = own(ACLName, ctx);
    const [used] = clustersWith(acl.name, ctx);
    if (used !== undefined) throw aclState(`ACL ${acl.name} is that of the cluster ${used}.`);
    ctx.store.collection(acls).delete([acl.name]);
    return { ACL: { ...describe(acl, ctx), Status: "deleting" } };
  },
});

/** @throws InvalidParameterValueException for AWS's own */
function own(name: string, { store }: Context): AclRecord {
  if (name.toLowerCase() === OPEN_ACCESS.name)
    throw invalidParameterValue(`The ACL ${OPEN_ACCESS.name} cannot be modified or deleted.`);
  return findAcl(name, store);
}

/** @throws UserNotFoundFault */
const checked = (names: readonly string[], { store }: Context): string[] => [
  ...new Set(names.map((name) => findUser(name, store).name)),
];

const clustersWith = (aclName: string, { store }: Context): string[] =>
  [...store.collection(clusterRecords).values()].flatMap(({ name, acl }) => (acl === aclName ? [name] : []));

const describe = (acl: AclRecord, ctx: Context): MemoryDB.ACL => ({
  Name: acl.name,
  Status: "active",
  UserNames: [...acl.userNames],
  MinimumEngineVersion: "6.2",
  Clusters: clustersWith(acl.name, ctx),
  ARN: aclArn(acl.name, ctx),
});
