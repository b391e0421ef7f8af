import assert from "node:assert/strict";
import { test } from "node:test";
import { Bed } from "./bed.fixture.ts";

const PASS = { StartAt: "P", States: { P: { Type: "Pass", End: true } } };

const PROCESSOR = PASS;
const READER = { Resource: "arn:aws:states:::s3:getObject", Parameters: { Bucket: "b", Key: "k" } };
const CSV = { InputType: "CSV", CSVHeaderLocation: "FIRST_ROW" };
const distributed = (more: object) => ({
  ItemProcessor: { ...PROCESSOR, ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" } },
  ...more,
});

/** What a state of each type needs. */
const LEAST: Readonly<Record<string, object>> = {
  Task: { Resource: "arn:aws:states:::sqs:sendMessage", End: true },
  Wait: { Seconds: 1, End: true },
  Pass: { End: true },
  Map: { ItemProcessor: PROCESSOR, End: true },
  Parallel: { End: true },
  Choice: { Default: "T" },
};

/** A machine with one state of a type, in which nothing is wrong but what is given. */
const machineOf = (Type: string, more: object) => ({
  StartAt: "S",
  States: { S: { Type, ...LEAST[Type], ...more }, ...(Type === "Choice" && { T: { Type: "Succeed" } }) },
});

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
      // Numbers beyond their bounds.
      ["Wait", { Seconds: -1 }, "Minimum value is 0", "/Seconds"],
      ["Wait", { Seconds: 1e8 }, "Maximum value is 99999999", "/Seconds"],
      ["Wait", { Seconds: "5" }, "Expected value of type Integer", "/Seconds"],
      ["Task", { TimeoutSeconds: 0 }, "Minimum value is 1", "/TimeoutSeconds"],
      ["Task", { HeartbeatSeconds: 1.5 }, "Expected value of type Integer", "/HeartbeatSeconds"],
      ["Map", { MaxConcurrency: -1 }, "Minimum value is 0", "/MaxConcurrency"],
      ["Map", { ToleratedFailurePercentage: 101 }, "Maximum value is 100.0", "/ToleratedFailurePercentage"],
      ["Map", { ToleratedFailurePercentage: -0.5 }, "Minimum value is 0.0", "/ToleratedFailurePercentage"],
      [
        "Task",
        { Retry: [{ ErrorEquals: ["A"], MaxAttempts: 100_000_000 }] },
        "Maximum value is 99999999",
        "/Retry[0]/MaxAttempts",
      ],
      [
        "Task",
        { Retry: [{ ErrorEquals: ["A"], BackoffRate: 0.5 }] },
        "Minimum value is 1.0",
        "/Retry[0]/BackoffRate",
      ],
      [
        "Task",
        { Retry: [{ ErrorEquals: ["A"], JitterStrategy: "SOME" }] },
        "Value should be one of the following: [NONE, FULL]",
        "/Retry[0]/JitterStrategy",
      ],
      // Fields that a state has not, or not together.
      ["Pass", { Catch: [] }, "Field 'Catch' is not supported", ""],
      ["Map", { TimeoutSeconds: 1 }, "Field 'TimeoutSeconds' is not supported", ""],
      ["Succeed", { Assign: { a: 1 } }, "Field 'Assign' is not supported", ""],
      ["Pass", { nextt: "A" }, "Field 'nextt' is not supported", ""],
      ["Map", { ItemReader: READER }, "Field 'ItemReader' is not supported", ""],
      [
        "Pass",
        { Output: 1 },
        "The QueryLanguage is set to 'JSONPath', but field 'Output' is only supported for the 'JSONata' QueryLanguage",
        "",
      ],
      [
        "Pass",
        { QueryLanguage: "JSONata", ResultPath: "$.a" },
        "The QueryLanguage is set to 'JSONata', but field 'ResultPath' is only supported for the 'JSONPath' QueryLanguage",
        "",
      ],
      [
        "Pass",
        { QueryLanguage: "jsonata" },
        "Value should be one of the following: [JSONPath, JSONata]",
        "/QueryLanguage",
      ],
      ["Pass", { QueryLanguage: 5 }, "Expected value of type [STRING]", "/QueryLanguage"],
      [
        "Fail",
        { Error: "E", ErrorPath: "$.e" },
        "There should only be one of the following fields: [Error, ErrorPath]",
        "",
      ],
      [
        "Fail",
        { Cause: "C", CausePath: "$.c" },
        "There should only be one of the following fields: [Cause, CausePath]",
        "",
      ],
      [
        "Wait",
        { Seconds: 1, TimestampPath: "$.t" },
        "There should only be one of the following fields: [SecondsPath, Seconds, TimestampPath, Timestamp]",
        "",
      ],
      [
        "Wait",
        { Seconds: undefined },
        "This object should have only one of the following fields: [SecondsPath, Seconds, TimestampPath, Timestamp]",
        "",
      ],
      [
        "Task",
        { TimeoutSeconds: 1, TimeoutSecondsPath: "$.t" },
        "There should only be one of the following fields: [TimeoutSeconds, TimeoutSecondsPath]",
        "",
      ],
      [
        "Map",
        { ItemProcessor: undefined },
        "This object should have only one of the following fields: [ItemProcessor, Iterator]",
        "",
      ],
      ["Pass", { Next: "S" }, "There should only be one of the following fields: [Next, End]", ""],
      // What is empty, or holds what it cannot.
      ["Parallel", { Branches: [] }, "Value cannot be empty", "/Branches"],
      ["Parallel", { Branches: [{}] }, "These fields are required: [States, StartAt]", "/Branches[0]"],
      ["Task", { Retry: [{ ErrorEquals: [] }] }, "Value cannot be empty", "/Retry[0]/ErrorEquals"],
      [
        "Task",
        { Retry: [{ ErrorEquals: ["States.ALL", "A"] }] },
        "States.ALL must appear alone and at end of list",
        "/Retry[0]/ErrorEquals",
      ],
      [
        "Task",
        { Parameters: { MessageBody: "m" } },
        "The field 'QueueUrl' is required but was missing",
        "/Parameters",
      ],
      ["Pass", { InputPath: "a" }, "Value must be a valid JSONPath.", "/InputPath"],
      ["Pass", { ResultPath: "$..a" }, "Value is not a Reference Path", "/ResultPath"],
      ["Map", { ItemsPath: "$.a[*]" }, "Value is not a Reference Path", "/ItemsPath"],
      ["Map", { MaxConcurrencyPath: "$$.a" }, "Value is not a Reference Path", "/MaxConcurrencyPath"],
      [
        "Pass",
        { QueryLanguage: "JSONata", Output: "{% $states.input" },
        "JSONata string must start with {% and end with %}",
        "/Output",
      ],
      // A distributed Map's own.
      [
        "Map",
        { ItemProcessor: { ...PROCESSOR, QueryLanguage: "JSONata" } },
        "Field 'QueryLanguage' is not supported",
        "/ItemProcessor",
      ],
      [
        "Map",
        { ItemProcessor: { ...PROCESSOR, ProcessorConfig: { Mode: "INLINE", ExecutionType: "EXPRESS" } } },
        "Field 'ExecutionType' is not supported",
        "/ItemProcessor/ProcessorConfig",
      ],
      [
        "Map",
        distributed({ ItemReader: { Resource: "arn:aws:states:::s3:putObject" } }),
        "The field 'Resource' does not match any of the allowed values. Examples: [arn:<partition>:states:::s3:getObject, arn:<partition>:states:::s3:listObjectsV2]",
        "/ItemReader/Resource",
      ],
      [
        "Map",
        distributed({ ItemReader: { ...READER, ReaderConfig: { InputType: "XML" } } }),
        "The field 'InputType' should have one of these values: [MANIFEST, JSON, CSV, JSONL, PARQUET]",
        "/ItemReader/ReaderConfig/InputType",
      ],
      [
        "Map",
        distributed({ ItemReader: { ...READER, ReaderConfig: { ...CSV, CSVDelimiter: "," } } }),
        "The field 'CSVDelimiter' should have one of these values: [COMMA, PIPE, SEMICOLON, SPACE, TAB]",
        "/ItemReader/ReaderConfig/CSVDelimiter",
      ],
      [
        "Map",
        distributed({ ItemReader: { ...READER, ReaderConfig: { ...CSV, CSVHeaderLocation: "GIVEN" } } }),
        "These fields are required: [CSVHeaders]",
        "/ItemReader/ReaderConfig",
      ],
      [
        "Map",
        distributed({
          ItemReader: { ...READER, ReaderConfig: { ...CSV, MaxItems: 1, MaxItemsPath: "$.most" } },
        }),
        "There should only be one of the following fields: [MaxItems, MaxItemsPath]",
        "/ItemReader/ReaderConfig",
      ],
      [
        "Map",
        distributed({ ItemBatcher: { MaxItemsPerBatch: -1 } }),
        "Minimum value is 0",
        "/ItemBatcher/MaxItemsPerBatch",
      ],
      // Rules of a Choice.
      ["Choice", { Choices: [] }, "Value cannot be empty", "/Choices"],
      [
        "Choice",
        { Choices: [{ Next: "T" }] },
        "The object must have only one of the following fields, [And, Or, Not, Variable, Condition]",
        "/Choices[0]",
      ],
      [
        "Choice",
        { Choices: [{ Variable: "$.a", IsNull: true, IsString: true, Next: "T" }] },
        "There should only be one of the following fields: [IsNull, IsString]",
        "/Choices[0]",
      ],
      [
        "Choice",
        { Choices: [{ Not: { Variable: "$.a", IsNull: true, Next: "T" }, Next: "T" }] },
        "Field 'Next' is not supported",
        "/Choices[0]/Not",
      ],
      [
        "Choice",
        { Choices: [{ Variable: "States.UUID()", IsNull: true, Next: "T" }] },
        "Value is not a Reference Path: Reference path didn't start with '$'",
        "/Choices[0]/Variable",
      ],
    ] as const
  ).map(([Type, more, said, place]): [definition: unknown, said: string] => [
    machineOf(Type, more),
    `SCHEMA_VALIDATION_FAILED: ${said} at /States/S${place}`,
  ]),
  [
    {
      StartAt: "C",
      States: {
        C: { Type: "Choice", Choices: [{ Variable: "$.a", IsNull: true, Next: "A" }], Default: "B" },
        A: { Type: "Pass", End: false },
        B: { Type: "Pass", End: true },
      },
    },
    "SCHEMA_VALIDATION_FAILED: These fields are required: [Next, End] at /States/A",
  ],
  ...(
    [
      [{ a: { Type: "Pass", Next: "a" } }, "MISSING_END_STATE: Workflow has no terminal state at null"],
      [
        { a: { Type: "Pass", End: true, Assign: { states: 1 } } },
        "RESERVED_VARIABLE_NAME: Cannot assign to reserved variable '$states'. at /States/a/Assign",
      ],
      [
        { a: { Type: "Pass", End: true, Assign: { "b-c": 1 } } },
        "INVALID_VARIABLE_NAME: Invalid variable name 'b-c': the variable name contains invalid characters. at /States/a/Assign",
      ],
      [
        { a: { Type: "Parallel", Branches: [PROCESSOR, PROCESSOR], End: true } },
        "DUPLICATE_STATE_NAME: Duplicate State name: P at /States/a/Branches[1]/States/P",
      ],
      [
        { a: { Type: "Pass", QueryLanguage: "JSONata", Output: "{% 1 + %}", End: true } },
        "INVALID_JSONATA_EXPRESSION: Unexpected end of expression at /States/a/Output",
      ],
      ...(
        [
          ["phone", "Reference to 'phone' at the top level is not supported."],
          [
            "$map($states.input.a, function($x) { b })",
            "Reference to 'b' at the top level is not supported.",
          ],
          ["$", "Reference to '$' at the top level is not supported."],
          ["$$.a", "Reference to '$$' is not supported."],
          ["$states.errorOutput.Cause", "Field '$states.errorOutput' does not exist."],
        ] as const
      ).map(
        ([expression, said]) =>
          [
            {
              a: { Type: "Pass", QueryLanguage: "JSONata", Output: { v: `{% ${expression} %}` }, End: true },
            },
            `UNSUPPORTED_JSONATA_EXPRESSION: ${said} at /States/a/Output/v`,
          ] as const,
      ),
    ] as const
  ).map(([States, said]): [definition: unknown, said: string] => [{ StartAt: "a", States }, said]),
  [
    { ...PASS, Version: "2.0" },
    "SCHEMA_VALIDATION_FAILED: Value should be one of the following: [1.0] at /Version",
  ],
  [{ ...PASS, version: "1.0" }, "SCHEMA_VALIDATION_FAILED: Field 'version' is not supported at /"],
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

