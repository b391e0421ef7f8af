import { Compile, Helper, parse } from "velocityjs";
import { spend, spendOnText } from "./effort.ts";
import { asJavaList, isMap, javaEquals, javaMethod, javaText } from "./java.ts";

/**
 * Velocity templates as API Gateway runs them. The language is velocityjs's; what differs from it is here: Java's methods,
 * Java's truth (an empty text and 0 are true), absent members of AWS's own variables print nothing.
 */
type Ast = ReturnType<typeof parse>[number];

type Evaluate = (this: Compile, ast: Ast, isPrinted?: boolean) => unknown;

interface Call {
  readonly property: string;
  readonly context: unknown;
  readonly params: unknown[];
}

const javaMethods = {
  uid: "java",
  match: ({ context, property }: Call) => javaMethod(context, property) !== undefined,
  resolve: ({ context, property, params }: Call) => javaMethod(context, property)?.(context as never, params),
};

/** Whole numbers divide to a whole number. */
function ratio(operator: "/" | "%", left: number, right: number): number | undefined {
  if (right === 0) return undefined;
  if (operator === "%") return left % right;
  return Number.isInteger(left) && Number.isInteger(right) ? Math.trunc(left / right) : left / right;
}

/** Variables that are AWS's own. */
const OWN = new Set(["context", "input", "util", "stageVariables"]);

const isTrue = (value: unknown): boolean => value !== undefined && value !== null && value !== false;

class ApiGatewayTemplate extends Compile {
  constructor(template: readonly Ast[]) {
    super(template as Ast[], { customMethodHandlers: [javaMethods] });
  }

  // velocityjs types the results of these three as texts; they are any values.
  override getReferences(ast: Ast, isPrinted?: boolean): string {
    spend(1);
    const value = (super.getReferences as Evaluate).call(this, ast, false);
    spendOnText(value);
    if (!isPrinted) return value as string;
    const { id, leader } = ast as { id: string; leader: string };
    // As recorded: `$context.identity` and its other parts are no maps that print.
    if (id === "context" && typeof value === "object") return "";
    const text = javaText(value);
    spendOnText(text);
    if (text !== undefined) return text;
    return leader === "$!" || OWN.has(id) || this.#isDefined(id) ? "" : Helper.getRefText(ast as never);
  }

  /** What a variable does not have is empty; a variable that there is not stays as it is written. */
  #isDefined(id: string): boolean {
    const variable = { type: "references", id, leader: "$" } as unknown as Ast;
    const value = (super.getReferences as Evaluate).call(this, variable, false);
    return value !== undefined && value !== null;
  }

  override getExpression(ast: Ast): string {
    return this.#evaluate(ast) as string;
  }

  #evaluate(ast: Ast): unknown {
    spend(1);
    const { type, operator, expression } = ast as { type: string; operator?: string; expression?: Ast[] };
    const [first, second] = (type === "math" && expression) || [];
    if (first && operator === "not") return !isTrue(this.getExpression(first));
    if (first && second) {
      const left = () => this.getExpression(first);
      const right = () => this.getExpression(second);
      if (operator === "&&") return isTrue(left()) && isTrue(right());
      if (operator === "||") return isTrue(left()) || isTrue(right());
      if (operator === "==" || operator === "!=") return javaEquals(left(), right()) === (operator === "==");
      if (operator === "+") return this.#sum(left(), right());
      if (operator === "/" || operator === "%") return ratio(operator, Number(left()), Number(right()));
    }
    return (super.getExpression as Evaluate).call(this, ast);
  }

  #sum(left: unknown, right: unknown): unknown {
    spendOnText(left, right);
    return typeof left === "number" && typeof right === "number" ? left + right : `${left}${right}`;
  }

  /** `#if` takes the first branch whose condition is true in Java's sense. */
  getBlockIf(block: Ast[]): string {
    const body: Ast[] = [];
    let chosen = false;
    for (const part of block) {
      const { type, condition } = part as { type?: string; condition?: Ast };
      if (type === "if" || type === "elseif" || type === "else") {
        if (chosen) break;
        chosen = type === "else" || (condition !== undefined && isTrue(this.getExpression(condition)));
      } else if (chosen) body.push(part);
    }
    return this.renderAstList(body, (this as unknown as { contextId: string }).contextId);
  }

  /** `#foreach` over a map goes over its values; API Gateway stops after a thousand. */
  getBlockEach(block: Ast[]): string {
    const [head, ...body] = block as [Ast & { from: Ast }, ...Ast[]];
    const from = this.getLiteral(head.from) as unknown;
    const all = isMap(from) ? Object.values(from) : from;
    if (!Array.isArray(all) || all.length === 0) return "";
    const items = all.slice(0, MAX_ITERATIONS);
    spend(items.length * (1 + body.length));
    const each = (Compile.prototype as unknown as { getBlockEach(block: unknown[]): string }).getBlockEach;
    return each.call(this, [{ ...head, from: { type: "items", items } }, ...body]);
  }

  override getLiteral(ast: Ast): string {
    const { type, items } = ast as unknown as { type: string; items: unknown };
    if (type === "items") return items as string;
    const value = (super.getLiteral as Evaluate).call(this, ast);
    if (type === "array" && Array.isArray(value)) asJavaList(value);
    spendOnText(value);
    return value as string;
  }
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html: iterations of a `#foreach` loop in mapping templates. */
const MAX_ITERATIONS = 1000;

const parsed = new Map<string, readonly Ast[]>();
const MOST_PARSED = 1000;

function astOf(template: string): readonly Ast[] {
  let ast = parsed.get(template);
  if (!ast) {
    if (parsed.size >= MOST_PARSED) parsed.clear();
    ast = parse(template);
    parsed.set(template, ast);
  }
  return ast;
}

/** Renders a template with `$input`, `$util`, `$context` and `$stageVariables`. Rejects what cannot be parsed with an Error. */
export function render(template: string, variables: Readonly<Record<string, unknown>>): string {
  return new ApiGatewayTemplate(astOf(template)).render({ ...variables });
}
