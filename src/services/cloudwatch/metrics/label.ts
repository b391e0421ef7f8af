import type { Series } from "../math/series.ts";

/**
 * Fills a label's `${…}` in: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/graph-dynamic-labels.html
 * @param name what `${LABEL}` stands for
 */
export function fillLabel(label: string, name: string, series: Series): string {
  return label.replace(
    /\$\{\s*(\w+)\s*(?:\(\s*'([^']*)'\s*\))?\s*\}/g,
    (whole, word: string, argument?: string) =>
      word === "PROP" ? property(argument ?? "", series) : (computed(word, name, series) ?? whole),
  );
}

function property(name: string, { properties, periodSeconds }: Series): string {
  if (!properties) return "";
  if (name.startsWith("Dim."))
    return properties.dimensions.find((dimension) => dimension.Name === name.slice(4))?.Value ?? "";
  const known: Readonly<Record<string, string>> = {
    MetricName: properties.name,
    Namespace: properties.namespace,
    Stat: properties.statistic,
    Period: String(periodSeconds),
    Region: properties.region,
    AccountId: properties.account,
    AccountLabel: properties.account,
  };
  return known[name] ?? "";
}

function computed(word: string, name: string, { points }: Series): string | undefined {
  const values = points.map(([, value]) => value);
  const sum = values.reduce((total, value) => total + value, 0);
  const least = points.reduce<Series["points"][number] | undefined>(
    (a, b) => (a && a[1] <= b[1] ? a : b),
    undefined,
  );
  const most = points.reduce<Series["points"][number] | undefined>(
    (a, b) => (a && a[1] >= b[1] ? a : b),
    undefined,
  );
  const first = points[0];
  const last = points.at(-1);
  const number = (value: number | undefined) =>
    value === undefined ? "--" : String(Number(value.toPrecision(6)));
  const time = (atMs: number | undefined) =>
    atMs === undefined ? "--" : new Date(atMs).toISOString().slice(11, 16);
  switch (word) {
    case "LABEL":
      return name;
    case "AVG":
      return number(values.length ? sum / values.length : undefined);
    case "SUM":
      return number(sum);
    case "DATAPOINT_COUNT":
      return String(values.length);
    case "MIN":
      return number(least?.[1]);
    case "MIN_TIME":
      return time(least?.[0]);
    case "MAX":
      return number(most?.[1]);
    case "MAX_TIME":
      return time(most?.[0]);
    case "FIRST":
      return number(first?.[1]);
    case "FIRST_TIME":
      return time(first?.[0]);
    case "LAST":
      return number(last?.[1]);
    case "LAST_TIME":
      return time(last?.[0]);
    default:
      return undefined;
  }
}

/** What a metric is called without a label: its name and, beside others of that name, what sets it apart. */
export function nameOf(series: Series, others: readonly Series[]): string {
  const own = series.properties;
  if (!own) return series.label;
  const named = others.filter(
    ({ properties }) => properties && properties !== own && properties.name === own.name,
  );
  const alike = named.flatMap(({ properties }) => properties ?? []);
  const apart: string[] = [];
  const dimensions = own.dimensions.filter(({ Name, Value }) =>
    alike.some((other) => other.dimensions.find((dimension) => dimension.Name === Name)?.Value !== Value),
  );
  apart.push(...dimensions.map(({ Value }) => Value));
  apart.push(own.name);
  if (alike.some(({ statistic }) => statistic !== own.statistic)) apart.push(own.statistic);
  if (named.some(({ periodSeconds }) => periodSeconds !== series.periodSeconds))
    apart.push(String(series.periodSeconds));
  return apart.join(" ");
}
