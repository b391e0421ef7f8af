import type { HttpRequest } from "../core/http.ts";

/** May an ARN stand in what a request's JSON says? To look through its bytes is much less than to look through what was read from them. */
export function maySayArn({ body, headers }: HttpRequest): boolean {
  if (headers["content-encoding"] !== undefined) return true;
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(body.buffer, body.byteOffset, body.length);
  // Two looks through one text are less than one through the bytes.
  const text = bytes.toString("latin1");
  // JSON may have an escape in any letter's place.
  return text.includes("arn:") || text.includes("\\u");
}
