import { arn, type BackgroundCase, heard, role } from "./case.ts";

const template = (...names: string[]) =>
  JSON.stringify({
    Resources: Object.fromEntries(
      names.map((name, at) => [
        name,
        {
          Type: "AWS::SQS::Queue",
          ...(at > 0 && { DependsOn: names[at - 1] }),
        },
      ]),
    ),
    Outputs: { First: { Value: { Ref: names[0] } } },
  });

const stackStatus = async (call: Parameters<BackgroundCase["state"]>[0], StackName: string) => {
  const { Stacks } = await call<{ Stacks: { StackId: string; StackStatus: string }[] }>(
    "cloudformation",
    "DescribeStacks",
    { StackName },
  );
  const { StackResources } = await call<{ StackResources: { ResourceStatus: string }[] }>(
    "cloudformation",
    "DescribeStackResources",
    { StackName },
  );
  return [Stacks[0]!.StackStatus, ...StackResources.map(({ ResourceStatus }) => ResourceStatus)].join(" ");
};

const machine = (States: object, StartAt: string) => JSON.stringify({ StartAt, States });

/** A distributed Map, two of whose three children are at work at once. */
function mapping(ExecutionType: "STANDARD" | "EXPRESS"): BackgroundCase {
  const name = `mapping-${ExecutionType}`;
  return {
    title: `stepfunctions: a distributed Map's ${ExecutionType} children work`,
    prepare: (call) =>
      call("stepfunctions", "CreateStateMachine", {
        name,
        roleArn: role,
        definition: machine(
          {
            Each: {
              Type: "Map",
              MaxConcurrency: 2,
              ItemProcessor: {
                ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType },
                StartAt: "Wait",
                States: {
                  Wait: { Type: "Wait", Seconds: 5, Next: "Pass" },
                  Pass: { Type: "Pass", End: true },
                },
              },
              End: true,
            },
          },
          "Each",
        ),
      }),
    begin: (call, execution) =>
      call("stepfunctions", "StartExecution", {
        stateMachineArn: arn("states", `stateMachine:${name}`),
        name: execution,
        input: "[1,2,3]",
      }),
    lastsMs: 20_000,
    async state(call, execution) {
      const executionArn = arn("states", `execution:${name}:${execution}`);
      const { status, output } = await call<{ status: string; output?: string }>(
        "stepfunctions",
        "DescribeExecution",
        { executionArn },
      );
      const { mapRuns } = await call<{ mapRuns: { mapRunArn: string }[] }>("stepfunctions", "ListMapRuns", {
        executionArn,
      });
      const runs = await Promise.all(
        mapRuns.map(async ({ mapRunArn }) => {
          const { executions } = await call<{ executions: { status: string }[] }>(
            "stepfunctions",
            "ListExecutions",
            { mapRunArn },
          );
          const run = await call<{ status: string; itemCounts: { succeeded: number } }>(
            "stepfunctions",
            "DescribeMapRun",
            { mapRunArn },
          );
          return [run.status, run.itemCounts.succeeded, ...executions.map((child) => child.status)].join(" ");
        }),
      );
      return [status, output, ...runs].join(" ");
    },
    ends: /^SUCCEEDED \[1,2,3\] SUCCEEDED 3( SUCCEEDED){3}$/,
    refused: /^ExecutionDoesNotExist$/,
  };
}

