/** How long an iterator can be used. */
export const ITERATOR_LIFE_MS = 5 * 60 * 1000;

/** Where a reader of a shard stands; on the wire opaque text. */
export interface Position {
  readonly arn: string;
  /** The stream's id: another stream of its name is not it. */
  readonly id: string;
  readonly shard: number;
  /** The sequence number to read behind; empty from the first record on. */
  readonly after: string;
  readonly issuedMs: number;
}

export function encodeIterator({ arn, id, shard, after, issuedMs }: Position): string {
  return Buffer.from(JSON.stringify([arn, id, shard, after, issuedMs])).toString("base64");
}

/** undefined for text that is no iterator of ours. */
export function readIterator(text: string): Position | undefined {
  try {
    const [arn, id, shard, after, issuedMs] = JSON.parse(Buffer.from(text, "base64").toString());
    if (typeof arn === "string" && typeof after === "string") return { arn, id, shard, after, issuedMs };
  } catch {
    // As below.
  }
  return undefined;
}

export const arnOfIterator = (text: string): string | undefined => readIterator(text)?.arn;
