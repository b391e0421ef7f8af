import { hostId, longHostId } from "./host-id.ts";

/** What a service says of itself in the headers of every answer, error or not. */
interface ServiceHeaders {
  readonly server?: string;
  /** The names that the request's id goes by. */
  readonly requestId: readonly string[];
  /** What stands beside it as `x-amz-id-2`. */
  readonly hostId?: (requestId: string) => string;
  readonly others?: Readonly<Record<string, string>>;
}

/** By the service's id in its model; a service that is not here sends `x-amzn-requestid` alone. */
const SERVICE_HEADERS: Readonly<Record<string, ServiceHeaders>> = {
  // https://docs.aws.amazon.com/AmazonS3/latest/API/RESTCommonResponseHeaders.html
  S3: { server: "AmazonS3", requestId: ["x-amz-request-id"], hostId },
  "S3 Control": { requestId: ["x-amz-request-id"], hostId },
  // Recorded: what Step Functions' integrations with DynamoDB show of its answers' headers.
  DynamoDB: { server: "Server", requestId: ["x-amzn-requestid"] },
  Kinesis: { requestId: ["x-amzn-requestid"], hostId: longHostId },
  // Reported: what boto3 showed of EC2's answers between 2022 and 2024.
  EC2: {
    server: "AmazonEC2",
    requestId: ["x-amzn-requestid"],
    others: {
      "cache-control": "no-cache, no-store",
      "strict-transport-security": "max-age=31536000; includeSubDomains",
    },
  },
};

/** The headers of a service's answers to a request, its ids among them. */
export function headersOf(
  serviceId: string,
  otherwise: readonly string[] = ["x-amzn-requestid"],
): (requestId: string) => Record<string, string> {
  const {
    server,
    requestId: names,
    hostId: hostIdOf,
    others,
  } = SERVICE_HEADERS[serviceId] ?? ({ requestId: otherwise } as ServiceHeaders);
  const fixed: Readonly<Record<string, string>> = { ...others, ...(server !== undefined && { server }) };
  return (requestId) => {
    const headers: Record<string, string> = { ...fixed };
    for (const name of names) headers[name] = requestId;
    if (hostIdOf) headers["x-amz-id-2"] = hostIdOf(requestId);
    return headers;
  };
}
