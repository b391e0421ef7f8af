import { hash } from "node:crypto";

/** As long as the ones that S3 sends: 76 characters of Base64. */
const BYTES = 56;

/** The second, opaque id of a request, `x-amz-id-2`: S3 and Kinesis send it beside the first. */
export const hostId = (requestId: string): string =>
  hash("sha512", requestId, "buffer").subarray(0, BYTES).toString("base64");
