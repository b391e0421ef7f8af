import assert from "node:assert/strict";
import { test } from "node:test";
import { Bed } from "./bed.fixture.ts";

interface Example {
  readonly what: string;
  readonly definition: object;
  readonly input?: unknown;
  readonly output?: unknown;
  readonly error?: string;
}

const flow = (StartAt: string, States: object, more: object = {}) => ({ StartAt, States, ...more });
const JSONATA = { QueryLanguage: "JSONata" };
const FAILING = {
  Type: "Task",
  Resource: "arn:aws:states:::aws-sdk:sqs:getQueueUrl",
  Parameters: { QueueName: "none" },
};

/**
 * What AWS's documentation and the language's specification show of states, in small.
 * https://docs.aws.amazon.com/step-functions/latest/dg/concepts-states.html and https://states-language.net
 */
const EXAMPLES: readonly Example[] = [
  {
    what: "a Pass puts a fixed result beside its input",
    definition: flow("A", { A: { Type: "Pass", Result: { x: 0.381 }, ResultPath: "$.at", End: true } }),
    input: { name: "here" },
    output: { name: "here", at: { x: 0.381 } },
  },
  {
    what: "parameters take from the input and from the context",
    definition: flow("A", {
      A: {
        Type: "Pass",
        Parameters: { fixed: "f", "size.$": "$.product.size", "state.$": "$$.State.Name" },
        End: true,
      },
    }),
    input: { product: { size: "small" } },
    output: { fixed: "f", size: "small", state: "A" },
  },
  {
    what: "a Choice takes the first rule that holds, with And and Not",
    definition: flow("C", {
      C: {
        Type: "Choice",
        Choices: [
          { Not: { Variable: "$.type", StringEquals: "Private" }, Next: "Public" },
          {
            And: [
              { Variable: "$.value", IsPresent: true },
              { Variable: "$.value", NumericGreaterThanEquals: 20 },
              { Variable: "$.value", NumericLessThan: 30 },
            ],
            Next: "Twenties",
          },
        ],
        Default: "Other",
      },
      Public: { Type: "Pass", Result: "public", End: true },
      Twenties: { Type: "Pass", Result: "twenties", End: true },
      Other: { Type: "Fail", Error: "NoMatch", Cause: "no rule" },
    }),
    input: { type: "Private", value: 22 },
    output: "twenties",
  },
  {
    what: "a Fail says why by paths",
    definition: flow("F", { F: { Type: "Fail", ErrorPath: "$.error", CausePath: "$.cause" } }),
    input: { error: "Rejected", cause: "by hand" },
    error: "Rejected",
  },
  {
    what: "a Parallel gives a list of its branches' outputs",
    definition: flow("P", {
      P: {
        Type: "Parallel",
        Branches: [
          flow("Add", {
            Add: { Type: "Pass", Parameters: { "sum.$": "States.MathAdd($.a, $.b)" }, End: true },
          }),
          flow("Keep", { Keep: { Type: "Pass", End: true } }),
        ],
        ResultSelector: { "sum.$": "$[0].sum", "kept.$": "$[1].a" },
        End: true,
      },
    }),
    input: { a: 3, b: 2 },
    output: { sum: 5, kept: 3 },
  },
  {
    what: "a Map gives each iteration its item and its index",
    definition: flow("M", {
      M: {
        Type: "Map",
        ItemsPath: "$.shipped",
        ItemSelector: {
          "by.$": "$.courier",
          "item.$": "$$.Map.Item.Value",
          "at.$": "$$.Map.Item.Index",
        },
        ItemProcessor: flow("I", { I: { Type: "Pass", End: true } }),
        ResultPath: "$.shipped",
        End: true,
      },
    }),
    input: { courier: "c", shipped: ["x", "y"] },
    output: {
      courier: "c",
      shipped: [
        { by: "c", item: "x", at: 0 },
        { by: "c", item: "y", at: 1 },
      ],
    },
  },
  {
    what: "a Catch keeps the input beside the error",
    definition: flow("T", {
      T: {
        ...FAILING,
        Catch: [
          { ErrorEquals: ["Lambda.ServiceException"], Next: "Never" },
          { ErrorEquals: ["States.TaskFailed"], ResultPath: "$.error", Next: "Caught" },
        ],
        End: true,
      },
      Never: { Type: "Fail" },
      Caught: { Type: "Pass", Parameters: { "kept.$": "$.kept", "name.$": "$.error.Error" }, End: true },
    }),
    input: { kept: true },
    output: { kept: true, name: "Sqs.QueueDoesNotExistException" },
  },
  {
    what: "an error that nothing catches ends the execution",
    definition: flow("T", { T: { ...FAILING, End: true } }),
    error: "Sqs.QueueDoesNotExistException",
  },
  {
    what: "intrinsic functions within each other",
    definition: flow("A", {
      A: {
        Type: "Pass",
        Parameters: {
          "text.$": "States.Format('{} of {}', States.ArrayLength($.list), $.name)",
          "parts.$": "States.ArrayPartition($.list, 2)",
          "has.$": "States.ArrayContains($.list, 3)",
          "unique.$": "States.ArrayUnique(States.Array(1, 1, 2))",
          "merged.$": "States.JsonMerge($.one, $.two, false)",
          "parsed.$": "States.StringToJson($.json)",
          "split.$": "States.StringSplit('a,b', ',')",
        },
        End: true,
      },
    }),
    input: { list: [1, 2, 3], name: "n", one: { a: 1, b: 1 }, two: { b: 2 }, json: '{"x":[1]}' },
    output: {
      text: "3 of n",
      parts: [[1, 2], [3]],
      has: true,
      unique: [1, 2],
      merged: { a: 1, b: 2 },
      parsed: { x: [1] },
      split: ["a", "b"],
    },
  },
  {
    what: "variables are assigned, and read later on",
    definition: flow("A", {
      A: { Type: "Pass", Assign: { "price.$": "$.price", tries: 0 }, Next: "B" },
      B: { Type: "Pass", Parameters: { "price.$": "$price", "tries.$": "$tries" }, End: true },
    }),
    input: { price: 7 },
    output: { price: 7, tries: 0 },
  },
  {
    what: "JSONata computes conditions, outputs and variables",
    definition: flow(
      "A",
      {
        A: {
          Type: "Pass",
          Assign: { total: "{% $sum($states.input.lines.(price * count)) %}" },
          Output: "{% $states.input %}",
          Next: "C",
        },
        C: {
          Type: "Choice",
          Choices: [{ Condition: "{% $total > 10 %}", Output: "{% { 'total': $total } %}", Next: "Big" }],
          Default: "Small",
        },
        Big: { Type: "Succeed" },
        Small: { Type: "Fail" },
      },
      JSONATA,
    ),
    input: {
      lines: [
        { price: 2, count: 3 },
        { price: 5, count: 1 },
      ],
    },
    output: { total: 11 },
  },
  {
    what: "JSONata maps over items that it makes",
    definition: flow(
      "M",
      {
        M: {
          Type: "Map",
          Items: "{% [1..$states.input.n] %}",
          ItemSelector: { value: "{% $states.context.Map.Item.Value * 10 %}" },
          ItemProcessor: flow("I", { I: { Type: "Pass", Output: "{% $states.input.value %}", End: true } }),
          Output: "{% $sum($states.result) %}",
          End: true,
        },
      },
      JSONATA,
    ),
    input: { n: 4 },
    output: 100,
  },
  {
    what: "JSONata catches, and says what went wrong",
    definition: flow(
      "T",
      {
        T: {
          Type: "Task",
          Resource: FAILING.Resource,
          Arguments: { QueueName: "{% $states.input.queue %}" },
          Catch: [{ ErrorEquals: ["States.ALL"], Output: "{% $states.errorOutput.Error %}", Next: "Caught" }],
          End: true,
        },
        Caught: { Type: "Succeed" },
      },
      JSONATA,
    ),
    input: { queue: "none" },
    output: "Sqs.QueueDoesNotExistException",
  },
];

test("machines that AWS's documentation shows end as it says", async () => {
  await using bed = await Bed.start();
  for (const { what, definition, input = {}, output, error } of EXAMPLES) {
    const ended = await bed.run(definition, input);
    assert.equal(ended.error, error, `${what}: ${ended.cause}`);
    if (error === undefined) assert.deepEqual(JSON.parse(ended.output!), output, what);
  }
});
