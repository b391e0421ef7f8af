import { AwsError } from "../core/aws-error.ts";
import type { Query } from "./routes.ts";

/*
 * What S3 makes of the parameters that choose what of a bucket or an object is meant, before it looks for either. Without
 * it `DELETE /bucket?uploadId=…`, an abort without a key, would be the bucket's own end.
 * As AWS answered in us-east-1 in September 2026.
 */

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

/** Of a bucket; those that have a Get. */
const OF_BUCKETS = words(
  `abac accelerate acl analytics cors encryption intelligent-tiering inventory lifecycle location logging
   metadataConfiguration metadataTable metrics notification object-lock ownershipControls policy policyStatus
   publicAccessBlock replication requestPayment tagging uploads versioning versions website`,
);

/** Of an object; those that have a Get. */
const OF_OBJECTS = words("acl annotation attributes legal-hold retention tagging torrent uploadId");

/** What can only be written. */
const WRITTEN = words(
  "delete metadataAnnotationTable metadataInventoryTable metadataJournalTable renameObject restore select",
);

const SELECTORS: ReadonlySet<string> = new Set([...OF_BUCKETS, ...OF_OBJECTS, ...WRITTEN]);

/** Of a bucket, and of the bucket still when a key is named with it. */
const WHATEVER_THE_KEY = words(
  "accelerate cors inventory lifecycle location notification policy replication requestPayment versioning website",
);

/** What selects at a key's path; the rest of a bucket's is passed over there. */
const AT_KEYS: ReadonlySet<string> = new Set([
  ...OF_OBJECTS,
  ...WHATEVER_THE_KEY,
  ...words("delete encryption logging restore select uploads versions"),
]);

/** Numbers, by what they come with at a bucket and at a key. */
const NUMBERS: readonly (readonly [name: string, atKey: boolean, selectors: readonly string[]])[] = [
  ["max-keys", false, ["", "versions"]],
  ["max-uploads", false, ["uploads"]],
  ["max-parts", true, ["uploadId"]],
  ["part-number-marker", true, ["uploadId"]],
];
const LARGEST_INTEGER = 2_147_483_647;

/** What a function posts, at a host of its own: https://docs.aws.amazon.com/AmazonS3/latest/API/API_WriteGetObjectResponse.html */
const OF_FUNCTIONS = "/WriteGetObjectResponse";

/**
 * The path that is meant.
 * @throws AwsError `InvalidArgument`, `InvalidRequest`, `MethodNotAllowed`, `NoLoggingStatusForKey`
 */
export function s3Path(method: string, path: string, query: Query): string {
  if (query.size === 0 && (method !== "POST" || path.endsWith(OF_FUNCTIONS))) return path;
  const keyAt = path.indexOf("/", 1) + 1;
  const hasKey = keyAt > 0 && keyAt < path.length;
  if (path === "/") return path;
  const chosen = chosenIn(query, hasKey);
  checkConflict(chosen);
  const [selector = ""] = hasKey ? chosen.filter((name) => AT_KEYS.has(name)) : chosen;
  if (hasKey) checkAtKey(method, selector, query);
  else checkAtBucket(method, selector, query);
  if (method === "HEAD" && selector !== "") throw noHead(hasKey ? OF_OBJECTS : OF_BUCKETS, selector);
  if (method === "GET") checkNumbers(hasKey, selector, query);
  const isOfBucket = WHATEVER_THE_KEY.has(selector) || (method === "POST" && selector === "delete");
  return hasKey && isOfBucket ? path.slice(0, keyAt - 1) : path;
}

function chosenIn(query: Query, hasKey: boolean): string[] {
  const chosen = [...query.keys()].filter((name) => SELECTORS.has(name));
  // The name of an annotation stands beside it.
  if (hasKey && query.has("annotationName") && !query.has("annotation")) chosen.push("annotationName");
  return chosen.sort();
}

function checkConflict(chosen: readonly string[]): void {
  const [first = ""] = chosen;
  if (chosen.length > 1)
    throw invalidArgument(`Conflicting query string parameters: ${chosen.join(", ")}`, "ResourceType", first);
  if (first === "annotationName")
    throw invalidArgument("Unexpected query string parameter", "ResourceType", first);
}

