import { hash } from "node:crypto";

/** As long as most of those that S3 sends: 76 characters of Base64. It has some of 96, too. */
const BYTES = 56;
/** Kinesis': 96 characters (boto3 showed `kufC0GJv4s1nZpdCYcj5…` in 2024). */
const LONG_BYTES = 72;

/** The second, opaque id of a request, `x-amz-id-2`: S3 and Kinesis send it beside the first. */
export const hostId = (requestId: string): string =>
  hash("sha512", requestId, "buffer").subarray(0, BYTES).toString("base64");

/** Kinesis' form of it. */
export const longHostId = (requestId: string): string =>
  Buffer.concat([hash("sha512", requestId, "buffer"), hash("sha256", requestId, "buffer")])
    .subarray(0, LONG_BYTES)
    .toString("base64");
