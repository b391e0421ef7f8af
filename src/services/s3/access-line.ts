import type { CallRecord } from "../../core/bus.ts";
import type { HttpRequest } from "../../core/http.ts";
import { hostId } from "../../protocols/host-id.ts";
import { type BucketRecord, canonicalId } from "./bucket.ts";

/** One line of a server access log: https://docs.aws.amazon.com/AmazonS3/latest/userguide/LogFormat.html */
export interface AccessLine {
  readonly atMs: number;
  readonly text: string;
}

/** What is noted of a call while it is under way; nothing of one that is refused before it comes to S3. */
export interface Noted {
  readonly input: Readonly<Record<string, unknown>>;
  readonly request: HttpRequest | undefined;
  readonly output?: {
    readonly ContentLength?: number;
    readonly ContentRange?: string;
    readonly VersionId?: string;
  };
}

/** Operations that are not called after their method and subresource. */
const NAMES: Readonly<Record<string, string>> = {
  CopyObject: "REST.COPY.OBJECT",
  UploadPartCopy: "REST.COPY.PART",
  CreateMultipartUpload: "REST.POST.UPLOADS",
  CompleteMultipartUpload: "REST.POST.UPLOAD",
  UploadPart: "REST.PUT.PART",
  AbortMultipartUpload: "REST.DELETE.UPLOAD",
  ListParts: "REST.GET.UPLOAD",
  ListMultipartUploads: "REST.GET.UPLOADS",
  DeleteObjects: "REST.POST.MULTI_OBJECT_DELETE",
  ListObjects: "REST.GET.BUCKET",
  ListObjectsV2: "REST.GET.BUCKET",
  ListObjectVersions: "REST.GET.BUCKETVERSIONS",
  GetBucketPolicy: "REST.GET.BUCKETPOLICY",
  PutBucketPolicy: "REST.PUT.BUCKETPOLICY",
  DeleteBucketPolicy: "REST.DELETE.BUCKETPOLICY",
  GetBucketLogging: "REST.GET.LOGGING_STATUS",
  PutBucketLogging: "REST.PUT.LOGGING_STATUS",
  GetObjectTagging: "REST.GET.OBJECT_TAGGING",
  PutObjectTagging: "REST.PUT.OBJECT_TAGGING",
  DeleteObjectTagging: "REST.DELETE.OBJECT_TAGGING",
  RestoreObject: "REST.POST.RESTORE",
};

/** The line of a request, and of a DeleteObjects one for each object. */
export function linesOf(bucket: BucketRecord, record: CallRecord, noted: Noted | undefined): AccessLine[] {
  const input = noted?.input ?? record.input;
  const key = typeof input["Key"] === "string" ? input["Key"] : undefined;
  const line = (operation: string, of: string | undefined, status: number) => ({
    atMs: record.startedAt,
    text: fieldsOf(bucket, record, noted, operation, of, status).join(" "),
  });
  const lines = [line(operationOf(record.operation, noted?.request), key, record.status)];
  if (record.operation !== "DeleteObjects" || record.errorCode !== undefined) return lines;
  const { Objects: objects = [] } = (input["Delete"] ?? {}) as {
    readonly Objects?: readonly { Key?: string }[];
  };
  return [...lines, ...objects.map(({ Key }) => line("BATCH.DELETE.OBJECT", Key, 204))];
}

