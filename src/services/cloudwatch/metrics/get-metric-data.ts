import { makeToken, readToken } from "../../../aws/page.ts";
import type { Key } from "../../../core/key.ts";
import type { Handlers } from "../../../core/service.ts";
import { sure } from "../../../core/sure.ts";
import type * as CloudWatch from "../../../models/generated/cloudwatch.ts";
import type { Cloudwatch } from "../cloudwatch.ts";
import { invalidNextToken, validationError } from "../errors.ts";
import { metricsIn, problemIn, Queries } from "../math/queries.ts";
import type { Point, Series, Value } from "../math/series.ts";
import { MathError } from "../math/syntax.ts";
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
    return sure(run.value(id)); // Of one of its own queries.
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

/** Values in the order of the results, cut where the page is full; the token says which was the last. */
function page(
  answers: readonly Answer[],
  input: CloudWatch.GetMetricDataInput,
): CloudWatch.GetMetricDataOutput {
  const { NextToken: token, MaxDatapoints: size = MAX_DATAPOINTS, ...query } = input;
  const last = readToken({ token, query, refuse: invalidNextToken });
  const ascending = input.ScanBy === "TimestampAscending";
  const names = namesOf(answers);
  const from = last ? names.indexOf(String(last[0])) : 0;
  // The series is gone with all its points: where it stood among the others cannot be told.
  if (from < 0) throw invalidNextToken();
  const MetricDataResults: CloudWatch.MetricDataResult[] = [];
  let room = size;
  let position: Key = last ?? [];
  for (const [at, answer] of answers.entries()) {
    if (at < from) continue;
    const { points } = answer.series;
    const resumed = at === from ? last : undefined;
    const left = (ascending ? points : points.toReversed()).filter(
      ([atMs]) => !resumed || (ascending ? atMs > Number(resumed[1]) : atMs < Number(resumed[1])),
    );
    const given = left.slice(0, room);
    const isCut = given.length < left.length;
    // A series without points is said, too.
    if (given.length > 0 || (points.length === 0 && !resumed)) {
      MetricDataResults.push(resultOf(answer, answers, given, isCut));
      position = [names[at] ?? "", given.at(-1)?.[0] ?? 0];
    }
    if (isCut) return { MetricDataResults, Messages: [], NextToken: makeToken(position, { query }) };
    room -= given.length;
  }
  return { MetricDataResults, Messages: [] };
}

/** What each answer is found again by on the next page: its query and metric, and a number where these are the same. */
function namesOf(answers: readonly Answer[]): string[] {
  const seen = new Map<string, number>();
  return answers.map(({ query, series }) => {
    const name = JSON.stringify([query.Id, series.properties ?? series.label]);
    const ordinal = (seen.get(name) ?? 0) + 1;
    seen.set(name, ordinal);
    return `${name} ${ordinal}`;
  });
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
    ...(series.units && {
      Messages: [{ Code: "MultipleUnits", Value: `Multiple units returned: '[${series.units.join(", ")}]'` }],
    }),
  };
}

/** An expression that comes to one series is called by its id; the series of an array by their metrics. */
function defaultName(query: CloudWatch.MetricDataQuery, series: Series, answers: readonly Answer[]): string {
  if (series.isNamed) return series.label;
  const siblings = answers.filter((answer) => answer.query === query);
  if (!query.MetricStat && siblings.length === 1) return query.Id;
  const others = query.MetricStat ? answers.filter((answer) => answer.query.MetricStat) : siblings;
  return nameOf(
    series,
    others.map((answer) => answer.series),
  );
}
