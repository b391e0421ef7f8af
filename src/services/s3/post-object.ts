import { makeArn } from "../../core/arn.ts";
import type { HttpRequest, HttpResponse } from "../../core/http.ts";
import type { Context } from "../../core/service.ts";
import { parseXml, type XmlElement } from "../../protocols/xml-parser.ts";
import { actionsOf } from "./actions.ts";
import {
  accessDenied,
  invalidArgument,
  malformedXml,
  preconditionFailed,
  tooMuchBeforeFile,
} from "./errors.ts";
import { type FormBody, parseForm } from "./form-body.ts";
import { urlEncoded } from "./listing.ts";
import type { NewObjectInput } from "./new-object.ts";
import type { OpenBucket, OpenBuckets } from "./open-buckets.ts";
import { checkPostPolicy } from "./post-policy.ts";
import { isSignedForm, missingField, signerOf } from "./post-signature.ts";
import { isOpen } from "./public-access.ts";
import { putObject } from "./put-object.ts";
import { xml } from "./web-xml.ts";

/** Form fields that say what PutObject's headers do. */
const MEMBERS: Readonly<Record<string, string>> = {
  acl: "ACL",
  "cache-control": "CacheControl",
  "content-disposition": "ContentDisposition",
  "content-encoding": "ContentEncoding",
  "content-type": "ContentType",
  expires: "Expires",
  "x-amz-storage-class": "StorageClass",
  "x-amz-website-redirect-location": "WebsiteRedirectLocation",
  "x-amz-server-side-encryption": "ServerSideEncryption",
  "x-amz-server-side-encryption-aws-kms-key-id": "SSEKMSKeyId",
  "x-amz-checksum-algorithm": "ChecksumAlgorithm",
  "x-amz-checksum-crc32": "ChecksumCRC32",
  "x-amz-checksum-crc32c": "ChecksumCRC32C",
  "x-amz-checksum-crc64nvme": "ChecksumCRC64NVME",
  "x-amz-checksum-sha1": "ChecksumSHA1",
  "x-amz-checksum-sha256": "ChecksumSHA256",
  "x-amz-checksum-sha512": "ChecksumSHA512",
  "x-amz-checksum-md5": "ChecksumMD5",
  "x-amz-checksum-xxhash64": "ChecksumXXHASH64",
  "x-amz-checksum-xxhash3": "ChecksumXXHASH3",
  "x-amz-checksum-xxhash128": "ChecksumXXHASH128",
};

/** What a form may say before its file, in bytes. */
const MOST_BEFORE_FILE = 20 * 1024;

/** A browser's POST: https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html */
export async function postObject(
  open: OpenBuckets,
  bucket: OpenBucket,
  request: HttpRequest,
  ctx: Context,
): Promise<HttpResponse> {
  const form = formOf(request);
  const { fields, file } = form;
  const key = (fields["key"] ?? missingField("key")).replaceAll("${filename}", file?.name ?? "");
  if (key === "") throw invalidArgument("User key must have a length greater than 0.", "key", "");
  if (!file) {
    throw invalidArgument("POST requires exactly one file upload per request.", "file", 0);
  }
  checkAuthority(form, bucket, key, ctx);
  const input = { ...inputOf(fields), Key: key } as NewObjectInput;
  const version = await putObject(open, bucket, input, file.bytes, "ObjectCreated:Post", ctx);
  return answer(fields, bucket, version, request);
}

/** @throws AwsError `PreconditionFailed` for another kind of form */
function formOf({ headers, body }: HttpRequest): FormBody {
  const form = parseForm(headers["content-type"] ?? "", body);
  if (!form) throw preconditionFailed("Bucket POST must be of the enclosure-type multipart/form-data");
  if (form.bytesBefore > MOST_BEFORE_FILE) throw tooMuchBeforeFile();
  return form;
}

/** A form that is signed keeps to its policy; one that is not needs a bucket that is open to everybody. */
function checkAuthority({ fields, file }: FormBody, bucket: OpenBucket, key: string, ctx: Context): void {
  const { policy } = fields;
  const actions = actionsOf("PutObject", inputOf(fields));
  const isSigned = isSignedForm(fields);
  if (policy === undefined) {
    const isAllowed = actions.every((action) => isOpen(bucket, action, key, ctx));
    if (isSigned || !isAllowed) throw accessDenied();
    return;
  }
  if (!isSigned) throw accessDenied();
  const signer = signerOf(fields, ctx.host);
  checkPostPolicy(
    policy,
    Object.assign(Object.create(null), fields, { key, bucket: bucket.name }),
    file?.bytes.length ?? 0,
    ctx.clock.now(),
  );
  const by = {
    as: ctx.host.credentials.find(signer)?.arn ?? makeArn("iam", "", bucket.record.account, "root"),
    account: bucket.record.account,
    region: bucket.record.region,
  };
  for (const action of actions) {
    const denied = ctx.host.refusalOfAction(action, [`${bucket.arn}/${key}`], by);
    if (denied) throw accessDenied(denied.message);
  }
}

function inputOf(fields: FormBody["fields"]): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  const metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(fields)) {
    const member = MEMBERS[name];
    if (member !== undefined) input[member] = value;
    else if (name.startsWith("x-amz-meta-")) metadata[name.slice("x-amz-meta-".length)] = value;
  }
  const tags = fields["tagging"];
  if (tags !== undefined) input["Tagging"] = tagsOfXml(tags);
  return { ...input, Metadata: metadata };
}

/** The field `tagging` is a document; what PutObject takes is a query string. */
function tagsOfXml(text: string): string {
  const root = parseXml(text);
  const textOf = (element: XmlElement, name: string): string =>
    element.children.find((child) => child.name === name)?.text ?? "";
  const [set] = root.children;
  if (root.name !== "Tagging" || set?.name !== "TagSet") throw malformedXml();
  return new URLSearchParams(
    set.children.map((tag): [string, string] => [textOf(tag, "Key"), textOf(tag, "Value")]),
  ).toString();
}

function answer(
  fields: FormBody["fields"],
  bucket: OpenBucket,
  { key, etag, versionId }: { key: string; etag: string; versionId: string },
  { headers }: HttpRequest,
): HttpResponse {
  const host = headers["host"] ?? "";
  const path = host.startsWith(`${bucket.name}.`) ? "" : `/${bucket.name}`;
  const location = `http://${host}${path}/${urlEncoded(key)}`;
  const common = {
    etag: `"${etag}"`,
    location,
    ...(versionId !== "null" && { "x-amz-version-id": versionId }),
  };
  const redirect = fields["success_action_redirect"] ?? fields["redirect"];
  if (redirect !== undefined && URL.canParse(redirect)) {
    const url = new URL(redirect);
    url.searchParams.set("bucket", bucket.name);
    url.searchParams.set("key", key);
    url.searchParams.set("etag", `"${etag}"`);
    return { status: 303, headers: { ...common, location: url.href } };
  }
  const status = Number(fields["success_action_status"]);
  if (status === 201) {
    const members = { Location: location, Bucket: bucket.name, Key: key, ETag: `"${etag}"` };
    return {
      status: 201,
      headers: { ...common, "content-type": "application/xml" },
      body: xml("PostResponse", members),
    };
  }
  return { status: status === 200 ? 200 : 204, headers: common };
}
