import type { AwsError } from "../../core/aws-error.ts";
import type { Key } from "../../core/key.ts";

/** Tokens of data points, which are counted, not kept. */
export const makeToken = (content: unknown): string =>
  Buffer.from(JSON.stringify(content)).toString("base64");

/** @throws what `refuse` makes, when the token is none of ours */
export function readToken(token: string, refuse: () => AwsError): Key {
  try {
    const key: unknown = JSON.parse(Buffer.from(token, "base64").toString());
    if (Array.isArray(key)) return key as Key;
  } catch {
    // Refused below.
  }
  throw refuse();
}
