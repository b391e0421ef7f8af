import assert from "node:assert/strict";
import { newAccount, testCloud } from "../../../../test/cloud.ts";

/** A cloud that listens, and automations in an account of a test's own. */
export async function automationCloud() {
  const cloud = await testCloud();
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
    const id = await start(name);
    for (let turns = 0; turns < 3000; turns++) {
      const execution = await get(id);
      if (execution.ExecutionEndTime) return execution;
      await new Promise((resolve) => setTimeout(resolve, 2));
      if (turns % 50 === 49) await cloud.clock.advance("PT1S");
    }
    assert.fail(`${name} does not end: ${JSON.stringify(await get(id))}`);
  };
  return { cloud, account, call, make, start, get, run, [Symbol.asyncDispose]: () => cloud.stop() };
}
