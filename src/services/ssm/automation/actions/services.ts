import { asTexts } from "../../references.ts";
import { actorOf, begunOnce, isCancelled, type StepAction, type StepRun } from "../execution.ts";

const POLL_MS = 2_000;

/** Calls of a service with the execution's role. */
function callsOf(service: string, { execution, host }: StepRun) {
  const { account, region, documentName } = execution;
  const options = { account, region, as: actorOf(execution), origin: `automation(${documentName})` };
  return <O>(operation: string, input: object) => host.call<O>(service, operation, input, options);
}

/** Other names of members than those of the API, with their values as they are. */
const given = (inputs: Readonly<Record<string, unknown>>, names: readonly string[]) =>
  Object.fromEntries(
    Object.entries(inputs).filter(([name, value]) => names.includes(name) && value !== undefined),
  );

/** `aws:createTags`: https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-createtag.html */
export const createTags: StepAction = async (run) => {
  const { ResourceType = "EC2", ResourceIds, Tags } = run.inputs;
  const ids = asTexts(ResourceIds);
  if (ResourceType === "EC2") {
    await callsOf("ec2", run)("CreateTags", { Resources: ids, Tags });
    return {};
  }
  for (const ResourceId of ids)
    await callsOf("ssm", run)("AddTagsToResource", { ResourceType, ResourceId, Tags });
  return {};
};

/** What RunInstances takes by the same names. */
const LAUNCH = [
  "AdditionalInfo",
  "BlockDeviceMappings",
  "CpuOptions",
  "CreditSpecification",
  "HibernationOptions",
  "ImageId",
  "InstanceInitiatedShutdownBehavior",
  "InstanceMarketOptions",
  "InstanceType",
  "Ipv6AddressCount",
  "Ipv6Addresses",
  "KernelId",
  "KeyName",
  "LaunchTemplate",
  "MetadataOptions",
  "NetworkInterfaces",
  "PrivateIpAddress",
  "SecurityGroups",
  "SubnetId",
  "TagSpecifications",
  "UserData",
] as const;

/** `aws:runInstances`: https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-runinstance.html */
export const runInstances: StepAction = async (run) => {
  const call = callsOf("ec2", run);
  const { inputs } = run;
  const isTrue = (name: string) => inputs[name] !== undefined && { [name]: String(inputs[name]) === "true" };
  const profile = {
    ...(inputs["IamInstanceProfileName"] !== undefined && { Name: inputs["IamInstanceProfileName"] }),
    ...(inputs["IamInstanceProfileArn"] !== undefined && { Arn: inputs["IamInstanceProfileArn"] }),
  };
  const placement = {
    ...(inputs["Placement"] as object | undefined),
    ...(inputs["PlacementGroupName"] !== undefined && { GroupName: inputs["PlacementGroupName"] }),
  };
  const { MinInstanceCount = 1, MaxInstanceCount = MinInstanceCount } = inputs;
  const { Instances = [] } = await call<{ Instances?: { InstanceId: string }[] }>("RunInstances", {
    ...given(inputs, LAUNCH),
    ...isTrue("DisableApiTermination"),
    ...isTrue("EbsOptimized"),
    ...(inputs["Monitoring"] !== undefined && {
      Monitoring: { Enabled: String(inputs["Monitoring"]) === "true" },
    }),
    ...(inputs["SecurityGroupIds"] !== undefined && {
      SecurityGroupIds: asTexts(inputs["SecurityGroupIds"]),
    }),
    ...(Object.keys(profile).length > 0 && { IamInstanceProfile: profile }),
    ...(Object.keys(placement).length > 0 && { Placement: placement }),
    MinCount: Number(MinInstanceCount),
    MaxCount: Number(MaxInstanceCount),
    // Those that a former process has launched are these.
    ClientToken: inputs["ClientToken"] ?? run.id,
  });
  const InstanceIds = Instances.map(({ InstanceId }) => InstanceId);
  run.setOutputs({ InstanceIds });
  return { outputs: { InstanceIds, InstanceStates: await statesOnceIn("running", InstanceIds, run) } };
};

/** The states of instances when all of them are in one. @throws Error when one of them cannot be any more */
async function statesOnceIn(wanted: string, ids: readonly string[], run: StepRun): Promise<string[]> {
  const call = callsOf("ec2", run);
  for (;;) {
    const { Reservations = [] } = await call<{ Reservations?: { Instances?: Instance[] }[] }>(
      "DescribeInstances",
      { InstanceIds: ids },
    );
    const states = Reservations.flatMap(({ Instances = [] }) =>
      Instances.map(({ State }) => State?.Name ?? ""),
    );
    if (states.every((state) => state === wanted)) return states;
    const ended = states.find((state) => state === "terminated");
    if (ended !== undefined && wanted !== "terminated")
      throw new Error(`An instance is ${ended} and cannot be ${wanted} any more.`);
    await run.host.clock.sleep(POLL_MS, run.signal);
  }
}

