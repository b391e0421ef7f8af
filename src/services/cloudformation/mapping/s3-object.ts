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
  const chunks: Uint8Array[] = [];
  if (Body instanceof Uint8Array) chunks.push(Body);
  else for await (const chunk of Body as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}
