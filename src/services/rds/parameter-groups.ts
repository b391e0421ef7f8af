import { isDefaultGroup, type ParameterGroupRecord, parameterGroups } from "../../aws/parameter-groups.ts";
import { makeArn } from "../../core/arn.ts";
import type { Context, Handlers } from "../../core/service.ts";
import { sure } from "../../core/sure.ts";
import type * as RDS from "../../models/generated/rds.ts";
import { type DatabasePrograms, type Setting, wrongFor } from "../../processes/database-server.ts";
import { instanceRecords } from "./db-instance.ts";
import { pageBy } from "./describing.ts";
import { engineOfFamily } from "./engine.ts";
import { groupExists, groupState, invalidParameterCombination, invalidParameterValue } from "./errors.ts";
import { checkName } from "./ids.ts";
import { findGroup } from "./parameter-group.ts";
import { programsOf } from "./running/programs.ts";
import { tagging } from "./tags.ts";

const LONGEST_NAME = 255;

/** https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBParameterGroup.html and its neighbours */
export const dbParameterGroups: Handlers<RDS.Operations> = {
  CreateDBParameterGroup(input, ctx) {
    const name = checkName(input.DBParameterGroupName, "DBParameterGroupName", LONGEST_NAME);
    if (ctx.store.collection(parameterGroups).get([name])) throw groupExists(name);
    if (!engineOfFamily(input.DBParameterGroupFamily))
      throw invalidParameterValue(
        `ParameterGroupFamily ${input.DBParameterGroupFamily} is not a valid parameter group family`,
      );
    const group: ParameterGroupRecord = {
      name,
      family: input.DBParameterGroupFamily,
      description: input.Description,
      parameters: {},
      tags: tagging.read(input.Tags),
    };
    ctx.store.collection(parameterGroups).put([name], group);
    return { DBParameterGroup: describe(group, ctx) };
  },

  DescribeDBParameterGroups(input, ctx) {
    const { DBParameterGroupName: name } = input;
    const named =
      name === undefined ? [...ctx.store.collection(parameterGroups).values()] : [findGroup(name, ctx.store)];
    const { items, Marker } = pageBy(named, (group) => group.name, input, [ctx.operation, name]);
    return { DBParameterGroups: items.map((group) => describe(group, ctx)), Marker };
  },

  /** The engine itself says what there is; what it makes of all of them together it says when an instance reboots. */
  async ModifyDBParameterGroup({ DBParameterGroupName, Parameters }, ctx) {
    const programs = programsOf(sure(engineOfFamily(own(DBParameterGroupName, ctx).family)));
    const settings = await programs.settings();
    return ctx.store.transaction(() => {
      const group = own(DBParameterGroupName, ctx);
      const parameters = { ...group.parameters };
      for (const parameter of Parameters) {
        const { ParameterName = "", ParameterValue = "" } = parameter;
        checkParameter(parameter, settings, programs);
        parameters[ParameterName] = ParameterValue;
      }
      change({ ...group, parameters }, ctx);
      return { DBParameterGroupName: group.name };
    });
  },

  ResetDBParameterGroup({ DBParameterGroupName, ResetAllParameters, Parameters = [] }, ctx) {
    const group = own(DBParameterGroupName, ctx);
    const names = Parameters.map(({ ParameterName }) => ParameterName);
    const left = Object.entries(group.parameters).filter(
      ([name]) => !ResetAllParameters && !names.includes(name),
    );
    change({ ...group, parameters: Object.fromEntries(left) }, ctx);
    return { DBParameterGroupName: group.name };
  },

  DescribeDBParameters(input, ctx) {
    const group = findGroup(input.DBParameterGroupName, ctx.store);
    const parameters = Object.entries(group.parameters).map(([ParameterName, ParameterValue]) => ({
      ParameterName,
      ParameterValue,
      Source: "user",
      IsModifiable: true,
      ApplyMethod: "pending-reboot" as const,
      ApplyType: "static",
      DataType: "string",
    }));
    const wanted = input.Source === undefined || input.Source === "user" ? parameters : [];
    const { items, Marker } = pageBy(wanted, ({ ParameterName }) => ParameterName, input, [
      ctx.operation,
      input.DBParameterGroupName,
      input.Source,
    ]);
    return { Parameters: items, Marker };
  },

  DeleteDBParameterGroup({ DBParameterGroupName }, ctx) {
    const group = own(DBParameterGroupName, ctx);
    const isUsed = [...ctx.store.collection(instanceRecords).values()].some(
      ({ parameterGroup }) => parameterGroup === group.name,
    );
    if (isUsed)
      throw groupState(
        "One or more database instances are still members of this parameter group, so the group cannot be deleted",
      );
    ctx.store.collection(parameterGroups).delete([group.name]);
  },
};

/** @throws InvalidParameterValue, InvalidParameterCombination */
function checkParameter(
  { ParameterName: name = "", ParameterValue: value, ApplyMethod }: RDS.Parameter,
  settings: ReadonlyMap<string, Setting>,
  programs: DatabasePrograms,
): void {
  const setting = settings.get(name);
  const mayBe = programs.furtherSettings?.test(name) || (settings.size === 0 && /^[a-z_]\w*$/.test(name));
  if (!setting && !mayBe) throw invalidParameterValue(`Could not find parameter with name: ${name}`);
  const allows = programs.allows(name);
  if (allows === false) throw invalidParameterValue(`The parameter ${name} cannot be modified.`);
  if (allows !== true && !allows.test(value ?? ""))
    throw invalidParameterValue(
      `Invalid parameter value: ${value} for: ${name} allowed values are: names without a folder`,
    );
  if (setting?.isStatic && ApplyMethod === "immediate")
    throw invalidParameterCombination("cannot use immediate apply method for static parameter");
  if (value === undefined)
    throw invalidParameterValue(`The parameter ParameterValue must be provided and must not be blank.`);
  if (value.includes("{"))
    throw invalidParameterValue(
      `Squall does not work out formulas of an instance's class: give ${name} a value, and not ${value}.`,
    );
  const allowed = setting && wrongFor(setting, value);
  if (allowed !== undefined)
    throw invalidParameterValue(
      `Invalid parameter value: ${value} for: ${name} allowed values are: ${allowed}`,
    );
}

/** @throws InvalidParameterValue for one of AWS's */
function own(name: string, { store }: Context): ParameterGroupRecord {
  if (isDefaultGroup(name))
    throw invalidParameterValue(`The parameter DBParameterGroupName is not a valid identifier: ${name}`);
  return findGroup(name, store);
}

/** Instances have what has changed after their next reboot. */
function change(group: ParameterGroupRecord, { store }: Context): void {
  store.collection(parameterGroups).put([group.name], group);
  const instances = store.collection(instanceRecords);
  for (const instance of [...instances.values()])
    if (instance.parameterGroup === group.name)
      instances.put([instance.id], { ...instance, isRebootPending: true });
}

const describe = ({ name, family, description }: ParameterGroupRecord, { account, region }: Context) => ({
  DBParameterGroupName: name,
  DBParameterGroupFamily: family,
  Description: description,
  DBParameterGroupArn: makeArn("rds", region, account, `pg:${name}`),
});
