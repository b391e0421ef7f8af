import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { parse } from "yaml";
import { whyNot } from "../core/why-not.ts";
import { CliError } from "./cli-error.ts";

/** A template as CreateExperimentTemplate takes it; what every experiment has to say may be left out. */
export function readTemplate(file: string): object {
  let template: unknown;
  try {
    template = parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new CliError(`${file} cannot be read as a template: ${whyNot(error)}`);
  }
  if (typeof template !== "object" || template === null || !("actions" in template)) {
    throw new CliError(`${file} is no experiment template: it has no actions.`);
  }
  return {
    description: basename(file),
    roleArn: "arn:aws:iam::000000000000:role/ExperimentRole",
    stopConditions: [{ source: "none" }],
    ...template,
  };
}
