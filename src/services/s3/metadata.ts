import { encodedWord } from "../../protocols/header-values.ts";
import { metadataTooLarge } from "./errors.ts";

const MOST_BYTES = 2048;

/**
 * User metadata as it is kept. Headers come as bytes: UTF-8 where it is valid. What clients wrap as RFC 2047 is unwrapped when it
 * is plain ASCII in truth; else it is wrapped as S3 wraps, whatever was no UTF-8 in it replaced.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html#UserMetadata
 * @param fromWire values are header bytes, not text
 * @throws AwsError `MetadataTooLarge`
 */
export function userMetadata(
  given: Readonly<Record<string, string>> | undefined,
  fromWire: boolean,
): Record<string, string> {
  const metadata: Record<string, string> = {};
  let size = 0;
  for (const [name, value] of Object.entries(given ?? {})) {
    const text = decodeWords(fromWire ? utf8OfHeader(value) : value);
    const key = name.toLowerCase();
    metadata[key] = text;
    size += Buffer.byteLength(key) + Buffer.byteLength(text);
  }
  if (size > MOST_BYTES) throw metadataTooLarge(size);
  return metadata;
}

const decoder = new TextDecoder("utf-8", { fatal: true });

function utf8OfHeader(value: string): string {
  if (/^[\x20-\x7e]*$/.test(value)) return value;
  try {
    return decoder.decode(Buffer.from(value, "latin1"));
  } catch {
    // No UTF-8: it stays what the header's bytes are in ISO 8859-1.
    return value;
  }
}

const WORD = /^=\?([\w-]+)\?([BQ])\?(.*)\?=$/i;

function decodeWords(value: string): string {
  const [, charset = "", encoding = "", text = ""] = WORD.exec(value) ?? [];
  if (!/^utf-?8$/i.test(charset)) return value;
  const decoded =
    encoding.toUpperCase() === "B" ? Buffer.from(text, "base64").toString("utf8") : unquoted(text);
  return /^[\x20-\x7e]*$/.test(decoded) ? decoded : encodedWord(decoded);
}

function unquoted(text: string): string {
  const bytes = text
    .replaceAll("_", " ")
    .replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString("utf8");
}
