import assert from "node:assert/strict";
import { test } from "node:test";
import type { ResourceDigest } from "../aws/digest.ts";
import type { CallRecord } from "../core/bus.ts";
import { CHECKS, check } from "./checks.ts";

let sequence = 0;

/** A call at a site, a millisecond after the one before. */
function call(site: string, fields: Partial<CallRecord> = {}): CallRecord {
  const [, service = "", operation = ""] = /([\w-]+)\.(\w+)(?:@[^>]*)?$/.exec(site) ?? [];
  sequence++;
  return {
    sequence,
    id: `call-${sequence}`,
    identity: site,
    site,
    parent: site.split(" > ").slice(0, -1).join(" > "),
    service,
    operation,
    account: "000000000000",
    region: "us-east-1",
    callerArn: "",
    accessKeyId: "test",
    startedAt: sequence,
    durationMs: 0,
    status: 200,
    input: {},
    decisions: [],
    ...fields,
  };
}

function resource(
  service: string,
  type: string,
  name: string,
  record: object,
  contents: ResourceDigest["contents"] = [],
): ResourceDigest {
  return {
    arn: `arn:aws:${service}:us-east-1:*:${name}`,
    service,
    type,
    text: JSON.stringify(record),
    contents,
  };
}

const queue = (name: string, attributes: Record<string, string>) =>
  resource("sqs", "queue", name, { attributes });
const fn = (name: string, configuration: object) =>
  resource("lambda", "function", `function:${name}`, {}, [
    { id: "$LATEST", text: JSON.stringify(configuration) },
  ]);
const mapping = (queueName: string, functionName: string) =>
  resource("lambda", "event-source-mapping", "event-source-mapping:*", {
    eventSourceArn: `arn:aws:sqs:us-east-1:*:${queueName}`,
    functionName,
  });

const REDRIVE = {
  RedrivePolicy: '{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:*:dead","maxReceiveCount":3}',
};
const API = "anonymous > execute-api.Invoke@shop GET /x~1#1";
const IN_FUNCTION = "test > lambda.Invoke@f~1#1 > dynamodb.PutItem@t~1#1";
const MODERN = { userAgent: "aws-sdk-js/3.1166.0 cfg/retry-mode#standard", mostAttempts: 4 };
const IN_API = `${API} > lambda.Invoke@api#1`;
const down = { status: 503, errorCode: "ServiceUnavailable" } as const;
const attempts = (site: string, ...statuses: Partial<CallRecord>[]) => {
  const invocationId = `invocation-${sequence}`;
  return statuses.map((fields, at) => call(site, { invocationId, attempt: at + 1, ...fields }));
};

/** A state machine as a digest has it. */
const machine = (states: object) => ({
  arn: "arn:aws:states:us-east-1:000000000000:stateMachine:m",
  service: "stepfunctions",
  type: "state-machine",
  text: "{}",
  contents: [
    {
      id: "definition",
      text: JSON.stringify({ definition: JSON.stringify({ StartAt: "T", States: states }) }),
    },
  ],
});
const LAMBDA_TASK = { Type: "Task", Resource: "arn:aws:states:::lambda:invoke", End: true };
const CALLBACK_TASK = {
  Type: "Task",
  Resource: "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
  End: true,
};
const CATCHES = {
  ...LAMBDA_TASK,
  Retry: [{ ErrorEquals: ["States.ALL"] }],
  Catch: [{ ErrorEquals: ["States.ALL"], Next: "E" }],
};

