import type { Condition, Operand } from "./condition.ts";
import type { Path } from "./placeholders.ts";

/** All places that a condition looks at. */
export function pathsOf(condition: Condition): Path[] {
  switch (condition.kind) {
    case "and":
    case "or":
      return condition.conditions.flatMap(pathsOf);
    case "not":
      return pathsOf(condition.condition);
    default:
      return condition.args.flatMap(pathsOfOperand);
  }
}

function pathsOfOperand(operand: Operand): Path[] {
  if (operand.kind === "path") return [operand.path];
  return operand.kind === "size" ? pathsOfOperand(operand.of) : [];
}
