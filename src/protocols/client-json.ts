import { AwsError } from "../core/aws-error.ts";
import type { ServiceModel } from "../models/model.ts";
import type { ClientProtocol, ErrorOnWire, WholeResponse } from "./client.ts";
import { requestTo } from "./client-request.ts";
import { parseJson } from "./json.ts";
import { jsonLeaves } from "./json-leaves.ts";
import { OperationCache } from "./operations.ts";
import { StructuredCodecs } from "./structured.ts";

/** The client of awsJson1.0 and awsJson1.1. */
export function jsonClient(model: ServiceModel): ClientProtocol {
  const { metadata } = model;
  const codecs = new StructuredCodecs(model, jsonLeaves("coral"));
  const operations = new OperationCache(model, (operation) => ({
    write: operation.input && codecs.writer(operation.input),
    read: operation.output && codecs.reader(operation.output),
  }));
  return {
    encodeRequest(name, input) {
      const document = operations.must(name).write?.(input) ?? {};
      return requestTo({
        headers: {
          "content-type": `application/x-amz-json-${metadata.jsonVersion ?? "1.0"}`,
          "x-amz-target": `${metadata.targetPrefix}.${name}`,
          ...queryMode(model),
        },
        body: JSON.stringify(document),
      });
    },
    decodeOutput(name, { body }) {
      return (operations.must(name).read?.(parseJson(body), 0) ?? {}) as Record<string, unknown>;
    },
    decodeError: (response) => jsonError(response, codecs),
  };
}

/** Asks a service that has left the query protocol for its codes of then, too. */
export function queryMode({ metadata }: ServiceModel): Record<string, string> {
  return metadata.awsQueryCompatible === undefined ? {} : { "x-amzn-query-mode": "true" };
}

/** An error in JSON: its type in the body or, of REST services, in a header. */
export function jsonError(response: WholeResponse, codecs: StructuredCodecs): ErrorOnWire {
  return structuredError(response, parseJson, codecs);
}

/** An error as a document; what is none (a proxy in between answered) is told by its status. */
export function structuredError(
  { status, headers, body }: WholeResponse,
  parse: (body: Uint8Array) => unknown,
  codecs: StructuredCodecs,
): ErrorOnWire {
  let document: Record<string, unknown> = {};
  try {
    document = parse(body) as Record<string, unknown>;
  } catch (failure) {
    if (!(failure instanceof AwsError)) throw failure;
  }
  const type = headers["x-amzn-errortype"] ?? document["__type"] ?? document["code"] ?? `HTTP${status}`;
  return {
    // `com.amazonaws.sqs#QueueDoesNotExist`, `ResourceNotFoundException:http://internal.amazon.com/…`
    code: String(type).replace(/^.*#/, "").replace(/:.*$/, ""),
    message: String(document["message"] ?? document["Message"] ?? document["errorMessage"] ?? ""),
    members: (shape) => codecs.reader({ shape })(document, 0) as Record<string, unknown>,
  };
}
