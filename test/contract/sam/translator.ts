import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { InvalidSamTemplate } from "../../../src/services/cloudformation/sam/errors.ts";
import { transformSam } from "../../../src/services/cloudformation/sam/transform.ts";
import { isMap, own, type Value, type Values } from "../../../src/services/cloudformation/sam/value.ts";

/*
 * AWS's own translator and ours make the same of the same templates, or find the same faults. Lists are compared without their
 * order, as the translator's own tests do: it is that of Python's dictionaries and sets. What the id of a deployment is
 * hashed from is a text in the form of Python 2; only its prefix is compared.
 */

const SURROUNDINGS = { parameters: {}, region: "us-east-1", partition: "aws", now: 0 };

const generator = fileURLToPath(new URL("generate.py", import.meta.url));
const script = fileURLToPath(new URL("translator.py", import.meta.url));

/** What AWS's translator says of a template. */
export interface Said {
  readonly file: string;
  readonly template: Values;
  readonly output?: Values;
  readonly errors?: readonly string[];
  readonly crash?: string;
}

/** AWS's translator over files of YAML documents. */
export function translate(files: readonly string[]): Said[] {
  const lines = execFileSync("python3", [script, ...files], {
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    stdio: ["ignore", "pipe", "ignore"],
  });
  return lines
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Said);
}

/** What ours makes of a template, in the same form. */
export function ours(template: Values): { output?: Values; errors?: readonly string[] } {
  try {
    return { output: transformSam(template, SURROUNDINGS) };
  } catch (error) {
    if (error instanceof InvalidSamTemplate) return { errors: [...error.faults].sort() };
    throw error;
  }
}

/** A template in a form in which the order of lists and the hashes of deployments do not count. */
export function comparable(template: Values): Value {
  let text = JSON.stringify(template);
  for (const [id, resource] of Object.entries(template["Resources"] as Values)) {
    if (!isMap(resource) || resource["Type"] !== "AWS::ApiGateway::Deployment") continue;
    const description = own(resource["Properties"] as Values, "Description");
    if (typeof description === "string") text = text.replaceAll(description, "deployment");
    text = text.replaceAll(id, `${id.slice(0, -10)}##########`);
  }
  return sorted(JSON.parse(text) as Value);
}

function sorted(value: Value): Value {
  if (Array.isArray(value)) {
    return value.map(sorted).sort((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
  }
  if (!isMap(value)) return value;
  const names = Object.keys(value).sort();
  return Object.fromEntries(names.map((name) => [name, sorted(value[name] as Value)]));
}

/** Templates after the schema of AWS's translator, made of the seeds from `first` on. */
export function generate(first: number, count: number): string {
  return execFileSync("python3", [generator, String(first), String(count)], {
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    stdio: ["ignore", "pipe", "ignore"],
  });
}