/** For each check, what it remarks on, and the nearest that it does not. */
const CASES: Readonly<Record<string, { bad: () => Evidence; good: () => Evidence }>> = {
  "failure-under-success": {
    bad: () => ({
      calls: [...attempts(`${IN_API} > sns.Publish@t~1#1`, down), call(IN_API), call(API, { status: 201 })],
    }),
    good: () => ({
      calls: [...attempts(`${IN_API} > sns.Publish@t~1#1`, down), call(IN_API), call(API, { status: 500 })],
    }),
  },
  "rest-of-batch-forgotten": {
    bad: () => ({ calls: [partial()] }),
    good: () => ({ calls: [partial(), call("test > sqs.SendMessageBatch@q~2#1")] }),
  },
  "deletion-before-success": {
    bad: () => ({
      calls: [
        call(`${IN_API} > dynamodb.DeleteItem@a~1#1`),
        ...attempts(`${IN_API} > dynamodb.PutItem@b~1#1`, down),
      ],
    }),
    good: () => ({
      calls: [
        ...attempts(`${IN_API} > dynamodb.PutItem@b~1#1`, down),
        call(`${IN_API} > dynamodb.DeleteItem@a~1#1`),
      ],
    }),
  },
  "counts-again": {
    bad: () => ({
      calls: [call("test > dynamodb.UpdateItem@t~1#1", { input: { UpdateExpression: "SET n = n + :one" } })],
    }),
    good: () => ({
      calls: [
        call("test > dynamodb.UpdateItem@t~1#1", { input: { UpdateExpression: "SET n = :two" } }),
        call("test > dynamodb.UpdateItem@t~2#1", {
          input: { UpdateExpression: "ADD n :one", ConditionExpression: "attribute_not_exists(done)" },
        }),
      ],
    }),
  },
  "effect-doubled": {
    bad: () => ({ calls: sentTwice({ QueueUrl: "http://localhost/0/q", MessageBody: "hi" }) }),
    good: () => ({
      calls: [
        ...sentTwice({ QueueUrl: "http://localhost/0/q.fifo", MessageDeduplicationId: "1" }),
        call("test > sqs.SendMessage@q~2#1", { invocationId: "once", status: 503 }),
        call("test > sqs.SendMessage@q~2#1", { invocationId: "once" }),
        call("test > dynamodb.PutItem@t~2#1", { invocationId: "put" }),
        call("test > dynamodb.PutItem@t~2#1", { invocationId: "put" }),
      ],
    }),
  },
  "dead-letter-queue-missing": {
    bad: () => ({ resources: [queue("q", {}), mapping("q", "f")] }),
    good: () => ({ resources: [queue("q", REDRIVE), mapping("q", "f"), queue("other", {})] }),
  },
  "async-failure-unseen": {
    bad: () => ({ calls: [invokedAsync()], resources: [fn("f", { Timeout: 3 })] }),
    good: () => ({
      calls: [invokedAsync()],
      resources: [fn("f", { Timeout: 3, DeadLetterConfig: { TargetArn: "arn:aws:sqs:us-east-1:*:dead" } })],
    }),
  },
  "visibility-below-timeout": {
    bad: () => ({ resources: [queue("q", { ...REDRIVE }), mapping("q", "f"), fn("f", { Timeout: 60 })] }),
    good: () => ({
      resources: [queue("q", { VisibilityTimeout: "60" }), mapping("q", "f"), fn("f", { Timeout: 60 })],
    }),
  },
  "function-outlives-api": {
    bad: () => ({ calls: [call(IN_API)], resources: [fn("api", { Timeout: 60 })] }),
    good: () => ({ calls: [call(IN_API)], resources: [fn("api", { Timeout: 29 })] }),
  },
  "timeout-below-retries": {
    bad: () => ({ calls: [call(IN_FUNCTION, MODERN)], resources: [fn("f", { Timeout: 3 })] }),
    good: () => ({ calls: [call(IN_FUNCTION, MODERN)], resources: [fn("f", { Timeout: 8 })] }),
  },
  "error-not-retried": {
    bad: () => ({
      calls: attempts("test > sqs.SendMessage@q~1#1", { status: 400, errorCode: "RequestThrottled" }),
    }),
    good: () => ({
      calls: attempts("test > sqs.SendMessage@q~1#1", { status: 400, errorCode: "InvalidMessageContents" }),
    }),
  },
  "error-retried": {
    bad: () => ({
      calls: attempts(
        "test > sqs.SendMessage@q~1#1",
        { status: 400, errorCode: "InvalidMessageContents" },
        { status: 400 },
      ),
    }),
    good: () => ({ calls: attempts("test > sqs.SendMessage@q~1#1", down, { status: 200 }) }),
  },
  "no-back-off": {
    bad: () => ({ calls: attempts("test > sqs.SendMessage@q~1#1", down, down, down, { status: 200 }) }),
    good: () => ({
      calls: attempts("test > sqs.SendMessage@q~1#1", down, down, down, { status: 200 }).map((one, at) => ({
        ...one,
        startedAt: one.startedAt + 50 * at ** 2,
      })),
    }),
  },
  amplification: {
    bad: () => ({
      calls: [1, 2, 3].flatMap((n) =>
        attempts(`${API} > lambda.Invoke@api#${n} > sqs.SendMessage@q~1#1`, down, down, down),
      ),
    }),
    good: () => ({ calls: attempts(`${IN_API} > sqs.SendMessage@q~1#1`, down, down, { status: 200 }) }),
  },
  "dead-letters-unwatched": {
    bad: () => ({ resources: [queue("q", REDRIVE), queue("dead", {})] }),
    good: () => ({
      resources: [
        queue("q", REDRIVE),
        resource("cloudwatch", "alarm", "alarm:a", { dimensions: [{ Value: "dead" }] }),
      ],
    }),
  },
  "task-not-retried": {
    bad: () => ({
      resources: [machine({ M: { Type: "Map", ItemProcessor: { States: { T: LAMBDA_TASK } } } })],
    }),
    good: () => ({
      resources: [
        machine({ T: { ...LAMBDA_TASK, Retry: [{ ErrorEquals: ["Lambda.TooManyRequestsException"] }] } }),
      ],
    }),
  },
  "catch-swallows": {
    bad: () => ({ resources: [machine({ T: CATCHES, E: { Type: "Succeed" } })] }),
    good: () => ({ resources: [machine({ T: CATCHES, E: { Type: "Fail" } })] }),
  },
  "task-never-times-out": {
    bad: () => ({ resources: [machine({ T: CALLBACK_TASK })] }),
    good: () => ({ resources: [machine({ T: { ...CALLBACK_TASK, TimeoutSeconds: 60 } })] }),
  },
};

