import { templateError, templateFormat, validationError } from "../errors.ts";
import { isMap, type Value, type Values } from "../sam/value.ts";
import { checkArguments } from "./arguments.ts";
import { referencesIn } from "./references.ts";

/** A template whose form has been looked at: each section is there, and is what it shall be. */
export interface Template {
  readonly source: Values;
  readonly description?: string;
  readonly parameters: Readonly<Record<string, Values>>;
  readonly mappings: Values;
  readonly conditions: Values;
  readonly rules: Readonly<Record<string, Values>>;
  readonly resources: Readonly<Record<string, Declared>>;
  readonly outputs: Readonly<Record<string, Values>>;
}

/** A resource as a template declares it. */
export interface Declared {
  readonly type: string;
  readonly properties: Values;
  readonly condition?: Value;
  readonly dependsOn: readonly string[];
  readonly deletionPolicy?: Value;
  readonly updateReplacePolicy?: Value;
  readonly creationPolicy?: Value;
  readonly updatePolicy?: Value;
  readonly metadata?: Value;
}

const SECTIONS = new Set([
  "AWSTemplateFormatVersion",
  "Conditions",
  "Description",
  "Hooks",
  "Mappings",
  "Metadata",
  "Outputs",
  "Parameters",
  "Resources",
  "Rules",
  "Transform",
]);
const ATTRIBUTES = new Set([
  "Condition",
  "CreationPolicy",
  "DeletionPolicy",
  "DependsOn",
  "Description",
  "Metadata",
  "Properties",
  "Type",
  "UpdatePolicy",
  "UpdateReplacePolicy",
  "Version",
]);

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const MOST = { Parameters: 200, Mappings: 200, Resources: 500, Outputs: 200 } as const;
const LONGEST_DESCRIPTION = 1024;

export const PSEUDO_PARAMETERS: readonly string[] = [
  "AWS::AccountId",
  "AWS::NoValue",
  "AWS::NotificationARNs",
  "AWS::Partition",
  "AWS::Region",
  "AWS::StackId",
  "AWS::StackName",
  "AWS::URLSuffix",
];

/**
 * @param isExtended functions may take what they take with `AWS::LanguageExtensions`
 * @param isKept it has been accepted before, and is only read
 * @throws ValidationError with CloudFormation's words
 */
export function checkedTemplate(source: Values, { isExtended = true, isKept = false } = {}): Template {
  const unknown = Object.keys(source).filter((name) => !SECTIONS.has(name));
  if (unknown.length > 0)
    throw templateFormat(`Invalid template property or properties [${unknown.join(", ")}]`);
  const version = source["AWSTemplateFormatVersion"];
  if (version !== undefined && String(version) !== "2010-09-09")
    throw templateFormat("Unsupported template version."); // The only one there is.
  const description = source["Description"];
  if (description !== undefined && typeof description !== "string")
    throw templateFormat("Description must be a string.");
  if (description !== undefined && Buffer.byteLength(description) > LONGEST_DESCRIPTION)
    throw templateFormat("Template description may not be larger than 1024 bytes.");
  refuseNull(source);
  const template: Template = {
    source,
    ...(description !== undefined && { description }),
    parameters: sectionOf(source, "Parameters", "Parameter"),
    mappings: checkedMappings(source["Mappings"]),
    conditions: isMap(source["Conditions"]) ? source["Conditions"] : {},
    rules: sectionOf(source, "Rules", "Rule"),
    resources: resourcesOf(source),
    outputs: sectionOf(source, "Outputs", "Output"),
  };
  for (const [section, most] of Object.entries(MOST)) {
    const count = isMap(source[section]) ? Object.keys(source[section]).length : 0;
    if (count > most)
      throw templateFormat(
        `Number of ${section.toLowerCase()}, ${count}, is greater than maximum allowed, ${most}`,
      );
  }
  if (!isKept) checkReferences(template, isExtended);
  return template;
}

