import type { Context } from "../../core/service.ts";
import { entityTooLarge, missingContentLength, notImplementedHeader } from "./errors.ts";

const LARGEST_BYTES = 5 * 1024 ** 3;

/**
 * How long the body of an object or a part is has to be said before it comes: by Content-Length, and where it comes in
 * signed or checked chunks by `x-amz-decoded-content-length`.
 * @throws AwsError `MissingContentLength`, `NotImplemented` for HTTP's own chunks alone, `EntityTooLarge`
 */
export function checkLength({ request, headers }: Context): void {
  // A call from within has its body at hand.
  if (!request) return;
  const decoded = headers["x-amz-decoded-content-length"];
  if (decoded === undefined) {
    if (headers["x-amz-content-sha256"]?.startsWith("STREAMING-")) throw missingContentLength();
    if (headers["transfer-encoding"] !== undefined) throw notImplementedHeader("Transfer-Encoding");
  }
  const length = decoded ?? headers["content-length"];
  if (length === undefined) throw missingContentLength();
  if (Number(length) > LARGEST_BYTES) throw entityTooLarge(Number(length), LARGEST_BYTES);
}