const STATE_CHANGES: Readonly<Record<string, string>> = {
  running: "StartInstances",
  stopped: "StopInstances",
  terminated: "TerminateInstances",
};

/** `aws:changeInstanceState`: https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-changestate.html */
export const changeInstanceState: StepAction = async (run) => {
  const { InstanceIds, DesiredState, CheckStateOnly, Force, AdditionalInfo } = run.inputs;
  const call = callsOf("ec2", run);
  const ids = asTexts(InstanceIds);
  const wanted = String(DesiredState);
  const operation = Object.hasOwn(STATE_CHANGES, wanted) ? STATE_CHANGES[wanted] : undefined;
  if (operation === undefined)
    throw new Error(`DesiredState must be running, stopped or terminated, not ${wanted}.`);
  if (String(CheckStateOnly ?? false) !== "true")
    await call(operation, {
      InstanceIds: ids,
      ...(wanted === "stopped" && Force !== undefined && { Force: String(Force) === "true" }),
      ...(wanted === "running" && AdditionalInfo !== undefined && { AdditionalInfo }),
    });
  return { outputs: { InstanceStates: await statesOnceIn(wanted, ids, run) } };
};

interface Instance {
  readonly State?: { readonly Name?: string };
}

/** `aws:executeStateMachine`: https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-executeStateMachine.html */
export const executeStateMachine: StepAction = async (run) => {
  const { stateMachineArn, name, input } = run.inputs;
  const call = callsOf("stepfunctions", run);
  const executionArn = await begunOnce(run, "executionArn", async () => {
    const begun = await call<{ executionArn: string }>("StartExecution", {
      stateMachineArn,
      ...(name !== undefined && { name }),
      ...(input !== undefined && { input: typeof input === "string" ? input : JSON.stringify(input) }),
    });
    return begun.executionArn;
  });
  try {
    for (;;) {
      const described = await call<{ status: string; cause?: string; output?: string }>("DescribeExecution", {
        executionArn,
      });
      if (described.status === "SUCCEEDED") return { outputs: { ...described, executionArn } };
      if (described.status !== "RUNNING")
        throw new Error(
          `The execution ${executionArn} ended as ${described.status}. ${described.cause ?? ""}`.trim(),
        );
      await run.host.clock.sleep(POLL_MS, run.signal);
    }
  } catch (error) {
    if (isCancelled(run.signal)) await call("StopExecution", { executionArn });
    throw error;
  }
};

const STACK = [
  "StackName",
  "TemplateBody",
  "TemplateURL",
  "Parameters",
  "Capabilities",
  "RoleARN",
  "Tags",
  "OnFailure",
  "TimeoutInMinutes",
  "ClientRequestToken",
] as const;

interface Stack {
  readonly StackId: string;
  readonly StackStatus: string;
  readonly StackStatusReason?: string;
}

/** `aws:createStack`: https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-createstack.html */
export const createStack: StepAction = async (run) => {
  const call = callsOf("cloudformation", run);
  const StackId = await begunOnce(run, "StackId", async () => {
    const begun = await call<{ StackId: string }>("CreateStack", given(run.inputs, STACK));
    return begun.StackId;
  });
  const stack = await settled(run, StackId);
  if (stack?.StackStatus !== "CREATE_COMPLETE")
    throw new Error(`The stack ended as ${stack?.StackStatus}. ${stack?.StackStatusReason ?? ""}`.trim());
  return {
    outputs: { StackId, StackStatus: stack.StackStatus, StackStatusReason: stack.StackStatusReason ?? "" },
  };
};

/** `aws:deleteStack`: https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-deletestack.html */
export const deleteStack: StepAction = async (run) => {
  const call = callsOf("cloudformation", run);
  const { StackName } = run.inputs;
  const StackId = await begunOnce(run, "StackId", async () => {
    const { Stacks } = await call<{ Stacks: Stack[] }>("DescribeStacks", { StackName });
    await call(
      "DeleteStack",
      given(run.inputs, ["StackName", "RoleARN", "RetainResources", "ClientRequestToken"]),
    );
    return Stacks[0]?.StackId ?? String(StackName);
  });
  const stack = await settled(run, StackId);
  if (stack && stack.StackStatus !== "DELETE_COMPLETE")
    throw new Error(`The stack ended as ${stack.StackStatus}. ${stack.StackStatusReason ?? ""}`.trim());
  return {};
};

/** A stack once nothing is in progress. */
async function settled(run: StepRun, StackName: string): Promise<Stack | undefined> {
  const call = callsOf("cloudformation", run);
  for (;;) {
    const { Stacks } = await call<{ Stacks: Stack[] }>("DescribeStacks", { StackName });
    if (!Stacks[0]?.StackStatus.endsWith("_IN_PROGRESS")) return Stacks[0];
    await run.host.clock.sleep(POLL_MS, run.signal);
  }
}
