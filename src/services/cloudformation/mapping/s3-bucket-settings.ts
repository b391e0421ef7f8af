import { isMap, many, type Value, type Values } from "../sam/value.ts";

/** A property of a bucket that is set by an operation of its own. */
export interface BucketSetting {
  readonly property: string;
  readonly put: string;
  readonly member: string;
  readonly remove?: string;
  /** The property in the form that the operation takes. Default: as it is. */
  readonly form?: (value: Value) => Value;
  /** What is put when the property is not there any more. */
  readonly otherwise?: Values;
}

/** Members under the names that S3 has for them, whatever CloudFormation calls them. */
function renamed(value: Value, names: Readonly<Record<string, string>>): Value {
  if (Array.isArray(value)) return value.map((item) => renamed(item, names));
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [names[name] ?? name, renamed(item, names)]),
  );
}

export const BUCKET_SETTINGS: readonly BucketSetting[] = [
  {
    property: "PublicAccessBlockConfiguration",
    put: "PutPublicAccessBlock",
    member: "PublicAccessBlockConfiguration",
    remove: "DeletePublicAccessBlock",
  },
  {
    property: "OwnershipControls",
    put: "PutBucketOwnershipControls",
    member: "OwnershipControls",
    remove: "DeleteBucketOwnershipControls",
  },
  {
    property: "VersioningConfiguration",
    put: "PutBucketVersioning",
    member: "VersioningConfiguration",
    otherwise: { Status: "Suspended" },
  },
  {
    property: "BucketEncryption",
    put: "PutBucketEncryption",
    member: "ServerSideEncryptionConfiguration",
    remove: "DeleteBucketEncryption",
    form: (value) =>
      renamed(value, {
        ServerSideEncryptionConfiguration: "Rules",
        ServerSideEncryptionByDefault: "ApplyServerSideEncryptionByDefault",
      }),
  },
  {
    property: "CorsConfiguration",
    put: "PutBucketCors",
    member: "CORSConfiguration",
    remove: "DeleteBucketCors",
    form: (value) =>
      renamed(value, {
        CorsRules: "CORSRules",
        MaxAge: "MaxAgeSeconds",
        ExposedHeaders: "ExposeHeaders",
        Id: "ID",
      }),
  },
  {
    property: "LifecycleConfiguration",
    put: "PutBucketLifecycleConfiguration",
    member: "LifecycleConfiguration",
    remove: "DeleteBucketLifecycle",
    form: lifecycleOf,
  },
  {
    property: "WebsiteConfiguration",
    put: "PutBucketWebsite",
    member: "WebsiteConfiguration",
    remove: "DeleteBucketWebsite",
    form: (value) => {
      const { IndexDocument: index, ErrorDocument: error, ...rest } = value as Values;
      return {
        ...(renamed(rest, { RedirectRule: "Redirect", RoutingRuleCondition: "Condition" }) as Values),
        ...(index !== undefined && { IndexDocument: { Suffix: index } }),
        ...(error !== undefined && { ErrorDocument: { Key: error } }),
      };
    },
  },
  {
    property: "LoggingConfiguration",
    put: "PutBucketLogging",
    member: "BucketLoggingStatus",
    otherwise: {},
    form: (value): Values => {
      const { DestinationBucketName, LogFilePrefix, ...rest } = value as Values;
      if (DestinationBucketName === undefined) return {};
      return {
        LoggingEnabled: { ...rest, TargetBucket: DestinationBucketName, TargetPrefix: LogFilePrefix ?? "" },
      };
    },
  },
  {
    property: "ObjectLockConfiguration",
    put: "PutObjectLockConfiguration",
    member: "ObjectLockConfiguration",
  },
  {
    property: "AccelerateConfiguration",
    put: "PutBucketAccelerateConfiguration",
    member: "AccelerateConfiguration",
    form: (value) => renamed(value, { AccelerationStatus: "Status" }),
    otherwise: { Status: "Suspended" },
  },
  {
    property: "ReplicationConfiguration",
    put: "PutBucketReplication",
    member: "ReplicationConfiguration",
    remove: "DeleteBucketReplication",
    form: (value) => renamed(value, { Id: "ID" }),
  },
];

/** What a setting is to be; undefined when it is to be none. */
export function settingOf(
  { property, form, otherwise }: BucketSetting,
  properties: Values,
): Value | undefined {
  const value = properties[property];
  if (value === undefined || value === null) return otherwise;
  return form ? form(value) : value;
}

