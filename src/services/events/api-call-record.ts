import { parseArn } from "../../core/arn.ts";
import type { CallRecord } from "../../core/bus.ts";
import { isoSeconds, uncapitalized } from "../../core/text.ts";
import { loadModel, type MemberRef, type ServiceModel } from "../../models/model.ts";

/** Calls that CloudTrail tells of only to a trail that logs them: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html */
const DATA_EVENTS: Readonly<Record<string, RegExp>> = {
  s3: /Object(?!LockConfiguration$)|Multipart|Part$|ListParts/,
  lambda: /^Invoke/,
  dynamodb: /Item|^Query$|^Scan$|Statement|^Transact/,
  dynamodbstreams: /^Get/,
  sqs: /Message/,
  sns: /^Publish/,
  kinesis: /^(?:PutRecord|GetRecords|GetShardIterator|SubscribeToShard)/,
  logs: /^(?:PutLogEvents|GetLogEvents|FilterLogEvents)$/,
  events: /^PutEvents$/,
  cloudwatch: /^(?:PutMetricData|GetMetric)/,
};

export const isDataEvent = ({ service, operation }: Pick<CallRecord, "service" | "operation">): boolean =>
  DATA_EVENTS[service]?.test(operation) ?? false;

const READS =
  /^(?:Get|List|Describe|Head|BatchGet|Query|Scan|Search|Lookup|Select|Filter|Test|Validate|Estimate|Preview|Receive|Simulate|Encrypt|Decrypt|ReEncrypt|Generate|Sign|Verify)/;

/** What rules without `ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS` are not told. */
export const isRead = (detail: unknown): boolean =>
  (detail as { readonly readOnly?: unknown } | null)?.readOnly === true;

/**
 * A call as CloudTrail records it: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
 * What is answered is not remembered of a call, so `responseElements` is null.
 * @param service as it stands in front of `.amazonaws.com`
 */
export function apiCallOf(call: CallRecord, service: string, eventID: string): object {
  return {
    eventVersion: "1.11",
    userIdentity: identityOf(call),
    eventTime: isoSeconds(call.startedAt),
    eventSource: `${service}.amazonaws.com`,
    eventName: eventNameOf(call),
    awsRegion: call.region,
    sourceIPAddress: "127.0.0.1",
    userAgent: call.userAgent ?? "",
    ...(call.errorCode !== undefined && { errorCode: call.errorCode }),
    requestParameters: parametersOf(call),
    responseElements: null,
    requestID: call.id,
    eventID,
    readOnly: READS.test(call.operation),
    eventType: "AwsApiCall",
    managementEvent: !isDataEvent(call),
    recipientAccountId: call.account,
    eventCategory: isDataEvent(call) ? "Data" : "Management",
  };
}

function identityOf({ callerArn, accessKeyId, account }: CallRecord): object {
  const { resource = "", account: accountId = account } = parseArn(callerArn) ?? {};
  const [kind, name = "", session] = resource.split("/");
  const common = { arn: callerArn, accountId, accessKeyId };
  if (kind === "assumed-role")
    return {
      type: "AssumedRole",
      ...common,
      sessionContext: {
        sessionIssuer: {
          type: "Role",
          arn: `arn:aws:iam::${accountId}:role/${name}`,
          accountId,
          userName: name,
        },
      },
      ...(session !== undefined && { sessionName: session }),
    };
  if (kind === "user") return { type: "IAMUser", ...common, userName: resource.split("/").at(-1) };
  return { type: "Root", principalId: accountId, ...common };
}

/** Lambda's operations have the date of their API in their name there. */
const SECOND_VERSIONS =
  /^(?:Get|Add|Remove)(?:Function|FunctionConfiguration|Policy|Permission)$|^UpdateFunction(?:Code|Configuration)$/;

function eventNameOf({ service, operation }: CallRecord): string {
  if (service !== "lambda" || /^Invoke/.test(operation)) return operation;
  const path = loadModel("lambda")?.operations[operation]?.http?.requestUri ?? "";
  const [, year = "", month = "", day = ""] = /^\/(\d{4})-(\d\d)-(\d\d)\//.exec(path) ?? [];
  return `${operation}${year}${month}${day}${SECOND_VERSIONS.test(operation) ? "v2" : ""}`;
}

const HIDDEN = "HIDDEN_DUE_TO_SECURITY_REASONS";

/** The input, with names that begin small. S3 has a name of its own for its buckets. */
function parametersOf({ service, operation, input }: CallRecord): unknown {
  if (Object.keys(input).length === 0) return null;
  const model = loadModel(service);
  const shape = model?.operations[operation]?.input;
  const parameters = spelled(model, shape, input) as Record<string, unknown>;
  if (service !== "s3") return parameters;
  const { bucket, body: _, ...rest } = parameters;
  return { ...(bucket !== undefined && { bucketName: bucket }), ...rest };
}

function spelled(model: ServiceModel | undefined, ref: MemberRef | undefined, value: unknown): unknown {
  const shape = ref && model?.shapes[ref.shape];
  if (shape?.sensitive) return HIDDEN;
  if (Array.isArray(value)) return value.map((item) => spelled(model, shape?.member, item));
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  const isMap = shape?.type === "map";
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      isMap ? name : uncapitalized(name),
      spelled(model, isMap ? shape?.value : shape?.members?.[name], member),
    ]),
  );
}
