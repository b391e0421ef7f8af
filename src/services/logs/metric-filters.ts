import type { Handlers } from "../../core/service.ts";
import type * as Logs from "../../models/generated/logs.ts";
import { invalidParameter, limitExceeded, metricFilterNotFound } from "./errors.ts";
import type { Feed } from "./feed.ts";
import { compile } from "./filter.ts";
import { requireGroup } from "./group.ts";
import { metricFilterCollection } from "./metric-filter.ts";
import { pageOf } from "./page.ts";

const MAX_FILTERS = 100;
const MAX_DIMENSIONS = 3;
const PAGE_SIZE = 50;

export const metricFilters = (feed: Feed): Handlers<Logs.Operations> => ({
  PutMetricFilter(input, ctx) {
    const group = requireGroup(ctx.store, input.logGroupName);
    compile(input.filterPattern);
    for (const transformation of input.metricTransformations) checkTransformation(transformation);
    const filters = ctx.store.collection(metricFilterCollection);
    const key = [group.name, input.filterName];
    const existing = filters.get(key);
    if (!existing && filters.count({ prefix: [group.name] }) >= MAX_FILTERS) throw limitExceeded();
    filters.put(key, {
      filterName: input.filterName,
      filterPattern: input.filterPattern,
      metricTransformations: input.metricTransformations,
      creationTime: existing?.creationTime ?? ctx.clock.now(),
      logGroupName: group.name,
      applyOnTransformedLogs: input.applyOnTransformedLogs ?? false,
      ...(input.fieldSelectionCriteria && { fieldSelectionCriteria: input.fieldSelectionCriteria }),
      ...(input.emitSystemFieldDimensions && { emitSystemFieldDimensions: input.emitSystemFieldDimensions }),
    });
    feed.forget(ctx, group.name);
  },

  DeleteMetricFilter(input, ctx) {
    const group = requireGroup(ctx.store, input.logGroupName);
    if (!ctx.store.collection(metricFilterCollection).delete([group.name, input.filterName]))
      throw metricFilterNotFound();
    feed.forget(ctx, group.name);
  },

  DescribeMetricFilters(input, ctx) {
    const { metricName, metricNamespace } = input;
    if ((metricName === undefined) !== (metricNamespace === undefined))
      throw invalidParameter("metricName and metricNamespace must be specified together.");
    const prefix = input.logGroupName === undefined ? [] : [requireGroup(ctx.store, input.logGroupName).name];
    const found = [...ctx.store.collection(metricFilterCollection).values({ prefix })].filter(
      (filter) =>
        filter.filterName.startsWith(input.filterNamePrefix ?? "") &&
        (metricName === undefined ||
          filter.metricTransformations?.some(
            (one) => one.metricName === metricName && one.metricNamespace === metricNamespace,
          )),
    );
    const { items, nextToken } = pageOf(found, input, PAGE_SIZE, ({ logGroupName, filterName }) => [
      logGroupName ?? "",
      filterName,
    ]);
    return { metricFilters: items, ...(nextToken && { nextToken }) };
  },

  TestMetricFilter(input) {
    const pattern = compile(input.filterPattern);
    const matches = input.logEventMessages.flatMap((eventMessage, at) => {
      const extractedValues = pattern.match(eventMessage);
      return extractedValues
        ? [{ eventNumber: at + 1, eventMessage, extractedValues: { ...extractedValues } }]
        : [];
    });
    return { matches };
  },
});

function checkTransformation({ metricValue, defaultValue, dimensions }: Logs.MetricTransformation): void {
  if (!metricValue.startsWith("$") && Number.isNaN(Number(metricValue)))
    throw invalidParameter("Invalid metric transformation: metricValue must be a number or begin with $");
  const names = Object.keys(dimensions ?? {});
  if (names.length > 0 && defaultValue !== undefined)
    throw invalidParameter(
      "Invalid metric transformation: dimensions and default value are mutually exclusive properties.",
    );
  if (names.length > MAX_DIMENSIONS)
    throw invalidParameter("Invalid metric transformation: at most 3 dimensions are allowed.");
}
