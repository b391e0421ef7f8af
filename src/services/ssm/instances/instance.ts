import { defineCollection, type Store } from "../../../core/storage.ts";
import type * as SSM from "../../../models/generated/ssm.ts";

/**
 * A managed instance as it is kept, by its id: a local process, and whatever it starts, in the place of a machine.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/operating-systems-and-machine-types.html
 */
export interface InstanceRecord {
  readonly id: string;
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly command: readonly string[];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  /** The role that its processes act with. */
  readonly role: string;
  /** What its processes may take together; whoever takes most is ended beyond it. */
  readonly memoryMB?: number;
  readonly registeredMs: number;
  readonly tags: Readonly<Record<string, string>>;
}

export const instanceRecords = defineCollection<InstanceRecord>({ name: "instances" });

export const findInstance = (id: string, store: Store): InstanceRecord | undefined =>
  store.collection(instanceRecords).get([id]);

/** Its agent is Squall, so that it is there as long as Squall is. */
export const describeInstance = (instance: InstanceRecord, nowMs: number): SSM.InstanceInformation => ({
  InstanceId: instance.id,
  PingStatus: "Online",
  LastPingDateTime: new Date(nowMs),
  AgentVersion: "3.3.0.0",
  IsLatestVersion: true,
  PlatformType: "Linux",
  PlatformName: "Squall",
  PlatformVersion: "1",
  IamRole: instance.role.split("/").at(-1) ?? instance.role,
  RegistrationDate: new Date(instance.registeredMs),
  ResourceType: "EC2Instance",
  Name: instance.name,
  IPAddress: "127.0.0.1",
  ComputerName: instance.name,
  SourceId: instance.id,
  SourceType: "AWS::EC2::Instance",
});
