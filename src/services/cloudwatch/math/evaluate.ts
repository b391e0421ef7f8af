import { FUNCTIONS, type MathScope } from "./functions.ts";
import { negate, operate } from "./operators.ts";
import { type Series, scalar, type Value } from "./series.ts";
import { type Expression, MathError } from "./syntax.ts";

const BAND = "ANOMALY_DETECTION_BAND";
const DEFAULT_DEVIATIONS = 2;

/** Words that stand for themselves as parameters: FILL(m1, REPEAT), SORT(m, AVG, DESC). */
const WORDS = new Set(["REPEAT", "LINEAR", "AVG", "MIN", "MAX", "SUM", "ASC", "DESC"]);

/**
 * What an expression comes to.
 * @param lookUp the value of another query by its id
 * @throws MathError
 */
export function evaluate(
  expression: Expression,
  lookUp: (id: string) => Value | undefined,
  scope: MathScope,
): Value {
  const of = (part: Expression): Value => evaluate(part, lookUp, scope);
  switch (expression.kind) {
    case "number":
      return scalar(expression.value);
    case "string":
      return { kind: "text", text: expression.text };
    case "negate":
      return negate(of(expression.operand));
    case "operation":
      return operate(expression.operator, of(expression.left), of(expression.right));
    case "list":
      return { kind: "array", items: expression.items.flatMap((item) => seriesOf(of(item))) };
    case "name": {
      const value = lookUp(expression.name);
      if (value) return value;
      if (WORDS.has(expression.name)) return { kind: "text", text: expression.name };
      throw new MathError(`Unrecognized identifier '${expression.name}'`);
    }
    case "call": {
      if (expression.name === BAND) return band(expression.parameters, of, scope);
      const called = Object.hasOwn(FUNCTIONS, expression.name) ? FUNCTIONS[expression.name] : undefined;
      if (!called) throw new MathError(`Unrecognized function '${expression.name}'`);
      return called(expression.parameters.map(of), scope);
    }
  }
}

/** ANOMALY_DETECTION_BAND(m1, 2): what it is about is also looked at before the stretch of time that is asked for. */
function band(
  [about, width]: readonly Expression[],
  of: (part: Expression) => Value,
  scope: MathScope,
): Value {
  if (!about) throw new MathError(`${BAND} expects a time series`);
  const deviations = width === undefined ? scalar(DEFAULT_DEVIATIONS) : of(width);
  if (deviations.kind !== "scalar" || deviations.value <= 0)
    throw new MathError(`${BAND} expects a positive number of standard deviations`);
  return { kind: "array", items: scope.band(about, deviations.value) };
}

function seriesOf(value: Value): readonly Series[] {
  if (value.kind === "series") return [value.series];
  if (value.kind === "array") return value.items;
  throw new MathError("An array holds time series only");
}
