import { isMap, type Value } from "../sam/value.ts";
import { attributeParts, functionOf, SUBSTITUTION } from "./functions.ts";

/** What a value names: parameters and resources (`Ref`), resources' attributes, conditions of `Fn::If`. */
export interface References {
  readonly refs: ReadonlySet<string>;
  readonly attributes: ReadonlyMap<string, readonly string[]>;
  readonly conditions: ReadonlySet<string>;
}

/** @param holds leaves out the branch of a `Fn::If` that does not count, when it is given */
export function referencesIn(value: Value | undefined, holds?: (condition: string) => boolean): References {
  const refs = new Set<string>();
  const attributes = new Map<string, string[]>();
  const conditions = new Set<string>();
  const attribute = (id: string, name: string) => attributes.set(id, [...(attributes.get(id) ?? []), name]);
  const visit = (at: Value | undefined): void => {
    if (Array.isArray(at)) {
      for (const item of at) visit(item);
      return;
    }
    if (!isMap(at)) return;
    const name = functionOf(at);
    if (name === "Ref" && typeof at["Ref"] === "string") refs.add(at["Ref"]);
    else if (name === "Condition" && typeof at["Condition"] === "string") conditions.add(at["Condition"]);
    else if (name === "Fn::GetAtt") {
      const [id, ...rest] = attributeParts(at[name]!);
      if (typeof id === "string") attribute(id, rest.map(String).join("."));
      visit(rest);
    } else if (name === "Fn::Sub") {
      const [text, variables] = Array.isArray(at[name]) ? (at[name] as Value[]) : [at[name]];
      visit(variables);
      if (typeof text !== "string") return;
      for (const [, inside] of text.matchAll(SUBSTITUTION)) {
        const written = inside!.trim();
        if (written.startsWith("!") || (isMap(variables) && Object.hasOwn(variables, written))) continue;
        const dot = written.indexOf(".");
        if (dot < 0) refs.add(written);
        else attribute(written.slice(0, dot), written.slice(dot + 1));
      }
    } else if (name === "Fn::If" && Array.isArray(at[name])) {
      const [condition, yes, no] = at[name] as Value[];
      if (typeof condition !== "string") visit(condition);
      else {
        conditions.add(condition);
        if (holds) {
          visit(holds(condition) ? yes : no);
          return;
        }
      }
      visit(yes);
      visit(no);
    } else for (const item of Object.values(at)) visit(item);
  };
  visit(value);
  return { refs, attributes, conditions };
}
