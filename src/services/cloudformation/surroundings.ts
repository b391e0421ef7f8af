import { threeZonesOf } from "../../aws/regions.ts";
import { partitionOf } from "../../core/arn.ts";
import type { Store } from "../../core/storage.ts";
import { validationError } from "./errors.ts";
import { isMap, own, type Value, type Values } from "./sam/value.ts";
import { exportRecords, lookUpStack } from "./stack.ts";
import { isTrue, type Scope } from "./template/functions.ts";
import { type ParameterValues, refOf } from "./template/parameters.ts";
import { PSEUDO_PARAMETERS, type Template } from "./template/template.ts";

/** A stack as its template sees it. */
export interface Surroundings {
  readonly account: string;
  readonly region: string;
  readonly stackId: string;
  readonly stackName: string;
  readonly notificationArns: readonly string[];
  readonly store: Store;
}

/** What a resource gives to others. */
export interface Given {
  readonly type: string;
  /** undefined while nobody knows. */
  readonly physicalId?: string | undefined;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly properties: Values;
  readonly isSkipped?: boolean | undefined;
}

/** An output or a property names what its resource does not have. */
export class NoSuchAttribute extends Error {}

/** Evaluates a template in a stack. @param resource what a resource gives; undefined for one that is not there */
export function scopeOf(
  template: Pick<Template, "parameters" | "mappings" | "conditions">,
  parameters: ParameterValues,
  at: Surroundings,
  resource: (logicalId: string) => Given | undefined,
  options: {
    readonly imported?: (name: string) => void;
    readonly attribute?: (id: string, name: string) => Value | undefined;
    /** What stands in the place of an export that is not there. Absent: there is none. */
    readonly missing?: (reason: string) => Value;
  } = {},
): Scope {
  const conditions = new Map<string, boolean | "open">();
  const scope: Scope = {
    region: at.region,
    mappings: template.mappings,
    isExtended: true,
    ref(name) {
      if (PSEUDO_PARAMETERS.includes(name)) return pseudo(name, at);
      const declared = own(template.parameters as Values, name);
      if (isMap(declared)) {
        const given = parameters[name];
        if (given) return refOf(declared, given);
      }
      const found = resource(name);
      if (found?.physicalId === undefined)
        throw validationError(
          `Template format error: Unresolved resource dependencies [${name}] in the Resources block of the template`,
        );
      return found.physicalId;
    },
    getAtt(id, attribute) {
      const known = options.attribute?.(id, attribute);
      if (known !== undefined) return known;
      const found = resource(id);
      if (!found)
        throw validationError(
          `Template format error: Unresolved resource dependencies [${id}] in the Resources block of the template`,
        );
      return attributeOf(found, id, attribute);
    },
    condition(name) {
      const state = conditions.get(name);
      if (state === "open")
        throw validationError(`Template format error: Circular dependency in condition ${name}`);
      if (state !== undefined) return state;
      const condition = own(template.conditions, name);
      if (condition === undefined)
        throw validationError(`Template error: unresolved condition dependency ${name} in Fn::If`);
      conditions.set(name, "open");
      const holds = isTrue(condition, scope);
      conditions.set(name, holds);
      return holds;
    },
    importValue(name) {
      const found = at.store.collection(exportRecords).get([name]);
      if (!found) {
        if (options.missing) return options.missing(`No export named ${name}`);
        throw validationError(`No export named ${name} found.`);
      }
      options.imported?.(name);
      return found.value;
    },
    stackOutput(stack, output) {
      const value = lookUpStack(stack, at)?.outputs[output]?.value;
      if (value === undefined) throw validationError(`No output named ${output} found in stack ${stack}.`);
      return value;
    },
    zones: threeZonesOf,
  };
  return scope;
}

/** An attribute by its name, by its way through maps (`Endpoint.Address`), or the property of that name. */
function attributeOf({ type, attributes, properties, isSkipped }: Given, id: string, name: string): Value {
  if (Object.hasOwn(attributes, name)) return attributes[name] as Value;
  for (const from of [attributes, properties]) {
    let at: unknown = from;
    for (const part of name.split(".")) at = isMap(at) && Object.hasOwn(at, part) ? at[part] : undefined;
    if (at !== undefined) return at as Value;
  }
  if (isSkipped) return `${id}.${name}`;
  throw new NoSuchAttribute(`Resource type ${type} does not support attribute {${name}}`);
}

function pseudo(name: string, at: Surroundings): Value | undefined {
  switch (name) {
    case "AWS::AccountId":
      return at.account;
    case "AWS::Region":
      return at.region;
    case "AWS::Partition":
      return partitionOf(at.region);
    case "AWS::URLSuffix":
      return at.region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
    case "AWS::StackId":
      return at.stackId;
    case "AWS::StackName":
      return at.stackName;
    case "AWS::NotificationARNs":
      return [...at.notificationArns];
    default:
      return undefined;
  }
}