interface Evidence {
  readonly calls?: readonly CallRecord[];
  readonly resources?: readonly ResourceDigest[];
}

const partial = () =>
  call("test > sqs.SendMessageBatch@q~1#1", {
    decisions: [{ ruleId: "r", owner: "user", effect: "partial", point: "api", match: 1, fired: true }],
  });
/** The answer to the first attempt is lost. */
const sentTwice = (input: object) => [
  call("test > sqs.SendMessage@q~1#1", {
    ...{ input: { ...input }, invocationId: "twice", status: 0, dropped: "reset" },
    decisions: [{ ruleId: "r", owner: "user", effect: "lost-reply", point: "api", match: 1, fired: true }],
  }),
  call("test > sqs.SendMessage@q~1#1", { input: { ...input }, invocationId: "twice" }),
];
const invokedAsync = () =>
  call("test > lambda.Invoke@f~1#1", { input: { FunctionName: "f", InvocationType: "Event" }, status: 202 });

for (const { id } of CHECKS) {
  test(`${id} remarks on what is wrong, and not on what is nearly so`, () => {
    const { bad, good } = CASES[id]!;
    const remarks = (evidence: Evidence) =>
      check(
        { calls: [], resources: [], ...evidence },
        CHECKS.map((one) => one.id).filter((other) => other !== id),
      );
    const found = remarks(bad());
    assert.equal(found.length, 1, JSON.stringify(found));
    assert.equal(found[0]!.check, id);
    assert.deepEqual(remarks(good()), []);
  });
}
