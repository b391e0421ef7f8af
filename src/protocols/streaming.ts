import type { Operation, ServiceModel } from "../models/model.ts";
import { membersOf, payloadOf, resolve } from "./shapes.ts";

const known = new WeakMap<ServiceModel, boolean>();

/** Has a service any operation that takes its body as a stream? */
export function hasStreams(model: ServiceModel): boolean {
  let found = known.get(model);
  if (found === undefined) {
    found = Object.values(model.operations).some((operation) => takesStream(model, operation));
    known.set(model, found);
  }
  return found;
}

/**
 * Is the body of an operation's request a streaming blob? Deprecated ones (Lambda's InvokeAsync, of at most 256 KB) are left
 * out, so that a service that has no other need not be routed before its bodies have come.
 */
export function takesStream(model: ServiceModel, { input, deprecated }: Operation): boolean {
  if (input === undefined || deprecated === true) return false;
  const shape = resolve(model, input);
  if (shape.payload === undefined) return false;
  const payload = payloadOf(shape, membersOf(model, shape)).shape;
  return payload.type === "blob" && payload.streaming === true;
}
