/** Models of services that only the wire index knows: enough to name an operation and to fail it in its own wire form. */
import { type ServiceModel, type Shape, wireIndex, wireService } from "../models/model.ts";

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
