/** Errors of services that only the wire index knows: enough to fail any AWS call in its own wire form. */
import type { AwsError } from "../core/aws-error.ts";
import type { HttpRequest, HttpResponse } from "../core/http.ts";
import { type ServiceModel, type Shape, wireIndex, wireService } from "../models/model.ts";
import { type Protocol, protocolFor } from "./protocol.ts";

const models = new Map<string, ServiceModel>();

/** A model with a service's protocols, operations and errors but no members; undefined for an unknown service. */
export function wireModel(service: string): ServiceModel | undefined {
  const known = models.get(service);
  if (known) return known;
  const entry = wireIndex().get(service);
  const wire = wireService(service);
  if (entry === undefined || wire === undefined) return undefined;
  const shapes: Record<string, Shape> = { Message: { type: "string" } };
  for (const [code, httpStatusCode] of Object.entries(wire.errors)) {
    shapes[code] = {
      type: "structure",
      exception: true,
      error: { code, httpStatusCode },
      members: { message: { shape: "Message" } },
    };
  }
  const model: ServiceModel = {
    metadata: {
      ...entry,
      protocol: entry.protocols[0]!,
      ...(entry.queryCompatible ? { awsQueryCompatible: {} } : {}),
    },
    operations: Object.fromEntries(
      Object.entries(wire.operations).map(([name, [method, requestUri]]) => [
        name,
        { name, http: { method, requestUri } },
      ]),
    ),
    shapes,
  };
  models.set(service, model);
  return model;
}

/**
 * The codec of a service without a full model, for the request at hand: `decode` finds the operation and leaves the
 * input empty; `encodeError` answers in the service's wire form.
 */
export function genericProtocol(service: string, request: HttpRequest): Protocol | undefined {
  const model = wireModel(service);
  return model && protocolFor(model, request);
}

/** Encodes an error as any AWS service would; undefined for an unknown service. */
export function encodeGenericError(
  service: string,
  request: HttpRequest,
  error: AwsError,
  requestId: string,
  operation?: string,
): HttpResponse | undefined {
  return genericProtocol(service, request)?.encodeError(error, requestId, operation);
}
