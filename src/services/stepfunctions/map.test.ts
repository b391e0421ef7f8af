import assert from "node:assert/strict";
import { test } from "node:test";
import { RedriveExecutionCommand } from "@aws-sdk/client-sfn";
import fc from "fast-check";
import { Bed } from "./bed.fixture.ts";

test("a Map's results are in its items' order, whatever the concurrency and whoever ends first", async () => {
  await using bed = await Bed.start();
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 12 }),
      fc.integer({ min: 0, max: 4 }),
      async (seconds, MaxConcurrency) => {
        const machine = await bed.create(`order-${bed.next()}`, {
          StartAt: "Each",
          States: {
            Each: {
              Type: "Map",
              MaxConcurrency,
              ItemProcessor: {
                StartAt: "Wait",
                States: {
                  Wait: { Type: "Wait", SecondsPath: "$", Next: "Pass" },
                  Pass: { Type: "Pass", End: true },
                },
              },
              End: true,
            },
          },
        });
        const executionArn = await bed.start(machine, seconds);
        await bed.untilTold(
          executionArn,
          seconds.length === 0 ? "ExecutionSucceeded" : "MapIterationStarted",
        );
        for (let at = 0; at <= seconds.length; at++) await bed.cloud.clock.advance(51_000);
        assert.equal((await bed.ended(executionArn)).output, JSON.stringify(seconds));
      },
    ),
    { numRuns: 15 },
  );
});

test("a Map goes over an object's members, inline and distributed, in both query languages", async () => {
  await using bed = await Bed.start();
  const input = { many: { a: 1, b: [2] } };
  for (const Mode of ["INLINE", "DISTRIBUTED"])
    for (const QueryLanguage of ["JSONPath", "JSONata"]) {
      const isJsonata = QueryLanguage === "JSONata";
      const mapped = async (more: object) => {
        const { output, cause } = await bed.run(
          {
            QueryLanguage,
            StartAt: "Each",
            States: {
              Each: {
                Type: "Map",
                ...(isJsonata ? { Items: "{% $states.input.many %}" } : { ItemsPath: "$.many" }),
                ItemProcessor: {
                  ProcessorConfig: { Mode, ...(Mode === "DISTRIBUTED" && { ExecutionType: "STANDARD" }) },
                  StartAt: "Pass",
                  States: { Pass: { Type: "Pass", End: true } },
                },
                ...more,
                End: true,
              },
            },
          },
          input,
        );
        return JSON.parse(output ?? `"${cause}"`);
      };
      const pairs = [
        { Key: "a", Value: 1 },
        { Key: "b", Value: [2] },
      ];
      assert.deepEqual(await mapped({}), pairs);
      const item = (name: string) =>
        isJsonata
          ? { [name]: `{% $states.context.Map.Item.${name} %}` }
          : { [`${name}.$`]: `$$.Map.Item.${name}` };
      assert.deepEqual(
        await mapped({ ItemSelector: { ...item("Index"), ...item("Key"), ...item("Value") } }),
        pairs.map((pair, Index) => ({ Index, ...pair })),
      );
    }
});

test("branches of a Parallel end with the first that fails, and the others are told to have been aborted", async () => {
  await using bed = await Bed.start();
  const machine = await bed.create("aborted", {
    StartAt: "Both",
    States: {
      Both: {
        Type: "Parallel",
        Branches: [
          { StartAt: "Long", States: { Long: { Type: "Wait", Seconds: 1000, End: true } } },
          { StartAt: "No", States: { No: { Type: "Fail", Error: "No" } } },
        ],
        Catch: [{ ErrorEquals: ["No"], Next: "Caught" }],
        End: true,
      },
      Caught: { Type: "Succeed" },
    },
  });
  const executionArn = await bed.start(machine);
  await bed.ended(executionArn);
  assert.deepEqual((await bed.told(executionArn)).slice(3), [
    "4 3 WaitStateEntered",
    "5 3 FailStateEntered",
    "6 5 WaitStateAborted",
    "7 5 ParallelStateFailed",
    "8 7 ParallelStateExited",
    "9 8 SucceedStateEntered",
    "10 9 SucceedStateExited",
    "11 10 ExecutionSucceeded",
  ]);
});

test("variables go down into branches, and what is assigned there stays there", async () => {
  await using bed = await Bed.start();
  const { output } = await bed.run({
    QueryLanguage: "JSONata",
    StartAt: "Set",
    States: {
      Set: { Type: "Pass", Assign: { factor: 3 }, Next: "Each" },
      Each: {
        Type: "Map",
        Items: "{% [1..3] %}",
        ItemProcessor: {
          StartAt: "Times",
          States: {
            Times: { Type: "Pass", Assign: { made: "{% $states.input * $factor %}" }, Next: "Say" },
            Say: { Type: "Pass", Output: "{% $made %}", End: true },
          },
        },
        Output: "{% { 'made': $states.result, 'outside': $exists($made), 'sum': $sum($states.result) } %}",
        End: true,
      },
    },
  });
  assert.deepEqual(JSON.parse(output!), { made: [3, 6, 9], outside: false, sum: 18 });
});

test("of a branch that another's failure aborts nothing more is told, and nothing more is done, when it is redriven, too", async () => {
  await using bed = await Bed.start();
  await bed.call("sqs", "CreateQueue", { QueueName: "q" });
  const send = {
    Type: "Task",
    Resource: "arn:aws:states:::sqs:sendMessage",
    Parameters: { QueueUrl: `http://localhost/queue/us-east-1/${bed.account}/q`, MessageBody: "x" },
    End: true,
  };
  const choose = {
    Type: "Choice",
    Choices: [{ Variable: "$.send", BooleanEquals: true, Next: "Send" }],
    Default: "Send",
  };
  const machine = await bed.create("aborts", {
    StartAt: "Each",
    States: {
      Each: {
        Type: "Map",
        ItemProcessor: { StartAt: "Choose", States: { Choose: choose, Send: send } },
        End: true,
      },
    },
  });
  // The second has nothing to choose by, and fails the Map.
  const executionArn = await bed.start(machine, [{ send: true }, {}]);
  assert.equal((await bed.ended(executionArn)).status, "FAILED");
  await bed.sfn.send(new RedriveExecutionCommand({ executionArn }));
  assert.equal((await bed.ended(executionArn)).status, "FAILED");
  const types = (await bed.told(executionArn)).map((line) => line.split(" ")[2]!);
  const before = types.slice(0, types.indexOf("ExecutionRedriven"));
  assert.deepEqual(before.slice(-4), [
    "MapIterationAborted",
    "MapIterationFailed",
    "MapStateFailed",
    "ExecutionFailed",
  ]);
  for (const part of [before, types.slice(before.length)])
    assert.ok(!part.slice(part.indexOf("MapIterationFailed")).includes("TaskScheduled"), part.join(" "));
  const sent = bed.cloud.calls.of("sqs").filter(({ operation }) => operation === "SendMessage");
  assert.deepEqual(sent, []);
});
