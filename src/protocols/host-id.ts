/** The second, opaque id of a request, `x-amz-id-2`: S3 and Kinesis send it beside the first. */
export const hostId = (requestId: string): string =>
  Buffer.from(`squall/${requestId}`, "utf8").toString("base64");

/** The ids that a service with `X-Amz-Target` sends in its answers' headers. */
export function requestIdHeaders(serviceId: string): (requestId: string) => Record<string, string> {
  return serviceId === "Kinesis"
    ? (requestId) => ({ "x-amzn-requestid": requestId, "x-amz-id-2": hostId(requestId) })
    : (requestId) => ({ "x-amzn-requestid": requestId });
}
