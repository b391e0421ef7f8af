import { validationError } from "./errors.ts";

const LONGEST = 32;

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html @throws ValidationError */
export function checkName(what: "Load balancer" | "Target group", name: string): void {
  if (name.length === 0) throw validationError(`${what} name cannot be empty`);
  if (name.length > LONGEST)
    throw validationError(`${what} name '${name}' cannot be longer than '${LONGEST}' characters`);
  if (!/^[A-Za-z0-9-]+$/.test(name))
    throw validationError(
      `${what} name '${name}' can only contain characters that are alphanumeric characters and hyphens(-)`,
    );
  if (name.startsWith("-") || name.endsWith("-"))
    throw validationError(`${what} name '${name}' cannot begin or end with '-'`);
}
