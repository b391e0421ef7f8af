/** Services, operations and protocols that are newer than the models: named by what the request says, answered as it is asked. */
import type { HttpRequest } from "../core/http.ts";
import type { ProtocolName, ServiceModel } from "../models/model.ts";
import { type Protocol, protocolFor, protocolsOf } from "../protocols/protocol.ts";
import { clientSays } from "./client-service.ts";
import { evidentProtocol, type Said, saidBy } from "./said.ts";

export const UNKNOWN = "Unknown";

/** Is a request in a protocol that the model's service is not known to speak? */
export function isForeign(model: ServiceModel, request: HttpRequest): boolean {
  const evident = evidentProtocol(request);
  return evident !== undefined && !protocolsOf(model).some((name) => name === evident);
}

/** The operation that a request names, whatever the models say; `Unknown` for a REST call of an SDK that does not say. */
export function operationSaid(request: HttpRequest): string {
  const { operation, action } = saidBy(request);
  const name = operation ?? action ?? clientSays(request.headers).operation ?? UNKNOWN;
  return /^\w{1,128}$/.test(name) ? name : UNKNOWN;
}

/** A codec without a model, in the protocol that the request is in: it names the operation and writes errors. */
export function newerProtocol(service: string, request: HttpRequest): Protocol {
  const evident = evidentProtocol(request) ?? guess(request, saidBy(request));
  const name = evident === "smithy-rpc-v2-json" ? "json" : evident;
  const codec = protocolFor(withoutModel(service, name, request), request);
  return {
    name,
    decode: () => ({ operation: operationSaid(request), input: {} }),
    encodeOutput: codec.encodeOutput,
    encodeError(error, requestId) {
      const response = codec.encodeError(error, requestId);
      if (evident === "smithy-rpc-v2-json") {
        response.headers["smithy-protocol"] = "rpc-v2-json";
        response.headers["content-type"] = "application/json";
      }
      return response;
    },
  };
}

function guess({ headers }: HttpRequest, { action }: Said): ProtocolName {
  if (action !== undefined) return "query";
  return /\bxml\b/.test(headers["content-type"] ?? headers["accept"] ?? "") ? "rest-xml" : "rest-json";
}

function withoutModel(service: string, protocol: ProtocolName, { headers }: HttpRequest): ServiceModel {
  const jsonVersion = /x-amz-json-(1\.\d)/.exec(headers["content-type"] ?? "")?.[1];
  return {
    metadata: {
      serviceId: service,
      signingName: service,
      endpointPrefix: service,
      apiVersion: "",
      protocol,
      ...(jsonVersion && { jsonVersion }),
    },
    operations: {},
    shapes: {},
  };
}