function checkAtKey(method: string, selector: string, query: Query): void {
  checkWebsite(query);
  if (method === "PUT") checkPart(query);
  // To an object itself nothing is posted.
  if (method === "POST" && selector === "") throw methodNotAllowed(method, "OBJECT");
  if (method !== "GET") return;
  if (selector === "logging") throw notOfKeys("NoLoggingStatusForKey", selector);
  if (selector === "uploads" || selector === "versions") throw notOfKeys("InvalidRequest", selector);
}

function checkAtBucket(method: string, selector: string, query: Query): void {
  const isList = method === "GET" && selector === "";
  if (isList) checkListVersion(query);
  if (query.has("partNumber")) throw invalidRequest("Object must have a valid key name.");
  if (isList || selector === "versions") checkNumbers(false, selector, query);
  const version = query.get("versionId")?.[0];
  if (version !== undefined && selector !== "acl")
    throw invalidArgument("This operation does not accept a version-id.", "versionId", version);
  checkWebsite(query);
  if (method === "HEAD") return;
  if (selector === "uploadId") throw invalidRequest("A key must be specified");
  if (method !== "GET") return;
  if (selector === "delete") throw methodNotAllowed(method, "MULTI_OBJECT_DELETE");
  if (selector === "torrent") throw methodNotAllowed(method, "TORRENT");
}

/** A part of an upload is put by both: without one of them it would be an object. */
function checkPart(query: Query): void {
  if (query.has("partNumber") && !query.has("uploadId")) {
    throw invalidArgument(
      "This operation does not accept partNumber without uploadId",
      "partNumber",
      "partNumber",
    );
  }
  if (query.has("uploadId") && !query.has("partNumber")) throw methodNotAllowed("PUT", "UPLOAD");
}

/** What is said to one version of the list is not said to the other. */
function checkListVersion(query: Query): void {
  const isSecond = query.get("list-type")?.[0] === "2";
  if (isSecond && query.has("marker"))
    throw invalidArgument("Marker unsupported with REST.GET.BUCKET in list-type=2", "marker");
  if (isSecond) return;
  for (const [name, called] of [
    ["continuation-token", "continuation-token"],
    ["start-after", "startAfter"],
  ] as const)
    if (query.has(name))
      throw invalidArgument(`${called} only supported in REST.GET.BUCKET with list-type=2`, name);
}

function checkWebsite(query: Query): void {
  const value = query.get("website")?.[0];
  if (value !== undefined && value !== "")
    throw invalidArgument("The website parameter must not have a value", "website", value);
}

function checkNumbers(hasKey: boolean, selector: string, query: Query): void {
  for (const [name, atKey, selectors] of NUMBERS) {
    const text = query.get(name)?.[0];
    // As recorded: a number that is empty is as good as none.
    if (!text || atKey !== hasKey || !selectors.includes(selector)) continue;
    if (!/^[+-]?\d+$/.test(text) || Math.abs(Number(text)) > LARGEST_INTEGER)
      throw invalidArgument(`Provided ${name} not an integer or within integer range`, name, text);
  }
}

const invalidArgument = (message: string, ArgumentName: string, ArgumentValue?: string) =>
  new AwsError("InvalidArgument", message, {
    status: 400,
    members: { ArgumentName, ...(ArgumentValue !== undefined && { ArgumentValue }) },
  });

const invalidRequest = (message: string) => new AwsError("InvalidRequest", message, { status: 400 });

const notOfKeys = (code: string, selector: string) =>
  new AwsError(code, `There is no such thing as the ?${selector} sub-resource for a key`, { status: 400 });

const methodNotAllowed = (Method: string, ResourceType?: string, headers: Record<string, string> = {}) =>
  new AwsError("MethodNotAllowed", "The specified method is not allowed against this resource.", {
    status: 405,
    members: { Method, ...(ResourceType !== undefined && { ResourceType }) },
    headers,
  });

/** Nothing that is selected has a HEAD; where it has a GET, the answer says so. */
function noHead(got: ReadonlySet<string>, selector: string): AwsError {
  const isGot = (got.has(selector) && selector !== "torrent") || WHATEVER_THE_KEY.has(selector);
  return methodNotAllowed("HEAD", undefined, isGot ? { allow: "GET" } : {});
}
