import { invalidResource } from "./errors.ts";
import { getAtt, ref } from "./intrinsics.ts";
import { copy, given, isFilled, type Value, type Values } from "./value.ts";

/** Attributes of a resource that what is made from it takes over. */
const PASSED_ON = ["Condition", "DeletionPolicy", "UpdateReplacePolicy"];

/** A resource of CloudFormation in the making. */
export class Draft {
  readonly id: string;
  readonly type: string;
  readonly attributes: Values;
  readonly properties: Values;
  dependsOn: Value | undefined;

  constructor(
    type: string,
    id: string,
    properties: Readonly<Record<string, Value | undefined>> = {},
    attributes: Values = {},
  ) {
    if (!/^[A-Za-z0-9]+$/.test(id)) throw invalidResource(id, "Logical ids must be alphanumeric.");
    this.type = type;
    this.id = id;
    this.properties = given(properties);
    this.attributes = { ...attributes };
  }

  get ref(): Values {
    return ref(this.id);
  }

  get arn(): Values {
    return getAtt(this.id, "Arn");
  }

  /** `Condition`, `DeletionPolicy` and `UpdateReplacePolicy`, for what belongs to it. */
  get passedOn(): Values {
    return passedOn(this.attributes);
  }

  /** The resource as it stands in a template. */
  toResource(): Values {
    const resource: Values = { Type: this.type };
    if (isFilled(this.dependsOn)) resource["DependsOn"] = this.dependsOn;
    return Object.assign(resource, this.attributes, { Properties: given(this.properties) });
  }
}

export function passedOn(attributes: Values): Values {
  const passed: Values = {};
  for (const name of PASSED_ON) {
    if (Object.hasOwn(attributes, name)) passed[name] = copy(attributes[name] as Value);
  }
  return passed;
}

/** What an event reaches: a function, an alias of one, a state machine or an alias of one. */
export interface Target {
  /** The logical id of the function or state machine, alias or not. */
  readonly id: string;
  readonly attributes: Values;
  readonly passedOn: Values;
  /** What permissions and event source mappings name it by. */
  readonly name: Values;
  readonly arn: Values;
}
