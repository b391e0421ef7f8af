import { operationNamed } from "../../../../aws/sdk-operation.ts";
import { sdkInput } from "../../../../aws/sdk-shapes.ts";
import { makeArn } from "../../../../core/arn.ts";
import { AwsError } from "../../../../core/aws-error.ts";
import { asText } from "../../references.ts";
import { actorOf, type StepAction, type StepRun } from "../execution.ts";
import { select } from "../selector.ts";

/** `aws:executeAwsApi`, and the steps that wait for, or assert, what an API answers. https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-executeawsapi.html */

export const executeAwsApi: StepAction = async (run) => {
  const answer = await ask(run);
  const outputs = (run.step.outputs ?? []).map(
    ({ Name, Selector }) => [Name, select(Selector, answer) ?? ""] as const,
  );
  return { outputs: Object.fromEntries(outputs) };
};

export const assertAwsResourceProperty: StepAction = async (run) => {
  const { actual, wanted } = await property(run);
  if (!isAmong(wanted, actual)) {
    throw new Error(
      `Property value "${asText(actual)}" from the API output is not in the desired values: ${JSON.stringify(wanted)}.`,
    );
  }
  return {};
};

const POLL_MS = 5_000;

export const waitForAwsResourceProperty: StepAction = async (run) => {
  for (;;) {
    const { actual, wanted } = await property(run);
    if (isAmong(wanted, actual)) return {};
    await run.host.clock.sleep(POLL_MS, run.signal);
  }
};

async function property(run: StepRun): Promise<{ actual: unknown; wanted: string[] }> {
  const { PropertySelector, DesiredValues } = run.inputs;
  const wanted = (Array.isArray(DesiredValues) ? DesiredValues : [DesiredValues]).map(asText);
  return { actual: select(String(PropertySelector), await ask(run)), wanted };
}

/** Of several values, as `$..InstanceState.Name` selects them, each (inferred: AWS's own runbooks wait so for several instances). */
const isAmong = (wanted: readonly string[], actual: unknown): boolean =>
  wanted.includes(asText(actual)) ||
  (Array.isArray(actual) && actual.length > 0 && actual.every((one) => wanted.includes(asText(one))));

const OWN = new Set(["Service", "Api", "PropertySelector", "DesiredValues"]);

async function ask({ inputs, execution, host, signal }: StepRun): Promise<unknown> {
  const service = String(inputs["Service"]);
  // Runbooks name operations as the API does, or as boto3: `GetQueueAttributes`, `get_queue_attributes`.
  const api = String(inputs["Api"]);
  const operation = operationNamed(service, api.replaceAll("_", "")) ?? api;
  const input = sdkInput(
    service,
    operation,
    Object.fromEntries(Object.entries(inputs).filter(([name]) => !OWN.has(name))),
  );
  const { account, region, id } = execution;
  try {
    return await host.call(service, operation, input, {
      account,
      region,
      as: actorOf(execution),
      signal,
      origin: `automation(${execution.documentName})`,
      sourceArn: makeArn("ssm", region, account, `automation-execution/${id}`),
    });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new Error(
      `An error occurred (${error.code}) when calling the ${operation} operation: ${error.message}`,
    );
  }
}
