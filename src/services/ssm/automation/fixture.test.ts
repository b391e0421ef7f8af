import { newAccount, testCloud } from "../../../../test/cloud.ts";
import { until } from "../../../../test/until.ts";

/** A cloud that listens, and automations in an account of a test's own. */
export async function automationCloud(options: Parameters<typeof testCloud>[0] = {}) {
  const cloud = await testCloud(options);
  const account = newAccount();
  const where = { account, region: "us-east-1", as: `arn:aws:iam::${account}:root` };
  // biome-ignore lint/suspicious/noExplicitAny: outputs of several services
  const call = (operation: string, input: object = {}, service = "ssm"): Promise<any> =>
    cloud.call(service, operation, input, where);
  const make = (Name: string, mainSteps: object[], more: object = {}) =>
    call("CreateDocument", {
      Name,
      DocumentType: "Automation",
      Content: JSON.stringify({ schemaVersion: "0.3", mainSteps, ...more }),
    });
  const start = async (DocumentName: string, Parameters?: object): Promise<string> =>
    (await call("StartAutomationExecution", { DocumentName, ...(Parameters && { Parameters }) }))
      .AutomationExecutionId;
  const get = async (id: string) =>
    (await call("GetAutomationExecution", { AutomationExecutionId: id })).AutomationExecution;
  /** Runs a runbook to its end, moving the clock while it waits. */
  const run = async (name: string, mainSteps: object[], more: object = {}) => {
    await make(name, mainSteps, more);
    return await ended(await start(name));
  };
  /** An execution at its end, moving the clock while it waits. */
  const ended = async (id: string) => {
    let asked = 0;
    return await until(
      async () => {
        if (++asked % 50 === 0) await cloud.clock.advance("PT1S");
        return await get(id);
      },
      ({ ExecutionEndTime }) => Boolean(ExecutionEndTime),
    );
  };
  return { cloud, account, call, make, start, get, run, ended, [Symbol.asyncDispose]: () => cloud.stop() };
}
