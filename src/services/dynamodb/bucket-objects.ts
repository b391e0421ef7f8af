/** S3 as exports and imports use it, through whoever serves it. */
import { wholeBody } from "../../core/joined.ts";
import type { CallService } from "../../core/service.ts";

export async function putObject(
  call: CallService,
  Bucket: string,
  Key: string,
  body: Uint8Array,
): Promise<void> {
  await call("s3", "PutObject", { Bucket, Key, Body: body });
}

/** Keys of all objects below a prefix. */
export async function listObjects(
  call: CallService,
  Bucket: string,
  Prefix: string | undefined,
): Promise<string[]> {
  const keys: string[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await call<{ Contents?: { Key?: string }[]; NextContinuationToken?: string }>(
      "s3",
      "ListObjectsV2",
      { Bucket, Prefix, ContinuationToken },
    );
    for (const { Key } of page.Contents ?? []) if (Key !== undefined && !Key.endsWith("/")) keys.push(Key);
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  return keys;
}

export async function getObject(call: CallService, Bucket: string, Key: string): Promise<Buffer> {
  const { Body } = await call<{ Body?: Uint8Array | AsyncIterable<Uint8Array> }>("s3", "GetObject", {
    Bucket,
    Key,
  });
  return wholeBody(Body);
}
