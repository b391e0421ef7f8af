import { ownGroup, type ParameterGroupRecord, parameterGroups } from "../../aws/parameter-groups.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as MemoryDB from "../../models/generated/memorydb.ts";
import { CACHE_PARAMETERS, changedParameters, resetParameters } from "../../processes/valkey/parameters.ts";
import { clusterRecords } from "./cluster.ts";
import { pageBy } from "./describing.ts";
import { invalidParameterValue, parameterGroupExists, parameterGroupState } from "./errors.ts";
import { checkName } from "./ids.ts";
import { allParameterGroups, FAMILIES, findParameterGroup, parameterGroupArn } from "./parameter-group.ts";
import type { Clusters } from "./running/clusters.ts";
import { tagging } from "./tags.ts";

const LONGEST_NAME = 255;

/** https://docs.aws.amazon.com/memorydb/latest/APIReference/API_CreateParameterGroup.html and its neighbours */
export const parameterGroupHandlers = (clusters: Clusters): Handlers<MemoryDB.Operations> => ({
  CreateParameterGroup(input, ctx) {
    const name = checkName(input.ParameterGroupName, "ParameterGroupName", LONGEST_NAME);
    if (ctx.store.collection(parameterGroups).get([name])) throw parameterGroupExists(name);
    if (!FAMILIES.includes(input.Family))
      throw invalidParameterValue(`${input.Family} is not a valid parameter group family.`);
    const group: ParameterGroupRecord = {
      name,
      family: input.Family,
      description: input.Description ?? "",
      parameters: {},
      tags: tagging.read(input.Tags),
    };
    ctx.store.collection(parameterGroups).put([name], group);
    return { ParameterGroup: describe(group, ctx) };
  },

  DescribeParameterGroups(input, ctx) {
    const { ParameterGroupName: name } = input;
    const named = name === undefined ? allParameterGroups(ctx.store) : [findParameterGroup(name, ctx.store)];
    const { items, ...rest } = pageBy(named, (group) => [group.name], input, ctx.operation);
    return { ParameterGroups: items.map((group) => describe(group, ctx)), ...rest };
  },

  UpdateParameterGroup({ ParameterGroupName, ParameterNameValues }, ctx) {
    const group = own(ParameterGroupName, ctx);
    const parameters = changedParameters(group.parameters, ParameterNameValues, invalidParameterValue);
    return { ParameterGroup: change({ ...group, parameters }, clusters, ctx) };
  },

  ResetParameterGroup({ ParameterGroupName, AllParameters, ParameterNames = [] }, ctx) {
    const group = own(ParameterGroupName, ctx);
    const parameters = resetParameters(group.parameters, AllParameters ? "all" : ParameterNames);
    return { ParameterGroup: change({ ...group, parameters }, clusters, ctx) };
  },

  DescribeParameters(input, ctx) {
    const group = findParameterGroup(input.ParameterGroupName, ctx.store);
    const parameters = Object.entries(CACHE_PARAMETERS).map(([name, parameter]) => ({
      Name: name,
      Value: group.parameters[name] ?? parameter.value,
      DataType: parameter.type,
      ...(parameter.allowed !== "" && { AllowedValues: parameter.allowed }),
      MinimumEngineVersion: "6.2.4",
    }));
    const { items, ...rest } = pageBy(parameters, ({ Name }) => [Name], input, ctx.operation);
    return { Parameters: items, ...rest };
  },

  DeleteParameterGroup({ ParameterGroupName }, ctx) {
    const group = own(ParameterGroupName, ctx);
    const all = [...ctx.store.collection(clusterRecords).values()];
    if (all.some(({ parameterGroup }) => parameterGroup === group.name))
      throw parameterGroupState(
        "One or more clusters are still members of this parameter group, so the group cannot be deleted.",
      );
    ctx.store.collection(parameterGroups).delete([group.name]);
    return { ParameterGroup: describe(group, ctx) };
  },
});

/** @throws InvalidParameterValueException for one of AWS's */
const own = (name: string, { store }: Context): ParameterGroupRecord =>
  ownGroup(name, (one) => findParameterGroup(one, store), invalidParameterValue);

/** What can change while a server runs does at once. */
function change(group: ParameterGroupRecord, clusters: Clusters, ctx: Context): MemoryDB.ParameterGroup {
  ctx.store.collection(parameterGroups).put([group.name], group);
  clusters.settingsChanged(ctx, ({ parameterGroup }) => parameterGroup === group.name);
  return describe(group, ctx);
}

const describe = ({ name, family, description }: ParameterGroupRecord, ctx: Context) => ({
  Name: name,
  Family: family,
  Description: description,
  ARN: parameterGroupArn(name, ctx),
});