test("what is no role, and no run of a Map, is refused by its ARN", async () => {
  await using bed = await Bed.start();
  const definition = JSON.stringify(PASS);
  const stateMachineArn = await bed.create("roles", PASS);
  const state = JSON.stringify({ Type: "Pass", End: true });
  for (const [operation, input] of [
    ["CreateStateMachine", { name: "m", definition }],
    ["UpdateStateMachine", { stateMachineArn }],
    ["TestState", { definition: state }],
  ] as const)
    await assert.rejects(bed.call("stepfunctions", operation, { ...input, roleArn: "x" }), {
      code: "InvalidArn",
      message: "Invalid Role Arn: 'x'",
    });
  for (const [operation, input] of [
    ["DescribeMapRun", { mapRunArn: "x" }],
    ["UpdateMapRun", { mapRunArn: "x", maxConcurrency: 1 }],
    ["ListMapRuns", { executionArn: "x" }],
  ] as const)
    await assert.rejects(bed.call("stepfunctions", operation, input), {
      code: "InvalidArn",
      message: "Invalid Arn: 'Invalid ARN prefix: x'",
    });
  await assert.rejects(bed.call("stepfunctions", "DescribeMapRun", { mapRunArn: stateMachineArn }), {
    message: "Invalid Arn: 'Resource type not valid in this context: stateMachine'",
  });
});

