import { isSame } from "../mapping/changes.ts";
import { call, ec2Type } from "../mapping/ec2.ts";
import type { Properties } from "../mapping/mapped.ts";
import type { ResourceContext } from "../resource-type.ts";
import type { Values } from "../sam/value.ts";

/** What an instance takes on only while it is stopped: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-resize.html */
const WHILE_STOPPED = ["InstanceType", "UserData", "EbsOptimized"];
const AT_ANY_TIME = ["DisableApiTermination", "InstanceInitiatedShutdownBehavior", "SourceDestCheck"];

interface Described {
  readonly Reservations: readonly {
    readonly Instances: readonly { readonly State: { readonly Name: string } }[];
  }[];
}

async function isIn(InstanceId: string, state: string, at: ResourceContext): Promise<boolean> {
  const { Reservations } = (await call(at, "DescribeInstances", {
    InstanceIds: [InstanceId],
  })) as unknown as Described;
  return Reservations[0]?.Instances[0]?.State.Name === state;
}

async function settle(InstanceId: string, before: Values, after: Values, at: ResourceContext): Promise<void> {
  if (Object.keys(before).length === 0) return at.until(() => isIn(InstanceId, "running", at));
  const changed = (names: readonly string[]) =>
    names.filter((name) => after[name] !== undefined && !isSame(before[name], after[name]));
  const set = (name: string) =>
    call(at, "ModifyInstanceAttribute", { InstanceId, [name]: { Value: after[name] } });
  for (const name of changed(AT_ANY_TIME)) await set(name);
  if (
    after["SecurityGroupIds"] !== undefined &&
    !isSame(before["SecurityGroupIds"], after["SecurityGroupIds"])
  )
    await call(at, "ModifyInstanceAttribute", { InstanceId, Groups: after["SecurityGroupIds"] });
  const stopped = changed(WHILE_STOPPED);
  if (stopped.length === 0) return;
  await call(at, "StopInstances", { InstanceIds: [InstanceId] });
  await at.until(() => isIn(InstanceId, "stopped", at));
  for (const name of stopped) await set(name);
  await call(at, "StartInstances", { InstanceIds: [InstanceId] });
  await at.until(() => isIn(InstanceId, "running", at));
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-instance.html */
export default ec2Type({
  type: "AWS::EC2::Instance",
  replacedBy: [
    "AvailabilityZone",
    "BlockDeviceMappings",
    "ImageId",
    "KeyName",
    "LaunchTemplate",
    "NetworkInterfaces",
    "PrivateIpAddress",
    "SecurityGroups",
    "SubnetId",
    "IamInstanceProfile",
  ],
  create: "RunInstances",
  delete: "TerminateInstances",
  deletedBy: "InstanceIds",
  made: ["Instances", "InstanceId"],
  described: ["DescribeInstances", "InstanceIds", "Reservations"],
  within: "Instances",
  input: ({
    AvailabilityZone,
    Tenancy,
    IamInstanceProfile,
    Monitoring,
    NetworkInterfaces,
    ...properties
  }) => ({
    ...properties,
    MinCount: 1,
    MaxCount: 1,
    ...((AvailabilityZone ?? Tenancy) !== undefined && { Placement: { AvailabilityZone, Tenancy } }),
    ...(IamInstanceProfile !== undefined && { IamInstanceProfile: { Name: IamInstanceProfile } }),
    ...(Monitoring !== undefined && { Monitoring: { Enabled: Monitoring } }),
    ...(NetworkInterfaces !== undefined && {
      NetworkInterfaces: (NetworkInterfaces as Properties[]).map(({ GroupSet, ...one }) => ({
        ...one,
        ...(GroupSet !== undefined && { Groups: GroupSet }),
      })),
    }),
  }),
  attributesOf: ({ Placement, PrivateDnsName, PrivateIpAddress, PublicDnsName, PublicIpAddress, VpcId }) => ({
    AvailabilityZone: (Placement as Properties | undefined)?.["AvailabilityZone"],
    PrivateDnsName,
    PrivateIp: PrivateIpAddress,
    PublicDnsName,
    PublicIp: PublicIpAddress,
    VpcId,
  }),
  settle,
});
