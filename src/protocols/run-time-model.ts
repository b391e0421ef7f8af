import type { Operation, ServiceModel } from "../models/model.ts";

/** What a model may leave out when it is given at run time, as conformance vectors do. */
type Sketch = Partial<Operation> & { readonly http?: Partial<Operation["http"]> };

/** The model with names and HTTP bindings filled in; a complete one is given back as it is. */
export function withDefaults(model: ServiceModel): ServiceModel {
  const operations = Object.entries(model.operations) as [string, Sketch][];
  const isComplete = operations.every(([, { name, http }]) => name && http?.method && http.requestUri);
  if (isComplete && model.metadata.serviceId !== undefined) return model;
  const { metadata } = model;
  const endpointPrefix = metadata.endpointPrefix ?? "service";
  return {
    shapes: model.shapes,
    metadata: {
      ...metadata,
      endpointPrefix,
      serviceId: metadata.serviceId ?? endpointPrefix,
      apiVersion: metadata.apiVersion ?? "",
    },
    operations: Object.fromEntries(
      operations.map(([name, sketch]) => [
        name,
        { ...sketch, name: sketch.name ?? name, http: { method: "POST", requestUri: "/", ...sketch.http } },
      ]),
    ),
  };
}
