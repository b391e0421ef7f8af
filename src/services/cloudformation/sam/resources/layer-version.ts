import { Draft, passedOn } from "../draft.ts";
import { invalidResource } from "../errors.ts";
import { isIntrinsic } from "../intrinsics.ts";
import { hashedId } from "../logical-id.ts";
import {
  flag,
  listOf,
  type PropertyTypes,
  read,
  required,
  type Source,
  text,
  textOrMap,
} from "../properties.ts";
import { codeLocation } from "../s3-location.ts";
import type { SamResource, Translation } from "../translation.ts";
import { given, isFilled, isMap, type Value, type Values } from "../value.ts";

const TYPE = "AWS::Serverless::LayerVersion";

const TYPES: PropertyTypes = {
  LayerName: textOrMap,
  Description: text,
  PublishLambdaVersion: flag,
  ContentUri: required(textOrMap),
  CompatibleArchitectures: listOf(textOrMap),
  CompatibleRuntimes: listOf(textOrMap),
  LicenseInfo: text,
  RetentionPolicy: text,
};

/**
 * A version of a layer. Its logical id changes with it, so that it is made anew, and the old one is kept.
 * https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-layerversion.html
 */
export const layerVersion: SamResource = {
  translate(id, resource, translation) {
    const source = read(id, TYPE, resource, TYPES);
    const { properties } = source;
    resolveTexts(source, translation);
    const retention = retentionPolicy(id, properties["RetentionPolicy"]);
    const attributes = passedOn(source.attributes);
    attributes["DeletionPolicy"] = retention ?? attributes["DeletionPolicy"] ?? "Retain";
    const { DeletionPolicy: _, UpdateReplacePolicy: __, Metadata: ___, ...hashed } = source.attributes;
    const newId = hashedId(id, { [id]: hashedResource(source, hashed) });
    checkArchitectures(newId, properties["CompatibleArchitectures"]);
    const draft = new Draft(
      "AWS::Lambda::LayerVersion",
      newId,
      {
        Content: codeLocation(newId, "ContentUri", properties["ContentUri"]),
        Description: properties["Description"],
        LayerName: isFilled(properties["LayerName"]) ? properties["LayerName"] : id,
        CompatibleArchitectures: properties["CompatibleArchitectures"],
        CompatibleRuntimes: properties["CompatibleRuntimes"],
        LicenseInfo: properties["LicenseInfo"],
      },
      attributes,
    );
    draft.dependsOn = source.dependsOn;
    return { drafts: [draft], id: newId };
  },
};

function hashedResource(source: Source, attributes: Values): Values {
  return {
    ...given({ Type: TYPE, DependsOn: isFilled(source.dependsOn) ? source.dependsOn : undefined }),
    ...attributes,
    Properties: given(source.properties),
  };
}

/** What the logical id is made of has to be known. */
function resolveTexts({ id, properties }: Source, { resolve }: Translation): void {
  for (const name of ["LayerName", "LicenseInfo", "Description", "RetentionPolicy"]) {
    const value = properties[name];
    if (!isFilled(value)) continue;
    const resolved: Value = resolve(value);
    if (typeof resolved !== "string" && !isMap(resolved)) {
      throw invalidResource(id, `Could not resolve parameter for '${name}' or parameter is not a String.`);
    }
    properties[name] = resolved;
  }
}

function retentionPolicy(id: string, policy: Value | undefined): string | undefined {
  if (isIntrinsic(policy)) {
    throw invalidResource(
      id,
      "'RetentionPolicy' does not accept intrinsic functions, please use one of the following options: ['Retain', 'Delete']",
    );
  }
  if (policy === undefined) return undefined;
  if (typeof policy !== "string") {
    throw invalidResource(
      id,
      "Invalid 'RetentionPolicy' type, please use one of the following options: ['Retain', 'Delete']",
    );
  }
  const option = ["Retain", "Delete"].find((name) => name.toLowerCase() === policy.toLowerCase());
  if (option === undefined) {
    throw invalidResource(
      id,
      "'RetentionPolicy' must be one of the following options: ['Retain', 'Delete'].",
    );
  }
  return option;
}

function checkArchitectures(id: string, architectures: Value | undefined): void {
  if (!Array.isArray(architectures)) return;
  for (const architecture of architectures) {
    if (isIntrinsic(architecture) || architecture === "arm64" || architecture === "x86_64") continue;
    throw invalidResource(id, "CompatibleArchitectures needs to be a list of 'x86_64' or 'arm64'");
  }
}
