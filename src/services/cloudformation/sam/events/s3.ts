import { Draft, type Target } from "../draft.ts";
import { InvalidEvent, invalidResource } from "../errors.ts";
import { aList, aMap, inResource } from "../expect.ts";
import { ref, when } from "../intrinsics.ts";
import { any, listOf, mapOf, oneOf, type PropertyTypes, read, required, text } from "../properties.ts";
import { tagList } from "../tags.ts";
import { resourcesOf } from "../translation.ts";
import { copy, includes, isMap, many, own, type Value, type Values } from "../value.ts";
import type { EventType, SamEvent } from "./event.ts";
import { invokePermission } from "./permission.ts";

const BUCKET = "AWS::S3::Bucket";

/** The properties of a bucket that the transform can carry over. */
const BUCKET_TYPES: PropertyTypes = Object.fromEntries(
  [
    "AccessControl",
    "AccelerateConfiguration",
    "AnalyticsConfigurations",
    "BucketEncryption",
    "BucketName",
    "CorsConfiguration",
    "IntelligentTieringConfigurations",
    "InventoryConfigurations",
    "LifecycleConfiguration",
    "LoggingConfiguration",
    "MetricsConfigurations",
    "NotificationConfiguration",
    "ObjectLockConfiguration",
    "ObjectLockEnabled",
    "OwnershipControls",
    "PublicAccessBlockConfiguration",
    "ReplicationConfiguration",
    "Tags",
    "VersioningConfiguration",
    "WebsiteConfiguration",
  ].map((name) => [name, any]),
);

/** `S3`: a bucket of the same template notifies a function. */
export const s3: EventType = {
  types: {
    Bucket: required(text),
    Events: { ...required(oneOf(text, listOf(text))), isLiteral: true },
    Filter: mapOf(text),
  },
  translate: (event, { target, translation }) => {
    const [id, bucket] = bucketOf(event, resourcesOf(translation.source));
    const permission = invokePermission(target, {
      prefix: event.id,
      principal: "s3.amazonaws.com",
      sourceAccount: ref("AWS::AccountId"),
    });
    dependOn(event, id, bucket, permission);
    notify(event, id, bucket, target);
    const source = read(id, BUCKET, bucket, BUCKET_TYPES);
    const draft = new Draft(BUCKET, id, source.properties, source.attributes);
    draft.dependsOn = source.dependsOn;
    return [permission, draft];
  },
};

function bucketOf(event: SamEvent, resources: Values): [id: string, bucket: Values] {
  const { Bucket } = event.properties;
  if (isMap(Bucket) && Object.hasOwn(Bucket, "Ref")) {
    const id = Bucket["Ref"];
    if (typeof id !== "string")
      throw new InvalidEvent(event.name, "'Ref' value in S3 events is not a valid string.");
    const bucket = own(resources, id);
    if (isMap(bucket)) return [id, bucket];
  }
  throw new InvalidEvent(event.name, "S3 events must reference an S3 bucket in the same template.");
}

/** S3 asks whether it may invoke before it takes a configuration: the permission comes first. */
function dependOn(event: SamEvent, id: string, bucket: Values, permission: Draft): void {
  const condition = permission.attributes["Condition"];
  if (condition === undefined) {
    const names = many(bucket["DependsOn"]);
    if (!names.every((name) => typeof name === "string")) {
      throw invalidResource(
        event.id,
        "Invalid type for field 'DependsOn'. Expected a string or list of strings.",
      );
    }
    bucket["DependsOn"] = [...new Set([...names, permission.id])];
    return;
  }
  // A resource cannot depend on one that is not there: a tag refers to it where it is.
  bucket["Properties"] ??= {};
  const properties = bucket["Properties"] as Values;
  const tags = aList(own(properties, "Tags") ?? [], inResource(id, "Tags"));
  const tag = {
    [`sam:ConditionalDependsOn:${permission.id}`]: when(condition, permission.ref, "no dependency"),
  };
  properties["Tags"] = [...tags, ...tagList(tag)];
}

function notify(event: SamEvent, id: string, bucket: Values, target: Target): void {
  const properties = aMap(bucket["Properties"] ?? {}, inResource(id, ""), "Properties should be a map.");
  bucket["Properties"] = properties;
  properties["NotificationConfiguration"] ??= {};
  const configuration = aMap(
    properties["NotificationConfiguration"],
    inResource(id, "NotificationConfiguration"),
  );
  configuration["LambdaConfigurations"] ??= [];
  const lambdas: Value = configuration["LambdaConfigurations"];
  if (!Array.isArray(lambdas))
    throw invalidResource(id, "Invalid type for LambdaConfigurations. Must be a list.");
  const { Filter, Events } = event.properties;
  for (const type of many(Events)) {
    const mapping: Values = {
      Function: target.arn,
      ...(Filter === undefined ? {} : { Filter: copy(Filter) }),
      Event: type,
    };
    const condition = target.attributes["Condition"];
    const wanted = condition === undefined ? mapping : when(condition, mapping);
    if (!includes(lambdas, wanted)) lambdas.push(wanted);
  }
}
