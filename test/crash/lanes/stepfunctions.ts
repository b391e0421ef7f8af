import assert from "node:assert/strict";
import { asking } from "../asking.ts";
import type { Bed } from "../bed.ts";
import { eventually } from "../eventually.ts";
import { Acknowledged, type Lane } from "../lane.ts";

export default (bed: Bed): Lane[] => [executions(bed)];

interface Answer {
  readonly stateMachineArn: string;
  readonly executionArn: string;
  readonly status: string;
  readonly output?: string;
  readonly events: readonly { readonly id: number; readonly type: string }[];
}

/** Passes, a moment's wait, two items and two branches: transitions of every kind. */
const DEFINITION = JSON.stringify({
  StartAt: "First",
  States: {
    First: { Type: "Pass", ResultPath: "$.first", Result: true, Next: "Wait" },
    Wait: { Type: "Wait", Seconds: 1, Next: "Each" },
    Each: {
      Type: "Map",
      ItemsPath: "$.items",
      ResultPath: "$.items",
      ItemProcessor: { StartAt: "Item", States: { Item: { Type: "Pass", End: true } } },
      Next: "Both",
    },
    Both: {
      Type: "Parallel",
      ResultPath: null,
      Branches: [
        { StartAt: "Left", States: { Left: { Type: "Pass", End: true } } },
        { StartAt: "Right", States: { Right: { Type: "Wait", Seconds: 1, End: true } } },
      ],
      End: true,
    },
  },
});

/** An execution that was begun ends, with each of its transitions once. */
function executions({ options }: Bed): Lane {
  const acknowledged = new Acknowledged("stepfunctions");
  const ask = asking<Answer>(options, "states", "AWSStepFunctions");
  let stateMachineArn = "";
  return {
    name: "stepfunctions",
    async setup() {
      const created = await ask("CreateStateMachine", {
        name: "crash",
        definition: DEFINITION,
        roleArn: "arn:aws:iam::000000000000:role/machine",
      });
      stateMachineArn = created.stateMachineArn;
    },
    write: async (n) => {
      const input = JSON.stringify({ items: [n, n + 1] });
      const { executionArn } = await ask("StartExecution", { stateMachineArn, input });
      acknowledged.add(`${executionArn} ${n}`);
    },
    verify: () =>
      acknowledged.verify(
        async (kept) => {
          const [executionArn, n] = kept.split(" ");
          await eventually(`the execution ${executionArn}`, async () => {
            const { status } = await ask("DescribeExecution", { executionArn });
            return { wanted: 1, found: status === "RUNNING" ? 0 : 1 };
          });
          const { status, output } = await ask("DescribeExecution", { executionArn });
          assert.equal(status, "SUCCEEDED");
          assert.deepEqual(JSON.parse(output!), { first: true, items: [Number(n), Number(n) + 1] });
          const { events } = await ask("GetExecutionHistory", { executionArn, maxResults: 100 });
          assert.deepEqual(
            events.map(({ id }) => id),
            events.map((_, at) => at + 1),
          );
          for (const type of [
            "ExecutionStarted",
            "WaitStateEntered",
            "MapStateExited",
            "ParallelStateExited",
          ])
            assert.equal(
              events.filter((event) => event.type === type).length,
              type === "WaitStateEntered" ? 2 : 1,
            );
          return true;
        },
        async () => {},
      ),
  };
}
