import { stateOf } from "../../aws/lifecycle.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as DynamoDB from "../../models/generated/dynamodb.ts";
import type { Database } from "./database.ts";
import { resourceNotFound } from "./errors.ts";
import { insightsLifecycle } from "./lifecycles.ts";
import { listPage } from "./list-page.ts";
import type { Table } from "./table.ts";
import { beginIn } from "./table-creation.ts";

type Insights = NonNullable<Table["record"]["insights"]>[string];

const DEFAULT_MODE = "ACCESSED_AND_THROTTLED_KEYS";

/** CloudWatch Contributor Insights: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateContributorInsights.html */
export const insights = (database: Database): Handlers<DynamoDB.Operations> => ({
  UpdateContributorInsights(input, ctx) {
    const { region, table } = database.table(input.TableName, ctx);
    checkIndex(table, input.IndexName);
    const [stage, status] =
      input.ContributorInsightsAction === "ENABLE"
        ? (["ENABLING", "ENABLED"] as const)
        : (["DISABLING", "DISABLED"] as const);
    const transition = beginIn(region, insightsLifecycle, stage, table.record.arn);
    const mode = input.ContributorInsightsMode ?? DEFAULT_MODE;
    region.save({
      ...table.record,
      insights: {
        ...table.record.insights,
        [input.IndexName ?? ""]: { status, mode, changedMs: ctx.clock.now(), transition },
      },
    });
    return {
      TableName: table.name,
      ...(input.IndexName !== undefined && { IndexName: input.IndexName }),
      ContributorInsightsStatus: stage,
      ContributorInsightsMode: mode,
    };
  },

  DescribeContributorInsights(input, ctx) {
    const { table } = database.table(input.TableName, ctx);
    checkIndex(table, input.IndexName);
    const known = table.record.insights?.[input.IndexName ?? ""];
    const status = known ? stateIn(ctx, known) : "DISABLED";
    const subject = `${table.name}${input.IndexName === undefined ? "" : `-${input.IndexName}`}`;
    return {
      TableName: table.name,
      ...(input.IndexName !== undefined && { IndexName: input.IndexName }),
      ContributorInsightsRuleList:
        status === "ENABLED"
          ? ["PKC", "PKT"].map(
              (kind) => `DynamoDBContributorInsights-${kind}-${subject}-${table.record.createdMs}`,
            )
          : [],
      ContributorInsightsStatus: status,
      ...(status === "FAILED" && {
        FailureException: {
          ExceptionName: "InternalServerError",
          ExceptionDescription: known?.transition?.failure,
        },
      }),
      ...(known && {
        LastUpdateDateTime: new Date(known.changedMs),
        ContributorInsightsMode: known.mode ?? DEFAULT_MODE,
      }),
    };
  },

  ListContributorInsights(input, ctx) {
    const region = database.region(ctx);
    const records =
      input.TableName === undefined
        ? [...region.records()]
        : [database.table(input.TableName, ctx).table.record];
    const all = records.flatMap((record) =>
      Object.entries(record.insights ?? {}).map(([index, known]) => ({
        TableName: record.name,
        ...(index !== "" && { IndexName: index }),
        ContributorInsightsStatus: stateIn(ctx, known),
        ContributorInsightsMode: known.mode ?? DEFAULT_MODE,
      })),
    );
    const size = input.MaxResults && input.MaxResults > 0 ? input.MaxResults : 100;
    const { items, nextToken } = listPage(all, input, size, (one) => [one.TableName, one.IndexName ?? ""]);
    return { ContributorInsightsSummaries: items, ...(nextToken && { NextToken: nextToken }) };
  },
});

const stateIn = ({ host }: Context, { transition, status }: Insights) =>
  stateOf(insightsLifecycle, transition, status, host);

function checkIndex(table: Table, name: string | undefined): void {
  if (name !== undefined && !table.index(name)) throw resourceNotFound(`Index: ${name} not found`);
}
