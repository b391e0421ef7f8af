/**
 * Operations as AWS's services name them for each other: `aws-sdk:sqs:sendMessage`.
 * https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html
 */
import { wireIndex, wireService } from "../models/model.ts";

export interface SdkOperation {
  /** botocore's name of the service. */
  readonly service: string;
  readonly operation: string;
  /** The service as Java's SDK spells it, which is how names of errors begin: `DynamoDb`, `SecretsManager`. */
  readonly spelled: string;
}

type SdkService = Pick<SdkOperation, "service" | "spelled">;

let byId: ReadonlyMap<string, SdkService> | undefined;

/**
 * @param id of the service in small letters, without spaces: `secretsmanager`
 * @param action in whatever letters: `describeDbInstances` is `DescribeDBInstances`
 * @returns undefined for what AWS does not have
 */
export function sdkOperation(id: string, action: string): SdkOperation | undefined {
  const found = sdkServices().get(id);
  const operation = found && operationNamed(found.service, action);
  return found && operation !== undefined ? { ...found, operation } : undefined;
}

/** Does AWS have a service of that id? */
export const isSdkService = (id: string): boolean => sdkServices().has(id);

function sdkServices(): ReadonlyMap<string, SdkService> {
  byId ??= new Map(
    [...wireIndex()].map(([service, { serviceId }]) => [
      serviceId.toLowerCase().replace(/[^a-z0-9]/g, ""),
      { service, spelled: javaName(serviceId) },
    ]),
  );
  return byId;
}

/** The operation of a service (by botocore's name) that is called so but for capital letters. */
export function operationNamed(service: string, action: string): string | undefined {
  const operations = wireService(service)?.operations ?? {};
  if (Object.hasOwn(operations, action)) return action;
  const wanted = action.toLowerCase();
  return Object.keys(operations).find((name) => name.toLowerCase() === wanted);
}

/**
 * A name in the letters of Java's SDK, which breaks it into words: `DynamoDB` → `DynamoDb`, `Secrets Manager` → `SecretsManager`,
 * `KMSInvalidStateException` → `KmsInvalidStateException`.
 */
export function javaName(name: string): string {
  return name
    .replace(/[^A-Za-z0-9]+/g, " ")
    .replace(/([^a-z]{2,})v([0-9]+)/g, "$1 v$2 ")
    .replace(/([^A-Z]{2,})V([0-9]+)/g, "$1 V$2 ")
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1 $2")
    .replace(/([0-9])([a-zA-Z])/g, "$1 $2")
    .split(" ")
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase())
    .join("");
}
