import { isMap, type Value } from "../sam/value.ts";
import { evaluate, functionOf, type Scope } from "./functions.ts";
import { referencesIn } from "./references.ts";

const OF_OTHER_STACKS = /"Fn::(?:ImportValue|GetStackOutput)"/;

/**
 * Looks up the values of mappings that parameters choose, of a template whose arguments are right otherwise.
 * @param isKnown is that a parameter, and no resource?
 * @throws ValidationError for one that is not in its mapping
 */
export function checkChosenValues(value: Value, scope: Scope, isKnown: (name: string) => boolean): void {
  if (Array.isArray(value)) for (const item of value) checkChosenValues(item, scope, isKnown);
  if (!isMap(value)) return;
  const name = functionOf(value);
  const argument = name === undefined ? undefined : value[name];
  if (name === "Fn::If" && Array.isArray(argument) && typeof argument[0] === "string") {
    checkChosenValues(argument[scope.condition(argument[0]) ? 1 : 2] ?? "", scope, isKnown);
    return;
  }
  if (name === "Fn::FindInMap" && Array.isArray(argument) && argument.length === 3) {
    const { refs, attributes } = referencesIn(argument);
    const isChosen = attributes.size === 0 && [...refs].every(isKnown);
    if (isChosen && !OF_OTHER_STACKS.test(JSON.stringify(argument))) evaluate(value, scope);
    return;
  }
  for (const item of Object.values(value)) checkChosenValues(item, scope, isKnown);
}
