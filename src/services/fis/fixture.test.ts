// Not tests but what the tests beside it share; named so that the build leaves it out.

import {
  CreateExperimentTemplateCommand,
  type CreateExperimentTemplateCommandInput,
  FisClient,
  GetExperimentCommand,
  StartExperimentCommand,
} from "@aws-sdk/client-fis";
import { clientOptions, newAccount, testCloud } from "../../../test/cloud.ts";
import type { CloudOptions } from "../../index.ts";

export const ROLE = "arn:aws:iam::000000000000:role/experimenter";

/** A cloud with an account and a client of FIS in it. */
export async function laboratory(options: CloudOptions & { account?: string } = {}) {
  const { account = newAccount(), ...others } = options;
  const cloud = await testCloud(others);
  const fis = new FisClient(clientOptions(cloud, account));

  const create = async (template: Partial<CreateExperimentTemplateCommandInput>): Promise<string> => {
    const { experimentTemplate } = await fis.send(
      new CreateExperimentTemplateCommand({
        clientToken: crypto.randomUUID(),
        description: "A test",
        roleArn: ROLE,
        stopConditions: [{ source: "none" }],
        actions: {},
        ...template,
      }),
    );
    return experimentTemplate!.id!;
  };
  const start = async (template: Partial<CreateExperimentTemplateCommandInput>): Promise<string> => {
    const experimentTemplateId = await create(template);
    const { experiment } = await fis.send(
      new StartExperimentCommand({ clientToken: crypto.randomUUID(), experimentTemplateId }),
    );
    return experiment!.id!;
  };
  const get = async (id: string) => (await fis.send(new GetExperimentCommand({ id }))).experiment!;
  /** `completed`, and the status of each action. */
  const states = async (id: string) => {
    const { state, actions } = await get(id);
    return {
      experiment: state?.status,
      ...Object.fromEntries(
        Object.entries(actions ?? {}).map(([name, action]) => [name, action.state?.status]),
      ),
    };
  };
  /** A call of FIS that the installed SDK does not know yet. */
  const ask = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(cloud.url + path, {
      method,
      headers: {
        authorization: `AWS4-HMAC-SHA256 Credential=${account}/20260101/us-east-1/fis/aws4_request, SignedHeaders=host, Signature=0`,
        "content-type": "application/json",
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    // biome-ignore lint/suspicious/noExplicitAny: an answer that no type of the installed SDK describes
    return { status: response.status, body: (await response.json()) as Record<string, any> };
  };
  return { cloud, account, fis, create, start, get, states, ask, [Symbol.asyncDispose]: () => cloud.stop() };
}

/** The name and message of what a promise is rejected with; `no error` when it is not. */
export async function refusal(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return "no error";
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
}

/** The JSON of a page. */
// biome-ignore lint/suspicious/noExplicitAny: what a test reads out of it is checked by the test
export async function pageOf(url: string, init?: RequestInit): Promise<{ status: number; body: any }> {
  const response = await fetch(url, init);
  return { status: response.status, body: await response.json() };
}

/** Actions of which the last one fails when a minute has passed. */
export const failingAfterAMinute = (account: string) => ({
  wait: { actionId: "aws:fis:wait", parameters: { duration: "PT1M" } },
  broken: {
    actionId: "aws:cloudwatch:assert-alarm-state",
    parameters: { alarmArns: `arn:aws:cloudwatch:us-east-1:${account}:alarm:none`, alarmStates: "OK" },
    startAfter: ["wait"],
  },
});
