import { asTexts } from "../../references.ts";
import { actorOf, begunOnce, isCancelled, type StepAction } from "../execution.ts";

const POLL_MS = 500;

interface Invocation {
  readonly InstanceId: string;
  readonly Status: string;
  readonly StatusDetails: string;
  readonly CommandPlugins: readonly { readonly ResponseCode: number; readonly Output: string }[];
}

/** `aws:runCommand`: https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-runcommand.html */
export const runCommand: StepAction = async (run) => {
  const { inputs, execution, host, signal } = run;
  const { account, region } = execution;
  const options = {
    account,
    region,
    as: actorOf(execution),
    origin: `automation(${execution.documentName})`,
  };
  const ask = <O>(operation: string, input: object) => host.call<O>("ssm", operation, input, options);
  const { Parameters, InstanceIds, ...rest } = inputs;
  const parameters = Object.entries((Parameters ?? {}) as Record<string, unknown>);
  const CommandId = await begunOnce(run, "CommandId", async () => {
    const { Command } = await ask<{ Command: { CommandId: string } }>("SendCommand", {
      ...rest,
      ...(InstanceIds !== undefined && { InstanceIds: asTexts(InstanceIds) }),
      ...(parameters.length > 0 && {
        Parameters: Object.fromEntries(parameters.map(([name, value]) => [name, asTexts(value)])),
      }),
    });
    return Command.CommandId;
  });
  try {
    for (;;) {
      const { CommandInvocations: all } = await ask<{ CommandInvocations: Invocation[] }>(
        "ListCommandInvocations",
        { CommandId, Details: true },
      );
      if (all.every(({ Status }) => !/^(?:Pending|InProgress|Delayed|Cancelling)$/.test(Status))) {
        const failed = all.find(({ Status }) => Status !== "Success");
        if (failed)
          throw new Error(
            `The command ${CommandId} ended on ${failed.InstanceId} as ${failed.StatusDetails}`,
          );
        const plugins = all.flatMap(({ CommandPlugins }) => CommandPlugins);
        const codes = plugins.map(({ ResponseCode }) => ResponseCode);
        return {
          outputs: {
            CommandId,
            Status: "Success",
            ResponseCode: String(Math.max(0, ...codes)),
            Output: plugins.map(({ Output }) => Output).join("\n"),
          },
        };
      }
      await host.clock.sleep(POLL_MS, signal);
    }
  } catch (error) {
    if (isCancelled(signal)) await ask("CancelCommand", { CommandId });
    throw error;
  }
};
