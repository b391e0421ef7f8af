import { invalidResource } from "../errors.ts";
import { aText, inResource } from "../expect.ts";
import type { Source } from "../properties.ts";
import { isFilled, isMap, own } from "../value.ts";

/* What the properties of a function cannot be together. */

export function checkCombinations({ id, properties }: Source): void {
  const has = (name: string) => own(properties, name) !== undefined;
  const faults: string[] = [];
  for (const other of ["ProvisionedConcurrencyConfig", "VpcConfig"]) {
    if (has("CapacityProviderConfig") && has(other)) {
      faults.push(`Cannot specify 'CapacityProviderConfig' and '${other}' together.`);
    }
  }
  for (const [one, needed] of [
    ["FunctionScalingConfig", "CapacityProviderConfig"],
    ["VersionDeletionPolicy", "AutoPublishAlias"],
  ] as const) {
    if (has(one) && !has(needed)) faults.push(`'${one}' requires '${needed}'.`);
  }
  if (faults.length > 0) throw invalidResource(id, faults.join("\n"));
}

export function checkDeadLetters({ id, properties }: Source): void {
  const queue = properties["DeadLetterQueue"];
  if (!isMap(queue) || !isFilled(queue)) return;
  if (!isFilled(queue["Type"]) || !isFilled(queue["TargetArn"])) {
    throw invalidResource(id, "'DeadLetterQueue' requires Type and TargetArn properties to be specified.");
  }
  const type = aText(queue["Type"], inResource(id, "DeadLetterQueue.Type"));
  if (type !== "SQS" && type !== "SNS") {
    throw invalidResource(id, "'DeadLetterQueue' requires Type of ['SQS', 'SNS']");
  }
}

export function checkTenancy({ id, properties }: Source): void {
  if (!isFilled(properties["TenancyConfig"])) return;
  const suffix = "is not supported for functions enabled with tenancy configuration.";
  const features = {
    ProvisionedConcurrencyConfig: "Provisioned concurrency",
    FunctionUrlConfig: "Function URL",
    SnapStart: "SnapStart",
  };
  for (const [name, feature] of Object.entries(features)) {
    if (isFilled(properties[name])) throw invalidResource(id, `${feature} ${suffix}`);
  }
  const events = properties["Events"];
  for (const event of isMap(events) ? Object.values(events) : []) {
    const type = isMap(event) ? event["Type"] : undefined;
    if (type === "Api" || type === "HttpApi") continue;
    throw invalidResource(
      id,
      `Event source '${type}' ${suffix} Only Api and HttpApi event sources are supported.`,
    );
  }
}
