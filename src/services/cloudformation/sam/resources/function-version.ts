import { Draft, type Target } from "../draft.ts";
import { invalidResource } from "../errors.ts";
import { getAtt, idIn } from "../intrinsics.ts";
import { hashedId } from "../logical-id.ts";
import type { Source } from "../properties.ts";
import { resourcesOf, type Translation } from "../translation.ts";
import { copy, isFilled, isMap, own, type Value, type Values } from "../value.ts";

/** What of a hash of the code's own stands in the id of a version. */
const HASH_LENGTH = 10;

/** The name of the alias, which has to be known. */
export function resolvedAlias({ id, properties }: Source, { resolve }: Translation): string {
  const name = resolve(properties["AutoPublishAlias"]);
  if (typeof name !== "string") {
    throw invalidResource(id, "'AutoPublishAlias' must be a string or a Ref to a template parameter");
  }
  if (name === "") throw invalidResource(id, "Alias name is required to create an alias");
  return name;
}

/** A version whose logical id changes with the function's code and environment: it is published anew then. */
export function versionOf(source: Source, lambda: Draft, translation: Translation): Draft {
  const { id, properties } = source;
  const sha256 = codeSha256(source, lambda, translation);
  const code = translation.resolve(lambda.properties["Code"]) as Values;
  const attributes: Values = lambda.passedOn;
  attributes["DeletionPolicy"] ??=
    properties["VersionDeletionPolicy"] ??
    (properties["CapacityProviderConfig"] === undefined ? "Retain" : "Delete");
  const versionId = sha256
    ? `${id}Version${sha256.slice(0, HASH_LENGTH)}`
    : hashedId(`${id}Version`, whatIsPublished(source, lambda, code, translation));
  const scaling =
    properties["CapacityProviderConfig"] === undefined ? undefined : properties["FunctionScalingConfig"];
  return new Draft(
    "AWS::Lambda::Version",
    versionId,
    {
      FunctionName: lambda.ref,
      Description: properties["VersionDescription"],
      FunctionScalingConfig: scaling,
    },
    attributes,
  );
}

/** `AutoPublishCodeSha256`: it stands in the function's description, too, so that the function changes with it. */
function codeSha256({ id, properties }: Source, lambda: Draft, { resolve }: Translation): string | undefined {
  if (!isFilled(properties["AutoPublishCodeSha256"])) return undefined;
  const sha256 = resolve(properties["AutoPublishCodeSha256"]);
  if (typeof sha256 !== "string") throw invalidResource(id, "AutoPublishCodeSha256 must be a string");
  const description = resolve(properties["Description"]);
  if (!isFilled(description)) lambda.properties["Description"] = sha256;
  else if (typeof description === "string") lambda.properties["Description"] = `${description} ${sha256}`;
  else lambda.properties["Description"] = { "Fn::Join": [" ", [description, sha256]] };
  return sha256;
}

function whatIsPublished(source: Source, lambda: Draft, code: Values, translation: Translation): Values {
  if (isFilled(source.properties["AutoPublishAliasAllProperties"])) {
    return Object.assign(copy(lambda.properties), publishedLayers(lambda, translation));
  }
  const { Environment, MemorySize, SnapStart } = lambda.properties;
  const published: Values = { ...code };
  if (isMap(Environment)) Object.assign(published, Environment);
  if (isFilled(MemorySize)) published["MemorySize"] = MemorySize;
  if (isMap(SnapStart) && (SnapStart["ApplyOn"] ?? "None") !== "None") published["SnapStart"] = SnapStart;
  return published;
}

/** `PublishLambdaVersion`: layers whose changes publish the functions that use them. */
function publishedLayers(lambda: Draft, translation: Translation): Values {
  const published: Values = {};
  const layers = lambda.properties["Layers"];
  for (const layer of Array.isArray(layers) ? layers : []) {
    const id = idIn(layer);
    const resource = id === undefined ? undefined : own(resourcesOf(translation.output), id);
    const properties = isMap(resource) ? own(resource, "Properties") : undefined;
    if (id === undefined || !isMap(properties) || !isFilled(properties["PublishLambdaVersion"])) continue;
    published[id] = copy(properties);
  }
  return published;
}

export function aliasOf({ id, properties }: Source, name: string, lambda: Draft, version: Draft): Draft {
  if (!/^(?!\d+$)[a-zA-Z0-9\-_]+$/.test(name)) {
    throw invalidResource(
      id,
      `AutoPublishAlias name ('${name}') must contain only alphanumeric characters, hyphens, or underscores matching (?!^[0-9]+$)([a-zA-Z0-9-_]+) pattern.`,
    );
  }
  const provisioned: Value | undefined = properties["ProvisionedConcurrencyConfig"];
  return new Draft(
    "AWS::Lambda::Alias",
    `${id}Alias${name.replaceAll("-", "D").replaceAll("_", "U")}`,
    {
      Name: name,
      FunctionName: lambda.ref,
      FunctionVersion: getAtt(version.id, "Version"),
      ProvisionedConcurrencyConfig: isFilled(provisioned) ? provisioned : undefined,
    },
    lambda.passedOn,
  );
}

/** Events of a function with an alias reach the alias. */
export function aliasTarget(alias: Draft): Target {
  const { id, attributes, passedOn } = alias;
  return { id, attributes, passedOn, name: alias.ref, arn: alias.ref };
}
