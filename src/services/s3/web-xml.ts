import type { AwsError } from "../../core/aws-error.ts";
import type { HttpResponse } from "../../core/http.ts";
import { hostId } from "../../protocols/host-id.ts";
import { headersOf } from "../../protocols/service-headers.ts";
import { escapeXml } from "../../protocols/xml-text.ts";

/** A flat document of S3's, for answers that no operation of its model has. */
export function xml(root: string, members: Readonly<Record<string, unknown>>): string {
  const elements = Object.entries(members).map(
    ([name, value]) => `<${name}>${escapeXml(String(value))}</${name}>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}>${elements.join("")}</${root}>`;
}

/** An error as S3 has it, where no protocol encodes it. */
export function errorResponse(error: AwsError, requestId: string): HttpResponse {
  const ids = { RequestId: requestId, HostId: hostId(requestId) };
  return {
    status: error.status,
    headers: { "content-type": "application/xml", ...headersOf("S3")(requestId) },
    body: xml("Error", { Code: error.code, Message: error.message, ...error.members, ...ids }),
  };
}
