import type * as Logs from "../../models/generated/logs.ts";
import type { LogEvent } from "./event-log.ts";
import type { MetricFilter } from "./metric-filter.ts";
import type { Pattern } from "./pattern/compiled.ts";
import { numberOf } from "./pattern/expression.ts";
import { compilePattern } from "./pattern/pattern.ts";

/** What goes into PutMetricData. */
export interface MetricDatum {
  readonly MetricName: string;
  readonly Timestamp: Date;
  readonly Value: number;
  readonly Unit?: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: string }[];
}

/** The values that a metric filter takes from events, by namespace; the default value when none matches. */
export function metricDatums(
  filter: MetricFilter,
  events: readonly LogEvent[],
): { namespace: string; datums: MetricDatum[] }[] {
  const pattern = compilePattern(filter.filterPattern);
  const matching = events.filter(({ message }) => pattern.match(message));
  return (filter.metricTransformations ?? []).flatMap((transformation) => {
    const datums = matching.flatMap((event) => datumOf(transformation, pattern, event) ?? []);
    const { defaultValue } = transformation;
    const last = events.at(-1);
    if (matching.length === 0 && defaultValue !== undefined && last)
      datums.push({ ...shapeOf(transformation), Timestamp: new Date(last.timestamp), Value: defaultValue });
    return datums.length > 0 ? [{ namespace: transformation.metricNamespace, datums }] : [];
  });
}

const shapeOf = ({ metricName, unit }: Logs.MetricTransformation) => ({
  MetricName: metricName,
  ...(unit && { Unit: unit }),
});

/** Undefined when the value that the filter wants is no number in this event, or a dimension has none. */
function datumOf(
  transformation: Logs.MetricTransformation,
  pattern: Pattern,
  { message, timestamp }: LogEvent,
): MetricDatum | undefined {
  const { metricValue, dimensions } = transformation;
  const found = metricValue.startsWith("$") ? pattern.value(message, metricValue) : metricValue;
  const value = numberOf(found);
  if (value === undefined) return undefined;
  const Dimensions = Object.entries(dimensions ?? {}).map(([Name, selector]) => {
    const text = pattern.value(message, selector);
    return { Name, Value: typeof text === "object" || text === undefined ? "" : String(text) };
  });
  if (Dimensions.some(({ Value }) => Value === "")) return undefined;
  return {
    ...shapeOf(transformation),
    Timestamp: new Date(timestamp),
    Value: value,
    ...(Dimensions.length > 0 && { Dimensions }),
  };
}
