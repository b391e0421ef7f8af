import assert from "node:assert/strict";
import { test } from "node:test";
import { Bed } from "./bed.fixture.ts";

const PASS = { StartAt: "P", States: { P: { Type: "Pass", End: true } } };

/** Definitions that are refused, with what is said of them. */
const REFUSED: readonly [definition: unknown, said: string, type?: string][] = [
  [{ StartAt: "A" }, "SCHEMA_VALIDATION_FAILED: These fields are required: [States] at /"],
  [{}, "SCHEMA_VALIDATION_FAILED: These fields are required: [States, StartAt] at /"],
  [
    { StartAt: "Q", States: { Q: { Type: "Task", Resource: "arn:aws:states:::dynamodb:query", End: true } } },
    "SCHEMA_VALIDATION_FAILED: The resource provided arn:aws:states:::dynamodb:query is not recognized. The value is not a valid resource ARN, or the resource is not available in this region. at /States/Q/Resource",
  ],
  [
    {
      StartAt: "S",
      States: { S: { Type: "Task", Resource: "arn:aws:states:::states:startExecution.sync", End: true } },
    },
    "SCHEMA_VALIDATION_FAILED: Express state machine does not support '.sync' service integration at /States/S/Resource",
    "EXPRESS",
  ],
  [
    {
      StartAt: "P",
      States: { P: { Type: "Pass", Parameters: { "a.$": "States.Format('\\q')" }, End: true } },
    },
    "SCHEMA_VALIDATION_FAILED: The value for the field 'a.$' must be a valid JSONPath or a valid intrinsic function call at /States/P/Parameters",
  ],
  [
    { StartAt: "W", States: { W: { Type: "Wait", Timestamp: "2016-13-05T21:29:29Z", End: true } } },
    "SCHEMA_VALIDATION_FAILED: String does not match RFC3339 timestamp at /States/W/Timestamp",
  ],
  [
    {
      QueryLanguage: "JSONata",
      StartAt: "P",
      States: { P: { Type: "Pass", QueryLanguage: "JSONPath", End: true } },
    },
    "SCHEMA_VALIDATION_FAILED: 'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine at /States/P",
  ],
  [
    {
      StartAt: "A",
      States: { A: { Type: "Pass", Next: "gone" }, B: { Type: "Pass", Next: "C" }, C: { Type: "Succeed" } },
    },
    "MISSING_TRANSITION_TARGET: Missing 'Next' target: gone at /States/A/Next, MISSING_TRANSITION_TARGET: State \"B\" is not reachable. at /States/B",
  ],
  [
    { StartAt: "gone", States: { A: { Type: "Pass", End: true } } },
    "MISSING_TRANSITION_TARGET: Missing 'Next' target: gone at /StartAt, MISSING_TRANSITION_TARGET: State \"A\" is not reachable. at /States/A",
  ],
  ...(
    [
      ["Wait", { Seconds: -1 }, "Expected an integer from 0 to 99999999", "Seconds"],
      ["Task", { TimeoutSeconds: 0 }, "Expected an integer from 1 to 99999999", "TimeoutSeconds"],
      ["Task", { HeartbeatSeconds: 1.5 }, "Expected an integer from 1 to 99999999", "HeartbeatSeconds"],
      [
        "Task",
        { Retry: [{ ErrorEquals: [] }] },
        "Expected a non-empty Array of Strings",
        "Retry[0]/ErrorEquals",
      ],
      [
        "Task",
        { Retry: [{ ErrorEquals: ["A"], MaxAttempts: 100_000_000 }] },
        "Expected an integer from 0 to 99999999",
        "Retry[0]/MaxAttempts",
      ],
    ] as const
  ).map(([Type, more, said, place]): [definition: unknown, said: string] => [
    {
      StartAt: "S",
      States: {
        S: {
          Type,
          End: true,
          ...(Type === "Task" && { Resource: "arn:aws:states:::sqs:sendMessage" }),
          ...more,
        },
      },
    },
    `SCHEMA_VALIDATION_FAILED: ${said} at /States/S/${place}`,
  ]),
];

