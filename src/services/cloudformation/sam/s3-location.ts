import { invalidResource } from "./errors.ts";
import { given, isFilled, isMap, type Value, type Values } from "./value.ts";

/** Where something is in S3: `s3://bucket/key?versionId=…`, or a map of Bucket, Key and Version. */
function parseS3Uri(uri: string): Values | undefined {
  const parts = /^s3:\/\/([^/?#]+)(\/[^?#]*)(?:\?([^#]*))?/.exec(uri);
  if (!parts) return undefined;
  const versions = new URLSearchParams(parts[3] ?? "").getAll("versionId");
  return given({
    Bucket: parts[1],
    Key: (parts[2] as string).replace(/^\/+/, ""),
    Version: versions.length === 1 && versions[0] !== "" ? versions[0] : undefined,
  });
}

/** A property that says where a document is, as Bucket, Key and Version. */
export function bodyLocation(id: string, property: string, uri: Value): Values {
  const at = isMap(uri) ? uri : typeof uri === "string" ? parseS3Uri(uri) : undefined;
  if (!at) {
    throw invalidResource(
      id,
      `'${property}' is not a valid S3 Uri of the form 's3://bucket/key' with optional versionId query parameter.`,
    );
  }
  if (!isFilled(at["Bucket"]) || !isFilled(at["Key"])) {
    throw invalidResource(id, `'${property}' requires Bucket and Key properties to be specified.`);
  }
  return given({ Bucket: at["Bucket"], Key: at["Key"], Version: at["Version"] });
}

const HIERARCHIC = /\{\{resolve:(?:ssm|ssm-secure|secretsmanager):[a-zA-Z0-9_.\-/]+(?::\d+)?\}\}/;

/** A property that says where code is, as Lambda's functions and layers have it. */
export function codeLocation(id: string, property: string, uri: Value | undefined): Values {
  if (typeof uri === "string" && HIERARCHIC.exec(uri)?.[0].includes("/")) {
    throw invalidResource(
      id,
      `Unsupported dynamic reference detected in '${property}'. Please consider using alternative 'FunctionCode' object format.`,
    );
  }
  if (!isMap(uri) && typeof uri !== "string") {
    throw invalidResource(id, `'${property}' must be of type dict or string.`);
  }
  const at = bodyLocation(id, property, uri);
  return given({
    S3Bucket: at["Bucket"],
    S3Key: at["Key"],
    S3ObjectVersion: at["Version"],
    S3ObjectStorageMode: isMap(uri) ? uri["StorageMode"] : undefined,
  });
}
