import { wireIndex, wireService } from "../../../models/model.ts";
import type { Integration } from "./integration.ts";
import { inputOf, resultOf } from "./sdk-shapes.ts";
import { sdkFailure } from "./task-errors.ts";

interface Known {
  /** botocore's name. */
  readonly service: string;
  /** As errors begin: `DynamoDb`, `SecretsManager`. */
  readonly spelled: string;
}

let known: ReadonlyMap<string, Known> | undefined;

/** Services by the names that they have in resources: the id of the service in small letters, without spaces. */
function services(): ReadonlyMap<string, Known> {
  known ??= new Map(
    [...wireIndex()].map(([service, { serviceId }]) => [
      serviceId.toLowerCase().replace(/[^a-z0-9]/g, ""),
      { service, spelled: spelled(serviceId) },
    ]),
  );
  return known;
}

/** As Java's SDK spells a service: `DynamoDB` → `DynamoDb`, `Secrets Manager` → `SecretsManager`. */
function spelled(serviceId: string): string {
  return serviceId
    .replace(/[^A-Za-z0-9]+/g, " ")
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1 $2")
    .split(" ")
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase())
    .join("");
}

/** The operation that a resource's names mean. */
export function sdkOperation(
  name: string,
  action: string,
): { readonly service: string; readonly name: string } | undefined {
  const found = services().get(name);
  const operation = found && operationOf(found.service, action.charAt(0).toUpperCase() + action.slice(1));
  return operation === undefined ? undefined : { service: found!.service, name: operation };
}

const made = new Map<string, Integration>();

/** Any operation of any service: https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html */
export function awsSdk(name: string, action: string): Integration | undefined {
  const found = services().get(name);
  const operation = action.charAt(0).toUpperCase() + action.slice(1);
  if (found === undefined || !/^[a-z]/.test(action)) return undefined;
  const exact = operationOf(found.service, operation);
  if (exact === undefined) return undefined;
  const key = `${found.service}.${exact}`;
  let integration = made.get(key);
  if (integration === undefined) {
    integration = integrationOf(found, exact);
    made.set(key, integration);
  }
  return integration;
}

/** `describeDBInstances` is `describeDbInstances` in Java. */
function operationOf(service: string, operation: string): string | undefined {
  const operations = wireService(service)?.operations ?? {};
  if (Object.hasOwn(operations, operation)) return operation;
  const wanted = operation.toLowerCase();
  return Object.keys(operations).find((name) => name.toLowerCase() === wanted);
}

const integrationOf = ({ service, spelled: prefix }: Known, operation: string): Integration => ({
  kind: "service",
  async request(request) {
    try {
      const output = await request.call(service, operation, inputOf(service, operation, request.parameters));
      return await resultOf(service, operation, output);
    } catch (error) {
      throw sdkFailure(error, prefix, request.run.host.random.uuid());
    }
  },
});