test("names within what an expression has found are no references to nothing", async () => {
  await using bed = await Bed.start({ listen: false });
  const Output = [
    "$states.input.items[price > 5].{ 'is': $ }",
    "($total := $sum($states.input.a.b); $total * $states.context.State.RetryCount)",
    "$map($states.input.a, function($v, $i) { $v.name & $string($i) })",
    "$states.input.a^(>price).name",
    "$states.input.a{name: $sum(price)}",
    "$exists($variable) ? [1..3] : $variable",
    "$states.input ~> |a|{'b': c}|",
  ].map((expression) => `{% ${expression} %}`);
  const Catch = [
    { ErrorEquals: ["States.ALL"], Next: "B", Output: { e: "{% $states.errorOutput.Error %}" } },
  ];
  const Resource = "arn:aws:states:::sqs:sendMessage";
  const definition = JSON.stringify({
    QueryLanguage: "JSONata",
    StartAt: "A",
    States: { A: { Type: "Task", Resource, Output, Catch, Next: "B" }, B: { Type: "Succeed" } },
  });
  const found = await bed.call("stepfunctions", "ValidateStateMachineDefinition", { definition });
  assert.deepEqual(found["diagnostics"], []);
});

test("what is missing of the whole has no place", async () => {
  await using bed = await Bed.start({ listen: false });
  const definition = JSON.stringify({
    StartAt: "A",
    States: { A: { Type: "Pass", Next: "A" }, B: { Type: "Pass", Next: "A" } },
  });
  assert.deepEqual(await bed.call("stepfunctions", "ValidateStateMachineDefinition", { definition }), {
    result: "FAIL",
    diagnostics: [
      { severity: "ERROR", code: "MISSING_END_STATE", message: "Workflow has no terminal state" },
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
