import { isDeepStrictEqual } from "node:util";
import { tagList } from "../../../aws/tags.ts";
import { partitionOf } from "../../../core/arn.ts";
import { AwsError } from "../../../core/aws-error.ts";
import type { Caller } from "../../../core/call.ts";
import { readJson } from "../../../core/read-json.ts";
import { roleSession } from "../../../core/role-session.ts";
import type { ServiceHost } from "../../../core/service.ts";
import type * as CloudFormation from "../../../models/generated/cloudformation.ts";
import { readTemplate } from "../template/reading.ts";
import {
  type InstanceDrift,
  type InstanceRecord,
  type OperationRecord,
  type Overrides,
  parametersOf,
  type ResourceDriftSummary,
  type StackSetRecord,
} from "./stack-set.ts";

const GATE = "AWSCloudFormationStackSetAccountGate";
/** A stack that was never whole: it goes before another is made in its place. */
const UNUSABLE = /^(?:ROLLBACK_COMPLETE|ROLLBACK_FAILED|CREATE_FAILED|DELETE_FAILED)$/;
const IMPORTABLE = /^(?:CREATE|UPDATE|UPDATE_ROLLBACK|IMPORT|IMPORT_ROLLBACK)_COMPLETE$/;
const WHOLE = /^(?:CREATE|UPDATE)_COMPLETE$/;

/** What came of the work on an instance; `stackId` when there is a stack. */
export interface Worked {
  readonly stackId?: string;
  readonly failure?: string;
  readonly gate?: CloudFormation.AccountGateResult;
  readonly drift?: InstanceDrift;
  readonly drifts?: readonly ResourceDriftSummary[];
  /** The parameters in which a stack that was imported differs from its set. */
  readonly overrides?: Overrides;
}

interface Stack {
  readonly StackId: string;
  readonly StackStatus: string;
  readonly Parameters?: readonly { readonly ParameterKey: string; readonly ParameterValue: string }[];
}

/** The work on one stack of a stack set, in its account and region and by the execution role there. */
export class InstanceWork {
  readonly #host: ServiceHost;
  readonly #set: StackSetRecord;
  readonly #instance: InstanceRecord;
  readonly #operation: OperationRecord;
  readonly #until: (holds: () => Promise<boolean>) => Promise<void>;

  constructor(
    host: ServiceHost,
    {
      set,
      instance,
      operation,
    }: {
      readonly set: StackSetRecord;
      readonly instance: InstanceRecord;
      readonly operation: OperationRecord;
    },
    until: (holds: () => Promise<boolean>) => Promise<void>,
  ) {
    this.#host = host;
    this.#set = set;
    this.#instance = instance;
    this.#operation = operation;
    this.#until = until;
  }

