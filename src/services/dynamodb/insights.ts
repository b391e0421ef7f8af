import type { Handlers } from "../../core/service.ts";
import type * as DynamoDB from "../../models/generated/dynamodb.ts";
import type { Database } from "./database.ts";
import { resourceNotFound } from "./errors.ts";
import { listPage } from "./list-page.ts";
import type { Table } from "./table.ts";

const DEFAULT_MODE = "ACCESSED_AND_THROTTLED_KEYS";

/** CloudWatch Contributor Insights: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateContributorInsights.html */
export const insights = (database: Database): Handlers<DynamoDB.Operations> => ({
  UpdateContributorInsights(input, ctx) {
    const { region, table } = database.table(input.TableName, ctx);
    checkIndex(table, input.IndexName);
    const status = input.ContributorInsightsAction === "ENABLE" ? "ENABLED" : "DISABLED";
    const mode = input.ContributorInsightsMode ?? DEFAULT_MODE;
    region.save({
      ...table.record,
      insights: {
        ...table.record.insights,
        [input.IndexName ?? ""]: { status, mode, changedMs: ctx.clock.now() },
      },
    });
    return {
      TableName: table.name,
      ...(input.IndexName !== undefined && { IndexName: input.IndexName }),
      ContributorInsightsStatus: status === "ENABLED" ? "ENABLING" : "DISABLING",
      ContributorInsightsMode: mode,
    };
  },

  DescribeContributorInsights(input, ctx) {
    const { table } = database.table(input.TableName, ctx);
    checkIndex(table, input.IndexName);
    const known = table.record.insights?.[input.IndexName ?? ""];
    const subject = `${table.name}${input.IndexName === undefined ? "" : `-${input.IndexName}`}`;
    return {
      TableName: table.name,
      ...(input.IndexName !== undefined && { IndexName: input.IndexName }),
      ContributorInsightsRuleList:
        known?.status === "ENABLED"
          ? ["PKC", "PKT"].map(
              (kind) => `DynamoDBContributorInsights-${kind}-${subject}-${table.record.createdMs}`,
            )
          : [],
      ContributorInsightsStatus: known?.status ?? "DISABLED",
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
      Object.entries(record.insights ?? {}).map(([index, { status, mode }]) => ({
        TableName: record.name,
        ...(index !== "" && { IndexName: index }),
        ContributorInsightsStatus: status,
        ContributorInsightsMode: mode ?? DEFAULT_MODE,
      })),
    );
    const size = input.MaxResults && input.MaxResults > 0 ? input.MaxResults : 100;
    const { items, nextToken } = listPage(all, input, size, (one) => [one.TableName, one.IndexName ?? ""]);
    return { ContributorInsightsSummaries: items, ...(nextToken && { NextToken: nextToken }) };
  },
});

function checkIndex(table: Table, name: string | undefined): void {
  if (name !== undefined && !table.index(name)) throw resourceNotFound(`Index: ${name} not found`);
}
