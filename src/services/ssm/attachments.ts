import { createHash } from "node:crypto";
import { AwsError } from "../../core/aws-error.ts";
import type { HttpResponse } from "../../core/http.ts";
import { wholeBody } from "../../core/joined.ts";
import type { AdminRoute, Context, ServiceHost } from "../../core/service.ts";
import { defineCollection, type Store } from "../../core/storage.ts";
import type * as SSM from "../../models/generated/ssm.ts";
import { type DocumentRecord, type DocumentVersionRecord, findDocument, storeOf } from "./document.ts";
import type { DocumentContent } from "./document-content.ts";
import { validation } from "./errors.ts";

/** A file that came with a version of a document, by the document's name, the version and its own name. */
export interface AttachmentRecord {
  readonly name: string;
  /** Hexadecimal. */
  readonly sha256: string;
  readonly sizeBytes: number;
  /** Base64. */
  readonly content: string;
}

export const attachmentRecords = defineCollection<AttachmentRecord>({
  name: "document-attachments",
  indexes: { sha256: ({ sha256 }) => [sha256] },
});

/** What was attached, or why the version is `Failed`. */
export interface Attached {
  readonly files: readonly AttachmentRecord[];
  readonly failure?: string;
}

export const NOTHING_ATTACHED: Attached = { files: [] };

/** AWS says no size; these are held in memory while they are copied. */
const LARGEST_BYTES = 16 * 1024 * 1024;
const NAME = /^[a-zA-Z0-9_\-.]{3,128}$/;

/** Why a version could not be made of its sources: it is there, and says so. */
class Unattachable extends Error {}

/**
 * Copies what a document's sources name, with the permissions of its maker, and holds it against the checksums in the document's `files`.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_AttachmentsSource.html
 * @throws ValidationException for a source that names nothing
 */
export async function attached(
  sources: readonly SSM.AttachmentsSource[],
  content: DocumentContent,
  ctx: Context,
): Promise<Attached> {
  const found = new Map<string, Buffer>();
  const wanted = sources.map(sourceOf);
  try {
    for (const { key, value, name } of wanted)
      for (const [file, body] of await READERS[key](value, { name, content, ctx })) found.set(file, body);
    return { files: [...found].map(([name, body]) => record(name, body, content)) };
  } catch (error) {
    if (error instanceof Unattachable) return { files: [], failure: error.message };
    throw error;
  }
}

type Key = keyof typeof READERS;

function sourceOf({ Key: key = "", Values = [], Name: name }: SSM.AttachmentsSource) {
  const [value] = Values;
  if (!Object.hasOwn(READERS, key) || value === undefined || Values.length > 1)
    throw validation(
      "An attachment needs a Key (SourceUrl, S3FileUrl or AttachmentReference) and one value.",
    );
  if (name !== undefined && !NAME.test(name))
    throw validation(`The attachment name ${name} is not valid. It must match ${NAME.source}.`);
  return { key: key as Key, value, name };
}

interface Reading {
  readonly name: string | undefined;
  readonly content: DocumentContent;
  readonly ctx: Context;
}

const READERS = {
  async S3FileUrl(url: string, { name, ctx }: Reading) {
    const place = placeOf(url);
    return [[name ?? lastOf(place.Key), await bodyOf(place, ctx)]] as [string, Buffer][];
  },

  /** A folder: of it what the document's `files` name; where it names none, all that lies in it (inferred). */
  async SourceUrl(url: string, { content, ctx }: Reading) {
    const { Bucket, Key } = placeOf(url);
    const folder = Key === "" || Key.endsWith("/") ? Key : `${Key}/`;
    const declared = Object.keys(content.files ?? {}).map((name) => `${folder}${name}`);
    const keys = declared.length > 0 ? declared : await keysIn({ Bucket, folder }, ctx);
    return await Promise.all(
      keys.map(
        async (key): Promise<[string, Buffer]> => [lastOf(key), await bodyOf({ Bucket, Key: key }, ctx)],
      ),
    );
  },

  /** `document/version/file`, by the ARN of a document that another account shares. */
  async AttachmentReference(reference: string, { name, ctx }: Reading) {
    const [, document = "", version = "", file = ""] = /^(.+)\/(\d+)\/([^/]+)$/.exec(reference) ?? [];
    const kept = referredTo(document, ctx)
      .collection(attachmentRecords)
      .get([lastOf(document), Number(version), file]);
    if (!kept) throw new Unattachable(`The attachment ${reference} doesn't exist.`);
    return [[name ?? file, Buffer.from(kept.content, "base64")]] as [string, Buffer][];
  },
};

/** Where a document's files are kept: with whoever shares it. */
function referredTo(nameOrArn: string, ctx: Context): Store {
  try {
    return storeOf(findDocument(nameOrArn, ctx), ctx);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new Unattachable(error.message);
  }
}

