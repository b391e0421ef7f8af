import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { S3 } from "@aws-sdk/client-s3";
import { SSM } from "@aws-sdk/client-ssm";
import { clientOptions, newAccount, testCloud } from "../../../../test/cloud.ts";
import { until } from "../../../../test/until.ts";
import type { CloudOptions } from "../../../index.ts";

/** A cloud with instances: local processes that commands are sent to. */
export async function instanceCloud(options: CloudOptions = {}) {
  const cloud = await testCloud(options);
  const account = newAccount();
  const client = clientOptions(cloud, account);
  const ssm = new SSM(client);
  /** Adds an instance that runs a command, as `squall instance add` does; gives its id. */
  const add = async (name: string, command: readonly string[], more: object = {}): Promise<string> => {
    const response = await fetch(`${cloud.url}/_squall/instances`, {
      method: "POST",
      body: JSON.stringify({
        name,
        command,
        account,
        environment: { PATH: process.env["PATH"], GREETING: "hello" },
        ...more,
      }),
    });
    return ((await response.json()) as { id: string }).id;
  };
  /** Waits until a command has ended on an instance. */
  const ended = (CommandId: string, InstanceId: string) =>
    until(
      () => ssm.getCommandInvocation({ CommandId, InstanceId }),
      ({ Status = "" }) => !/^(?:Pending|InProgress|Cancelling)$/.test(Status),
    );
  const send = async (
    InstanceId: string,
    commands: readonly string[],
    more: object = {},
  ): Promise<string> => {
    const { Command } = await ssm.sendCommand({
      DocumentName: "AWS-RunShellScript",
      InstanceIds: [InstanceId],
      Parameters: { commands: [...commands] },
      ...more,
    });
    return Command?.CommandId ?? "";
  };
  const run = async (InstanceId: string, ...commands: string[]) =>
    ended(await send(InstanceId, commands), InstanceId);
  return {
    cloud,
    account,
    client,
    ssm,
    s3: new S3({ ...client, forcePathStyle: true }),
    logs: new CloudWatchLogs(client),
    add,
    send,
    run,
    ended,
    [Symbol.asyncDispose]: () => cloud.stop(),
  };
}

/** Does a process run? */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
