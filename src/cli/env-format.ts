import { CliError } from "./cli-error.ts";

export type Variables = Readonly<Record<string, string>>;

const FORMATS: Readonly<Record<string, (variables: Variables) => string>> = {
  bash: each((name, value) => `export ${name}=${quoted(value)}`),
  zsh: each((name, value) => `export ${name}=${quoted(value)}`),
  fish: each((name, value) => `set -gx ${name} ${fishQuoted(value)}`),
  powershell: each((name, value) => `$Env:${name} = '${value.replaceAll("'", "''")}'`),
  dotenv: each((name, value) => `${name}="${value.replace(/["\\$`]/g, "\\$&")}"`),
  json: (variables) => JSON.stringify(variables, undefined, 2),
};

/** What variables can be written for. */
export const SHELLS: readonly string[] = Object.keys(FORMATS);

/** Variables as a shell or a program reads them. @throws CliError for a format that there is not */
export function formatVariables(variables: Variables, format: string): string {
  const make = Object.hasOwn(FORMATS, format) ? FORMATS[format] : undefined;
  if (make === undefined) throw new CliError(`--shell is ${SHELLS.join(", ")}, not "${format}".`);
  return make(variables);
}

function each(line: (name: string, value: string) => string): (variables: Variables) => string {
  return (variables) =>
    Object.entries(variables)
      .map(([name, value]) => line(name, value))
      .join("\n");
}

const quoted = (value: string): string => `'${value.replaceAll("'", "'\\''")}'`;
const fishQuoted = (value: string): string => `'${value.replace(/['\\]/g, "\\$&")}'`;
