import { asTexts } from "../../references.ts";
import { actorOf, executionRecords, isCancelled, type StepAction } from "../execution.ts";

/** `aws:invokeLambdaFunction`: https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-lamb.html */
export const invokeLambdaFunction: StepAction = async ({ inputs, execution, host, signal }) => {
  const { FunctionName, InputPayload, Payload, InvocationType, Qualifier } = inputs;
  const { account, region } = execution;
  const payload = InputPayload === undefined ? Payload : JSON.stringify(InputPayload);
  const answer = await host.call<{ StatusCode: number; FunctionError?: string; Payload?: Uint8Array }>(
    "lambda",
    "Invoke",
    {
      FunctionName,
      ...(InvocationType !== undefined && { InvocationType }),
      ...(Qualifier !== undefined && { Qualifier }),
      ...(payload !== undefined && { Payload: Buffer.from(String(payload)) }),
    },
    { account, region, as: actorOf(execution), signal, origin: `automation(${execution.documentName})` },
  );
  const text = answer.Payload ? Buffer.from(answer.Payload).toString() : "";
  if (answer.FunctionError !== undefined)
    throw new Error(`The function answered ${answer.FunctionError}: ${text}`);
  return { outputs: { StatusCode: String(answer.StatusCode), Payload: text } };
};

const POLL_MS = 1_000;

/** What StartAutomationExecution takes by the same names; it says itself what of it is not served. */
const HANDED_ON = [
  "DocumentVersion",
  "MaxConcurrency",
  "MaxErrors",
  "Tags",
  "TargetLocations",
  "TargetMaps",
  "TargetParameterName",
  "Targets",
] as const;

/** `aws:executeAutomation`: https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-executeAutomation.html */
export const executeAutomation: StepAction = async ({ id: ClientToken, inputs, execution, host, signal }) => {
  const { account, region } = execution;
  const options = {
    account,
    region,
    as: actorOf(execution),
    origin: `automation(${execution.documentName})`,
  };
  const ask = <O>(operation: string, input: object) => host.call<O>("ssm", operation, input, options);
  const parameters = Object.entries((inputs["RuntimeParameters"] ?? {}) as Record<string, unknown>);
  const { AutomationExecutionId: id } = await ask<{ AutomationExecutionId: string }>(
    "StartAutomationExecution",
    {
      DocumentName: inputs["DocumentName"],
      // The automation that a former process has begun is this one.
      ClientToken,
      ...Object.fromEntries(
        HANDED_ON.filter((name) => inputs[name] != null).map((name) => [name, inputs[name]]),
      ),
      ...(parameters.length > 0 && {
        Parameters: Object.fromEntries(parameters.map(([name, value]) => [name, asTexts(value)])),
      }),
    },
  );
  const kept = host.store(account, region).collection(executionRecords);
  const begun = kept.get([id]);
  if (begun) kept.put([id], { ...begun, parentId: execution.id });
  try {
    for (;;) {
      const { AutomationExecution: child } = await ask<{
        AutomationExecution: { AutomationExecutionStatus: string; FailureMessage?: string; Outputs: object };
      }>("GetAutomationExecution", { AutomationExecutionId: id });
      const status = child.AutomationExecutionStatus;
      const outputs = { ExecutionId: id, Status: status, Output: Object.values(child.Outputs).flat() };
      if (status === "Success") return { outputs };
      if (/^(?:Failed|TimedOut|Cancelled)$/.test(status))
        throw new Error(`The automation ${id} ended as ${status}: ${child.FailureMessage ?? ""}`);
      await host.clock.sleep(POLL_MS, signal);
    }
  } catch (error) {
    if (isCancelled(signal))
      await ask("StopAutomationExecution", { AutomationExecutionId: id, Type: "Cancel" });
    throw error;
  }
};
