import { hostId } from "../../protocols/host-id.ts";
import type { EventName } from "./events.ts";
import { urlEncoded } from "./listing.ts";

/** One destination of a bucket's notifications, as it is kept. */
export interface NotificationTarget {
  readonly id: string;
  readonly arn: string;
  /** `s3:ObjectCreated:*` */
  readonly events: readonly string[];
  readonly prefix: string;
  readonly suffix: string;
}

/** The document of a bucket's notifications, in the shape of the API. */
export interface NotificationDocument {
  readonly TopicConfigurations?: readonly (NotificationConfiguration & { readonly TopicArn?: string })[];
  readonly QueueConfigurations?: readonly (NotificationConfiguration & { readonly QueueArn?: string })[];
  readonly LambdaFunctionConfigurations?: readonly (NotificationConfiguration & {
    readonly LambdaFunctionArn?: string;
  })[];
  readonly EventBridgeConfiguration?: object;
}

export interface NotificationConfiguration {
  readonly Id?: string;
  readonly Events?: readonly string[];
  readonly Filter?: {
    readonly Key?: { readonly FilterRules?: readonly { readonly Name?: string; readonly Value?: string }[] };
  };
}

export function targetsOf(document: NotificationDocument): NotificationTarget[] {
  const target = (configuration: NotificationConfiguration, arn: string | undefined): NotificationTarget => {
    const rules = configuration.Filter?.Key?.FilterRules ?? [];
    const rule = (name: string) => rules.find(({ Name }) => Name?.toLowerCase() === name)?.Value ?? "";
    return {
      id: configuration.Id ?? "",
      arn: arn ?? "",
      events: configuration.Events ?? [],
      prefix: rule("prefix"),
      suffix: rule("suffix"),
    };
  };
  return [
    ...(document.TopicConfigurations ?? []).map((one) => target(one, one.TopicArn)),
    ...(document.QueueConfigurations ?? []).map((one) => target(one, one.QueueArn)),
    ...(document.LambdaFunctionConfigurations ?? []).map((one) => target(one, one.LambdaFunctionArn)),
  ];
}

export function wants(
  { events, prefix, suffix }: NotificationTarget,
  event: EventName,
  key: string,
): boolean {
  const isAsked = events.some((asked) => standsFor(asked.replace(/^s3:/, ""), event));
  return isAsked && key.startsWith(prefix) && key.endsWith(suffix);
}

/** Is an event another, or does it stand for that among others? */
export const standsFor = (event: string, other: string): boolean =>
  event.endsWith("*") ? other.startsWith(event.slice(0, -1)) : event === other;

/** What happened, as far as notifications tell of it. */
export interface ObjectEvent {
  readonly name: EventName;
  readonly atMs: number;
  readonly region: string;
  readonly bucket: string;
  readonly bucketArn: string;
  readonly ownerId: string;
  readonly callerId: string;
  /** Absent of what S3 does by itself. */
  readonly callerAccount?: string;
  readonly sourceIp: string;
  readonly requestId: string;
  readonly key: string;
  readonly sequence: number;
  readonly size?: number;
  readonly etag?: string;
  readonly versionId?: string;
}

/** What came later has another version, and says less. */
const LATER = /^Object(?:Tagging|Acl)/;

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html */
export function eventRecord(event: ObjectEvent, configurationId: string) {
  const isLater = LATER.test(event.name);
  return {
    eventVersion: isLater ? "2.3" : "2.1",
    eventSource: "aws:s3",
    awsRegion: event.region,
    eventTime: new Date(event.atMs).toISOString(),
    eventName: event.name,
    userIdentity: { principalId: `AWS:${event.callerId}` },
    requestParameters: { sourceIPAddress: event.sourceIp },
    responseElements: {
      "x-amz-request-id": event.requestId,
      "x-amz-id-2": hostId(event.requestId),
    },
    s3: {
      s3SchemaVersion: "1.0",
      configurationId,
      bucket: {
        name: event.bucket,
        ownerIdentity: { principalId: event.ownerId },
        arn: event.bucketArn,
      },
      object: {
        key: urlEncoded(event.key),
        ...(event.size !== undefined && !isLater && { size: event.size }),
        ...(event.etag !== undefined && { eTag: event.etag }),
        ...(event.versionId !== undefined && { versionId: event.versionId }),
        ...(!isLater && { sequencer: sequencerOf(event) }),
      },
    },
  };
}

/** Later events of a key have greater ones, as texts. */
const sequencerOf = ({ sequence }: ObjectEvent) =>
  Math.floor(sequence).toString(16).toUpperCase().padStart(18, "0");

const DETAIL_TYPES: readonly (readonly [RegExp, string])[] = [
  [/^ObjectCreated/, "Object Created"],
  [/^(?:ObjectRemoved|LifecycleExpiration)/, "Object Deleted"],
  [/^ObjectTagging:Put/, "Object Tags Added"],
  [/^ObjectTagging:Delete/, "Object Tags Deleted"],
  [/^ObjectAcl/, "Object ACL Updated"],
  [/^ObjectRestore:Post/, "Object Restore Initiated"],
  [/^ObjectRestore:Completed/, "Object Restore Completed"],
  [/^ObjectRestore:Delete/, "Object Restore Expired"],
  [/^LifecycleTransition/, "Object Storage Class Changed"],
];

const REASONS: Readonly<Record<string, string>> = {
  "ObjectCreated:Put": "PutObject",
  "ObjectCreated:Post": "POST Object",
  "ObjectCreated:Copy": "CopyObject",
  "ObjectCreated:CompleteMultipartUpload": "CompleteMultipartUpload",
  "ObjectRemoved:Delete": "DeleteObject",
  "ObjectRemoved:DeleteMarkerCreated": "DeleteObject",
  "LifecycleExpiration:Delete": "Lifecycle Expiration",
  "LifecycleExpiration:DeleteMarkerCreated": "Lifecycle Expiration",
};

/** The same for EventBridge: https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html */
export function bridgeEvent(event: ObjectEvent): { detailType: string; detail: object } {
  const isLater = LATER.test(event.name);
  const detailType = DETAIL_TYPES.find(([name]) => name.test(event.name))?.[1] ?? event.name;
  const deletion = event.name.endsWith("DeleteMarkerCreated")
    ? "Delete Marker Created"
    : "Permanently Deleted";
  return {
    detailType,
    detail: {
      version: "0",
      bucket: { name: event.bucket },
      object: {
        key: event.key,
        ...(event.size !== undefined && !isLater && { size: event.size }),
        ...(event.etag !== undefined && { etag: event.etag }),
        ...(event.versionId !== undefined && { "version-id": event.versionId }),
        ...(!isLater && { sequencer: sequencerOf(event) }),
      },
      "request-id": event.requestId,
      requester: event.callerAccount ?? event.callerId,
      "source-ip-address": event.sourceIp,
      ...(REASONS[event.name] && { reason: REASONS[event.name] }),
      ...(detailType === "Object Deleted" && { "deletion-type": deletion }),
    },
  };
}
