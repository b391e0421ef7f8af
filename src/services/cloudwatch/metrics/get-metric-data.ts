import type { Handlers } from "../../../core/service.ts";
import type * as CloudWatch from "../../../models/generated/cloudwatch.ts";
import type { Cloudwatch } from "../cloudwatch.ts";
import { invalidNextToken, validationError } from "../errors.ts";
import { metricsIn, problemIn, Queries } from "../math/queries.ts";
import type { Point, Series, Value } from "../math/series.ts";
import { MathError } from "../math/syntax.ts";
import { makeToken, readToken } from "../page.ts";
import { fillLabel, nameOf } from "./label.ts";

const MAX_QUERIES = 500;
const MAX_DATAPOINTS = 100_800;

/** A time series that a query answers with. */
interface Answer {
  readonly query: CloudWatch.MetricDataQuery;
  readonly series: Series;
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html */
export const getMetricData = (cloudwatch: Cloudwatch): Handlers<CloudWatch.Operations> => ({
  async GetMetricData(input, ctx) {
    const queries = input.MetricDataQueries;
    check(input);
    cloudwatch.measurements.flush();
    await cloudwatch.queueDepths.sample(metricsIn(queries, ctx));
    const run = new Queries(cloudwatch, queries, ctx, {
      startMs: input.StartTime.getTime(),
      endMs: input.EndTime.getTime(),
    });
    const answers = queries
      .filter(({ ReturnData }) => ReturnData !== false)
      .flatMap((query) => seriesOf(query, work(run, query.Id)).map((series) => ({ query, series })));
    return page(answers, input);
  },
});

function check(input: CloudWatch.GetMetricDataInput): void {
  const queries = input.MetricDataQueries;
  if (input.StartTime.getTime() === input.EndTime.getTime())
    throw validationError("The parameter StartTime must not equal parameter EndTime.");
  if (input.StartTime > input.EndTime)
    throw validationError("The parameter EndTime must be greater than StartTime.");
  if (queries.length === 0) throw validationError("The parameter MetricDataQueries is required.");
  if (queries.length > MAX_QUERIES)
    throw validationError(
      `The collection MetricDataQueries must not have a size greater than ${MAX_QUERIES}.`,
    );
  if (input.MaxDatapoints !== undefined && (input.MaxDatapoints < 1 || input.MaxDatapoints > MAX_DATAPOINTS))
    throw validationError(`The parameter MaxDatapoints must be between 1 and ${MAX_DATAPOINTS}.`);
  const found = problemIn(queries);
  if (found) throw validationError(`Error in expression '${found.id}': ${found.problem}`);
}

function work(run: Queries, id: string): Value {
  try {
    return run.value(id)!;
  } catch (error) {
    if (error instanceof MathError) throw validationError(`Error in expression '${id}': ${error.message}`);
    throw error;
  }
}

function seriesOf({ Id }: CloudWatch.MetricDataQuery, value: Value): readonly Series[] {
  if (value.kind === "series") return [value.series];
  if (value.kind === "array") return value.items;
  throw validationError(`Error in expression '${Id}': The expression must come to a time series`);
}

/** Values in the order of the results, cut where the page is full; the token says how many have been given. */
function page(
  answers: readonly Answer[],
  input: CloudWatch.GetMetricDataInput,
): CloudWatch.GetMetricDataOutput {
  const ascending = input.ScanBy === "TimestampAscending";
  const start = input.NextToken === undefined ? 0 : Number(readToken(input.NextToken, invalidNextToken)[0]);
  const end = start + (input.MaxDatapoints ?? MAX_DATAPOINTS);
  let seen = 0;
  const results = answers.flatMap((answer): CloudWatch.MetricDataResult[] => {
    const points = ascending ? answer.series.points : answer.series.points.toReversed();
    const from = Math.max(0, start - seen);
    const to = Math.max(0, Math.min(points.length, end - seen));
    seen += points.length;
    const alreadyGiven = start > 0 && from >= points.length;
    const notYet = to === 0 && points.length > 0;
    if (alreadyGiven || notYet) return [];
    return [resultOf(answer, answers, points.slice(from, to), to < points.length)];
  });
  return {
    MetricDataResults: results,
    Messages: [],
    ...(seen > end && { NextToken: makeToken([end]) }),
  };
}

function resultOf(
  { query, series }: Answer,
  answers: readonly Answer[],
  points: readonly Point[],
  partial: boolean,
): CloudWatch.MetricDataResult {
  const name = query.MetricStat || series.label !== query.Id ? defaultName(query, series, answers) : query.Id;
  return {
    Id: query.Id,
    Label: query.Label === undefined ? name : fillLabel(query.Label, name, series),
    Timestamps: points.map(([atMs]) => new Date(atMs)),
    Values: points.map(([, value]) => value),
    StatusCode: partial ? "PartialData" : "Complete",
  };
}

/** An expression that comes to one series is called by its id; the series of an array by their metrics. */
function defaultName(query: CloudWatch.MetricDataQuery, series: Series, answers: readonly Answer[]): string {
  const siblings = answers.filter((answer) => answer.query === query);
  if (!query.MetricStat && siblings.length === 1) return query.Id;
  const others = query.MetricStat ? answers.filter((answer) => answer.query.MetricStat) : siblings;
  return nameOf(
    series,
    others.map((answer) => answer.series),
  );
}