  /** Brings the stack to what the stack set says, or deletes it. */
  async run(): Promise<Worked> {
    let gate: CloudFormation.AccountGateResult | undefined;
    let stackId = this.#instance.stackId;
    try {
      if (this.#operation.action === "DELETE") return await this.#delete();
      if (this.#operation.action === "DETECT_DRIFT") return await this.#detectDrift();
      if (this.#operation.imports) return await this.#import();
      gate = await this.#gate();
      if (gate.Status === "FAILED")
        return {
          gate,
          failure: gate.StatusReason ?? "Account gate check failed",
          ...(stackId && { stackId }),
        };
      const stack = await this.#bring();
      stackId = stack.StackId;
      if (WHOLE.test(stack.StackStatus)) return { gate, stackId };
      return { gate, stackId, failure: await this.#reason(stack) };
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return { ...(gate && { gate }), ...(stackId && { stackId }), failure: error.message };
    }
  }

  /** The stack, once it has come to rest. */
  async #bring(): Promise<Stack> {
    let stack = await this.#settled();
    if (stack && UNUSABLE.test(stack.StackStatus)) {
      await this.#call("DeleteStack", { StackName: stack.StackId });
      await this.#settled();
      stack = undefined;
    }
    const { body, capabilities, tags, parameters } = this.#set;
    const input = {
      StackName: this.#instance.stackName,
      TemplateBody: body,
      Parameters: parametersOf({ ...parameters, ...this.#instance.overrides }),
      Capabilities: capabilities,
      Tags: tagList(tags),
    };
    try {
      await this.#call(stack ? "UpdateStack" : "CreateStack", input);
    } catch (error) {
      if (!(error instanceof AwsError) || error.message !== "No updates are to be performed.") throw error;
    }
    const now = await this.#settled();
    if (!now) throw new AwsError("ValidationError", `Stack ${this.#instance.stackName} has been deleted`);
    return now;
  }

  /** The stack stays as it is. The words are inferred. */
  async #import(): Promise<Worked> {
    const stack = await this.#settled();
    const { stackId = this.#instance.stackName } = this.#instance;
    if (!stack) return { failure: `Stack ${stackId} does not exist` };
    if (!IMPORTABLE.test(stack.StackStatus))
      return { stackId, failure: `Stack ${stackId} is in ${stack.StackStatus} state and cannot be imported` };
    const { TemplateBody } = await this.#call<{ TemplateBody: string }>("GetTemplate", {
      StackName: stack.StackId,
      TemplateStage: "Original",
    });
    if (!isDeepStrictEqual(readTemplate(TemplateBody), readTemplate(this.#set.body)))
      return { stackId, failure: `The template of stack ${stackId} is not that of the stack set` };
    const overrides = (stack.Parameters ?? [])
      .filter(({ ParameterKey: key, ParameterValue: value }) => this.#set.parameters[key] !== value)
      .map(({ ParameterKey: key, ParameterValue: value }) => [key, value]);
    return { stackId: stack.StackId, overrides: Object.fromEntries(overrides) };
  }

  async #detectDrift(): Promise<Worked> {
    const { stackId } = this.#instance;
    if (stackId === undefined) return { failure: `Stack ${this.#instance.stackName} does not exist` };
    const { StackDriftDetectionId } = await this.#call("DetectStackDrift", { StackName: stackId });
    let seen: CloudFormation.DescribeStackDriftDetectionStatusOutput | undefined;
    await this.#until(async () => {
      seen = await this.#call("DescribeStackDriftDetectionStatus", { StackDriftDetectionId });
      return seen?.DetectionStatus !== "DETECTION_IN_PROGRESS";
    });
    if (seen?.DetectionStatus !== "DETECTION_COMPLETE" || !seen.StackDriftStatus)
      return { stackId, failure: seen?.DetectionStatusReason ?? "Drift detection has failed" };
    const drift = { status: seen.StackDriftStatus, checkedMs: this.#host.clock.now() };
    return { stackId, drift, drifts: await this.#resourceDrifts(stackId) };
  }

  async #resourceDrifts(StackName: string): Promise<ResourceDriftSummary[]> {
    const all: ResourceDriftSummary[] = [];
    for (let NextToken: string | undefined; ; ) {
      const page = await this.#call<CloudFormation.DescribeStackResourceDriftsOutput>(
        "DescribeStackResourceDrifts",
        { StackName, ...(NextToken && { NextToken }) },
      );
      for (const one of page.StackResourceDrifts) {
        const { ExpectedProperties: _, ActualProperties: __, Timestamp, ...rest } = one;
        all.push({ ...rest, checkedMs: Timestamp.getTime() });
      }
      NextToken = page.NextToken;
      if (!NextToken) return all;
    }
  }

  async #delete(): Promise<Worked> {
    const { stackId } = this.#instance;
    if (this.#operation.retainsStacks) return stackId === undefined ? {} : { stackId };
    const stack = await this.#settled();
    if (!stack) return {};
    await this.#call("DeleteStack", { StackName: stack.StackId });
    const left = await this.#settled();
    return left ? { stackId: stack.StackId, failure: await this.#reason(left) } : {};
  }

  async #settled(): Promise<Stack | undefined> {
    let stack: Stack | undefined;
    await this.#until(async () => {
      stack = await this.#describe();
      return stack === undefined || !stack.StackStatus.endsWith("_IN_PROGRESS");
    });
    return stack;
  }

  async #describe(): Promise<Stack | undefined> {
    try {
      const { stackName: StackName } = this.#instance;
      const { Stacks } = await this.#call<{ Stacks: Stack[] }>("DescribeStacks", { StackName });
      return Stacks[0];
    } catch (error) {
      if (error instanceof AwsError && error.message.endsWith("does not exist")) return undefined;
      throw error;
    }
  }

  /** The first that went wrong in the stack. */
  async #reason({ StackId, StackStatus }: Stack): Promise<string> {
    const { StackEvents } = await this.#call<{ StackEvents: Record<string, string>[] }>(
      "DescribeStackEvents",
      { StackName: StackId },
    );
    const failed = StackEvents.filter(
      (event) => event["ResourceStatus"]?.endsWith("_FAILED") && event["PhysicalResourceId"] !== StackId,
    ).at(-1);
    return failed
      ? `ResourceLogicalId:${failed["LogicalResourceId"]}, ResourceType:${failed["ResourceType"]}, ResourceStatusReason:${failed["ResourceStatusReason"] ?? ""}.`
      : `Stack ${StackId} is in ${StackStatus} state`;
  }

  /** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-account-gating.html */
  async #gate(): Promise<CloudFormation.AccountGateResult> {
    const { account, region } = this.#instance;
    const FunctionName = `arn:${partitionOf(region)}:lambda:${region}:${account}:function:${GATE}`;
    try {
      const { Payload } = await this.#call<{ Payload?: Uint8Array }>("Invoke", { FunctionName }, "lambda");
      const said = readJson(Buffer.from(Payload ?? []).toString("utf8")) as { Status?: string } | null;
      return said?.Status === "SUCCEEDED"
        ? { Status: "SUCCEEDED" }
        : { Status: "FAILED", StatusReason: `The account gate function ${FunctionName} has said no` };
    } catch (error) {
      if (error instanceof SyntaxError)
        return {
          Status: "FAILED",
          StatusReason: `The account gate function ${FunctionName} has not answered in JSON`,
        };
      if (!(error instanceof AwsError) || error.code !== "ResourceNotFoundException") throw error;
      return { Status: "SKIPPED", StatusReason: `Function not found: ${FunctionName}` };
    }
  }

  /** The execution role there, which the administration role assumes, and not the service. */
  #actor(): Caller {
    const { account, region } = this.#instance;
    const { administrationRole, executionRole, id } = this.#set;
    const roleArn = `arn:${partitionOf(region)}:iam::${account}:role/${executionRole}`;
    const [, , , , home = account] = administrationRole.split(":");
    const by = { as: administrationRole, account: home, region };
    const refusal =
      this.#host.refusalOfAction("sts:AssumeRole", [administrationRole], {
        as: "cloudformation.amazonaws.com",
        account: home,
        region,
      }) ?? this.#host.refusalOfAction("sts:AssumeRole", [roleArn], by);
    if (refusal) throw refusal;
    const session = id.split(":").at(-1) ?? id;
    return roleSession(roleArn, session, account, partitionOf(region));
  }

  #call<O = Record<string, unknown>>(
    operation: string,
    input: object,
    service = "cloudformation",
  ): Promise<O> {
    const { account, region } = this.#instance;
    return this.#host.call<O>(service, operation, input, {
      account,
      region,
      as: this.#actor(),
      origin: `stack-set(${this.#set.name})`,
      ...(this.#operation.parentId !== undefined && { parentId: this.#operation.parentId }),
    });
  }
}
