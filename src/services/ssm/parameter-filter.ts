import type * as SSM from "../../models/generated/ssm.ts";
import { invalidFilterKey, invalidFilterOption, invalidFilterValue, validation } from "./errors.ts";
import type { ParameterRecord, VersionRecord } from "./parameter.ts";
import { keyOfName, levelsOfPath } from "./parameter-name.ts";
import { DEFAULT_KEY } from "./secure-string.ts";

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ParameterStringFilter.html */

type Filters = readonly SSM.ParameterStringFilter[] | undefined;

const MOST_VALUES = 50;
const OPTIONS: Readonly<Record<string, readonly string[]>> = {
  Name: ["BeginsWith", "Equals", "Contains"],
  Path: ["Recursive", "OneLevel"],
  Label: ["Equals"],
};
const DEFAULT_OPTIONS = ["BeginsWith", "Equals"];
const VALUES: Readonly<Record<string, readonly string[]>> = {
  Type: ["String", "StringList", "SecureString"],
  Tier: ["Standard", "Advanced", "Intelligent-Tiering"],
  DataType: ["text", "aws:ec2:image", "aws:ssm:integration"],
};

/** What DescribeParameters may be asked for. @throws AwsError `InvalidFilterKey`, `InvalidFilterOption`, `InvalidFilterValue`, `ValidationException` */
export function checkFilters(filters: Filters): void {
  check(filters, ["Path", "Name", "Type", "KeyId", "Tier", "DataType"]);
}

/** What GetParametersByPath may be asked for. @throws as `checkFilters` */
export function checkPathFilters(filters: Filters): void {
  for (const { Key } of filters ?? []) {
    if (!["Type", "KeyId", "Label"].includes(Key))
      throw invalidFilterKey(
        `The following filter key is not valid: ${Key}. Valid filter keys include: [Type, KeyId].`,
      );
  }
  check(filters, ["Type", "KeyId", "Label"]);
}

function check(filters: Filters, keys: readonly string[]): void {
  const seen = new Set<string>();
  for (const { Key, Option, Values } of filters ?? []) {
    const isTag = Key.startsWith("tag:");
    if (!isTag && !keys.includes(Key)) {
      throw invalidFilterKey(
        `The following filter key is not valid: ${Key}. Valid filter keys include: [${keys.join(", ")}].`,
      );
    }
    if (seen.has(Key)) {
      throw invalidFilterKey(
        `The following filter is duplicated in the request: ${Key}. A request can contain only one occurrence of a specific filter.`,
      );
    }
    seen.add(Key);
    if (!isTag && !Values?.length)
      throw invalidFilterValue(`The following filter values are missing : null for filter key ${Key}`);
    if ((Values?.length ?? 0) > MOST_VALUES) {
      throw invalidFilterValue(
        `The following filter has too many values: ${Key}. A filter can have at most ${MOST_VALUES} values.`,
      );
    }
    const options = isTag ? ["Equals"] : (OPTIONS[Key] ?? DEFAULT_OPTIONS);
    if (Option !== undefined && !options.includes(Option)) {
      throw invalidFilterOption(
        `The following filter option is not valid: ${Option}. Valid options include: [${options.join(", ")}].`,
      );
    }
    if (Key === "Path") for (const path of Values ?? []) levelsOfPath(path);
    for (const value of Values ?? []) checkValue(Key, Option, value);
  }
}

function checkValue(key: string, option: string | undefined, value: string): void {
  const valid = VALUES[key];
  if (valid === undefined || option === "BeginsWith" || valid.includes(value)) return;
  throw invalidFilterOption(
    `The following filter value is not valid: ${value}. Valid values include: [${valid.join(", ")}].`,
  );
}

/** DescribeParameters' older filters are the newer ones with other words. @throws `ValidationException` for both at once */
export function filtersOf({ Filters, ParameterFilters }: SSM.DescribeParametersRequest): Filters {
  if (Filters?.length && ParameterFilters?.length)
    throw validation("You can use either Filters or ParameterFilters in a single request.");
  if (!Filters?.length) return ParameterFilters;
  return Filters.map(({ Key, Values }) => ({
    Key,
    Option: Key === "Type" ? "Equals" : "BeginsWith",
    Values,
  }));
}

/** Is a parameter, by one of its versions, what all filters ask for? Values of one filter are alternatives. */
export function passes(filters: Filters, parameter: ParameterRecord, version: VersionRecord): boolean {
  return (filters ?? []).every((filter) => passesOne(filter, parameter, version));
}

function passesOne(
  { Key, Option, Values = [] }: SSM.ParameterStringFilter,
  parameter: ParameterRecord,
  version: VersionRecord,
): boolean {
  if (Key.startsWith("tag:")) {
    const tag = Key.slice("tag:".length);
    if (!Object.hasOwn(parameter.tags, tag)) return false;
    return Values.length === 0 || Values.includes(parameter.tags[tag] ?? "");
  }
  switch (Key) {
    case "Path":
      return Values.some((path) => isBelow(parameter.name, path, Option === "Recursive"));
    case "Label":
      return version.labels.some((label) => Values.includes(label));
    case "Name":
      return Values.some((value) => agrees(bare(parameter.name), Option, bare(value)));
    default:
      return Values.some((value) => agrees(textOf(Key, version), Option, value));
  }
}

function textOf(key: string, version: VersionRecord): string {
  switch (key) {
    case "Type":
      return version.type;
    case "KeyId":
      return version.type === "SecureString" ? (version.keyId ?? DEFAULT_KEY) : "";
    case "Tier":
      return version.tier;
    default:
      return version.dataType;
  }
}

const bare = (name: string) => name.replace(/^\//, "");

function agrees(text: string, option: string | undefined, value: string): boolean {
  if (option === "BeginsWith") return text.startsWith(value);
  return option === "Contains" ? text.includes(value) : text === value;
}

function isBelow(name: string, path: string, isRecursive: boolean): boolean {
  const levels = levelsOfPath(path);
  const own = keyOfName(name);
  if (own.length <= levels.length || levels.some((level, at) => own[at] !== level)) return false;
  return isRecursive || own.length === levels.length + 1;
}
