/** The second, opaque id of a request, `x-amz-id-2`: S3 and Kinesis send it beside the first. */
export const hostId = (requestId: string): string =>
  Buffer.from(`squall/${requestId}`, "utf8").toString("base64");
