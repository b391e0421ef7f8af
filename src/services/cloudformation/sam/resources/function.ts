import { Draft, type Target } from "../draft.ts";
import { invalidResource } from "../errors.ts";
import { blamedOn, FUNCTION_EVENTS, readEvents, translateEvents } from "../events/events.ts";
import { isIf, isIntrinsic, isNoValue, when } from "../intrinsics.ts";
import {
  any,
  choiceOf,
  flag,
  listOf,
  literal,
  map,
  mapOf,
  oneOf,
  type PropertyTypes,
  read,
  type Source,
  text,
  textOrMap,
} from "../properties.ts";
import { byCodePoint } from "../python-json.ts";
import { inlinePolicy, managedPolicy, roleFor, trustOf, xrayPolicyName } from "../roles.ts";
import { propagateTags, samTags } from "../tags.ts";
import { addConditions, type SamResource, type Translation } from "../translation.ts";
import { isFilled, isMap, own, type Value, type Values } from "../value.ts";
import { eventInvokeConfig } from "./event-invoke-config.ts";
import { checkCombinations, checkDeadLetters, checkTenancy } from "./function-checks.ts";
import { functionDraft } from "./function-draft.ts";
import { functionUrl } from "./function-url.ts";
import { aliasOf, aliasTarget, resolvedAlias, versionOf } from "./function-version.ts";

const TYPE = "AWS::Serverless::Function";

const TYPES: PropertyTypes = {
  FunctionName: textOrMap,
  Handler: literal(any),
  Runtime: literal(any),
  CodeUri: literal(any),
  ImageUri: literal(any),
  PackageType: literal(any),
  InlineCode: literal(any),
  DeadLetterQueue: map,
  Description: literal(any),
  MemorySize: literal(any),
  Timeout: literal(any),
  VpcConfig: literal(any),
  Role: text,
  AssumeRolePolicyDocument: map,
  Policies: oneOf(text, map, listOf(textOrMap)),
  RolePath: literal(any),
  PermissionsBoundary: text,
  Environment: mapOf(map),
  Events: mapOf(map),
  Tags: map,
  PropagateTags: flag,
  Tracing: textOrMap,
  KmsKeyArn: literal(any),
  DeploymentPreference: map,
  ReservedConcurrentExecutions: literal(any),
  Layers: listOf(textOrMap),
  EventInvokeConfig: map,
  EphemeralStorage: literal(any),
  AutoPublishAlias: oneOf(text),
  AutoPublishCodeSha256: oneOf(text),
  AutoPublishAliasAllProperties: literal(flag),
  VersionDescription: literal(any),
  ProvisionedConcurrencyConfig: literal(any),
  FileSystemConfigs: literal(any),
  ImageConfig: literal(any),
  CodeSigningConfigArn: literal(any),
  Architectures: literal(any),
  SnapStart: map,
  FunctionUrlConfig: map,
  RuntimeManagementConfig: literal(any),
  LoggingConfig: literal(any),
  RecursiveLoop: literal(any),
  SourceKMSKeyArn: literal(any),
  CapacityProviderConfig: map,
  FunctionScalingConfig: map,
  VersionDeletionPolicy: choiceOf("Delete", "Retain"),
  PublishToLatestPublished: literal(any),
  TenancyConfig: literal(any),
  DurableConfig: map,
};

/**
 * A function, with its role, version, alias, URL and what its events need.
 * https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html
 */
export const samFunction: SamResource = {
  references: {
    Alias: "AWS::Lambda::Alias",
    Version: "AWS::Lambda::Version",
    DestinationTopic: "AWS::SNS::Topic",
    DestinationQueue: "AWS::SQS::Queue",
  },
  translate(id, resource, translation) {
    const source = read(id, TYPE, resource, TYPES);
    const { properties } = source;
    const events = readEvents(id, inOrder(properties["Events"]), FUNCTION_EVENTS);
    checkCombinations(source);
    checkDeadLetters(source);
    checkTenancy(source);
    const lambda = functionDraft(source, translation);
    const drafts: Draft[] = [lambda];
    const alias = publish(source, lambda, drafts, translation);
    if (isFilled(properties["FunctionUrlConfig"])) drafts.push(...functionUrl(source, lambda, alias));
    prefer(source, alias, translation);
    const invoke = eventInvokeConfig(source, lambda, alias, translation);
    drafts.push(...invoke.drafts);
    const role = functionRole(source, invoke.policies, translation);
    giveRole(source, lambda, role, drafts, translation);
    const target = alias ? aliasTarget(alias) : functionTarget(lambda);
    drafts.push(...blamedOn(id, () => translateEvents(events, { target, role, translation })));
    propagateTags(drafts, properties["Tags"], properties["PropagateTags"]);
    return { drafts };
  },
};

function functionTarget(lambda: Draft): Target {
  const { id, attributes, passedOn } = lambda;
  return { id, attributes, passedOn, name: lambda.ref, arn: lambda.arn };
}

/** Events in the order of their paths: what answers every path comes first. */
function inOrder(events: Value | undefined): Values {
  if (!isMap(events)) return {};
  const key = (name: string, event: Value) => {
    const properties = isMap(event) ? own(event, "Properties") : undefined;
    const path = isMap(properties) ? own(properties, "Path") : undefined;
    return typeof path === "string" ? path : name;
  };
  const entries = Object.entries(events);
  return Object.fromEntries(entries.sort(([a, one], [b, other]) => byCodePoint(key(a, one), key(b, other))));
}

