// Not tests but what the tests beside it share; named so that the build leaves it out.

import type { EC2, Instance, RunInstancesCommandInput } from "@aws-sdk/client-ec2";
import { newAccount, testCloud } from "../../../../test/cloud.ts";
import { until } from "../../../../test/until.ts";
import type { CloudOptions } from "../../../index.ts";
import { ec2Client } from "../fixture.test.ts";

/** Serves its process id on a port, and what else is asked for. */
export const webServer = (port: number, more = ""): string => `#!${process.execPath}
const http = require("node:http");
${more}
console.log("up");
http.createServer((request, response) => response.end(String(process.pid))).listen(${port}, process.env.SQUALL_ADDRESS);
`;

export const base64 = (text: string): string => Buffer.from(text).toString("base64");

/** A cloud with an account that launches instances. */
export async function launchPad(options: CloudOptions = {}) {
  const cloud = await testCloud(options);
  const account = newAccount();
  const ec2 = ec2Client(cloud, { account });
  return { cloud, account, ec2, ...onPad(ec2), [Symbol.asyncDispose]: () => cloud.stop() };
}

export function onPad(ec2: EC2) {
  const get = async (id: string): Promise<Instance | undefined> =>
    (await ec2.describeInstances({ InstanceIds: [id] })).Reservations?.[0]?.Instances?.[0];
  const state = async (id: string) => (await get(id))?.State?.Name;
  const is = (id: string, wanted: string) => until(async () => (await state(id)) === wanted);
  /** Launches one, and waits until it runs. */
  const launch = async (more: Partial<RunInstancesCommandInput> = {}): Promise<Instance> => {
    const { Instances = [] } = await ec2.runInstances({
      ImageId: "ami-0abcdef1234567890",
      InstanceType: "t3.micro",
      MinCount: 1,
      MaxCount: 1,
      ...more,
    });
    const id = Instances[0]?.InstanceId ?? "";
    await is(id, "running");
    return (await get(id))!;
  };
  return { get, state, is, launch };
}

/** What an instance's own server answers, or why it does not. */
export const ask = (instance: Instance, port: number, patienceMs = 5_000): Promise<string> =>
  fetch(`http://${instance.PublicIpAddress}:${port}/`, {
    headers: { connection: "close" },
    signal: AbortSignal.timeout(patienceMs),
  }).then(
    (response) => response.text(),
    (error: Error & { cause?: { code?: string } }) => error.cause?.code ?? error.name,
  );
