import { loadModel, operationIn } from "../models/model.ts";
import type { Catalog } from "./catalog.ts";

/**
 * Can a call of an operation name a resource at all, as far as is known? By a member that its service declares, or by one
 * that holds an ARN. Without an operation: can any of the service's?
 */
export function canNameResources(catalog: Catalog, service: string, operation?: string): boolean {
  const types = catalog.types(service);
  const model = loadModel(service);
  if (!model) return types.length > 0;
  if (operation === undefined) return types.length > 0 || Object.keys(model.operations).some(holdsArn);
  return (
    holdsArn(operation) || inputOf(operation).some(([name]) => types.some(({ members }) => members.has(name)))
  );

  function inputOf(name: string) {
    const shape = model && operationIn(model, name)?.input?.shape;
    return Object.entries((shape && model.shapes[shape]?.members) || {});
  }
  function holdsArn(name: string): boolean {
    return inputOf(name).some(([member, { shape }]) => /arn/i.test(member) || /arn/i.test(shape));
  }
}