/** `AutoPublishAlias`: a version, and an alias that points to it. */
function publish(
  source: Source,
  lambda: Draft,
  drafts: Draft[],
  translation: Translation,
): Draft | undefined {
  const { id, properties } = source;
  if (!isFilled(properties["AutoPublishAlias"])) {
    if (isFilled(properties["ProvisionedConcurrencyConfig"])) {
      throw invalidResource(
        id,
        "To set ProvisionedConcurrencyConfig AutoPublishALias must be defined on the function",
      );
    }
    return undefined;
  }
  const name = resolvedAlias(source, translation);
  const version = versionOf(source, lambda, translation);
  const alias = aliasOf(source, name, lambda, version);
  drafts.push(version, alias);
  return alias;
}

/** `DeploymentPreference`: CodeDeploy shifts the alias. */
function prefer(
  source: Source,
  alias: Draft | undefined,
  { resolve, findInMap, deployments }: Translation,
): void {
  const { id, properties } = source;
  const preference = properties["DeploymentPreference"];
  if (!isMap(preference) || !isFilled(preference)) return;
  for (const name of ["Enabled", "Type"]) {
    if (Object.hasOwn(preference, name)) preference[name] = findInMap(resolve(preference[name] as Value));
  }
  if (Object.hasOwn(preference, "PassthroughCondition")) {
    preference["PassthroughCondition"] = toBoolean(
      id,
      "PassthroughCondition",
      findInMap(resolve(preference["PassthroughCondition"] as Value)),
    );
  }
  const tags =
    isFilled(properties["PropagateTags"]) && isMap(properties["Tags"]) ? properties["Tags"] : undefined;
  if (!deployments.add(id, preference, source.attributes["Condition"], tags)) return;
  if (!alias) {
    throw invalidResource(id, "'DeploymentPreference' requires AutoPublishAlias property to be specified.");
  }
  alias.attributes["UpdatePolicy"] = deployments.updatePolicy(id);
}

function toBoolean(id: string, property: string, value: Value): boolean {
  if (value === true || value === "true" || value === "True") return true;
  if (value === false || value === "false" || value === "False") return false;
  throw invalidResource(
    id,
    isIntrinsic(value)
      ? `Unsupported intrinsic: the only intrinsic functions supported for property ${property} are FindInMap and parameter Refs.`
      : `Invalid value for property ${property}.`,
  );
}

const DEAD_LETTER_ACTIONS: Readonly<Record<string, string>> = { SQS: "sqs:SendMessage", SNS: "sns:Publish" };

function functionRole(
  source: Source,
  policies: readonly Value[],
  { resolve, partition }: Translation,
): Draft {
  const { id, properties } = source;
  const managed: Value[] = [
    managedPolicy(
      isFilled(properties["DurableConfig"])
        ? "service-role/AWSLambdaBasicDurableExecutionRolePolicy"
        : "service-role/AWSLambdaBasicExecutionRole",
      partition,
    ),
  ];
  if (isFilled(properties["Tracing"]) && resolve(properties["Tracing"]) !== "Disabled") {
    managed.push(managedPolicy(xrayPolicyName(partition), partition));
  }
  if (isFilled(properties["VpcConfig"])) {
    managed.push(managedPolicy("service-role/AWSLambdaVPCAccessExecutionRole", partition));
  }
  const dead = properties["DeadLetterQueue"];
  const inline: Value[] = [];
  if (isMap(dead) && isFilled(dead)) {
    const policy = inlinePolicy(
      "DeadLetterQueuePolicy",
      DEAD_LETTER_ACTIONS[String(dead["Type"])] as string,
      dead["TargetArn"] as Value,
    );
    inline.push({
      PolicyName: "DeadLetterQueuePolicy",
      PolicyDocument: { Version: "2012-10-17", ...(policy["PolicyDocument"] as Values) },
    });
  }
  if (isFilled(properties["EventInvokeConfig"])) inline.push(...policies);
  return roleFor({
    owner: id,
    attributes: new Draft(TYPE, id, {}, source.attributes).passedOn,
    trust: properties["AssumeRolePolicyDocument"] ?? trustOf("lambda.amazonaws.com"),
    policies: properties["Policies"],
    managed,
    inline,
    path: properties["RolePath"],
    boundary: properties["PermissionsBoundary"],
    tags: samTags(id, properties["Tags"]),
    partition,
  });
}

/** The function has a role of its own, the one that is made, or either by a condition. */
function giveRole(
  source: Source,
  lambda: Draft,
  role: Draft,
  drafts: Draft[],
  translation: Translation,
): void {
  const given = lambda.properties["Role"];
  if (given === undefined) {
    lambda.properties["Role"] = role.arn;
    drafts.push(role);
    return;
  }
  if (!isIf(given)) return;
  const items = (translation.resolve(given as Values) as Values)["Fn::If"];
  if (!Array.isArray(items) || items.length !== 3) {
    throw invalidResource(source.id, "Malformed 'Role' property: Fn::If requires 3 arguments.");
  }
  const [condition, yes, no] = items as [Value, Value, Value];
  if (isNoValue(yes) && isNoValue(no)) {
    lambda.properties["Role"] = role.arn;
  } else if (isNoValue(yes)) {
    lambda.properties["Role"] = when(condition, role.arn, no);
    role.attributes["Condition"] = condition;
  } else if (isNoValue(no)) {
    lambda.properties["Role"] = when(condition, yes, role.arn);
    role.attributes["Condition"] = `NOT${condition}`;
    addConditions(translation, { [`NOT${condition}`]: { "Fn::Not": [{ Condition: condition }] } });
  } else {
    return;
  }
  drafts.push(role);
}
