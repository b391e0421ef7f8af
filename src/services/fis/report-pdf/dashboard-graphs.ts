import { readJson } from "../../../core/read-json.ts";
import type { CallService } from "../../../core/service.ts";
import { behindLast } from "../../../core/text.ts";
import type * as CloudWatch from "../../../models/generated/cloudwatch.ts";

/** What a widget of a dashboard showed. */
export interface Graph {
  readonly title: string;
  readonly series: readonly {
    readonly label: string;
    readonly points: readonly (readonly [atMs: number, value: number])[];
  }[];
}

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html */
interface Widget {
  readonly type?: string;
  readonly properties?: {
    readonly title?: string;
    readonly region?: string;
    readonly stat?: string;
    readonly period?: number;
    readonly metrics?: readonly (readonly unknown[])[];
  };
}

const PERIOD_SECONDS = 300;

/**
 * The metrics that the dashboards of a report show, in a span of time. Text, alarms and what is reckoned from metrics are left out.
 * @param dashboards ARNs
 * @throws AwsError of CloudWatch's, for a dashboard that is not there
 */
export async function graphsOf(
  dashboards: readonly string[],
  span: Span,
  call: CallService,
): Promise<Graph[]> {
  const graphs: Graph[] = [];
  for (const arn of dashboards) {
    const DashboardName = behindLast("/", arn);
    const { DashboardBody = "{}" } = await call<CloudWatch.GetDashboardOutput>("cloudwatch", "GetDashboard", {
      DashboardName,
    });
    const { widgets = [] } = readJson(DashboardBody) as { widgets?: readonly Widget[] };
    for (const widget of widgets.filter(({ type }) => type === "metric"))
      graphs.push(await graphOf(DashboardName, widget.properties ?? {}, span, call));
  }
  return graphs;
}

async function graphOf(
  dashboard: string,
  {
    title,
    region,
    stat = "Average",
    period = PERIOD_SECONDS,
    metrics = [],
  }: NonNullable<Widget["properties"]>,
  { fromMs, toMs }: Span,
  call: CallService,
): Promise<Graph> {
  const MetricDataQueries = metricsOf(metrics).map(({ names, options }, n) => {
    const [Namespace, MetricName, ...dimensions] = names;
    const Dimensions = Array.from({ length: dimensions.length / 2 }, (_, m) => ({
      Name: dimensions[2 * m],
      Value: dimensions[2 * m + 1],
    }));
    return {
      Id: `m${n}`,
      Label: options.label ?? [MetricName, ...Dimensions.map(({ Value }) => Value)].join(" "),
      MetricStat: {
        Metric: { Namespace, MetricName, Dimensions },
        Period: options.period ?? period,
        Stat: options.stat ?? stat,
      },
    };
  });
  const { MetricDataResults = [] } =
    MetricDataQueries.length === 0
      ? {}
      : await call<CloudWatch.GetMetricDataOutput>(
          "cloudwatch",
          "GetMetricData",
          {
            MetricDataQueries,
            StartTime: new Date(fromMs),
            EndTime: new Date(toMs),
            ScanBy: "TimestampAscending",
          },
          { ...(region !== undefined && { region }) },
        );
  return {
    title: `${dashboard}: ${title ?? MetricDataQueries.map(({ Label }) => Label).join(", ")}`,
    series: MetricDataResults.map(({ Label = "", Timestamps = [], Values = [] }) => ({
      label: Label,
      points: Timestamps.map((time, n) => [time.getTime(), Values[n] ?? 0] as const),
    })),
  };
}

interface Options {
  readonly label?: string;
  readonly stat?: string;
  readonly period?: number;
}

/** Each metric in full: `.` is what stands at the same place of the one before, `...` all of it but the last. */
function metricsOf(rows: readonly (readonly unknown[])[]): { names: string[]; options: Options }[] {
  const found: { names: string[]; options: Options }[] = [];
  let before: string[] = [];
  for (const row of rows) {
    const given = row.filter((part) => typeof part === "string");
    const options = (row.find((part) => typeof part === "object" && part !== null) ?? {}) as Options;
    // An expression has no names.
    if (given.length === 0) continue;
    const names =
      given[0] === "..."
        ? [...before.slice(0, before.length - (given.length - 1)), ...given.slice(1)]
        : given.map((part, n) => (part === "." ? (before[n] ?? "") : part));
    before = names;
    found.push({ names, options });
  }
  return found;
}
