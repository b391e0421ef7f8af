import { Draft } from "../draft.ts";
import { invalidResource } from "../errors.ts";
import type { Source } from "../properties.ts";
import { pythonText } from "../python-json.ts";
import { codeLocation } from "../s3-location.ts";
import { samTags } from "../tags.ts";
import type { Translation } from "../translation.ts";
import { given, isFilled, isMap, type Value, type Values } from "../value.ts";

/** Properties that Lambda's function has as SAM's has them. */
const TAKEN_OVER = [
  "Handler",
  "Runtime",
  "Description",
  "MemorySize",
  "Timeout",
  "VpcConfig",
  "Role",
  "Environment",
  "KmsKeyArn",
  "ReservedConcurrentExecutions",
  "Layers",
  "FileSystemConfigs",
  "ImageConfig",
  "PackageType",
  "Architectures",
  "SnapStart",
  "EphemeralStorage",
  "CodeSigningConfigArn",
  "RuntimeManagementConfig",
  "LoggingConfig",
  "TenancyConfig",
  "RecursiveLoop",
  "DurableConfig",
  "PublishToLatestPublished",
];

/** The function of Lambda. */
export function functionDraft(source: Source, { resolve }: Translation): Draft {
  const { id, properties } = source;
  const dead = properties["DeadLetterQueue"];
  const isTraced = isFilled(properties["Tracing"]) && resolve(properties["Tracing"]) !== "Disabled";
  const draft = new Draft(
    "AWS::Lambda::Function",
    id,
    {
      ...Object.fromEntries(TAKEN_OVER.map((name) => [name, properties[name]])),
      FunctionName: isFilled(properties["FunctionName"]) ? properties["FunctionName"] : undefined,
      Code: code(source),
      Tags: samTags(id, properties["Tags"]),
      TracingConfig: isTraced ? { Mode: properties["Tracing"] as Value } : undefined,
      DeadLetterConfig: isMap(dead) && isFilled(dead) ? { TargetArn: dead["TargetArn"] as Value } : undefined,
      CapacityProviderConfig: capacityProvider(properties["CapacityProviderConfig"]),
      FunctionScalingConfig: isFilled(properties["FunctionScalingConfig"])
        ? properties["FunctionScalingConfig"]
        : undefined,
    },
    source.attributes,
  );
  draft.dependsOn = source.dependsOn;
  checkPackage(source, draft.properties["Code"] as Values);
  return draft;
}

function code({ id, properties }: Source): Values {
  const type = isFilled(properties["PackageType"]) ? properties["PackageType"] : "Zip";
  if (type !== "Zip" && type !== "Image")
    throw invalidResource(id, `invalid 'PackageType' : ${pythonText(type)}`);
  if (type === "Image") {
    if (properties["ImageUri"] === undefined) throw invalidResource(id, "'ImageUri' must be set.");
    if (!isFilled(properties["ImageUri"])) {
      throw invalidResource(id, "'ImageUri' requires that a image hosted at a registry be specified.");
    }
    return { ImageUri: properties["ImageUri"] };
  }
  const { InlineCode, CodeUri, SourceKMSKeyArn } = properties;
  if (InlineCode === undefined && CodeUri === undefined) {
    throw invalidResource(id, "Only one of 'InlineCode' or 'CodeUri' can be set.");
  }
  const place = InlineCode === undefined ? codeLocation(id, "CodeUri", CodeUri) : { ZipFile: InlineCode };
  return isFilled(SourceKMSKeyArn) ? { ...place, SourceKMSKeyArn } : place;
}

function checkPackage({ id, properties }: Source, code: Values): void {
  if (properties["PackageType"] === "Image") {
    if (["Handler", "Runtime", "Layers"].some((name) => isFilled(properties[name]))) {
      throw invalidResource(
        id,
        "Runtime, Handler, Layers cannot be present when PackageType is of type `Image`",
      );
    }
    return;
  }
  if (!isFilled(properties["Runtime"]) || !isFilled(properties["Handler"])) {
    throw invalidResource(id, "Runtime and Handler needs to be present when PackageType is of type `Zip`");
  }
  if (isFilled(code["ImageUri"]) || isFilled(properties["ImageConfig"])) {
    throw invalidResource(id, "ImageUri or ImageConfig cannot be present when PackageType is of type `Zip`");
  }
}

function capacityProvider(config: Value | undefined): Values | undefined {
  if (!isMap(config) || !isFilled(config)) return undefined;
  return {
    LambdaManagedInstancesCapacityProviderConfig: given({
      CapacityProviderArn: config["Arn"],
      PerExecutionEnvironmentMaxConcurrency: config["PerExecutionEnvironmentMaxConcurrency"],
      ExecutionEnvironmentMemoryGiBPerVCpu: config["ExecutionEnvironmentMemoryGiBPerVCpu"],
    }),
  };
}
