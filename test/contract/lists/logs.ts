import type { ListCase } from "../lists.ts";

const page = { service: "logs", size: "limit", token: "nextToken", next: "nextToken" } as const;
const group = { logGroupName: "g" };
const name = (member: string) => (item: never) => (item as Record<string, string>)[member];

export const lists: readonly ListCase[] = [
  {
    ...page,
    operation: "DescribeLogGroups",
    items: "logGroups",
    add: (call, logGroupName) => call("CreateLogGroup", { logGroupName }),
    remove: (call, logGroupName) => call("DeleteLogGroup", { logGroupName }),
    nameOf: name("logGroupName"),
  },
  {
    ...page,
    operation: "ListLogGroups",
    items: "logGroups",
    add: (call, logGroupName) => call("CreateLogGroup", { logGroupName }),
    remove: (call, logGroupName) => call("DeleteLogGroup", { logGroupName }),
    nameOf: name("logGroupName"),
  },
  ...[{}, { descending: true }, { orderBy: "LastEventTime" }].map(
    (order): ListCase => ({
      ...page,
      operation: "DescribeLogStreams",
      input: () => ({ ...group, ...order }),
      items: "logStreams",
      prepare: (call) => call("CreateLogGroup", group),
      add: (call, logStreamName) => call("CreateLogStream", { ...group, logStreamName }),
      remove: (call, logStreamName) => call("DeleteLogStream", { ...group, logStreamName }),
      nameOf: name("logStreamName"),
    }),
  ),
  {
    ...page,
    operation: "DescribeMetricFilters",
    input: () => group,
    items: "metricFilters",
    prepare: (call) => call("CreateLogGroup", group),
    add: (call, filterName) =>
      call("PutMetricFilter", {
        ...group,
        filterName,
        filterPattern: "",
        metricTransformations: [{ metricName: "m", metricNamespace: "n", metricValue: "1" }],
      }),
    remove: (call, filterName) => call("DeleteMetricFilter", { ...group, filterName }),
    nameOf: name("filterName"),
  },
  {
    ...page,
    operation: "DescribeQueryDefinitions",
    size: "maxResults",
    items: "queryDefinitions",
    add: (call, queryName) => call("PutQueryDefinition", { name: queryName, queryString: "fields @message" }),
    async remove(call, queryName) {
      const { queryDefinitions } = await call("DescribeQueryDefinitions", {
        queryDefinitionNamePrefix: queryName,
      });
      const [{ queryDefinitionId }] = queryDefinitions as [{ queryDefinitionId: string }];
      await call("DeleteQueryDefinition", { queryDefinitionId });
    },
    nameOf: name("name"),
  },
  {
    ...page,
    operation: "DescribeDestinations",
    items: "destinations",
    add: (call, destinationName) =>
      call("PutDestination", {
        destinationName,
        targetArn: "arn:aws:kinesis:us-east-1:123456789012:stream/s",
        roleArn: "arn:aws:iam::123456789012:role/r",
      }),
    remove: (call, destinationName) => call("DeleteDestination", { destinationName }),
    nameOf: name("destinationName"),
  },
];
