/**
 * An identifier as RDS and ElastiCache take it, in lower case, as they keep it.
 * @param parameter that it is given as
 * @param invalid the service's error
 */
export function identifierOf(
  name: string,
  parameter: string,
  longest: number,
  invalid: (message: string) => Error,
): string {
  const isForm = /^[a-zA-Z](?!.*--)[a-zA-Z0-9-]*$/.test(name) && !name.endsWith("-");
  if (!isForm || name.length > longest)
    throw invalid(
      `The parameter ${parameter} is not a valid identifier. Identifiers must begin with a letter; must contain only ASCII letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens.`,
    );
  return name.toLowerCase();
}