/** Long work: stacks, executions, tasks, automations, experiments. */
export const OPERATIONS: readonly BackgroundCase[] = [
  {
    title: "cloudformation: a stack is made",
    begin: (call, StackName) =>
      call("cloudformation", "CreateStack", { StackName, TemplateBody: template("A", "B") }),
    state: stackStatus,
    ends: /^(CREATE_COMPLETE CREATE_COMPLETE CREATE_COMPLETE|ROLLBACK_(COMPLETE|FAILED)( (DELETE|CREATE)_(COMPLETE|FAILED))*)$/,
    refused: /^ValidationError$/,
  },
  {
    title: "cloudformation: a stack is changed",
    before: (call, StackName) =>
      call("cloudformation", "CreateStack", { StackName, TemplateBody: template("A", "B") }),
    begin: (call, StackName) =>
      call("cloudformation", "UpdateStack", { StackName, TemplateBody: template("B", "C") }),
    state: stackStatus,
    ends: /^UPDATE_(ROLLBACK_)?(COMPLETE|FAILED)( (CREATE|UPDATE|DELETE)_(COMPLETE|FAILED))*$/,
    refused:
      /^(CREATE_COMPLETE|UPDATE_(ROLLBACK_)?(COMPLETE|FAILED))( (CREATE|UPDATE|DELETE)_(COMPLETE|FAILED))*$/,
  },
  {
    title: "cloudformation: a stack is deleted",
    before: (call, StackName) =>
      call("cloudformation", "CreateStack", { StackName, TemplateBody: template("A", "B") }),
    begin: (call, StackName) => call("cloudformation", "DeleteStack", { StackName }),
    state: stackStatus,
    ends: /^(ValidationError|DELETE_FAILED( (CREATE|DELETE)_(COMPLETE|FAILED))*)$/,
    refused: /^(ValidationError|(CREATE_COMPLETE|DELETE_FAILED)( (CREATE|DELETE)_(COMPLETE|FAILED))*)$/,
  },
  {
    title: "cloudformation: instances of a stack set are made",
    before: (call, StackSetName) =>
      call("cloudformation", "CreateStackSet", { StackSetName, TemplateBody: template("A") }),
    begin: (call, StackSetName) =>
      call("cloudformation", "CreateStackInstances", {
        StackSetName,
        Accounts: ["000000000000"],
        Regions: ["us-east-1", "eu-west-1"],
        OperationPreferences: { FailureToleranceCount: 2 },
      }),
    async state(call, StackSetName) {
      const { Summaries } = await call<{ Summaries: { Status: string }[] }>(
        "cloudformation",
        "ListStackSetOperations",
        { StackSetName },
      );
      const instances = await call<{
        Summaries: { Status: string; StackInstanceStatus: { DetailedStatus: string } }[];
      }>("cloudformation", "ListStackInstances", { StackSetName });
      return [
        Summaries[0]?.Status,
        ...instances.Summaries.map((one) => `${one.Status}/${one.StackInstanceStatus.DetailedStatus}`),
      ].join(" ");
    },
    ends: /^(SUCCEEDED|FAILED)( (CURRENT\/SUCCEEDED|OUTDATED\/(FAILED|CANCELLED))){2}$/,
    refused: /^$/,
  },
  {
    title: "stepfunctions: an execution waits, sends and ends",
    async prepare(call) {
      await call("sqs", "CreateQueue", { QueueName: "of-executions" });
      await call("stepfunctions", "CreateStateMachine", {
        name: "waiting",
        roleArn: role,
        definition: machine(
          {
            Wait: { Type: "Wait", Seconds: 5, Next: "Both" },
            Both: {
              Type: "Parallel",
              Branches: ["1", "2"].map((at) => ({
                StartAt: `Send${at}`,
                States: {
                  [`Send${at}`]: {
                    Type: "Task",
                    Resource: "arn:aws:states:::sqs:sendMessage",
                    Parameters: { QueueUrl: "of-executions", MessageBody: at },
                    Retry: [{ ErrorEquals: ["States.ALL"], MaxAttempts: 2 }],
                    End: true,
                  },
                },
              })),
              End: true,
            },
          },
          "Wait",
        ),
      });
    },
    begin: (call, name) =>
      call("stepfunctions", "StartExecution", {
        stateMachineArn: arn("states", "stateMachine:waiting"),
        name,
      }),
    lastsMs: 20_000,
    async state(call, name) {
      const executionArn = arn("states", `execution:waiting:${name}`);
      const { status } = await call<{ status: string }>("stepfunctions", "DescribeExecution", {
        executionArn,
      });
      const { events } = await call<{ events: { id: number; type: string }[] }>(
        "stepfunctions",
        "GetExecutionHistory",
        { executionArn, maxResults: 1000 },
      );
      const isWhole = events.every(({ id }, at) => id === at + 1);
      return `${status} ${events.at(-1)?.type} ${isWhole}`;
    },
    ends: /^(SUCCEEDED ExecutionSucceeded|FAILED ExecutionFailed) true$/,
    refused: /^ExecutionDoesNotExist$/,
  },
  ...(["STANDARD", "EXPRESS"] as const).map(mapping),
  {
    title: "stepfunctions: an Express execution ends",
    async prepare(call) {
      await call("sqs", "CreateQueue", { QueueName: "of-express" });
      await call("stepfunctions", "CreateStateMachine", {
        name: "express",
        type: "EXPRESS",
        roleArn: role,
        definition: machine(
          {
            Send: {
              Type: "Task",
              Resource: "arn:aws:states:::sqs:sendMessage",
              Parameters: { QueueUrl: "of-express", "MessageBody.$": "$.name" },
              Retry: [{ ErrorEquals: ["States.ALL"], MaxAttempts: 2 }],
              End: true,
            },
          },
          "Send",
        ),
      });
    },
    begin: (call, name) =>
      call("stepfunctions", "StartExecution", {
        stateMachineArn: arn("states", "stateMachine:express"),
        input: JSON.stringify({ name }),
      }),
    lastsMs: 10_000,
    state: (call, name) => heard(call, "of-express", name),
    ends: /^heard$/,
    refused: /^nothing$/,
  },
  {
    title: "ecs: a task runs and ends",
    async prepare(call) {
      await call("ecs", "CreateCluster", {});
      await call("ecs", "RegisterTaskDefinition", {
        family: "short",
        containerDefinitions: [{ name: "app", image: "shop", memory: 64, command: ["true"] }],
      });
    },
    begin: (call, startedBy) => call("ecs", "RunTask", { taskDefinition: "short", startedBy }),
    state: async (call, startedBy) => {
      const found: string[] = [];
      for (const desiredStatus of ["RUNNING", "STOPPED"]) {
        const { taskArns } = await call<{ taskArns: string[] }>("ecs", "ListTasks", { desiredStatus });
        if (taskArns.length === 0) continue;
        const { tasks } = await call<{
          tasks: { startedBy?: string; lastStatus: string; containers: { lastStatus: string }[] }[];
        }>("ecs", "DescribeTasks", { tasks: taskArns });
        for (const task of tasks)
          if (task.startedBy === startedBy)
            found.push(`${task.lastStatus} ${task.containers.map(({ lastStatus }) => lastStatus).join(" ")}`);
      }
      return found.join(", ");
    },
    ends: /^STOPPED STOPPED$/,
    refused: /^$/,
  },
  {
    title: "ecs: a service starts its tasks and ends them",
    async prepare(call) {
      await call("ecs", "CreateCluster", {});
      await call("ecs", "RegisterTaskDefinition", {
        family: "lasting",
        containerDefinitions: [
          { name: "app", image: "shop", memory: 64, command: ["sleep", "600"], stopTimeout: 2 },
        ],
      });
    },
    begin: (call, serviceName) =>
      call("ecs", "CreateService", { serviceName, taskDefinition: "lasting", desiredCount: 1 }),
    lastsMs: 60_000,
    async state(call, serviceName) {
      const { services } = await call<{ services: { runningCount: number; pendingCount: number }[] }>(
        "ecs",
        "DescribeServices",
        { services: [serviceName] },
      );
      if (!services[0]) return "none";
      const { runningCount, pendingCount } = services[0];
      await call("ecs", "DeleteService", { service: serviceName, force: true });
      return `${runningCount} run, ${pendingCount} wait`;
    },
    ends: /^1 run, 0 wait$/,
    refused: /^none$/,
  },
];
