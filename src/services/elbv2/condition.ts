import type * as ELB from "../../models/generated/elbv2.ts";
import { validationError } from "./errors.ts";

const LONGEST = 128;
const LONGEST_NAME = 40;
/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html: condition values per rule */
const MOST_VALUES = 5;

/** The member of a condition that has the values of its field. */
const CONFIGS = {
  "host-header": "HostHeaderConfig",
  "path-pattern": "PathPatternConfig",
  "http-header": "HttpHeaderConfig",
  "http-request-method": "HttpRequestMethodConfig",
  "query-string": "QueryStringConfig",
  "source-ip": "SourceIpConfig",
} as const;

export type Field = keyof typeof CONFIGS;

/** Fields whose values may stand beside their name. */
const WITH_VALUES: ReadonlySet<string> = new Set(["host-header", "path-pattern"]);

const isField = (field: string | undefined): field is Field =>
  field !== undefined && Object.hasOwn(CONFIGS, field);

/** Conditions as AWS keeps and tells them: those of hosts and paths have their values twice. @throws ValidationError */
export function checkedConditions(given: readonly ELB.RuleCondition[]): ELB.RuleCondition[] {
  if (given.length === 0) throw validationError("A condition must be specified");
  const checked = given.map(checkedCondition);
  const values = checked.reduce((sum, condition) => sum + valuesOf(condition).length, 0);
  if (values > MOST_VALUES)
    throw validationError(`The rule cannot have more than '${MOST_VALUES}' condition values`);
  for (const field of ["host-header", "path-pattern", "http-request-method", "source-ip"])
    if (checked.filter(({ Field }) => Field === field).length > 1)
      throw validationError(`A rule can only have one '${field}' condition`);
  return checked;
}

function checkedCondition(given: ELB.RuleCondition): ELB.RuleCondition {
  const { Field: field, Values = [] } = given;
  if (!isField(field))
    throw validationError(`Condition field '${field}' must be one of '[${Object.keys(CONFIGS).join(", ")}]'`);
  if (given.RegexValues?.length || given.HttpHeaderConfig?.RegexValues?.length)
    throw validationError("Squall serves no conditions with regular expressions.");
  const config = given[CONFIGS[field]] as { readonly Values?: readonly unknown[] } | undefined;
  if (Values.length > 0 && !WITH_VALUES.has(field))
    throw validationError(`The 'Values' field is not compatible with '${field}'`);
  if (Values.length > 0 && config)
    throw validationError(
      `You cannot provide both Values and '${CONFIGS[field]}' for a condition of type '${field}'`,
    );
  const condition: ELB.RuleCondition = WITH_VALUES.has(field)
    ? {
        Field: field,
        Values: [...(config?.Values ?? Values)] as string[],
        [CONFIGS[field]]: { Values: config?.Values ?? Values },
      }
    : { Field: field, ...(config && { [CONFIGS[field]]: config }) };
  const values = valuesOf(condition);
  if (values.length === 0) throw validationError("A condition value must be specified");
  for (const value of values) checkValue(field, value);
  const { HttpHeaderName = "" } = condition.HttpHeaderConfig ?? {};
  if (HttpHeaderName.length > LONGEST_NAME)
    throw validationError(`The 'HttpHeaderName' value is too long; the limit is '${LONGEST_NAME}'`);
  return condition;
}

/** The values of a condition, as texts. */
export function valuesOf(condition: ELB.RuleCondition): readonly string[] {
  const { Field: field, QueryStringConfig } = condition;
  if (field === "query-string") return (QueryStringConfig?.Values ?? []).map(({ Value = "" }) => Value);
  if (!isField(field)) return [];
  return (condition[CONFIGS[field]] as { readonly Values?: readonly string[] } | undefined)?.Values ?? [];
}

function checkValue(field: Field, value: string): void {
  const most = field === "http-request-method" ? LONGEST_NAME : LONGEST;
  if (value.length > most) throw validationError(`The '${field}' value is too long; the limit is '${most}'`);
  if (field === "http-request-method" && !/^[A-Z_-]+$/.test(value))
    throw validationError(
      "The 'http-request-method' value is invalid; the allowed characters are A-Z, hyphen and underscore",
    );
  if (field === "source-ip" && !/^[\da-fA-F.:]+\/\d{1,3}$/.test(value))
    throw validationError(`The 'source-ip' value '${value}' must be in CIDR format`);
}
