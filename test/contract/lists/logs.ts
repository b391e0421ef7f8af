import { until } from "../../until.ts";
import { arn, type Call, type ListCase } from "../lists.ts";

const page = { service: "logs", size: "limit", token: "nextToken", next: "nextToken" } as const;
const group = { logGroupName: "g" };
const name = (member: string) => (item: never) => (item as Record<string, string>)[member];

/** What has digits is of one pattern. */
const LETTERS = "abcdefghij";
const groupArns = (call: Call) => ({ logGroupArnList: [arn("logs", call.account, "log-group:g")] });

const POLICY = JSON.stringify({ Version: "2012-10-17", Statement: [] });

async function newStream(call: Call): Promise<void> {
  await call("CreateLogGroup", group);
  await call("CreateLogStream", { ...group, logStreamName: "s" });
}
/** The number of a name is the event's second. */
const putEvent = (call: Call, message: string) => {
  const timestamp = Date.now() - 3_600_000 + Number(message.slice(1)) * 1000;
  return call("PutLogEvents", { ...group, logStreamName: "s", logEvents: [{ timestamp, message }] });
};
async function isRunning(call: Call, taskId: unknown): Promise<boolean> {
  const { exportTasks } = (await call("DescribeExportTasks", { taskId })) as {
    exportTasks: [{ status: { code: string } }];
  };
  return exportTasks[0].status.code === "RUNNING";
}

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
    operation: "ListLogAnomalyDetectors",
    items: "anomalyDetectors",
    prepare: (call) => call("CreateLogGroup", group),
    add: (call, detectorName) => call("CreateLogAnomalyDetector", { ...groupArns(call), detectorName }),
    async remove(call, detectorName) {
      const { anomalyDetectors } = (await call("ListLogAnomalyDetectors")) as {
        anomalyDetectors: { detectorName: string; anomalyDetectorArn: string }[];
      };
      const found = anomalyDetectors.find((detector) => detector.detectorName === detectorName);
      await call("DeleteLogAnomalyDetector", { anomalyDetectorArn: found?.anomalyDetectorArn });
    },
    nameOf: name("detectorName"),
  },
  {
    ...page,
    operation: "ListAnomalies",
    items: "anomalies",
    async prepare(call) {
      await newStream(call);
      await call("CreateLogAnomalyDetector", groupArns(call));
    },
    // Words without digits are patterns of their own.
    add: (call, message) =>
      call("PutLogEvents", {
        ...group,
        logStreamName: "s",
        logEvents: [{ timestamp: Date.now(), message: message.replace(/\d/g, (digit) => LETTERS[+digit]!) }],
      }),
    nameOf: ({ patternString }: { patternString: string }) =>
      patternString[0] + patternString.slice(1).replace(/\w/g, (letter) => String(LETTERS.indexOf(letter))),
  },
  {
    ...page,
    operation: "DescribeDeliveryDestinations",
    items: "deliveryDestinations",
    add: (call, destination) =>
      call("PutDeliveryDestination", {
        name: destination,
        deliveryDestinationConfiguration: { destinationResourceArn: "arn:aws:s3:::bucket" },
      }),
    remove: (call, destination) => call("DeleteDeliveryDestination", { name: destination }),
    nameOf: name("name"),
  },
  {
    ...page,
    operation: "DescribeDeliverySources",
    items: "deliverySources",
    add: (call, source) =>
      call("PutDeliverySource", {
        name: source,
        resourceArn: "arn:aws:cloudfront::123456789012:distribution/E1",
        logType: "ACCESS_LOGS",
      }),
    remove: (call, source) => call("DeleteDeliverySource", { name: source }),
    nameOf: name("name"),
  },
  {
    ...page,
    operation: "DescribeDeliveries",
    items: "deliveries",
    async prepare(call) {
      await call("PutDeliveryDestination", {
        name: "d",
        deliveryDestinationConfiguration: { destinationResourceArn: "arn:aws:s3:::bucket" },
      });
    },
    async add(call, source) {
      await call("PutDeliverySource", {
        name: source,
        resourceArn: "arn:aws:cloudfront::123456789012:distribution/E1",
        logType: "ACCESS_LOGS",
      });
      const { deliveryDestination } = (await call("GetDeliveryDestination", { name: "d" })) as {
        deliveryDestination: { arn: string };
      };
      return call("CreateDelivery", {
        deliverySourceName: source,
        deliveryDestinationArn: deliveryDestination.arn,
      });
    },
    nameOf: name("deliverySourceName"),
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
  {
    ...page,
    operation: "DescribeResourcePolicies",
    items: "resourcePolicies",
    most: 10,
    add: (call, policyName) => call("PutResourcePolicy", { policyName, policyDocument: POLICY }),
    remove: (call, policyName) => call("DeleteResourcePolicy", { policyName }),
    nameOf: name("policyName"),
  },
  {
    ...page,
    operation: "DescribeSubscriptionFilters",
    input: () => group,
    items: "subscriptionFilters",
    most: 2,
    async prepare(call) {
      await call("CreateLogGroup", group);
      await call("CreateStream", { StreamName: "s", ShardCount: 1 }, "kinesis");
    },
    add: (call, filterName) =>
      call("PutSubscriptionFilter", {
        ...group,
        filterName,
        filterPattern: "",
        destinationArn: arn("kinesis", call.account, "stream/s"),
        roleArn: "arn:aws:iam::123456789012:role/r",
      }),
    remove: (call, filterName) => call("DeleteSubscriptionFilter", { ...group, filterName }),
    nameOf: name("filterName"),
  },
  {
    ...page,
    operation: "DescribeQueries",
    size: "maxResults",
    items: "queries",
    prepare: (call) => call("CreateLogGroup", group),
    add: (call, text) =>
      call("StartQuery", { ...group, startTime: 0, endTime: 1, queryString: `filter @message = "${text}"` }),
    nameOf: ({ queryString }: { queryString: string }) => /= "(.*)"/.exec(queryString)?.[1],
  },
  {
    ...page,
    operation: "DescribeExportTasks",
    items: "exportTasks",
    async prepare(call) {
      await call("CreateLogGroup", group);
      await call("CreateBucket", { Bucket: `exports-${call.account}` }, "s3");
    },
    async add(call, taskName) {
      const task = { taskName, ...group, from: 0, to: 1, destination: `exports-${call.account}` };
      const { taskId } = await call("CreateExportTask", task);
      // One runs at a time.
      await until(async () => !(await isRunning(call, taskId)));
    },
    nameOf: name("taskName"),
  },
  {
    ...page,
    operation: "FilterLogEvents",
    free: ["interleaved", "unmask", "logGroupIdentifier"],
    input: () => group,
    items: "events",
    prepare: newStream,
    add: putEvent,
    nameOf: name("message"),
  },
  ...[true, false].map(
    (startFromHead): ListCase => ({
      ...page,
      operation: "GetLogEvents",
      free: ["unmask", "startFromHead", "logGroupIdentifier"],
      input: () => ({ ...group, logStreamName: "s", startFromHead }),
      items: "events",
      // Both tokens come with every page: an empty one is the last.
      next: (output: { events: object[]; nextForwardToken: string; nextBackwardToken: string }) =>
        output.events.length > 0 && (startFromHead ? output.nextForwardToken : output.nextBackwardToken),
      prepare: newStream,
      add: putEvent,
      nameOf: name("message"),
    }),
  ),
  {
    ...page,
    operation: "GetQueryResults",
    size: "maxItems",
    input: async (_account, call) => {
      const { queries } = (await call("DescribeQueries")) as { queries: [{ queryId: string }] };
      return { queryId: queries[0].queryId };
    },
    items: "results",
    async prepare(call) {
      await newStream(call);
      for (let number = 1; number <= 7; number++) await putEvent(call, `q00${number}`);
      const times = { startTime: 0, endTime: Math.ceil(Date.now() / 1000) };
      const { queryId } = await call("StartQuery", { ...group, ...times, queryString: "fields @message" });
      await until(async () => (await call("GetQueryResults", { queryId }))["status"] !== "Running");
    },
    nameOf: (row: { field: string; value: string }[]) => row.find(({ field }) => field === "@message")?.value,
  },
];
