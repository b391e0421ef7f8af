import { mapPoints, type Series, scalar, type Value, zip } from "./series.ts";
import { MathError, type Operator } from "./syntax.ts";

const truth = (holds: boolean) => (holds ? 1 : 0);

const COMPUTE: Readonly<Record<Operator, (a: number, b: number) => number>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "^": (a, b) => a ** b,
  "==": (a, b) => truth(a === b),
  "!=": (a, b) => truth(a !== b),
  "<": (a, b) => truth(a < b),
  ">": (a, b) => truth(a > b),
  "<=": (a, b) => truth(a <= b),
  ">=": (a, b) => truth(a >= b),
  AND: (a, b) => truth(a !== 0 && b !== 0),
  OR: (a, b) => truth(a !== 0 || b !== 0),
};

/** An operator on numbers, series and arrays of them, each by each. @throws MathError */
export function operate(operator: Operator, left: Value, right: Value): Value {
  const compute = COMPUTE[operator];
  if (left.kind === "text" || right.kind === "text")
    throw new MathError(`Unsupported operand type(s) for ${operator}: a string`);
  if (left.kind === "scalar" && right.kind === "scalar") return scalar(compute(left.value, right.value));
  if (left.kind === "array" && right.kind === "array")
    throw new MathError(
      `Unsupported operand type(s) for ${operator}: '[Array[TimeSeries], Array[TimeSeries]]'`,
    );
  if (left.kind === "array")
    return { kind: "array", items: left.items.map((item) => pair(item, right, compute)) };
  if (right.kind === "array")
    return {
      kind: "array",
      items: right.items.map((item) => ({ ...pair(item, left, (a, b) => compute(b, a)), label: item.label })),
    };
  if (left.kind === "series") return { kind: "series", series: pair(left.series, right, compute) };
  return {
    kind: "series",
    series: pair((right as { series: Series }).series, left, (a, b) => compute(b, a)),
  };
}

function pair(series: Series, other: Value, compute: (a: number, b: number) => number): Series {
  if (other.kind === "scalar") return mapPoints(series, (value) => compute(value, other.value));
  if (other.kind === "series") return zip(series, other.series, compute);
  throw new MathError("Unsupported operand type(s)");
}

export const negate = (operand: Value): Value => operate("*", operand, scalar(-1));