/** `null` is refused wherever it stands, with its place. */
function refuseNull(value: Value, path = ""): void {
  if (value === null) throw validationError(`[${path}] 'null' values are not allowed in templates`);
  if (Array.isArray(value)) for (const [at, item] of value.entries()) refuseNull(item, `${path}/${at}`);
  else if (isMap(value))
    for (const [name, item] of Object.entries(value)) refuseNull(item, `${path}/${name}`);
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html */
const OF_PARAMETERS: ReadonlySet<string> = new Set([
  "AllowedPattern",
  "AllowedValues",
  "ConstraintDescription",
  "Default",
  "Description",
  "MaxLength",
  "MaxValue",
  "MinLength",
  "MinValue",
  "NoEcho",
  "Type",
]);

function sectionOf(source: Values, section: string, noun: string): Record<string, Values> {
  const found = source[section];
  if (found === undefined) return {};
  if (!isMap(found)) throw templateFormat(`${section} must be an object.`);
  for (const [name, member] of Object.entries(found)) {
    if (!/^[a-zA-Z0-9]+$/.test(name) && section !== "Rules")
      throw templateFormat(`${noun} name ${name} is non alphanumeric.`);
    if (!isMap(member)) throw templateFormat(`Any ${section} member must be an object.`);
    if (section === "Outputs" && member["Value"] === undefined)
      throw templateFormat("Every Outputs member must contain a Value object");
    if (section === "Parameters" && member["Type"] === undefined)
      throw templateFormat("Every Parameters object must contain a Type member.");
    const stranger = section === "Parameters" && Object.keys(member).find((key) => !OF_PARAMETERS.has(key));
    if (stranger) throw validationError(`Invalid template parameter property '${stranger}'`);
  }
  return found as Record<string, Values>;
}

function checkedMappings(mappings: Value | undefined): Values {
  if (mappings === undefined) return {};
  if (!isMap(mappings)) throw templateFormat("Mappings must be an object.");
  for (const [name, map] of Object.entries(mappings)) {
    if (name === "Fn::Transform") continue;
    if (!isMap(map)) throw templateFormat(`Every Mappings member ${name} must be a map`);
    for (const [key, level] of Object.entries(map)) {
      if (key === "Fn::Transform") continue;
      if (!isMap(level)) throw templateFormat(`Every Mappings member ${name} must be a map`);
      for (const value of Object.values(level))
        if (isMap(value) || (Array.isArray(value) && value.some(isMap)))
          throw templateFormat("Every Mappings attribute must be a String or a List.");
    }
  }
  return mappings;
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html */
const WITH_SNAPSHOTS: ReadonlySet<string> = new Set([
  "AWS::DocDB::DBCluster",
  "AWS::EC2::Volume",
  "AWS::ElastiCache::CacheCluster",
  "AWS::ElastiCache::ReplicationGroup",
  "AWS::Neptune::DBCluster",
  "AWS::RDS::DBCluster",
  "AWS::RDS::DBInstance",
  "AWS::Redshift::Cluster",
]);

function resourcesOf(source: Values): Record<string, Declared> {
  const resources = source["Resources"];
  if (!isMap(resources) || Object.keys(resources).length === 0)
    throw templateFormat("At least one Resources member must be defined.");
  const declared: Record<string, Declared> = {};
  for (const [id, resource] of Object.entries(resources)) {
    if (!/^[a-zA-Z0-9]+$/.test(id)) throw templateFormat(`Resource name ${id} is non alphanumeric.`);
    if (id.length > 255) throw templateFormat(`Resource name ${id} is too long.`);
    if (!isMap(resource)) throw templateFormat("Any Resources member must be an object.");
    const wrong = Object.keys(resource).find((name) => !ATTRIBUTES.has(name));
    if (wrong !== undefined) throw validationError(`Invalid template resource property '${wrong}'`);
    const { Type: type, DeletionPolicy: deletionPolicy } = resource;
    if (type === undefined)
      throw templateFormat(`[/Resources/${id}] Every Resources object must contain a Type member.`);
    if (typeof type !== "string")
      throw templateFormat(`[/Resources/${id}] Every Type member must be a string.`);
    const properties = resource["Properties"] ?? {};
    if (!isMap(properties))
      throw templateFormat(`[/Resources/${id}/Properties] Properties must be an object.`);
    const dependsOn = resource["DependsOn"] ?? [];
    declared[id] = {
      type,
      properties,
      dependsOn: (Array.isArray(dependsOn) ? dependsOn : [dependsOn]).map(String),
      ...(resource["Condition"] !== undefined && { condition: resource["Condition"] }),
      ...(deletionPolicy !== undefined && { deletionPolicy }),
      ...(resource["UpdateReplacePolicy"] !== undefined && {
        updateReplacePolicy: resource["UpdateReplacePolicy"],
      }),
      ...(resource["CreationPolicy"] !== undefined && { creationPolicy: resource["CreationPolicy"] }),
      ...(resource["UpdatePolicy"] !== undefined && { updatePolicy: resource["UpdatePolicy"] }),
      ...(resource["Metadata"] !== undefined && { metadata: resource["Metadata"] }),
    };
  }
  return declared;
}

function checkReferences(
  { source, parameters, mappings, resources, conditions, outputs }: Template,
  isExtended: boolean,
): void {
  const isName = (name: string) =>
    Object.hasOwn(resources, name) || Object.hasOwn(parameters, name) || PSEUDO_PARAMETERS.includes(name);
  const all = Object.entries(resources);
  const named = (value: Value | undefined) => referencesIn(value);
  for (const value of [source["Resources"], source["Outputs"], source["Conditions"]]) {
    for (const name of named(value).conditions)
      if (!Object.hasOwn(conditions, name))
        throw templateError(`unresolved condition dependency ${name} in Fn::If`);
  }
  for (const section of ["Resources", "Outputs", "Conditions"])
    checkArguments(source[section], { mappings, resources, isExtended });
  for (const { type, deletionPolicy } of Object.values(resources))
    if (deletionPolicy === "Snapshot" && !WITH_SNAPSHOTS.has(type))
      throw templateError(`resource type ${type} does not support deletion policy Snapshot`);
  for (const { Description: text } of Object.values(outputs))
    if (text !== undefined && typeof text !== "string")
      throw templateFormat("Every Description member must be a string.");
  const missing = new Set<string>();
  for (const [, { properties, dependsOn, condition, ...rest }] of all) {
    if (typeof condition === "string" && !Object.hasOwn(conditions, condition))
      throw templateFormat(
        `Unresolved condition dependency ${condition} in the Resources block of the template`,
      );
    const { refs, attributes } = named([properties, rest.metadata ?? "", rest.deletionPolicy ?? ""]);
    for (const name of refs) if (!isName(name)) missing.add(name);
    for (const id of dependsOn) if (!Object.hasOwn(resources, id)) missing.add(id);
    for (const id of attributes.keys())
      if (!Object.hasOwn(resources, id))
        throw templateError(`instance of Fn::GetAtt references undefined resource ${id}`);
  }
  if (missing.size > 0)
    throw templateFormat(
      `Unresolved resource dependencies [${[...missing].join(", ")}] in the Resources block of the template`,
    );
  const unresolved = [...named(Object.values(outputs)).refs].filter((name) => !isName(name));
  const fromOutputs = [...named(Object.values(outputs)).attributes.keys()].filter(
    (id) => !Object.hasOwn(resources, id),
  );
  if (unresolved.length + fromOutputs.length > 0)
    throw templateFormat(
      `Unresolved resource dependencies [${[...unresolved, ...fromOutputs].join(", ")}] in the Outputs block of the template`,
    );
  const inConditions = [...named(conditions).refs].filter(
    (name) => !Object.hasOwn(parameters, name) && !PSEUDO_PARAMETERS.includes(name),
  );
  if (inConditions.length > 0)
    throw templateFormat(
      `Unresolved dependencies [${inConditions.join(", ")}]. Cannot reference resources in the Conditions block of the template`,
    );
  checkCircle(resources);
}

/** The resources that a resource can only be made after. */
export function dependenciesOf(
  { properties, dependsOn, metadata }: Declared,
  resources: Readonly<Record<string, unknown>>,
  holds?: (condition: string) => boolean,
): string[] {
  const { refs, attributes } = referencesIn([properties, metadata ?? ""], holds);
  return [...new Set([...dependsOn, ...refs, ...attributes.keys()])].filter((id) =>
    Object.hasOwn(resources, id),
  );
}

function checkCircle(resources: Template["resources"]): void {
  const left = new Map(
    Object.entries(resources).map(([id, declared]) => [id, new Set(dependenciesOf(declared, resources))]),
  );
  for (let found = true; found; ) {
    found = false;
    for (const [id, on] of left) {
      if ([...on].some((other) => left.has(other))) continue;
      left.delete(id);
      found = true;
    }
  }
  // What only waits for those in the circle is not in it.
  for (let found = true; found; ) {
    found = false;
    for (const id of left.keys()) {
      if ([...left.values()].some((on) => on.has(id))) continue;
      left.delete(id);
      found = true;
    }
  }
  if (left.size > 0)
    throw validationError(`Circular dependency between resources: [${[...left.keys()].join(", ")}]`);
}
