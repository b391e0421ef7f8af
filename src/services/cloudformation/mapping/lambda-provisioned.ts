import type { ResourceContext } from "../resource-type.ts";
import { callsOf, gone, type Properties } from "./mapped.ts";

const call = callsOf("lambda");

/** The function and the version or alias in an ARN. */
export function qualified(arn: string): { FunctionName: string; Qualifier: string } {
  const at = arn.lastIndexOf(":");
  return { FunctionName: arn.slice(0, at), Qualifier: arn.slice(at + 1) };
}

/** `ProvisionedConcurrencyConfig` of a version or an alias, by its ARN. */
export async function provision(
  arn: string,
  before: Properties,
  properties: Properties,
  at: ResourceContext,
): Promise<void> {
  const config = properties["ProvisionedConcurrencyConfig"] as Properties | undefined;
  if (config) await call(at, "PutProvisionedConcurrencyConfig", { ...qualified(arn), ...config });
  else if (before["ProvisionedConcurrencyConfig"] !== undefined) {
    await gone(call(at, "DeleteProvisionedConcurrencyConfig", qualified(arn)));
  }
}
