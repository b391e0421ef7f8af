/**
 * A place in an operation's input: members separated by dots, `[]` for each item of a list, `{}` for each key of a map,
 * `*` for each value: `QueueUrl`, `Entries[].TopicArn`, `RequestItems{}`, `TransactItems[].*.TableName`.
 */
export type InputPath = string;

type Step =
  | { readonly kind: "member"; readonly name: string }
  | { readonly kind: "items" | "keys" | "values" };

/** A path compiled to a function that gives the texts at it, numbers as text. */
export function compilePath(path: InputPath): (input: unknown) => string[] {
  const steps = path.split(".").flatMap(stepsOf);
  const [only, ...others] = steps;
  if (only?.kind === "member" && others.length === 0) {
    const { name } = only;
    return (input) => {
      const value = own(input, name);
      return typeof value === "string" ? [value] : typeof value === "number" ? [String(value)] : NONE;
    };
  }
  return (input) => {
    const found: string[] = [];
    collect(input, steps, 0, found);
    return found;
  };
}

const NONE: string[] = [];

function stepsOf(part: string): Step[] {
  if (part === "*") return [{ kind: "values" }];
  const name = part.replace(/(?:\[\]|\{\})$/, "");
  const member: Step = { kind: "member", name };
  if (part.endsWith("[]")) return [member, { kind: "items" }];
  return part.endsWith("{}") ? [member, { kind: "keys" }] : [member];
}

function collect(value: unknown, steps: readonly Step[], at: number, found: string[]): void {
  const step = steps[at];
  if (step === undefined) {
    if (typeof value === "string" || typeof value === "number") found.push(String(value));
    return;
  }
  if (typeof value !== "object" || value === null) return;
  if (step.kind === "member") collect(own(value, step.name), steps, at + 1, found);
  else if (step.kind === "keys") for (const key of Object.keys(value)) collect(key, steps, at + 1, found);
  else for (const item of Object.values(value)) collect(item, steps, at + 1, found);
}

function own(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}
