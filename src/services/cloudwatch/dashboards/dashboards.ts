import { pageOf } from "../../../aws/page.ts";
import { partitionOf } from "../../../core/arn.ts";
import type { Context, Handlers } from "../../../core/service.ts";
import type * as CloudWatch from "../../../models/generated/cloudwatch.ts";
import { dashboardNotFound, dashboardsNotFound, invalidDashboard, invalidParameterValue } from "../errors.ts";
import { tagging } from "../tags.ts";
import { problemsInBody } from "./body.ts";
import { dashboardsOf } from "./dashboard.ts";

const PAGE_SIZE = 1000;
const NAME = /^[\w-]{1,255}$/;

const dashboardArn = ({ account, region }: Context, name: string) =>
  `arn:${partitionOf(region)}:cloudwatch::${account}:dashboard/${name}`;

/** Dashboards are kept, and checked, but nobody draws them. */
export const dashboards: Handlers<CloudWatch.Operations> = {
  PutDashboard(input, ctx) {
    const name = input.DashboardName;
    if (!NAME.test(name)) throw invalidName(name);
    const { errors, warnings } = problemsInBody(input.DashboardBody);
    if (errors.length > 0) throw invalidDashboard(errors);
    const collection = dashboardsOf(ctx);
    collection.put([name], {
      name,
      arn: dashboardArn(ctx, name),
      body: input.DashboardBody,
      modifiedAtMs: ctx.clock.now(),
      tags: collection.get([name])?.tags ?? tagging.read(input.Tags),
    });
    return { DashboardValidationMessages: warnings };
  },

  GetDashboard(input, ctx) {
    const dashboard = dashboardsOf(ctx).get([input.DashboardName]);
    if (!dashboard) throw dashboardNotFound(input.DashboardName);
    return {
      DashboardArn: dashboard.arn,
      DashboardBody: dashboard.body,
      DashboardName: dashboard.name,
    };
  },

  ListDashboards(input, ctx) {
    const prefix = input.DashboardNamePrefix ?? "";
    const page = pageOf(dashboardsOf(ctx), {
      token: input.NextToken,
      query: prefix,
      size: PAGE_SIZE,
      keep: ({ name }) => name.startsWith(prefix),
      refuse: () => invalidParameterValue("Request parameter NextToken is invalid"),
    });
    return {
      DashboardEntries: page.items.map(({ name, arn, body, modifiedAtMs }) => ({
        DashboardName: name,
        DashboardArn: arn,
        LastModified: new Date(modifiedAtMs),
        Size: Buffer.byteLength(body),
      })),
      ...(page.nextToken && { NextToken: page.nextToken }),
    };
  },

  DeleteDashboards(input, ctx) {
    if (input.DashboardNames.length === 0) throw invalidParameterValue("Need at least 1 dashboard");
    const collection = dashboardsOf(ctx);
    const missing = input.DashboardNames.filter((name) => !collection.has([name]));
    if (missing.length > 0) throw dashboardsNotFound(missing);
    for (const name of input.DashboardNames) collection.delete([name]);
    return {};
  },
};

const invalidName = (name: string) =>
  invalidParameterValue(
    `The value ${name} for field DashboardName contains invalid characters. It can only contain alphanumerics, dash (-) and underscore (_).`,
  );
