import { isDefaultGroup } from "../../aws/parameter-groups.ts";
import type { Context } from "../../core/service.ts";
import type { Store } from "../../core/storage.ts";
import { sure } from "../../core/sure.ts";
import type * as RDS from "../../models/generated/rds.ts";
import { clusterRecords, membersOf } from "./db-cluster.ts";
import { instanceRecords } from "./db-instance.ts";
import { engineOfFamily } from "./engine.ts";
import { groupExists, groupState, invalidFamily, invalidParameterValue } from "./errors.ts";
import { bare, checkName } from "./ids.ts";
import { checkParameter } from "./parameter.ts";
import { type DbParameterGroupRecord, findGroup, type GroupKind, ofClusters } from "./parameter-group.ts";
import { programsOf } from "./running/programs.ts";
import { tagging } from "./tags.ts";

const LONGEST_NAME = 255;

/** What is made and changed of parameter groups, of instances and of clusters alike. @param parameter that names one */
export const changesOf = (kind: GroupKind, parameter: string) => {
  /** @throws InvalidParameterValue for one of AWS's */
  const own = (name: string, store: Store): DbParameterGroupRecord => {
    if (isDefaultGroup(bare(name)))
      throw invalidParameterValue(`The parameter ${parameter} is not a valid identifier: ${name}`);
    return findGroup(kind, name, store);
  };
  const create = (
    group: Pick<DbParameterGroupRecord, "name" | "family" | "description"> & Partial<DbParameterGroupRecord>,
    tags: RDS.TagList | undefined,
    { store }: Context,
  ): DbParameterGroupRecord => {
    const name = checkName(group.name, parameter, LONGEST_NAME);
    if (store.collection(kind.records).get([name])) throw groupExists(name);
    if (!engineOfFamily(group.family)) throw invalidFamily(group.family);
    const created = { parameters: {}, ...group, name, tags: tagging.read(tags) };
    store.collection(kind.records).put([name], created);
    return created;
  };
  return {
    create,

    copy: (
      source: string,
      target: Pick<DbParameterGroupRecord, "name" | "description">,
      tags: RDS.TagList | undefined,
      ctx: Context,
    ): DbParameterGroupRecord => create({ ...findGroup(kind, source, ctx.store), ...target }, tags, ctx),

    /** The engine itself says what there is; what it makes of all of them together it says when an instance reboots. */
    async modify(name: string, given: readonly RDS.Parameter[], { store }: Context): Promise<string> {
      const engine = sure(engineOfFamily(own(name, store).family));
      const programs = programsOf(engine);
      const settings = await programs.settings();
      return store.transaction(() => {
        const group = own(name, store);
        const parameters = { ...group.parameters };
        const immediate = new Set(group.immediate);
        for (const one of given) {
          const { ParameterName = "", ParameterValue = "", ApplyMethod } = one;
          checkParameter(one, settings, engine, programs);
          parameters[ParameterName] = ParameterValue;
          if (ApplyMethod === "immediate") immediate.add(ParameterName);
          else immediate.delete(ParameterName);
        }
        change(kind, { ...group, parameters, immediate: [...immediate] }, store);
        return group.name;
      });
    },

    reset(name: string, isAll: boolean | undefined, given: readonly RDS.Parameter[], store: Store): string {
      const group = own(name, store);
      const names = given.map(({ ParameterName }) => ParameterName);
      const left = Object.entries(group.parameters).filter(([one]) => !isAll && !names.includes(one));
      const parameters = Object.fromEntries(left);
      const immediate = (group.immediate ?? []).filter((one) => Object.hasOwn(parameters, one));
      change(kind, { ...group, parameters, immediate }, store);
      return group.name;
    },

    remove(name: string, { store }: Context): void {
      const what = kind === ofClusters ? "DBClusterParameterGroup" : "DBParameterGroup";
      if (isDefaultGroup(bare(name))) throw groupState(`Default ${what} cannot be deleted: ${name}`);
      const group = findGroup(kind, name, store);
      const [users, databases] =
        kind === ofClusters
          ? (["clusters", store.collection(clusterRecords)] as const)
          : (["instances", store.collection(instanceRecords)] as const);
      if ([...databases.values()].some(({ parameterGroup }) => parameterGroup === group.name))
        throw groupState(
          `One or more database ${users} are still members of this parameter group ${group.name}, so the group cannot be deleted`,
        );
      store.collection(kind.records).delete([group.name]);
    },
  };
};

/** Instances have what has changed after their next reboot. */
function change(kind: GroupKind, group: DbParameterGroupRecord, store: Store): void {
  store.collection(kind.records).put([group.name], group);
  if (kind === ofClusters) {
    for (const cluster of [...store.collection(clusterRecords).values()])
      if (cluster.parameterGroup === group.name) markMembers(cluster.id, store);
    return;
  }
  const instances = store.collection(instanceRecords);
  for (const instance of [...instances.values()])
    if (instance.parameterGroup === group.name)
      instances.put([instance.id], { ...instance, isRebootPending: true });
}

/** The instances of a cluster have its settings after their next reboot. */
export function markMembers(clusterId: string, store: Store): void {
  for (const member of membersOf(clusterId, store))
    store.collection(instanceRecords).put([member.id], { ...member, isClusterRebootPending: true });
}
