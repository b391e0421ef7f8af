import type { Metric } from "../metrics/metric.ts";

/**
 * A search expression, as `SEARCH` takes it: `{AWS/Lambda,FunctionName} MetricName="Errors" checkout`.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/search-expression-syntax.html
 */
export function searchFor(expression: string): (metric: Metric) => boolean {
  const [whole = "", schema] = /^\s*\{([^}]*)\}/.exec(expression) ?? [];
  const matches = schema === undefined ? () => true : schemaOf(schema);
  const terms = termsOf(expression.slice(whole.length));
  return (metric) => matches(metric) && terms(metric);
}

/** `{Namespace,Dimension,…}`: a metric with these dimensions and no others. */
function schemaOf(text: string): (metric: Metric) => boolean {
  const [namespace, ...names] = [...text.matchAll(/"([^"]*)"|([^,\s"][^,"]*)/g)].map(
    ([, quoted, plain = ""]) => quoted ?? plain.trim(),
  );
  const wanted = names.sort().join("\n");
  return (metric) =>
    metric.namespace === namespace &&
    metric.dimensions
      .map(({ Name }) => Name)
      .sort()
      .join("\n") === wanted;
}

const TERM = /\s*(\(|\)|\bAND\b|\bOR\b|\bNOT\b|(?:([\w:./-]+)\s*=\s*)?(?:"([^"]*)"|([^\s()="]+)))/y;

type Test = (metric: Metric) => boolean;

/** Terms beside each other must all hold; OR, NOT and parentheses as usual. */
function termsOf(text: string): Test {
  const tokens: { text: string; property: string | undefined; quoted: boolean }[] = [];
  TERM.lastIndex = 0;
  for (let match = TERM.exec(text); match; match = TERM.exec(text)) {
    const [, whole = "", property, quoted, plain] = match;
    tokens.push({ text: quoted ?? plain ?? whole, property, quoted: quoted !== undefined });
  }
  let at = 0;
  const isWord = (word: string) => {
    const token = tokens[at];
    return token?.text === word && !token.quoted && !token.property;
  };

  const anyOf = (): Test => {
    const ways = [allOf()];
    while (isWord("OR")) {
      at++;
      ways.push(allOf());
    }
    return (metric) => ways.some((way) => way(metric));
  };
  const allOf = (): Test => {
    const tests: Test[] = [];
    while (at < tokens.length && !isWord("OR") && !isWord(")")) {
      if (isWord("AND")) at++;
      else tests.push(term());
    }
    return (metric) => tests.every((test) => test(metric));
  };
  const term = (): Test => {
    if (isWord("NOT")) {
      at++;
      const test = term();
      return (metric) => !test(metric);
    }
    if (isWord("(")) {
      at++;
      const test = anyOf();
      if (isWord(")")) at++;
      return test;
    }
    const token = tokens[at++];
    return token ? termTest(token.text, token.property, token.quoted) : () => true;
  };
  return anyOf();
}

/** A quoted text must be the whole of a name or value; an unquoted one some of its words. */
function termTest(text: string, property: string | undefined, quoted: boolean): Test {
  const wanted = text.toLowerCase();
  const fits = (value: string) =>
    quoted ? value === text : value.toLowerCase() === wanted || wordsOf(value).includes(wanted);
  return (metric) => textsOf(metric, property).some(fits);
}

function textsOf(metric: Metric, property: string | undefined): string[] {
  if (property === undefined)
    return [metric.namespace, metric.name, ...metric.dimensions.flatMap(({ Name, Value }) => [Name, Value])];
  if (property === "MetricName") return [metric.name];
  if (property === "Namespace") return [metric.namespace];
  return metric.dimensions.filter(({ Name }) => Name === property).map(({ Value }) => Value);
}

/** `HTTPCode_Target_5XX`, `i-123`, `CPUUtilization` → their words, as CloudWatch's search splits them. */
const wordsOf = (value: string): string[] =>
  value
    .replace(/([a-z\d])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z\d]+/);
