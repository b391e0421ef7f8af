import { CONNECTOR_PROFILES, type ConnectorProfile } from "../data/connector-profiles.ts";
import { Draft } from "../draft.ts";
import { invalidResource } from "../errors.ts";
import { idIn, sub } from "../intrinsics.ts";
import {
  any,
  listOf,
  mapOf,
  oneOf,
  type PropertyTypes,
  read,
  required,
  type Source,
  text,
} from "../properties.ts";
import { resourcesOf, type SamResource, type Translation } from "../translation.ts";
import { copy, given, isFilled, isMap, isSame, many, mapIn, own, type Value, type Values } from "../value.ts";
import { type End, endOf } from "./connector-end.ts";

const TYPE = "AWS::Serverless::Connector";

const TYPES: PropertyTypes = {
  Source: required(mapOf(any)),
  Destination: required(oneOf(mapOf(any), listOf(mapOf(any)))),
  Permissions: required(listOf(text)),
};

/**
 * Leave for one resource to use others: policies and permissions by what the two are.
 * https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-connector.html
 */
export const connector: SamResource = {
  translate(id, resource, translation) {
    const source = read(id, TYPE, resource, TYPES);
    const { Source: from, Destination } = source.properties;
    const destinations = many(Destination);
    const drafts = destinations.flatMap((destination, index) => {
      const suffix = Array.isArray(Destination) ? `Destination${index}` : "";
      return connect(source, from as Values, destination as Values, suffix, translation);
    });
    dependInstead(id, drafts, translation);
    if (drafts.length === 0) throw invalidResource(id, "'Destination' is an empty list");
    return { drafts };
  },
};

function connect(
  connector: Source,
  from: Values,
  to: Values,
  suffix: string,
  translation: Translation,
): Draft[] {
  const { id } = connector;
  const destination = endOf(id, to, from, translation);
  const source = endOf(id, from, to, translation);
  const profile = CONNECTOR_PROFILES[source.type]?.[destination.type];
  if (!profile) {
    throw invalidResource(
      id,
      `Unable to create connector from ${source.type} to ${destination.type}; it's not supported or the template is invalid.`,
    );
  }
  const wanted = permissionsOf(connector, profile, source, destination);
  const access = Object.entries(profile.access)
    .filter(([name]) => wanted.has(name))
    .map(([name, parts]): [string, Values[]] => [
      name,
      parts.map((part) => fill(id, part, replacements(source, destination)) as Values),
    ]);
  const drafts = make(connector, profile, source, destination, access, suffix, translation);
  for (const draft of drafts) note(draft, id, source, destination, translation);
  return drafts;
}

function permissionsOf(
  { id, properties }: Source,
  profile: ConnectorProfile,
  source: End,
  destination: End,
): ReadonlySet<string> {
  const { Permissions } = properties;
  // A function that stands for the list counts by its name, and is none of the permissions.
  const wanted = new Set(
    (Array.isArray(Permissions) ? Permissions : Object.keys(Permissions as Values)) as string[],
  );
  const known = Object.keys(profile.access).join(", ");
  if (wanted.size === 0)
    throw invalidResource(id, `'Permissions' cannot be empty; valid values are: ${known}.`);
  const unsupported = (what: string) =>
    invalidResource(
      id,
      `Unsupported 'Permissions' provided for connector from ${source.type} to ${destination.type}; valid ${what}.`,
    );
  for (const permission of wanted) {
    if (!Object.hasOwn(profile.access, permission)) throw unsupported(`values are: ${known}`);
  }
  const together = profile.together?.map((names) => [...names].sort());
  if (together && !together.some((names) => isSame(names, [...wanted].sort()))) {
    throw unsupported(`combinations are: ${together.map((names) => names.join(" + ")).join(", ")}`);
  }
  return wanted;
}

