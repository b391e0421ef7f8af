import type { Handlers } from "../../core/service.ts";
import type * as RDS from "../../models/generated/rds.ts";
import { type DatabasePrograms, type Setting, wrongFor } from "../../processes/database-server.ts";
import { pageBy } from "./describing.ts";
import { type Engine, engineOfFamily } from "./engine.ts";
import { invalidFamily, invalidParameterCombination, invalidParameterValue } from "./errors.ts";
import type { DbParameterGroupRecord } from "./parameter-group.ts";
import { programsOf } from "./running/programs.ts";

/** Parameters that Aurora has beyond its engine's: they are kept and shown, and this machine's servers do not hear of them. */
const AURORAS = /^(?:aurora|apg|aws|server_audit)_\w+$/;

export const isAurorasOwn = ({ isAurora }: Engine, name: string): boolean => isAurora && AURORAS.test(name);

const DATA_TYPES = {
  BOOLEAN: "boolean",
  ENUM: "string",
  INTEGER: "integer",
  REAL: "float",
  STRING: "string",
};
/** A number that is as large as it likes has no end that could be told. */
const UNBOUNDED = 2 ** 63;

/** https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeEngineDefaultParameters.html and its neighbour */
export const engineDefaults: Handlers<RDS.Operations> = {
  DescribeEngineDefaultParameters: (input, ctx) => defaultsOf(input, ctx.operation),
  DescribeEngineDefaultClusterParameters: (input, ctx) => defaultsOf(input, ctx.operation),
};

async function defaultsOf(
  input: RDS.DescribeEngineDefaultParametersMessage,
  operation: string,
): Promise<{ EngineDefaults: RDS.EngineDefaults }> {
  const { DBParameterGroupFamily } = input;
  const engine = engineOfFamily(DBParameterGroupFamily);
  if (!engine) throw invalidFamily(DBParameterGroupFamily);
  const { items, Marker } = pageBy(
    await parametersOf({ parameters: {} }, engine),
    ({ ParameterName = "" }) => ParameterName,
    input,
    [operation, DBParameterGroupFamily],
  );
  return {
    EngineDefaults: { DBParameterGroupFamily, Parameters: items, ...(Marker !== undefined && { Marker }) },
  };
}

/** What a group's user has set, and what else its engine has, by name. */
export async function parametersOf(
  { parameters, immediate = [] }: Pick<DbParameterGroupRecord, "parameters" | "immediate">,
  engine: Engine,
): Promise<RDS.Parameter[]> {
  const programs = programsOf(engine);
  const settings = await programs.settings();
  const names = [...new Set([...settings.keys(), ...Object.keys(parameters)])].sort();
  return names.map((ParameterName) => {
    const value = parameters[ParameterName];
    const setting = settings.get(ParameterName);
    const ParameterValue = value ?? setting?.initial;
    return {
      ParameterName,
      ...(ParameterValue !== undefined && { ParameterValue }),
      ...(setting?.description !== undefined && { Description: setting.description }),
      Source: value === undefined ? "engine-default" : "user",
      ApplyType: setting && !setting.isStatic ? "dynamic" : "static",
      DataType: DATA_TYPES[setting?.type ?? "STRING"],
      ...(setting && allowedOf(setting)),
      IsModifiable: programs.allows(ParameterName) !== false,
      ApplyMethod: immediate.includes(ParameterName) ? "immediate" : "pending-reboot",
    };
  });
}

function allowedOf({ type, min, max }: Setting): Pick<RDS.Parameter, "AllowedValues"> {
  if (type === "BOOLEAN") return { AllowedValues: "0,1" };
  const isBounded = (type === "INTEGER" || type === "REAL") && max < UNBOUNDED;
  return isBounded ? { AllowedValues: `${min}-${max}` } : {};
}

/** @throws InvalidParameterValue, InvalidParameterCombination */
export function checkParameter(
  { ParameterName: name = "", ParameterValue: value, ApplyMethod }: RDS.Parameter,
  settings: ReadonlyMap<string, Setting>,
  engine: Engine,
  programs: DatabasePrograms,
): void {
  const setting = settings.get(name);
  const mayBe =
    programs.furtherSettings?.test(name) ||
    isAurorasOwn(engine, name) ||
    (settings.size === 0 && /^[a-z_]\w*$/.test(name));
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
