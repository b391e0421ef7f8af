import { wholeBody } from "../../../core/joined.ts";
import type { ResourceContext } from "../resource-type.ts";
import type { Properties } from "./mapped.ts";

/** The text of an object that a template points to: a document of an API or of a state machine. */
export async function fromS3(location: Properties, at: ResourceContext): Promise<string> {
  const { Bucket, Key, Version, ETag } = location;
  const { Body } = await at.call("s3", "GetObject", {
    Bucket,
    Key,
    ...(Version === undefined ? {} : { VersionId: Version }),
    ...(ETag === undefined ? {} : { IfMatch: ETag }),
  });
  return (await wholeBody(Body as Uint8Array | AsyncIterable<Uint8Array>)).toString("utf8");
}
