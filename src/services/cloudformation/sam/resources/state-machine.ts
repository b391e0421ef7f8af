import { Draft, passedOn, type Target } from "../draft.ts";
import { invalidResource } from "../errors.ts";
import { readEvents, STATE_MACHINE_EVENTS, translateEvents } from "../events/events.ts";
import { indentedJson } from "../indented-json.ts";
import { getAtt, isDynamicReference, isIntrinsic, ref } from "../intrinsics.ts";
import {
  any,
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
import { byCodePoint, pythonText } from "../python-json.ts";
import { roleFor, trustOf, xrayPolicyName } from "../roles.ts";
import { bodyLocation } from "../s3-location.ts";
import { propagateTags, tagList } from "../tags.ts";
import type { SamResource, Translation } from "../translation.ts";
import { copy, isFilled, isMap, many, type Value, type Values } from "../value.ts";

const TYPE = "AWS::Serverless::StateMachine";

const TYPES: PropertyTypes = {
  Definition: map,
  DefinitionUri: textOrMap,
  Logging: map,
  Role: text,
  RolePath: literal(any),
  DefinitionSubstitutions: map,
  Events: mapOf(map),
  Name: text,
  Type: text,
  Tags: map,
  PropagateTags: flag,
  Policies: oneOf(text, listOf(textOrMap)),
  Tracing: map,
  PermissionsBoundary: text,
  AutoPublishAlias: literal(any),
  DeploymentPreference: literal(any),
  UseAliasAsEventTarget: literal(flag),
};

/**
 * A state machine, with its role, version and alias and what its events need.
 * https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-statemachine.html
 */
export const stateMachine: SamResource = {
  translate(id, resource, translation) {
    const source = read(id, TYPE, resource, TYPES);
    const { properties } = source;
    const events = readEvents(id, properties["Events"], STATE_MACHINE_EVENTS);
    const draft = machine(source);
    const drafts: Draft[] = [draft];
    const given = properties["Role"];
    if (isFilled(given)) draft.properties["RoleArn"] = given;
    else {
      const role = machineRole(source, translation);
      draft.properties["RoleArn"] = role.arn;
      drafts.push(role);
    }
    const alias = publish(source, draft, drafts);
    drafts.push(
      ...translateEvents(events, {
        target: target(isFilled(properties["UseAliasAsEventTarget"]) && alias ? alias : draft),
        boundary: properties["PermissionsBoundary"],
        translation,
      }),
    );
    propagateTags(drafts, properties["Tags"], properties["PropagateTags"]);
    return { drafts };
  },
};

function machine(source: Source): Draft {
  const { id, properties, attributes } = source;
  if (isFilled(properties["Role"]) && isFilled(properties["Policies"])) {
    throw invalidResource(
      id,
      "Specify either 'Role' or 'Policies' (but not both at the same time) or neither of them",
    );
  }
  const draft = new Draft(
    "AWS::StepFunctions::StateMachine",
    id,
    {
      ...definition(source),
      StateMachineName: properties["Name"],
      StateMachineType: properties["Type"],
      LoggingConfiguration: properties["Logging"],
      TracingConfiguration: properties["Tracing"],
      Tags: machineTags(source),
    },
    attributes,
  );
  draft.dependsOn = source.dependsOn;
  return draft;
}

function machineTags({ properties }: Source): Value[] {
  return [...tagList({ "stateMachine:createdBy": "SAM" }), ...tagList(properties["Tags"])];
}

function target(draft: Draft): Target {
  const { id, attributes, passedOn } = draft;
  return { id, attributes, passedOn, name: draft.ref, arn: draft.ref };
}

/** The definition as a text, with substitutions for what is not known yet, or where it is in S3. */
function definition({ id, properties }: Source): Readonly<Record<string, Value | undefined>> {
  const { Definition, DefinitionUri } = properties;
  const substitutions: Values = isMap(properties["DefinitionSubstitutions"])
    ? copy(properties["DefinitionSubstitutions"])
    : {};
  const all = () => (isFilled(substitutions) ? substitutions : undefined);
  if (isFilled(Definition) && isFilled(DefinitionUri)) {
    throw invalidResource(id, "Specify either 'Definition' or 'DefinitionUri' property and not both.");
  }
  if (isFilled(Definition)) {
    const processed = copy(Definition);
    substitute(processed, substitutions, { number: 1 });
    return {
      DefinitionSubstitutions: all(),
      DefinitionString: { "Fn::Join": ["\n", indentedJson(processed).split("\n")] },
    };
  }
  if (isFilled(DefinitionUri)) {
    return {
      DefinitionSubstitutions: all(),
      DefinitionS3Location: bodyLocation(id, "DefinitionUri", DefinitionUri),
    };
  }
  throw invalidResource(id, "Either 'Definition' or 'DefinitionUri' property must be specified.");
}

/** Functions of CloudFormation and dynamic references become substitutions, numbered in the order of their keys. */
function substitute(value: Value, substitutions: Values, counter: { number: number }): void {
  const places = value as Record<string, Value>;
  const names = Array.isArray(value)
    ? Object.keys(value)
    : isMap(value)
      ? Object.keys(value).sort(byCodePoint)
      : [];
  for (const name of names) {
    const item = places[name] as Value;
    if (isIntrinsic(item) || isDynamicReference(item)) {
      const substitution = `definition_substitution_${counter.number}`;
      counter.number += 1;
      substitutions[substitution] = item;
      places[name] = `\${${substitution}}`;
    } else {
      substitute(item, substitutions, counter);
    }
  }
}

function machineRole(source: Source, { partition }: Translation): Draft {
  const { id, properties } = source;
  const tracing = properties["Tracing"];
  const isTraced = isMap(tracing) && tracing["Enabled"] === true;
  return roleFor({
    owner: id,
    attributes: passedOn(source.attributes),
    trust: trustOf("states.amazonaws.com"),
    policies: [...many(properties["Policies"]), ...(isTraced ? [xrayPolicyName(partition)] : [])],
    path: properties["RolePath"],
    boundary: properties["PermissionsBoundary"],
    tags: machineTags(source),
    partition,
  });
}

/** `AutoPublishAlias`: a version, and an alias that shifts to it. */
function publish({ id, properties, attributes }: Source, draft: Draft, drafts: Draft[]): Draft | undefined {
  const name = properties["AutoPublishAlias"];
  const preference = properties["DeploymentPreference"];
  if (!isFilled(name)) {
    for (const needing of ["UseAliasAsEventTarget", "DeploymentPreference"]) {
      if (isFilled(properties[needing])) {
        throw invalidResource(id, `'${needing}' requires 'AutoPublishAlias' property to be specified.`);
      }
    }
    return undefined;
  }
  const version = new Draft(
    "AWS::StepFunctions::StateMachineVersion",
    `${id}Version`,
    { StateMachineArn: draft.ref, StateMachineRevisionId: getAtt(id, "StateMachineRevisionId") },
    { DeletionPolicy: "Retain", UpdateReplacePolicy: "Retain", ...passedOn(attributes) },
  );
  const alias = new Draft(
    "AWS::StepFunctions::StateMachineAlias",
    `${id}Alias${pythonText(name)}`,
    {
      Name: name,
      DeploymentPreference: {
        ...(isMap(preference) && isFilled(preference) ? preference : { Type: "ALL_AT_ONCE" }),
        StateMachineVersionArn: ref(version.id),
      },
    },
    passedOn(attributes),
  );
  drafts.push(version, alias);
  return alias;
}