test("what is no definition is refused with the place of what is wrong", async () => {
  await using bed = await Bed.start({ listen: false });
  for (const [definition, said, type = "STANDARD"] of REFUSED)
    await assert.rejects(
      bed.call("stepfunctions", "CreateStateMachine", {
        name: "m",
        type,
        definition: JSON.stringify(definition),
        roleArn: bed.roleArn,
      }),
      { code: "InvalidDefinition", message: `Invalid State Machine Definition: '${said}'` },
    );
  for (const definition of ["no", ""])
    assert.deepEqual(await bed.call("stepfunctions", "ValidateStateMachineDefinition", { definition }), {
      result: "FAIL",
      diagnostics: [
        {
          severity: "ERROR",
          code: "SCHEMA_VALIDATION_FAILED",
          message: "Definition must be a valid JSON object",
        },
      ],
      truncated: false,
    });
});

test("an alias starts its versions as often as their weights say, and keeps them from being deleted", async () => {
  await using bed = await Bed.start();
  const stateMachineArn = await bed.create("weighed", PASS);
  const call = (operation: string, input: object) =>
    bed.call<Record<string, string>>("stepfunctions", operation, input);
  const publish = async (Comment: string) =>
    (
      await call("UpdateStateMachine", {
        stateMachineArn,
        definition: JSON.stringify({ ...PASS, Comment }),
        publish: true,
      })
    )["stateMachineVersionArn"]!;
  const [one, two] = [await publish("one"), await publish("two")];
  const alias = (name: string, weights: readonly [number, number]) =>
    call("CreateStateMachineAlias", {
      name,
      routingConfiguration: [one, two].map((stateMachineVersionArn, at) => ({
        stateMachineVersionArn,
        weight: weights[at],
      })),
    });
  await assert.rejects(alias("bad", [70, 29]), {
    message: "Sum of routing configuration weights must equal 100. Received: [70, 29]",
  });
  const { stateMachineAliasArn } = await alias("live", [0, 100]);
  const ended = await bed.ended(await bed.start(stateMachineAliasArn!));
  assert.deepEqual([ended.stateMachineVersionArn, ended.stateMachineAliasArn], [two, stateMachineAliasArn]);
  await assert.rejects(call("DeleteStateMachineVersion", { stateMachineVersionArn: two }), {
    code: "ConflictException",
    message:
      "Version to be deleted must not be referenced by an alias. Current list of aliases referencing this version: [live]",
  });
  for (const stateMachineVersionArn of [stateMachineAliasArn, two?.replace(/:\d+$/, "")])
    await assert.rejects(call("DeleteStateMachineVersion", { stateMachineVersionArn }), {
      code: "InvalidArn",
    });
});

test("a state machine tells which variables its states read", async () => {
  await using bed = await Bed.start({ listen: false });
  const { stateMachineArn } = await bed.call("stepfunctions", "CreateStateMachine", {
    name: "reads",
    roleArn: bed.roleArn,
    definition: JSON.stringify({
      StartAt: "Set",
      States: {
        Set: { Type: "Pass", Assign: { a: 1 }, Next: "Path" },
        Path: { Type: "Pass", Parameters: { "b.$": "States.MathAdd($a, 1)", c: "$c" }, Next: "Query" },
        Query: {
          Type: "Pass",
          QueryLanguage: "JSONata",
          Output: "{% ($x := $a + $states.input.b; $sum([$x, $a])) %}",
          End: true,
        },
      },
    }),
  });
  const { variableReferences } = await bed.call("stepfunctions", "DescribeStateMachine", { stateMachineArn });
  assert.deepEqual(variableReferences, { Path: ["a"], Query: ["a"] });
});

test("what a state machine says goes to its log group, by its level", async () => {
  await using bed = await Bed.start();
  await bed.call("logs", "CreateLogGroup", { logGroupName: "machine" });
  const { stateMachineArn } = await bed.call<{ stateMachineArn: string }>(
    "stepfunctions",
    "CreateStateMachine",
    {
      name: "logs",
      roleArn: bed.roleArn,
      definition: JSON.stringify(PASS),
      loggingConfiguration: {
        level: "ALL",
        includeExecutionData: true,
        destinations: [
          {
            cloudWatchLogsLogGroup: {
              logGroupArn: `arn:aws:logs:us-east-1:${bed.account}:log-group:machine:*`,
            },
          },
        ],
      },
    },
  );
  await bed.ended(await bed.start(stateMachineArn, { a: 1 }));
  for (;;) {
    const { events = [] } = await bed.call<{ events?: { message: string }[] }>("logs", "FilterLogEvents", {
      logGroupName: "machine",
    });
    if (events.length < 4) continue;
    const [first] = events.map(({ message }) => JSON.parse(message));
    assert.deepEqual([first.id, first.type, first.details.input], ["1", "ExecutionStarted", '{"a":1}']);
    break;
  }
});
