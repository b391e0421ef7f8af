import type { AttributeValue } from "../attribute-value.ts";
import type { Problems } from "./problems.ts";
import { isReserved } from "./reserved-words.ts";
import type { PathStep, PathSyntax, ValueSyntax } from "./syntax.ts";

/** A name, and what lies below it. */
export type Path = readonly [string, ...PathStep[]];

const MOST_LEVELS = 32;

/** The `#names` and `:values` of a request, and which of them its expressions have used. */
export class Placeholders {
  readonly #names: Readonly<Record<string, string>>;
  readonly #values: Readonly<Record<string, AttributeValue>>;
  readonly #used = new Set<string>();

  constructor(
    names: Readonly<Record<string, string>> = {},
    values: Readonly<Record<string, AttributeValue>> = {},
  ) {
    this.#names = names;
    this.#values = values;
  }

  path({ steps: [head, ...below], steps }: PathSyntax, problems: Problems): Path {
    if (steps.length > MOST_LEVELS)
      problems.add(
        "path",
        `The document path has too many nesting elements; nesting levels: ${steps.length}`,
      );
    const stepOf = (step: PathStep) => (typeof step === "number" ? step : this.#step(step, problems));
    return [this.#step(head, problems), ...below.map(stepOf)];
  }

  #step(step: string, problems: Problems): string {
    if (step.startsWith("#")) return this.#name(step, problems);
    if (isReserved(step))
      problems.add("reserved", `Attribute name is a reserved keyword; reserved keyword: ${step}`);
    return step;
  }

  #name(placeholder: string, problems: Problems): string {
    this.#used.add(placeholder);
    const name = Object.hasOwn(this.#names, placeholder) ? this.#names[placeholder] : undefined;
    if (name !== undefined) return name;
    problems.add(
      "undefinedName",
      `An expression attribute name used in the document path is not defined; attribute name: ${placeholder}`,
    );
    return placeholder;
  }

  /** undefined (and a problem) when there is no such value. */
  value({ name }: ValueSyntax, problems: Problems): AttributeValue | undefined {
    this.#used.add(name);
    const value = Object.hasOwn(this.#values, name) ? this.#values[name] : undefined;
    if (value === undefined) {
      problems.add(
        "undefinedValue",
        `An expression attribute value used in expression is not defined; attribute value: ${name}`,
      );
    }
    return value;
  }

  unusedNames(): string[] {
    return Object.keys(this.#names).filter((name) => !this.#used.has(name));
  }

  unusedValues(): string[] {
    return Object.keys(this.#values).filter((name) => !this.#used.has(name));
  }
}
