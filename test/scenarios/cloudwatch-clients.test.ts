import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";
import { CloudWatchClient, GetMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { decode, encode } from "cborg";
import type { Cloud } from "../../src/index.ts";
import { clientEnvironment, clientOptions, newAccount, testCloud } from "../cloud.ts";
import { needs } from "../needs.ts";

const run = promisify(execFile);

test("The AWS CLI puts data, computes with it, and sets an alarm.", needs("aws"), async () => {
  await using cloud = await testCloud();
  const env = clientEnvironment(cloud);
  const aws = async (...args: string[]) => {
    const { stdout } = await run("aws", ["cloudwatch", ...args, "--output", "json"], { env });
    return (stdout ? JSON.parse(stdout) : undefined) as Record<string, Record<string, unknown>[]>;
  };
  await aws(
    "put-metric-data",
    "--namespace",
    "shop",
    "--metric-name",
    "orders",
    "--value",
    "7",
    "--unit",
    "Count",
  );
  const { Metrics } = await aws("list-metrics", "--namespace", "shop");
  assert.deepEqual(Metrics, [{ Namespace: "shop", MetricName: "orders", Dimensions: [] }]);
  const startMs = cloud.clock.now() - 600_000;
  const times = [
    ...["--start-time", new Date(startMs).toISOString()],
    ...["--end-time", new Date(startMs + 1_200_000).toISOString()],
  ];
  const statistics = await aws(
    ...["get-metric-statistics", "--namespace", "shop", "--metric-name", "orders", "--period", "60"],
    ...["--statistics", "Sum", "Average", ...times],
  );
  assert.equal(statistics["Datapoints"]![0]!["Sum"], 7);
  const data = await aws(
    ...["get-metric-data", ...times, "--metric-data-queries"],
    JSON.stringify([
      {
        Id: "m1",
        MetricStat: { Metric: { Namespace: "shop", MetricName: "orders" }, Period: 60, Stat: "p90" },
        ReturnData: false,
      },
      { Id: "e1", Expression: "m1 * 2", Label: "twice" },
    ]),
  );
  assert.deepEqual(data["MetricDataResults"]![0]!["Values"], [14]);
  assert.equal(data["MetricDataResults"]![0]!["Label"], "twice");
  await aws(
    ...["put-metric-alarm", "--alarm-name", "many", "--namespace", "shop", "--metric-name", "orders"],
    ...["--statistic", "Sum", "--period", "60", "--evaluation-periods", "1", "--threshold", "10"],
    ...["--comparison-operator", "GreaterThanThreshold", "--tags", "Key=team,Value=a"],
  );
  await aws("set-alarm-state", "--alarm-name", "many", "--state-value", "ALARM", "--state-reason", "a test");
  const { MetricAlarms } = await aws("describe-alarms", "--state-value", "ALARM");
  assert.equal(MetricAlarms![0]!["AlarmName"], "many");
  assert.equal(MetricAlarms![0]!["StateReason"], "a test");
  const failure = await aws("describe-alarms", "--next-token", "%").catch((error: Error) => error.message);
  assert.match(String(failure), /\(InvalidNextToken\) when calling the DescribeAlarms operation/);
});

test("boto3 meets the errors of CloudWatch as its own classes.", needs("boto3"), async () => {
  await using cloud = await testCloud();
  const script = `
import boto3, datetime, json
cloudwatch = boto3.client("cloudwatch")
now = datetime.datetime.fromtimestamp(${cloud.clock.now() / 1000}, datetime.timezone.utc)
cloudwatch.put_metric_data(Namespace="shop", MetricData=[
    {"MetricName": "latency", "Values": [1.5, 2.5], "Counts": [3, 1], "Unit": "Milliseconds", "Timestamp": now,
     "Dimensions": [{"Name": "Page", "Value": "home"}]}])
found = cloudwatch.get_metric_statistics(Namespace="shop", MetricName="latency", Period=60, Statistics=["Sum"],
    ExtendedStatistics=["p99"], Dimensions=[{"Name": "Page", "Value": "home"}],
    StartTime=now - datetime.timedelta(minutes=5), EndTime=now + datetime.timedelta(minutes=5))["Datapoints"][0]
errors = []
try: cloudwatch.put_metric_data(Namespace="shop", MetricData=[{"MetricName": "m", "Value": float("inf")}])
except cloudwatch.exceptions.InvalidParameterValueException as error: errors.append(error.response["Error"]["Code"])
try: cloudwatch.set_alarm_state(AlarmName="nobody", StateValue="OK", StateReason="x")
except cloudwatch.exceptions.ResourceNotFound as error: errors.append(error.response["Error"]["Code"])
try: cloudwatch.get_dashboard(DashboardName="nobody")
except cloudwatch.exceptions.ResourceNotFound as error: errors.append(error.response["Error"]["Code"])
try: cloudwatch.put_metric_alarm(AlarmName="m", EvaluationPeriods=1, ComparisonOperator="GreaterThanThreshold", Threshold=1)
except Exception as error: errors.append(error.response["Error"]["Code"] + ": " + error.response["Error"]["Message"])
print(json.dumps({"sum": found["Sum"], "p99": found["ExtendedStatistics"]["p99"], "errors": errors}))
`;
  const { stdout } = await run("python3", ["-c", script], { env: clientEnvironment(cloud) });
  assert.deepEqual(JSON.parse(stdout), {
    sum: 7,
    p99: 2.5,
    errors: [
      "InvalidParameterValue",
      "ResourceNotFound",
      "ResourceNotFound",
      "ValidationError: MetricName must not be null",
    ],
  });
});

test("The same datum can be put by CBOR, JSON and query requests.", async () => {
  await using cloud = await testCloud();
  const account = newAccount();
  const input = { Namespace: "wires", MetricData: [{ MetricName: "m", Value: 1 }] };
  const cbor = await post(cloud, account, "/service/GraniteServiceVersion20100801/operation/PutMetricData", {
    headers: {
      "smithy-protocol": "rpc-v2-cbor",
      "content-type": "application/cbor",
      accept: "application/cbor",
    },
    body: encode(input),
  });
  assert.equal(cbor.status, 200);
  const json = await post(cloud, account, "/", {
    headers: {
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": "GraniteServiceVersion20100801.PutMetricData",
    },
    body: JSON.stringify(input),
  });
  assert.equal(json.status, 200);
  const query = (parameters: Record<string, string>) =>
    post(cloud, account, "/", {
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ Version: "2010-08-01", ...parameters }).toString(),
    });
  const put = await query({
    Action: "PutMetricData",
    Namespace: "wires",
    "MetricData.member.1.MetricName": "m",
    "MetricData.member.1.Value": "1",
  });
  assert.equal(put.status, 200);

  const { MetricDataResults } = await new CloudWatchClient(clientOptions(cloud, account)).send(
    new GetMetricDataCommand({
      StartTime: new Date(cloud.clock.now() - 300_000),
      EndTime: new Date(cloud.clock.now() + 60_000),
      MetricDataQueries: [
        {
          Id: "m1",
          MetricStat: { Metric: { Namespace: "wires", MetricName: "m" }, Period: 3600, Stat: "Sum" },
        },
      ],
    }),
  );
  assert.deepEqual(MetricDataResults![0]!.Values, [3]);

  const refused = await query({
    Action: "PutMetricData",
    Namespace: "AWS/X",
    "MetricData.member.1.MetricName": "m",
  });
  assert.equal(refused.status, 400);
  assert.match(
    Buffer.from(refused.body).toString(),
    /<Code>InvalidParameterValue<\/Code>\s*<Message>The value AWS\/X for parameter Namespace is invalid\.<\/Message>/,
  );
  const refusedCbor = await post(
    cloud,
    account,
    "/service/GraniteServiceVersion20100801/operation/PutMetricData",
    {
      headers: { "smithy-protocol": "rpc-v2-cbor", "content-type": "application/cbor" },
      body: encode({ ...input, Namespace: "AWS/X" }),
    },
  );
  assert.equal(refusedCbor.headers.get("x-amzn-query-error"), "InvalidParameterValue;Sender");
  const error = decode(refusedCbor.body) as Record<string, string>;
  assert.match(error["__type"]!, /#InvalidParameterValueException$/);
});

async function post(
  cloud: Cloud,
  account: string,
  path: string,
  { headers, body }: { headers: Record<string, string>; body: Uint8Array | string },
) {
  const scope = `${account}/20260101/us-east-1/monitoring/aws4_request`;
  const authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`;
  const response = await fetch(`${cloud.url}${path}`, {
    method: "POST",
    headers: { ...headers, authorization },
    body: body as string,
  });
  return {
    status: response.status,
    headers: response.headers,
    body: new Uint8Array(await response.arrayBuffer()),
  };
}
