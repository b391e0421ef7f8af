import type { Context } from "../../../core/service.ts";
import type * as SSM from "../../../models/generated/ssm.ts";
import { type RunningInstance, runningInstances } from "../../../processes/running-instances.ts";

/** The instance of an id that runs: what does not run has no agent that could be asked. */
export function findInstance(id: string, { host, account, region }: Context): RunningInstance | undefined {
  const instance = runningInstances(host).get(id);
  return instance?.account === account && instance.region === region ? instance : undefined;
}

/** The managed instances of an account and Region: those that run. */
export const managedInstances = ({ host, account, region }: Context): readonly RunningInstance[] =>
  runningInstances(host).in({ account, region });

export const nameOf = ({ machine }: RunningInstance): string => machine.instance.name;

/** Its agent is Squall, so that it is there as long as the instance runs. */
export const describeInstance = (instance: RunningInstance, nowMs: number): SSM.InstanceInformation => ({
  InstanceId: instance.id,
  PingStatus: "Online",
  LastPingDateTime: new Date(nowMs),
  AgentVersion: "3.3.0.0",
  IsLatestVersion: true,
  PlatformType: "Linux",
  PlatformName: "Squall",
  PlatformVersion: "1",
  IamRole: instance.role.split("/").at(-1) ?? instance.role,
  RegistrationDate: new Date(instance.startedMs),
  ResourceType: "EC2Instance",
  Name: nameOf(instance),
  IPAddress: "127.0.0.1",
  ComputerName: nameOf(instance),
  SourceId: instance.id,
  SourceType: "AWS::EC2::Instance",
});
