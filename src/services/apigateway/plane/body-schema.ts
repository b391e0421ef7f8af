import ajvDraft4, { type ValidateFunction } from "ajv-draft-04";
import { limited } from "../../../core/limited.ts";
import { readJson } from "../../../core/read-json.ts";
import { isQuick } from "../../../core/regex.ts";

type Schema = Readonly<Record<string, unknown>>;

/** A JSON schema (draft 4) that bodies are held against. */
export class BodySchema {
  readonly #schema: Schema;
  readonly #cost: Cost;
  #check: ValidateFunction | undefined;

  constructor(schema: Schema) {
    this.#schema = schema;
    this.#cost = costOf(schema);
  }

  /**
   * What is wrong with a body, in words; undefined when nothing is. A schema that may take long is checked in another process.
   * @throws LimitExceeded when it takes too long
   */
  async complaint(json: unknown, length: number): Promise<string | undefined> {
    if (!this.#isQuick(length)) {
      const text = JSON.stringify(this.#schema);
      return await limited<string | undefined>(new URL(import.meta.url), { schema: text, json });
    }
    this.#check ??= compile(this.#schema);
    return complaintOf(this.#check, json);
  }

  #isQuick(length: number): boolean {
    const { patterns, refers, combines, compares } = this.#cost;
    if (refers && combines) return false;
    if (compares && length > 10_000) return false;
    return patterns.every((pattern) => isQuick(pattern, length));
  }
}

/** What makes a schema slow. */
interface Cost {
  /** Regular expressions. */
  readonly patterns: string[];
  /** Schemas that others refer to … */
  refers: boolean;
  /** … more than once for the same value: levels multiply. */
  combines: boolean;
  /** Each item is compared with each. */
  compares: boolean;
}

const COMBINES = new Set(["allOf", "anyOf", "oneOf", "not", "patternProperties", "dependencies"]);

function costOf(
  schema: unknown,
  cost: Cost = { patterns: [], refers: false, combines: false, compares: false },
): Cost {
  if (typeof schema !== "object" || schema === null) return cost;
  for (const [name, value] of Object.entries(schema)) {
    if (name === "pattern" && typeof value === "string") cost.patterns.push(value);
    if (name === "patternProperties" && typeof value === "object")
      cost.patterns.push(...Object.keys(value ?? {}));
    cost.refers ||= name === "$ref";
    cost.combines ||= COMBINES.has(name);
    cost.compares ||= name === "uniqueItems";
    costOf(value, cost);
  }
  return cost;
}

function compile(schema: Schema): ValidateFunction {
  const options = { strict: false, allErrors: true, logger: false, validateFormats: false } as const;
  return new ajvDraft4.default(options).compile(schema);
}

function complaintOf(check: ValidateFunction, json: unknown): string | undefined {
  if (check(json)) return undefined;
  return check.errors?.map(({ message }) => message).join(", ") ?? "Invalid request body";
}

let last: { readonly text: string; readonly check: ValidateFunction } | undefined;

/** The task of the other process. */
export function run({ schema, json }: { schema: string; json: unknown }): string | undefined {
  if (last?.text !== schema) last = { text: schema, check: compile(readJson(schema) as Schema) };
  return complaintOf(last.check, json);
}