/** Rules in S3's form: expirations in maps, filters for prefixes and tags. */
function lifecycleOf(value: Value): Value {
  const rules = many((value as Values)["Rules"]).filter(isMap);
  return {
    Rules: rules.map((rule) => {
      const {
        Id,
        ExpirationInDays,
        ExpirationDate,
        NoncurrentVersionExpirationInDays,
        ExpiredObjectDeleteMarker,
      } = rule;
      const expiration = {
        ...(ExpirationInDays !== undefined && { Days: Number(ExpirationInDays) }),
        ...(ExpirationDate !== undefined && { Date: ExpirationDate }),
        ...(ExpiredObjectDeleteMarker !== undefined && {
          ExpiredObjectDeleteMarker: String(ExpiredObjectDeleteMarker) === "true",
        }),
      };
      const transitions = [...many(rule["Transitions"]), ...many(rule["Transition"])].filter(isMap);
      const noncurrent = isMap(rule["NoncurrentVersionExpiration"])
        ? rule["NoncurrentVersionExpiration"]
        : NoncurrentVersionExpirationInDays !== undefined && {
            NoncurrentDays: Number(NoncurrentVersionExpirationInDays),
          };
      const older = [
        ...many(rule["NoncurrentVersionTransitions"]),
        ...many(rule["NoncurrentVersionTransition"]),
      ].filter(isMap);
      const abort = rule["AbortIncompleteMultipartUpload"];
      return {
        ...(Id !== undefined && { ID: Id }),
        Status: rule["Status"] ?? "Enabled",
        Filter: filterOf(rule),
        ...(Object.keys(expiration).length > 0 && { Expiration: expiration }),
        ...(transitions.length > 0 && {
          Transitions: transitions.map(({ TransitionInDays, TransitionDate, StorageClass }) => ({
            StorageClass: StorageClass!,
            ...(TransitionInDays !== undefined && { Days: Number(TransitionInDays) }),
            ...(TransitionDate !== undefined && { Date: TransitionDate }),
          })),
        }),
        ...(noncurrent && { NoncurrentVersionExpiration: noncurrent }),
        ...(older.length > 0 && {
          NoncurrentVersionTransitions: older.map(({ TransitionInDays, StorageClass, ...rest }) => ({
            ...rest,
            StorageClass: StorageClass!,
            NoncurrentDays: Number(TransitionInDays),
          })),
        }),
        ...(abort !== undefined && { AbortIncompleteMultipartUpload: abort }),
      };
    }),
  };
}

function filterOf(rule: Values): Values {
  const tags = many(rule["TagFilters"]).filter(isMap);
  const { Prefix, ObjectSizeGreaterThan: above, ObjectSizeLessThan: below } = rule;
  const sizes = {
    ...(above !== undefined && { ObjectSizeGreaterThan: Number(above) }),
    ...(below !== undefined && { ObjectSizeLessThan: Number(below) }),
  };
  const count = tags.length + Object.keys(sizes).length + (Prefix === undefined ? 0 : 1);
  if (count > 1)
    return {
      And: { ...(Prefix !== undefined && { Prefix }), ...(tags.length > 0 && { Tags: tags }), ...sizes },
    };
  return tags[0] ? { Tag: tags[0] } : Object.keys(sizes).length > 0 ? sizes : { Prefix: Prefix ?? "" };
}

/** Notifications in S3's form: one event a configuration becomes a list. */
export function notificationOf(value: Value | undefined): Values {
  if (!isMap(value)) return {};
  const each = (name: string, from: string, to: string) =>
    many(value[name])
      .filter(isMap)
      .map(({ Event, Filter, [from]: target, ...rest }) => ({
        ...rest,
        [to]: target!,
        Events: [Event!],
        ...(isMap(Filter) && { Filter: { Key: { FilterRules: rulesOf(Filter) } } }),
      }));
  const bridge = value["EventBridgeConfiguration"];
  const isBridged = isMap(bridge) && String(bridge["EventBridgeEnabled"] ?? true) === "true";
  return {
    QueueConfigurations: each("QueueConfigurations", "Queue", "QueueArn"),
    TopicConfigurations: each("TopicConfigurations", "Topic", "TopicArn"),
    LambdaFunctionConfigurations: each("LambdaConfigurations", "Function", "LambdaFunctionArn"),
    ...(isBridged && { EventBridgeConfiguration: {} }),
  };
}

const rulesOf = (filter: Values): Value => {
  const key = filter["S3Key"];
  return isMap(key) ? (key["Rules"] ?? []) : [];
};
