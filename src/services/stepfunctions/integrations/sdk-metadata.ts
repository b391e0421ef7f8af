import type { Json, JsonObject } from "../language/json.ts";

/** How the services of optimized integrations answer: their headers are part of a task's result. */
const HEADERS = {
  json: { Connection: undefined, "Content-Type": "application/x-amz-json-1.0", connection: "keep-alive" },
  dynamodb: {
    Connection: "keep-alive",
    "Content-Type": "application/x-amz-json-1.0",
    Server: "Server",
    "x-amz-crc32": "0",
  },
  xml: { "Content-Type": "text/xml", connection: "keep-alive" },
  lambda: {
    Connection: "keep-alive",
    "Content-Type": "application/json",
    "x-amzn-Remapped-Content-Length": "0",
  },
} as const;

/** A result with what the SDK of the time says of its response. */
export function withMetadata(
  output: JsonObject,
  as: keyof typeof HEADERS,
  more: {
    readonly requestId: string;
    readonly nowMs: number;
    readonly length: number;
    readonly headers?: Readonly<Record<string, string>>;
  },
): JsonObject {
  const headers: Record<string, string> = {
    ...(Object.fromEntries(Object.entries(HEADERS[as]).filter(([, value]) => value !== undefined)) as Record<
      string,
      string
    >),
    "Content-Length": String(more.length),
    Date: new Date(more.nowMs).toUTCString(),
    "x-amzn-RequestId": more.requestId,
    ...more.headers,
  };
  const all: Record<string, Json> = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, [value]]),
  );
  return {
    ...output,
    SdkHttpMetadata: { AllHttpHeaders: all, HttpHeaders: headers, HttpStatusCode: 200 },
    SdkResponseMetadata: { RequestId: more.requestId },
  };
}
