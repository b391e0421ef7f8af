/** Finds which of several REST services has the operation that a request asks for. */

import { AwsError } from "../core/aws-error.ts";
import type { HttpRequest } from "../core/http.ts";
import { sure } from "../core/sure.ts";
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
  for (const service of services.filter(isRest)) {
    const model = sure(wireModel(service));
    for (const [operation, known] of Object.entries(model.operations)) {
      const key = `${service}.${operation}`;
      owners.set(key, { service, operation });
      const input = known.input && { shape: `${service}.${known.input.shape}` };
      if (input) shapes[input.shape] = sure(model.shapes[sure(known.input).shape]);
      operations[key] = { ...known, ...(input && { input }) };
    }
  }
  const route = routesOf({ metadata: sure(wireModel(sure(services[0]))).metadata, operations, shapes });
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
  sure(wireIndex().get(service)).protocols.some(
    (protocol) => protocol === "rest-json" || protocol === "rest-xml",
  );