function fieldsOf(
  bucket: BucketRecord,
  record: CallRecord,
  noted: Noted | undefined,
  operation: string,
  key: string | undefined,
  status: number,
): string[] {
  const { request, output } = noted ?? {};
  const headers = request?.headers ?? {};
  const { sent, size } = bytesOf(record, noted);
  const uri = request && `${request.method} ${request.path}${request.query && `?${request.query}`} HTTP/1.1`;
  const [signature, ...authentication] = signatureOf(request);
  const version = output?.VersionId ?? noted?.input["VersionId"];
  return [
    canonicalId(bucket.account),
    bucket.name,
    timeOf(record.startedAt),
    request?.remoteAddress ?? "-",
    signature === "-" && request ? "-" : requesterOf(record),
    record.id,
    operation,
    key === undefined ? "-" : encodeURIComponent(key).replaceAll("%2F", "/"),
    uri === undefined ? "-" : quoted(uri),
    String(status),
    record.errorCode ?? "-",
    sent ? String(sent) : "-",
    size === undefined ? "-" : String(size),
    String(Math.round(record.durationMs)),
    String(Math.round(record.durationMs)),
    quoted(headers["referer"]),
    quoted(headers["user-agent"] ?? record.userAgent),
    typeof version === "string" ? version : "-",
    hostId(record.id),
    signature,
    ...authentication,
    headers["host"] ?? "-",
    "-",
    accessPointOf(record),
    "-",
    bucket.region,
  ];
}

function operationOf(operation: string, request: HttpRequest | undefined): string {
  const named = NAMES[operation];
  if (named !== undefined) return named;
  const [, verb = "", rest = ""] = /^(Get|Put|Delete|Head|Create|List)(.*)$/.exec(operation) ?? [];
  const method = request?.method ?? METHODS[verb] ?? "POST";
  const resource = rest.replace(/^Bucket(?=.)/, "").replace(/Configurations?$/, "");
  return `REST.${method}.${resource.replace(/(?<=[a-z])(?=[A-Z])/g, "_").toUpperCase()}`;
}

const METHODS: Readonly<Record<string, string>> = {
  Get: "GET",
  List: "GET",
  Put: "PUT",
  Create: "PUT",
  Delete: "DELETE",
  Head: "HEAD",
};

/** What of an answer is its body, and how large the object is, as far as that is known. */
function bytesOf(record: CallRecord, noted: Noted | undefined): { sent?: number; size?: number } {
  if (record.errorCode !== undefined) return {};
  const { ContentLength: length, ContentRange: range } = noted?.output ?? {};
  if (record.operation === "GetObject" && length !== undefined)
    return { sent: length, size: Number(range?.split("/")[1] ?? length) };
  if (record.operation === "HeadObject" && length !== undefined) return { size: length };
  const { headers } = noted?.request ?? {};
  const given = headers?.["x-amz-decoded-content-length"] ?? headers?.["content-length"];
  const isUpload = record.operation === "PutObject" || record.operation === "UploadPart";
  return isUpload && given !== undefined ? { size: Number(given) } : {};
}

/** An identity by its ARN, an account by its canonical id. */
function requesterOf({ callerArn }: CallRecord): string {
  const account = /^arn:[\w-]+:iam::(\d{12}):root$/.exec(callerArn)?.[1];
  return account === undefined ? callerArn : canonicalId(account);
}

/** Its version, the connection's cipher suite, and where it stands. */
function signatureOf(request: HttpRequest | undefined): [string, string, string] {
  const given = request?.headers["authorization"];
  if (given !== undefined) return [given.startsWith("AWS4-") ? "SigV4" : "SigV2", "-", "AuthHeader"];
  const [, version] = /(?:^|&)(X-Amz-)?Signature=/.exec(request?.query ?? "") ?? ["", "none"];
  return version === "none" ? ["-", "-", "-"] : [version ? "SigV4" : "SigV2", "-", "QueryString"];
}

const accessPointOf = ({ input: { Bucket } }: CallRecord): string =>
  typeof Bucket === "string" && Bucket.startsWith("arn:") && Bucket.includes(":accesspoint") ? Bucket : "-";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `[06/Feb/2019:00:00:38 +0000]` */
function timeOf(ms: number): string {
  const [date = "", time = ""] = new Date(ms).toISOString().split(/[T.]/);
  const [year, month, day] = date.split("-");
  return `[${day}/${MONTHS[Number(month) - 1]}/${year}:${time} +0000]`;
}

const quoted = (text = "-") => `"${text.replaceAll('"', "%22")}"`;
