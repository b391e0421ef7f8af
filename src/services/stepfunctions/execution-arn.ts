import { parseArn } from "../../core/arn.ts";
import { invalidArn } from "./errors.ts";

/** What names an execution within an account and region. */
export interface Execution {
  readonly machine: string;
  readonly name: string;
}

/**
 * The parts of an execution's ARN: `…:execution:machine:name`, `…:execution:machine/label:name` for a Map's child.
 * @throws InvalidArn
 */
export function readExecutionArn(
  arn: string,
): Execution & { readonly account: string; readonly region: string } {
  const {
    account,
    region,
    names: [machine, name],
  } = readArnOf(["execution"], arn);
  if (machine === undefined || name === undefined) throw invalidArn(`Invalid ARN: ${arn}`);
  return { account, region, machine, name };
}

/** @throws InvalidArn for what is no ARN of Step Functions */
function readArn(arn: string) {
  if (!arn.startsWith("arn:")) throw invalidArn(`Invalid ARN prefix: ${arn}`);
  const parsed = parseArn(arn);
  if (parsed?.service !== "states") throw invalidArn(`Invalid ARN: ${arn}`);
  return parsed;
}

/**
 * An ARN of one of these kinds, and the names behind its kind.
 * @throws InvalidArn
 */
export function readArnOf<K extends string>(kinds: readonly K[], arn: string) {
  const { account, region, resource } = readArn(arn);
  const [named = "", ...names] = resource.split(":");
  const kind = kinds.find((one) => one === named);
  if (kind === undefined) throw invalidArn(`Resource type not valid in this context: ${named}`);
  return { account, region, kind, names };
}
