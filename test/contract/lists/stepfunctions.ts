import { until } from "../../until.ts";
import { arn, type Call, type ListCase } from "../lists.ts";

const page = { service: "stepfunctions", size: "maxResults", token: "nextToken", next: "nextToken" } as const;

const ROLE = "arn:aws:iam::000000000000:role/machine";
const PASS = { Type: "Pass", End: true };
const definition = (Comment: string) => JSON.stringify({ Comment, StartAt: "P", States: { P: PASS } });
const create = (call: Call, name: string) =>
  call("CreateStateMachine", { name, roleArn: ROLE, definition: definition(name) });
const machine = (account: string, name: string) => arn("states", account, `stateMachine:${name}`);
const execution = (account: string, name: string) => arn("states", account, `execution:${name}`);

/** Executions end when their turn has come. */
async function ended(call: Call, executionArn: string): Promise<void> {
  await until(async () => (await call("DescribeExecution", { executionArn }))["status"] !== "RUNNING");
}

/** ARNs of versions by the names that they were published for. */
const versions = new Map<string, string>();

export const lists: readonly ListCase[] = [
  {
    ...page,
    operation: "ListStateMachines",
    items: "stateMachines",
    add: create,
    remove: (call, name) => call("DeleteStateMachine", { stateMachineArn: machine(call.account, name) }),
    nameOf: ({ name }: { name: string }) => name,
  },
  {
    ...page,
    operation: "ListActivities",
    items: "activities",
    add: (call, name) => call("CreateActivity", { name }),
    remove: (call, name) =>
      call("DeleteActivity", { activityArn: arn("states", call.account, `activity:${name}`) }),
    nameOf: ({ name }: { name: string }) => name,
  },
  {
    ...page,
    operation: "ListStateMachineAliases",
    input: (account) => ({ stateMachineArn: machine(account, "aliased") }),
    items: "stateMachineAliases",
    async prepare(call) {
      await create(call, "aliased");
      await call("PublishStateMachineVersion", { stateMachineArn: machine(call.account, "aliased") });
    },
    add: (call, name) =>
      call("CreateStateMachineAlias", {
        name,
        routingConfiguration: [{ stateMachineVersionArn: machine(call.account, "aliased:1"), weight: 100 }],
      }),
    remove: (call, name) =>
      call("DeleteStateMachineAlias", { stateMachineAliasArn: machine(call.account, `aliased:${name}`) }),
    nameOf: ({ stateMachineAliasArn }: { stateMachineAliasArn: string }) =>
      stateMachineAliasArn.split(":").at(-1)!,
  },
  {
    ...page,
    operation: "ListStateMachineVersions",
    input: (account) => ({ stateMachineArn: machine(account, "versioned") }),
    items: "stateMachineVersions",
    prepare: (call) => create(call, "versioned"),
    async add(call, name) {
      const { stateMachineVersionArn } = await call("UpdateStateMachine", {
        stateMachineArn: machine(call.account, "versioned"),
        definition: definition(`version ${name}`),
        publish: true,
      });
      versions.set(name, String(stateMachineVersionArn));
    },
    remove: (call, name) => call("DeleteStateMachineVersion", { stateMachineVersionArn: versions.get(name) }),
    nameOf: ({ stateMachineVersionArn }: { stateMachineVersionArn: string }) =>
      [...versions].find(([, known]) => known === stateMachineVersionArn)?.[0],
  },
  {
    ...page,
    operation: "ListExecutions",
    input: (account) => ({ stateMachineArn: machine(account, "runs") }),
    items: "executions",
    prepare: (call) => create(call, "runs"),
    add: (call, name) => call("StartExecution", { stateMachineArn: machine(call.account, "runs"), name }),
    nameOf: ({ name }: { name: string }) => name,
  },
  {
    ...page,
    operation: "GetExecutionHistory",
    input: (account) => ({ executionArn: execution(account, "told:once") }),
    free: ["includeExecutionData"],
    items: "events",
    async prepare(call) {
      const states = Object.fromEntries(
        ["A", "B", "C", "D"].map((name, at, all) => [
          name,
          at < all.length - 1 ? { Type: "Pass", Next: all[at + 1] } : PASS,
        ]),
      );
      await call("CreateStateMachine", {
        name: "told",
        roleArn: ROLE,
        definition: JSON.stringify({ StartAt: "A", States: states }),
      });
      await call("StartExecution", { stateMachineArn: machine(call.account, "told"), name: "once" });
      await ended(call, execution(call.account, "told:once"));
    },
    nameOf: ({ id }: { id: number }) => String(id),
  },
  {
    ...page,
    operation: "ListMapRuns",
    input: (account) => ({ executionArn: execution(account, "mapped:once") }),
    items: "mapRuns",
    async prepare(call) {
      const map = (Next: string | undefined, Label: string) => ({
        Type: "Map",
        Label,
        ItemProcessor: {
          ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" },
          StartAt: `of ${Label}`,
          States: { [`of ${Label}`]: PASS },
        },
        ...(Next === undefined ? { End: true } : { Next }),
      });
      const labels = ["q1", "q2", "q3", "q4", "q5", "q6", "q7"];
      const states = Object.fromEntries(labels.map((label, at) => [label, map(labels[at + 1], label)]));
      await call("CreateStateMachine", {
        name: "mapped",
        roleArn: ROLE,
        definition: JSON.stringify({ StartAt: "q1", States: states }),
      });
      await call("StartExecution", {
        stateMachineArn: machine(call.account, "mapped"),
        name: "once",
        input: "[1]",
      });
      await ended(call, execution(call.account, "mapped:once"));
    },
    nameOf: ({ mapRunArn }: { mapRunArn: string }) => mapRunArn.split("/")[1]!.split(":")[0]!,
  },
];
