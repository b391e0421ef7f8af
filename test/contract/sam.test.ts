import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";

import { InvalidSamTemplate } from "../../src/services/cloudformation/sam/errors.ts";
import { transformSam } from "../../src/services/cloudformation/sam/transform.ts";
import { isMap, own, type Value, type Values } from "../../src/services/cloudformation/sam/value.ts";
import { needs } from "../needs.ts";

/*
 * AWS's own translator and ours make the same of the same templates, or find the same faults. Lists are compared without their
 * order, as the translator's own tests do: it is that of Python's dictionaries and sets. What the id of a deployment is
 * hashed from is a text in the form of Python 2; only its prefix is compared.
 */

const SURROUNDINGS = { parameters: {}, region: "us-east-1", partition: "aws", now: 0 };

const folder = fileURLToPath(new URL("sam/", import.meta.url));

interface Said {
  readonly file: string;
  readonly template: Values;
  readonly output?: Values;
  readonly errors?: readonly string[];
  readonly crash?: string;
}

function translate(files: readonly string[]): Said[] {
  const lines = execFileSync("python3", [join(folder, "translator.py"), ...files], {
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
function ours(template: Values): { output?: Values; errors?: readonly string[] } {
  try {
    return { output: transformSam(template, SURROUNDINGS) };
  } catch (error) {
    if (error instanceof InvalidSamTemplate) return { errors: [...error.faults].sort() };
    throw error;
  }
}

/** A template in a form in which the order of lists and the hashes of deployments do not count. */
function comparable(template: Values): Value {
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

describe("the SAM transform and AWS's translator", needs("sam-translator"), () => {
  const inputs = readdirSync(join(folder, "inputs"));
  const said = translate(inputs.map((input) => join(folder, "inputs", input)));
  for (const { file, template, output, errors, crash } of said) {
    test(`${basename(file, ".yaml")}: ${template["Description"]}`, () => {
      assert.equal(crash, undefined);
      const made = ours(template);
      if (errors) assert.deepEqual(made.errors, errors);
      else if (output) {
        assert.equal(made.errors, undefined);
        assert.deepEqual(comparable(made.output as Values), comparable(output));
      }
    });
  }
});
