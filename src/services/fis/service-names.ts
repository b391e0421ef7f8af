import { loadModel, wireIndex, wireService } from "../../models/model.ts";

/** What speaks plain HTTP and so has no AWS operations. */
export const DATA_PLANES: readonly string[] = ["execute-api", "lambda-url"];

/**
 * botocore's names of the services that a name means: its own, or those whose signing name, endpoint or service id it
 * is (`states` → `stepfunctions`, `monitoring` → `cloudwatch`). Empty for an unknown one.
 */
export function servicesNamed(name: string): readonly string[] {
  const wanted = name.trim().toLowerCase();
  if (wireIndex().has(wanted) || DATA_PLANES.includes(wanted)) return [wanted];
  const found: string[] = [];
  for (const [service, { signingName, endpointPrefix, serviceId }] of wireIndex()) {
    const id = serviceId.toLowerCase().replaceAll(" ", "");
    if (signingName === wanted || endpointPrefix === wanted || id === wanted) found.push(service);
  }
  return found;
}

/** The operations of a service; empty for a data plane. */
export function operationsOf(service: string): readonly string[] {
  const model = loadModel(service);
  return Object.keys(model?.operations ?? wireService(service)?.operations ?? {});
}

/** The first of the names that is no operation of any of the services; undefined when all are. */
export function unknownOperation(
  services: readonly string[],
  operations: readonly string[],
): string | undefined {
  if (services.some((service) => DATA_PLANES.includes(service))) return undefined;
  const known = new Set(services.flatMap(operationsOf));
  return operations.find((operation) => !operation.includes("*") && !known.has(operation));
}

/** `GetItem, PutItem` → its parts. */
export function commaList(text: string | undefined): string[] {
  return (text ?? "")
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

/** They have a global endpoint in their model, yet a call is made to a region. */
const REGIONAL: readonly string[] = ["s3", "sts"];

/**
 * Where calls of services are struck by an experiment in a region: there, or anywhere when the services have no regions
 * (IAM's calls are signed for us-east-1 wherever they come from).
 */
export function inRegion(services: readonly string[], region: string): { region?: string } {
  const isGlobal = (name: string) =>
    wireIndex().get(name)?.globalEndpoint !== undefined && !REGIONAL.includes(name);
  return services.length > 0 && services.every(isGlobal) ? {} : { region };
}
