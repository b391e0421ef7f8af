import {
  isDefaultGroup,
  ownGroup,
  type ParameterGroupRecord,
  parameterGroups,
} from "../../aws/parameter-groups.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as ElastiCache from "../../models/generated/elasticache.ts";
import { CACHE_PARAMETERS, changedParameters, resetParameters } from "../../processes/valkey/parameters.ts";
import { cacheClusters } from "./cache-cluster.ts";
import { pageBy } from "./describing.ts";
import { invalidParameterValue, parameterGroupExists, parameterGroupState } from "./errors.ts";
import { checkName } from "./ids.ts";
import { FAMILIES, findParameterGroup, parameterGroupArn } from "./parameter-group.ts";
import type { Caches } from "./running/caches.ts";
import { tagging } from "./tags.ts";

const LONGEST_NAME = 255;

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateCacheParameterGroup.html and its neighbours */
export const parameterGroupHandlers = (caches: Caches): Handlers<ElastiCache.Operations> => ({
  CreateCacheParameterGroup(input, ctx) {
    const name = checkName(input.CacheParameterGroupName, "CacheParameterGroupName", LONGEST_NAME);
    if (ctx.store.collection(parameterGroups).get([name])) throw parameterGroupExists(name);
    if (!FAMILIES.includes(input.CacheParameterGroupFamily))
      throw invalidParameterValue(
        `CacheParameterGroupFamily ${input.CacheParameterGroupFamily} is not a valid parameter group family.`,
      );
    const group: ParameterGroupRecord = {
      name,
      family: input.CacheParameterGroupFamily,
      description: input.Description,
      parameters: {},
      tags: tagging.read(input.Tags),
    };
    ctx.store.collection(parameterGroups).put([name], group);
    return { CacheParameterGroup: describe(group, ctx) };
  },

  DescribeCacheParameterGroups(input, ctx) {
    const { CacheParameterGroupName: name } = input;
    const named =
      name === undefined
        ? ctx.store.collection(parameterGroups).values()
        : [findParameterGroup(name, ctx.store)];
    const { items, Marker } = pageBy(named, (group) => group.name, input, ctx.operation);
    return { CacheParameterGroups: items.map((group) => describe(group, ctx)), Marker };
  },

  ModifyCacheParameterGroup({ CacheParameterGroupName, ParameterNameValues }, ctx) {
    const group = own(CacheParameterGroupName, ctx);
    const parameters = changedParameters(group.parameters, ParameterNameValues, invalidParameterValue);
    change({ ...group, parameters }, caches, ctx);
    return { CacheParameterGroupName: group.name };
  },

  ResetCacheParameterGroup({ CacheParameterGroupName, ResetAllParameters, ParameterNameValues = [] }, ctx) {
    const group = own(CacheParameterGroupName, ctx);
    const names = ParameterNameValues.map(({ ParameterName }) => ParameterName);
    const parameters = resetParameters(group.parameters, ResetAllParameters ? "all" : names);
    change({ ...group, parameters }, caches, ctx);
    return { CacheParameterGroupName: group.name };
  },

  DescribeCacheParameters(input, ctx) {
    const { CacheParameterGroupName, Source } = input;
    const group = findParameterGroup(CacheParameterGroupName, ctx.store);
    const parameters = Object.entries(CACHE_PARAMETERS).map(([name, parameter]) => {
      const set = Object.hasOwn(group.parameters, name) ? group.parameters[name] : undefined;
      return {
        ParameterName: name,
        ParameterValue: set ?? parameter.value,
        Source: set === undefined ? "system" : "user",
        DataType: parameter.type,
        ...(parameter.allowed !== "" && { AllowedValues: parameter.allowed }),
        IsModifiable: !parameter.isFixed && !isDefaultGroup(group.name),
        MinimumEngineVersion: "4.0.10",
        ChangeType: parameter.isStatic ? ("requires-reboot" as const) : ("immediate" as const),
      };
    });
    const meant = parameters.filter((one) => Source === undefined || one.Source === Source);
    const { items, Marker } = pageBy(meant, ({ ParameterName }) => ParameterName, input, ctx.operation);
    return { Parameters: items, CacheNodeTypeSpecificParameters: [], Marker };
  },

  DeleteCacheParameterGroup({ CacheParameterGroupName }, ctx) {
    const group = own(CacheParameterGroupName, ctx);
    const clusters = [...ctx.store.collection(cacheClusters).values()];
    if (clusters.some(({ parameterGroup }) => parameterGroup === group.name))
      throw parameterGroupState(
        "One or more cache clusters are still members of this parameter group, so the group cannot be deleted.",
      );
    ctx.store.collection(parameterGroups).delete([group.name]);
  },
});

/** @throws InvalidParameterValue for one of AWS's */
const own = (name: string, { store }: Context): ParameterGroupRecord =>
  ownGroup(name, (one) => findParameterGroup(one, store), invalidParameterValue);

/** What can change while a server runs does at once. */
function change(group: ParameterGroupRecord, caches: Caches, ctx: Context): void {
  ctx.store.collection(parameterGroups).put([group.name], group);
  caches.settingsChanged(ctx, ({ parameterGroup }) => parameterGroup === group.name);
}

const describe = ({ name, family, description }: ParameterGroupRecord, ctx: Context) => ({
  CacheParameterGroupName: name,
  CacheParameterGroupFamily: family,
  Description: description,
  IsGlobal: false,
  ARN: parameterGroupArn(name, ctx),
});
