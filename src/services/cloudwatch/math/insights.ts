import type { Metric } from "../metrics/metric.ts";
import { MathError } from "./syntax.ts";

/**
 * A Metrics Insights query:
 * `SELECT AVG(CPUUtilization) FROM SCHEMA("AWS/EC2", InstanceId) WHERE … GROUP BY InstanceId ORDER BY MAX() DESC LIMIT 10`.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-metrics-insights-querylanguage.html
 */
export interface InsightsQuery {
  readonly statistic: string;
  readonly metricName: string;
  readonly matches: (metric: Metric) => boolean;
  /** Dimensions whose values make a series each; none: one series of all. */
  readonly groupBy: readonly string[];
  readonly order?: { readonly statistic: string; readonly isDescending: boolean };
  readonly most: number;
}

const STATISTICS: Readonly<Record<string, string>> = {
  AVG: "Average",
  COUNT: "SampleCount",
  MAX: "Maximum",
  MIN: "Minimum",
  SUM: "Sum",
};
const MOST_SERIES = 500;

/** A word, `"a name in quotes"`, `'a value'`, or a sign. */
const TOKEN = /\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([\w./:#-]+)|(!=|[=(),]))/y;

interface Token {
  readonly kind: "name" | "value" | "word" | "sign";
  readonly text: string;
}

export const isInsightsQuery = (expression: string): boolean => /^\s*SELECT\s/i.test(expression);

/** @throws MathError that says what stands in the wrong place */
export function parseInsights(text: string): InsightsQuery {
  return new Parser(tokensOf(text)).query();
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  let at = 0;
  for (let match = TOKEN.exec(text); match; match = TOKEN.exec(text)) {
    const [, name, value, word, sign] = match;
    at = TOKEN.lastIndex;
    if (name !== undefined) tokens.push({ kind: "name", text: unescaped(name) });
    else if (value !== undefined) tokens.push({ kind: "value", text: unescaped(value) });
    else if (word !== undefined) tokens.push({ kind: "word", text: word });
    else tokens.push({ kind: "sign", text: sign ?? "" });
  }
  const rest = text.slice(at).trim();
  if (rest !== "") throw new MathError(`Unexpected character '${rest[0]}' in the query`);
  return tokens;
}

const unescaped = (text: string) => text.replace(/\\(.)/g, "$1");

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  query(): InsightsQuery {
    this.#keyword("SELECT");
    const statistic = this.#function();
    this.#sign("(");
    const metricName = this.#name();
    this.#sign(")");
    this.#keyword("FROM");
    const isOfSchema = this.#schema();
    const holds = this.#takes("WHERE") ? this.#conditions() : () => true;
    const groupBy = this.#takes("GROUP") ? this.#grouping() : [];
    const order = this.#takes("ORDER") ? this.#ordering() : undefined;
    const most = this.#takes("LIMIT") ? this.#limit() : MOST_SERIES;
    if (this.#at < this.#tokens.length) throw this.#unexpected();
    return {
      statistic,
      metricName,
      matches: (metric) =>
        metric.name === metricName &&
        isOfSchema(metric) &&
        holds(metric) &&
        groupBy.every((name) => dimensionOf(metric, name) !== undefined),
      groupBy,
      ...(order && { order }),
      most,
    };
  }

  /** A namespace, or with `SCHEMA` also the dimensions, which are all that a metric has. */
  #schema(): (metric: Metric) => boolean {
    const isExact = this.#peek("SCHEMA") && this.#tokens[this.#at + 1]?.text === "(";
    if (!isExact) {
      const namespace = this.#name();
      return (metric) => metric.namespace === namespace;
    }
    this.#at += 2;
    const [namespace = "", ...names] = this.#names();
    this.#sign(")");
    const wanted = names.sort().join("\n");
    return (metric) =>
      metric.namespace === namespace &&
      metric.dimensions
        .map(({ Name }) => Name)
        .sort()
        .join("\n") === wanted;
  }

  #conditions(): (metric: Metric) => boolean {
    const tests: ((metric: Metric) => boolean)[] = [];
    do {
      const name = this.#name();
      const operator = this.#next();
      if (operator?.kind !== "sign" || !["=", "!="].includes(operator.text)) throw this.#unexpected(operator);
      const value = this.#next();
      if (value?.kind !== "value") throw this.#unexpected(value);
      const isEqual = operator.text === "=";
      tests.push((metric) => (dimensionOf(metric, name) === value.text) === isEqual);
    } while (this.#takes("AND"));
    return (metric) => tests.every((test) => test(metric));
  }

  #grouping(): string[] {
    this.#keyword("BY");
    return this.#names();
  }

  #ordering(): InsightsQuery["order"] {
    this.#keyword("BY");
    const statistic = this.#function();
    this.#sign("(");
    this.#sign(")");
    const isDescending = this.#takes("DESC");
    if (!isDescending) this.#takes("ASC");
    return { statistic, isDescending };
  }

  #limit(): number {
    const token = this.#next();
    const most = Number(token?.text);
    if (!Number.isInteger(most) || most < 1 || most > MOST_SERIES) throw this.#unexpected(token);
    return most;
  }

  #function(): string {
    const token = this.#next();
    const name = token?.text.toUpperCase() ?? "";
    if (token?.kind !== "word" || !Object.hasOwn(STATISTICS, name)) throw this.#unexpected(token);
    return STATISTICS[name] ?? "";
  }

  #names(): string[] {
    const names = [this.#name()];
    while (this.#tokens[this.#at]?.text === ",") {
      this.#at++;
      names.push(this.#name());
    }
    return names;
  }

  #name(): string {
    const token = this.#next();
    if (token?.kind !== "word" && token?.kind !== "name") throw this.#unexpected(token);
    return token.text;
  }

  #sign(text: string): void {
    const token = this.#next();
    if (token?.kind !== "sign" || token.text !== text) throw this.#unexpected(token);
  }

  #keyword(word: string): void {
    if (!this.#takes(word)) throw this.#unexpected(this.#tokens[this.#at]);
  }

  #takes(word: string): boolean {
    const isThere = this.#peek(word);
    if (isThere) this.#at++;
    return isThere;
  }

  #peek(word: string): boolean {
    const token = this.#tokens[this.#at];
    return token?.kind === "word" && token.text.toUpperCase() === word;
  }

  #next(): Token | undefined {
    return this.#tokens[this.#at++];
  }

  #unexpected(token: Token | undefined = this.#tokens[this.#at]): MathError {
    return new MathError(
      token ? `Unexpected '${token.text}' in the query` : "The query ends where more is expected",
    );
  }
}

export const dimensionOf = ({ dimensions }: Metric, name: string): string | undefined =>
  dimensions.find(({ Name }) => Name === name)?.Value;