const lastOf = (path: string) => path.split("/").at(-1) ?? path;

/** `s3://bucket/key` and S3's https addresses. */
function placeOf(url: string): { Bucket: string; Key: string } {
  const plain = /^s3:\/\/([^/]+)\/?(.*)$/.exec(url);
  if (plain) return { Bucket: plain[1] ?? "", Key: plain[2] ?? "" };
  const hosted = /^https:\/\/([^/]+?)\.s3[.-][^/]*\/(.*)$/.exec(url);
  const inPath = /^https:\/\/s3[.-][^/]*\/([^/]+)\/?(.*)$/.exec(url);
  const [, Bucket, Key = ""] = hosted ?? inPath ?? [];
  if (Bucket === undefined) throw new Unattachable(NO_BUCKET);
  return { Bucket, Key: decodeURIComponent(Key) };
}

/** AWS's example of a `StatusInformation`: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DocumentDescription.html */
const NO_BUCKET = "The specified S3 bucket doesn't exist. Verify that the URL of the S3 bucket is correct.";

async function bodyOf(place: { Bucket: string; Key: string }, ctx: Context): Promise<Buffer> {
  const { Body, ContentLength = 0 } = await ofS3<{
    Body?: Uint8Array | AsyncIterable<Uint8Array>;
    ContentLength?: number;
  }>("GetObject", place, ctx);
  if (ContentLength > LARGEST_BYTES) {
    if (Body && !(Body instanceof Uint8Array)) await Body[Symbol.asyncIterator]().return?.();
    throw new Unattachable(
      `Squall attaches files of up to 16 MB: s3://${place.Bucket}/${place.Key} is larger.`,
    );
  }
  return await wholeBody(Body);
}

async function keysIn(
  { Bucket, folder }: { Bucket: string; folder: string },
  ctx: Context,
): Promise<string[]> {
  const listed = await ofS3<{ Contents?: { Key?: string }[] }>(
    "ListObjectsV2",
    { Bucket, Prefix: folder, Delimiter: "/" },
    ctx,
  );
  const keys = (listed.Contents ?? []).map(({ Key = "" }) => Key).filter((key) => !key.endsWith("/"));
  if (keys.length === 0) throw new Unattachable(`There is no file in s3://${Bucket}/${folder}.`);
  return keys;
}

async function ofS3<O>(operation: string, input: object, ctx: Context): Promise<O> {
  try {
    return await ctx.call<O>("s3", operation, input, { as: ctx.caller });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new Unattachable(
      error.code === "NoSuchBucket" ? NO_BUCKET : `S3 answered ${error.code}: ${error.message}`,
    );
  }
}

/** The words of what does not fit are inferred. */
function record(name: string, body: Buffer, { files = {} }: DocumentContent): AttachmentRecord {
  if (!NAME.test(name)) throw new Unattachable(`The attachment name ${name} is not valid.`);
  const sha256 = createHash("sha256").update(body).digest("hex");
  const declared = Object.hasOwn(files, name) ? files[name]?.checksums?.sha256 : undefined;
  if (declared !== undefined && declared.toLowerCase() !== sha256)
    throw new Unattachable(`The checksum of the attachment ${name} doesn't match: it is ${sha256}.`);
  return { name, sha256, sizeBytes: body.length, content: body.toString("base64") };
}

/** What is attached to a version of a document. */
export const attachmentsOf = (
  document: DocumentRecord,
  { version }: DocumentVersionRecord,
  ctx: Context,
): AttachmentRecord[] => [
  ...storeOf(document, ctx)
    .collection(attachmentRecords)
    .values({ prefix: [document.name, version] }),
];

const PATH = "/_squall/ssm/attachments";

/** With where it can be downloaded: AWS gives a presigned URL of its own bucket. */
export const describeAttachment = (
  { name, sha256, sizeBytes }: AttachmentRecord,
  host: ServiceHost,
): SSM.AttachmentContent => ({
  Name: name,
  Size: sizeBytes,
  Hash: sha256,
  HashType: "Sha256",
  Url: `${host.endpoint.loopback()}${PATH}/${sha256}`,
});

/** Serves the attachments that GetDocument points to. */
export const attachmentRoute = (host: ServiceHost): AdminRoute => ({
  method: "GET",
  path: `${PATH}/:sha256`,
  // AWS's is a presigned URL: who has a file's hash was given it by GetDocument.
  isOpen: true,
  async handle(_request, { sha256 = "" }): Promise<HttpResponse> {
    for (const { account, region } of host.scopes()) {
      const kept = host.store(account, region).collection(attachmentRecords).by("sha256");
      for (const { content } of kept.values({ prefix: [sha256] })) {
        const headers = { "content-type": "application/octet-stream" };
        return { status: 200, headers, body: Buffer.from(content, "base64") };
      }
    }
    return { status: 404, headers: {} };
  },
});
