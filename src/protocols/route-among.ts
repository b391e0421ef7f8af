/** Finds which of several REST services has the operation that a request asks for. */

import { AwsError } from "../core/aws-error.ts";
import type { HttpRequest } from "../core/http.ts";
import { type Operation, type Shape, wireIndex } from "../models/model.ts";
import { parseQuery } from "./form.ts";
import { routesOf } from "./routes.ts";
import { wireModel } from "./wire-model.ts";

type Finder = (request: HttpRequest) => { service: string; operation: string } | undefined;

/** By the array of names, which is the same for the same group. */
const finders = new WeakMap<readonly string[], Finder>();

/** @param services the likeliest first: it has what several have */
export function routeAmong(
  services: readonly string[],
  request: HttpRequest,
): { readonly service: string; readonly operation: string } | undefined {
  let find = finders.get(services);
  if (find === undefined) {
    find = finderOf(services);
    finders.set(services, find);
  }
  return find(request);
}

function finderOf(services: readonly string[]): Finder {
  const owners = new Map<string, { service: string; operation: string }>();
  const operations: Record<string, Operation> = {};
  const shapes: Record<string, Shape> = { Message: { type: "string" } };
  const models = services.flatMap((service) => {
    const model = isRest(service) ? wireModel(service) : undefined;
    return model ? { service, model } : [];
  });
  const [first] = models;
  if (!first) return () => undefined;
  for (const { service, model } of models) {
    for (const [operation, known] of Object.entries(model.operations)) {
      const key = `${service}.${operation}`;
      owners.set(key, { service, operation });
      const shape = known.input && model.shapes[known.input.shape];
      const input = known.input && { shape: `${service}.${known.input.shape}` };
      if (input && shape) shapes[input.shape] = shape;
      operations[key] = { ...known, ...(input && { input }) };
    }
  }
  const route = routesOf({ metadata: first.model.metadata, operations, shapes });
  return (request) => {
    try {
      const match = route(request, request.path, parseQuery(request.query));
      return match && owners.get(match.operation);
    } catch (error) {
      // What cannot be read has no route; the codec of whoever it is for says what is wrong.
      if (error instanceof URIError || error instanceof AwsError) return undefined;
      throw error;
    }
  };
}

const isRest = (service: string) =>
  wireIndex()
    .get(service)
    ?.protocols.some((protocol) => protocol === "rest-json" || protocol === "rest-xml") ?? false;