function make(
  connector: Source,
  profile: ConnectorProfile,
  source: End,
  destination: End,
  access: readonly [string, Values[]][],
  suffix: string,
  translation: Translation,
): Draft[] {
  const { id, attributes, dependsOn } = connector;
  const owner = profile.of === "source" ? source : destination;
  const property = profile.of === "source" ? "Source" : "Destination";
  const needed = (value: Value | undefined, what: string): Value => {
    if (isFilled(value)) return value;
    throw invalidResource(id, `Unable to get ${what} from '${property}' resource.`);
  };
  const draft = (type: string, name: string, properties: Values) => {
    const made = new Draft(type, `${id}${name}${suffix}`, properties, attributes);
    made.dependsOn = copy(dependsOn);
    return made;
  };
  const policy = { Version: "2012-10-17", Statement: access.flatMap(([, statements]) => statements) };
  if (profile.makes === "role") {
    const roles = [needed(owner.role, "IAM role name")];
    const made = draft("AWS::IAM::ManagedPolicy", "Policy", { PolicyDocument: policy, Roles: roles });
    waitFor(profile, made, source, destination, translation);
    return [made];
  }
  if (profile.makes === "topic") {
    const topics = [needed(owner.arn, "SNS topic ARN")];
    return [draft("AWS::SNS::TopicPolicy", "TopicPolicy", { Topics: topics, PolicyDocument: policy })];
  }
  if (profile.makes === "queue") {
    const queues = [needed(owner.url, "SQS queue URL")];
    return [draft("AWS::SQS::QueuePolicy", "QueuePolicy", { PolicyDocument: policy, Queues: queues })];
  }
  const functionArn = needed(owner.arn, "Lambda function ARN");
  return access.flatMap(([name, permissions]) =>
    permissions.map(({ Action, Principal, SourceArn, SourceAccount }) =>
      draft(
        "AWS::Lambda::Permission",
        `${name}LambdaPermission`,
        given({ Action, FunctionName: functionArn, Principal, SourceArn, SourceAccount }),
      ),
    ),
  );
}

/** What is known of the two ends, by the names in profiles. */
function replacements(source: End, destination: End): ReadonlyMap<string, Value | undefined> {
  const map = new Map<string, Value | undefined>();
  for (const [name, end] of [
    ["Source", source],
    ["Destination", destination],
  ] as const) {
    map.set(`${name}.Arn`, end.arn);
    map.set(`${name}.ResourceId`, end.resourceId);
    map.set(`${name}.Name`, end.name);
    map.set(`${name}.Qualifier`, end.qualifier);
  }
  return map;
}

function fill(id: string, value: Value, known: ReadonlyMap<string, Value | undefined>): Value {
  if (Array.isArray(value)) return value.map((item) => fill(id, item, known));
  if (isMap(value))
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, fill(id, item, known)]));
  return typeof value === "string" ? fillText(id, value, known) : value;
}

function fillText(id: string, value: string, known: ReadonlyMap<string, Value | undefined>): Value {
  let filled = value;
  const variables: Values = {};
  for (const [name, replacement] of known) {
    const pattern = `%{${name}}`;
    if (!filled.includes(pattern)) continue;
    if (replacement === undefined || replacement === null) throw invalidResource(id, `${name} is missing.`);
    if (filled === pattern) return copy(replacement);
    const variable = name.replace(".", "");
    filled = filled.replaceAll(pattern, `\${${variable}}`);
    variables[variable] = copy(replacement);
  }
  if (!/\$\{.+\}/.test(filled)) return filled;
  return sub(filled, isFilled(variables) ? variables : undefined);
}

/** Who uses what the policy allows comes after it. */
function waitFor(
  profile: ConnectorProfile,
  policy: Draft,
  source: End,
  destination: End,
  translation: Translation,
): void {
  const { dependedOnBy } = profile;
  if (dependedOnBy === undefined || source.id === undefined) return;
  if (dependedOnBy === "source") {
    dependOn(source.id, policy.id, translation);
    return;
  }
  if (destination.id === undefined) return;
  const mappings = Object.entries(resourcesOf(translation.output)).filter(([, resource]) => {
    if (!isMap(resource) || resource["Type"] !== "AWS::Lambda::EventSourceMapping") return false;
    const properties = own(resource, "Properties");
    return (
      isMap(properties) &&
      idIn(properties["FunctionName"]) === destination.id &&
      idIn(properties["EventSourceArn"]) === source.id
    );
  });
  if (mappings.length === 1) dependOn((mappings[0] as [string, Value])[0], policy.id, translation);
}

function dependOn(id: string, on: string, translation: Translation): void {
  const resource = own(resourcesOf(translation.output), id);
  if (isMap(resource)) resource["DependsOn"] = [...new Set([...many(own(resource, "DependsOn")), on])];
}

/** What depends on a connector depends on what it has become. */
function dependInstead(id: string, drafts: readonly Draft[], translation: Translation): void {
  for (const resource of Object.values(resourcesOf(translation.output))) {
    const names = isMap(resource) ? many(own(resource, "DependsOn")) : [];
    if (!isMap(resource) || !names.includes(id)) continue;
    const others = names.filter((name) => name !== id);
    resource["DependsOn"] = [...new Set([...others, ...drafts.map((draft) => draft.id)])];
  }
}

function note(draft: Draft, id: string, source: End, destination: End, translation: Translation): void {
  const originally = (end: End): Value => {
    const resource = end.id === undefined ? undefined : own(resourcesOf(translation.source), end.id);
    return (isMap(resource) ? own(resource, "Type") : undefined) ?? end.type;
  };
  mapIn(draft.attributes, "Metadata")["aws:sam:connectors"] = {
    [id]: { Source: { Type: originally(source) }, Destination: { Type: originally(destination) } },
  };
}
