import { AwsError } from "../../../core/aws-error.ts";
import { wholeBody } from "../../../core/joined.ts";
import { readJson } from "../../../core/read-json.ts";
import { sure } from "../../../core/sure.ts";
import { zlib } from "../../../core/zlib.ts";
import { LanguageError, StateFailure } from "../language/failure.ts";
import { isObject, type Json, type JsonObject } from "../language/json.ts";
import type { Visit } from "../run/visit.ts";
import { csvItems } from "./csv.ts";
import { entriesOf, type Item, type Items, isItems } from "./items.ts";

/** The items of a distributed Map that are read from S3: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html */

export const readsItems = ({ state }: Visit): boolean => state.ItemReader !== undefined;

/** What the reader's fields come to. */
interface Plan {
  readonly source: JsonObject;
  readonly maxItems: number | undefined;
}

/** @throws StateFailure States.ItemReaderFailed */
export async function readItems(visit: Visit, { source, maxItems }: Plan): Promise<readonly Item[]> {
  if (maxItems !== undefined && maxItems < 0) throw failed("field MaxItems must be positive");
  const items = entriesOf(await itemsIn(visit, source));
  // None at all is no limit.
  return maxItems === undefined || maxItems === 0 ? items : items.slice(0, maxItems);
}

const readerOf = ({ state }: Visit) => sure(state.ItemReader); // Only a Map that has one reads items.

readItems.plan = async (visit: Visit): Promise<Plan> => {
  const { Parameters, Arguments, ReaderConfig } = readerOf(visit);
  const filled = visit.isJsonata
    ? await visit.query(Arguments ?? {}, "ItemReader/Arguments")
    : visit.template(Parameters ?? {}, visit.afterInputPath().json);
  return { source: isObject(filled) ? filled : {}, maxItems: await maxItemsOf(visit, ReaderConfig ?? {}) };
};

async function maxItemsOf(
  visit: Visit,
  { MaxItems, MaxItemsPath }: { readonly MaxItems?: number | string; readonly MaxItemsPath?: string },
): Promise<number | undefined> {
  let value: Json | undefined = MaxItems;
  if (MaxItemsPath !== undefined) value = visit.path(MaxItemsPath, visit.afterInputPath().json);
  else if (typeof MaxItems === "string" && visit.isJsonata)
    value = await visit.query(MaxItems, "ItemReader/ReaderConfig/MaxItems");
  if (value === undefined) return undefined;
  const number = typeof value === "string" && /^-?\d+$/.test(value) ? Number(value) : value;
  if (typeof number !== "number" || !Number.isInteger(number))
    throw new LanguageError(
      `The MaxItemsPath field refers to value "${typeof value === "string" ? value : JSON.stringify(value)}" which is not a valid integer: ${MaxItemsPath ?? MaxItems}`,
    );
  return number;
}

const failed = (message: string): StateFailure =>
  new StateFailure("States.ItemReaderFailed", message, "branch");

async function itemsIn(visit: Visit, source: JsonObject): Promise<Items> {
  const { Resource, ReaderConfig = {} } = readerOf(visit);
  try {
    if (/:s3:listObjectsV2$/.test(Resource)) return await listed(visit, source);
    const text = async (bucket: Json | undefined, key: Json | undefined) =>
      (await bytesOf(visit, bucket, key)).toString("utf8");
    const { InputType } = ReaderConfig;
    if (InputType === "MANIFEST" || ReaderConfig.ManifestType !== undefined)
      return await manifested(visit, source, ReaderConfig.ManifestType ?? "S3_INVENTORY");
    const content = await text(source["Bucket"], source["Key"]);
    if (InputType === "CSV") return csvItems(content, ReaderConfig, failed);
    if (InputType === "JSONL")
      return content
        .split(/\r?\n/)
        .filter((line) => line.trim() !== "")
        .map(parsed);
    if (InputType === "PARQUET") throw failed("Squall does not read Parquet files yet.");
    return pointed(parsed(content), ReaderConfig.ItemsPointer);
  } catch (error) {
    if (error instanceof AwsError)
      throw failed(
        `S3 error when accessing ${source["Bucket"]}/${source["Key"] ?? source["Prefix"] ?? ""}: ${error.message}`,
      );
    throw error;
  }
}

