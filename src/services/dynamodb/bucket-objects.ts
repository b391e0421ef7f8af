/** S3 as exports and imports use it, through whoever serves it, with the permissions of who asked for them. */
import type { Context } from "../../core/service.ts";

export async function putObject(ctx: Context, Bucket: string, Key: string, body: Uint8Array): Promise<void> {
  await ctx.call("s3", "PutObject", { Bucket, Key, Body: body }, { as: ctx.caller });
}

/** Keys of all objects below a prefix. */
export async function listObjects(
  ctx: Context,
  Bucket: string,
  Prefix: string | undefined,
): Promise<string[]> {
  const keys: string[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await ctx.call<{ Contents?: { Key?: string }[]; NextContinuationToken?: string }>(
      "s3",
      "ListObjectsV2",
      { Bucket, Prefix, ContinuationToken },
      { as: ctx.caller },
    );
    for (const { Key } of page.Contents ?? []) if (Key !== undefined && !Key.endsWith("/")) keys.push(Key);
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  return keys;
}

export async function getObject(ctx: Context, Bucket: string, Key: string): Promise<Buffer> {
  const { Body: body } = await ctx.call<{ Body?: Uint8Array | AsyncIterable<Uint8Array> }>(
    "s3",
    "GetObject",
    { Bucket, Key },
    { as: ctx.caller },
  );
  if (body === undefined) return Buffer.alloc(0);
  if (body instanceof Uint8Array) return Buffer.from(body);
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}
