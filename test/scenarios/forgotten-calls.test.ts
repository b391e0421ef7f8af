import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { queryObjects } from "node:v8";
import { ApiCall } from "../../src/gateway/api-call.ts";
import type { Cloud } from "../../src/index.ts";
import { testCloud } from "../cloud.ts";

/*
 * What a service keeps at hand of a resource (a watch of its metric, its backlog, its timer) must not keep the call that has made it,
 * with its context and the body of its request: thousands of them would be there as long as what they have made.
 */

const MADE = 30;
/** Of a call that has just been answered something may still be on its way. */
const MOST_KEPT = 3;

let cloud: Cloud;
before(async () => {
  cloud = await testCloud();
});
after(() => cloud.stop());

const SQS = "arn:aws:sqs:us-east-1:000000000000:q";
const ROLE = "arn:aws:iam::000000000000:role/r";

/** The n-th of many, by the admin API's way to make any call. */
const MAKERS: Readonly<Record<string, (n: number) => readonly [operation: string, input: object]>> = {
  cloudwatch: (n) => [
    "PutMetricAlarm",
    {
      ...{ AlarmName: `a${n}`, Namespace: "n", MetricName: `m${n}`, Statistic: "Sum", Period: 60 },
      ...{ EvaluationPeriods: 1, Threshold: 1, ComparisonOperator: "GreaterThanThreshold" },
    },
  ],
  sqs: (n) => ["CreateQueue", { QueueName: `q${n}` }],
  sns: (n) => ["CreateTopic", { Name: `t${n}` }],
  events: (n) => ["PutRule", { Name: `r${n}`, ScheduleExpression: "rate(1 hour)" }],
  scheduler: (n) => [
    "CreateSchedule",
    {
      ...{ Name: `s${n}`, ScheduleExpression: "rate(1 hour)", FlexibleTimeWindow: { Mode: "OFF" } },
      Target: { Arn: SQS, RoleArn: ROLE },
    },
  ],
  kinesis: (n) => ["CreateStream", { StreamName: `k${n}`, ShardCount: 1 }],
  logs: (n) => ["CreateLogGroup", { logGroupName: `g${n}` }],
  kms: () => ["CreateKey", {}],
  s3: (n) => ["CreateBucket", { Bucket: `bucket-${n}` }],
};

for (const [service, make] of Object.entries(MAKERS)) {
  test(`${service} keeps no call that has been answered`, async () => {
    const before = callsInMemory();
    for (let n = 0; n < MADE; n++) {
      const [operation, input] = make(n);
      const answer = await fetch(`${cloud.url}/_squall/call`, {
        method: "POST",
        body: JSON.stringify({ service, operation, input }),
      });
      assert.equal(answer.status, 200, await answer.text());
    }
    const kept = callsInMemory() - before;
    assert.ok(kept <= MOST_KEPT, `${kept} of ${MADE} calls are kept`);
  });
}

/** How many of them something holds, beside the records: what nothing holds is collected before they are counted. */
function callsInMemory(): number {
  cloud.calls.clear();
  return queryObjects(ApiCall, { format: "count" }) as unknown as number;
}