function parsed(text: string): Json {
  try {
    return readJson(text) as Json;
  } catch (error) {
    throw failed(`The data is not valid JSON: ${(error as Error).message}`);
  }
}

/** An array or an object, or the one that a JSON pointer names. */
function pointed(value: Json, pointer: string | undefined): Items {
  let found: Json | undefined = value;
  for (const part of pointer === undefined ? [] : pointer.split("/").slice(1)) {
    const name = part.replace(/~1/g, "/").replace(/~0/g, "~");
    found = Array.isArray(found)
      ? (found as readonly Json[])[Number(name)]
      : isObject(found)
        ? found[name]
        : undefined;
  }
  if (isItems(found)) return found;
  throw failed("Attempting to map over non-iterable node.");
}

async function bytesOf(visit: Visit, bucket: Json | undefined, key: Json | undefined): Promise<Buffer> {
  const { run } = visit;
  const options = run.callOptions(undefined, run.abort.signal);
  const { Body } = await run.host.call<{ Body?: AsyncIterable<Uint8Array> | Uint8Array }>(
    "s3",
    "GetObject",
    { Bucket: bucket, Key: key },
    options,
  );
  return wholeBody(Body);
}

interface ListedObject {
  readonly Key?: string;
  readonly ETag?: string;
  readonly LastModified?: Date;
  readonly Size?: number;
  readonly StorageClass?: string;
}

/** The objects of a bucket, as ListObjectsV2 names them. */
async function listed(visit: Visit, source: JsonObject): Promise<Json[]> {
  const { run } = visit;
  const options = run.callOptions(undefined, run.abort.signal);
  const items: Json[] = [];
  let token: string | undefined;
  do {
    const page = await run.host.call<{ Contents?: ListedObject[]; NextContinuationToken?: string }>(
      "s3",
      "ListObjectsV2",
      { ...source, ...(token !== undefined && { ContinuationToken: token }) },
      options,
    );
    for (const { Key = "", ETag = "", LastModified, Size = 0, StorageClass = "STANDARD" } of page.Contents ??
      [])
      items.push({
        Etag: ETag,
        Key,
        LastModified: LastModified ? Math.floor(new Date(LastModified).getTime() / 1000) : 0,
        Size,
        StorageClass,
      });
    token = page.NextContinuationToken;
  } while (token !== undefined);
  return items;
}

interface Manifest {
  readonly fileSchema?: string;
  readonly destinationBucket?: string;
  readonly files?: readonly { readonly key: string }[];
}

/** What a manifest's files list: an S3 inventory's rows, or what an Athena query unloaded. */
async function manifested(visit: Visit, source: JsonObject, type: string): Promise<Json[]> {
  const text = (await bytesOf(visit, source["Bucket"], source["Key"])).toString("utf8");
  const items: Json[] = [];
  if (type === "ATHENA_DATA") {
    for (const address of text.split(/\r?\n/).filter((line) => line.startsWith("s3://"))) {
      const [bucket, ...key] = address.slice("s3://".length).split("/");
      const content = unpacked(await bytesOf(visit, bucket, key.join("/")));
      items.push(...csvItems(content, readerOf(visit).ReaderConfig ?? {}, failed));
    }
    return items;
  }
  const manifest = parsed(text) as unknown as Manifest;
  const headers = (manifest.fileSchema ?? "").split(",").map((name) => name.trim());
  const bucket = manifest.destinationBucket?.replace(/^arn:aws[\w-]*:s3:::/, "") ?? source["Bucket"];
  for (const { key } of manifest.files ?? [])
    items.push(
      ...csvItems(
        unpacked(await bytesOf(visit, bucket, key)),
        { CSVHeaderLocation: "GIVEN", CSVHeaders: headers },
        failed,
      ),
    );
  return items;
}

const unpacked = (bytes: Buffer): string =>
  (bytes[0] === 0x1f && bytes[1] === 0x8b ? zlib().gunzipSync(bytes) : bytes).toString("utf8");
