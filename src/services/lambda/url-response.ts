import type { HttpResponse } from "../../core/http.ts";
import { followed } from "../../core/joined.ts";
import { readJson } from "../../core/read-json.ts";

interface Proxied {
  statusCode?: unknown;
  headers?: Record<string, unknown>;
  cookies?: unknown;
  body?: unknown;
  isBase64Encoded?: unknown;
}

/** The HTTP response that a function's answer means: https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-response-payload */
export function urlResponse(payload: Uint8Array): HttpResponse {
  const text = Buffer.from(payload).toString();
  let answer: unknown;
  try {
    answer = readJson(text);
  } catch {
    answer = text;
  }
  const isProxied = typeof answer === "object" && answer !== null && "statusCode" in answer;
  if (!isProxied) {
    const body = typeof answer === "string" ? answer : text;
    return { status: 200, headers: { "content-type": "application/json" }, body };
  }
  const { body, isBase64Encoded } = answer as Proxied;
  const bodyText =
    typeof body === "string" ? body : body === undefined || body === null ? "" : JSON.stringify(body);
  return {
    ...headOf(answer as Proxied),
    body: isBase64Encoded === true ? Buffer.from(bodyText, "base64") : bodyText,
  };
}

function headOf({ statusCode, headers = {}, cookies }: Proxied): {
  status: number;
  headers: Record<string, string | string[]>;
} {
  const head: Record<string, string | string[]> = { "content-type": "application/json" };
  for (const [name, value] of Object.entries(headers ?? {})) head[name.toLowerCase()] = String(value);
  if (Array.isArray(cookies) && cookies.length > 0) head["set-cookie"] = cookies.map(String);
  const status = Number(statusCode);
  return { status: status >= 100 && status <= 599 ? status : 502, headers: head };
}

const PRELUDE_END = Buffer.alloc(8);
const LONGEST_PRELUDE_BYTES = 1_000_000;
const HTTP_INTEGRATION = "application/vnd.awslambda.http-integration-response";

/** A streamed answer: with the HTTP integration's type, it begins with a JSON prelude and eight NUL bytes. */
export async function streamedUrlResponse(
  contentType: string,
  body: AsyncIterable<Uint8Array>,
): Promise<HttpResponse> {
  if (contentType !== HTTP_INTEGRATION)
    return { status: 200, headers: { "content-type": contentType }, body };
  const chunks = body[Symbol.asyncIterator]();
  let read: Buffer = Buffer.alloc(0);
  let end = -1;
  while (end < 0 && read.length < LONGEST_PRELUDE_BYTES) {
    const { done, value } = await chunks.next();
    if (done) break;
    read = Buffer.concat([read, value]);
    end = read.indexOf(PRELUDE_END);
  }
  if (end < 0) return { status: 502, headers: {}, body: "Internal Server Error" };
  const head = headOf({ statusCode: 200, ...(readJson(read.toString("utf8", 0, end)) as Proxied) });
  const rest = read.subarray(end + PRELUDE_END.length);
  return { ...head, body: followed(rest.length > 0 ? [rest] : [], chunks) };
}
