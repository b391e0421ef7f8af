import type { Transition } from "../../../aws/lifecycle.ts";
import { zoneOf } from "../../../aws/regions.ts";
import { tagList } from "../../../aws/tags.ts";
import { makeArn } from "../../../core/arn.ts";
import { defineCollection } from "../../../core/storage.ts";
import type * as EC2 from "../../../models/generated/ec2.ts";
import { malformed, notFound } from "../errors.ts";
import type { At, Kept, Kind } from "../kind.ts";
import {
  interfacesOf,
  type NetworkInterfaceRecord,
  networkInterfaces,
  privateDnsName,
} from "../network-interface.ts";
import { instanceType } from "./instance-type.ts";

/** A volume as its instance has it. */
export interface DeviceRecord {
  readonly device: string;
  readonly volumeId: string;
  readonly deleteOnTermination: boolean;
  readonly attachedMs: number;
}

/** What an instance runs that is no user data: `squall instance add web -- node server.js`. */
export interface GivenProcess {
  readonly name: string;
  readonly command: readonly string[];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly role: string;
  readonly memoryMB?: number;
}

export interface InstanceRecord extends Kept {
  readonly state: EC2.InstanceStateName;
  /** The way to the next state. */
  readonly transition?: Transition | undefined;
  /** Goes up with every state: who has waited for the end of one sees whether it is still the same. */
  readonly turn: number;
  readonly stateReason?: EC2.StateReason | undefined;
  /** `User initiated (2026-11-28 20:41:07 GMT)` */
  readonly transitionReason: string;
  readonly launchedMs: number;
  readonly terminatedMs?: number;
  readonly reservationId: string;
  readonly requesterId?: string;
  readonly launchIndex: number;
  readonly clientToken: string;
  readonly imageId: string;
  readonly instanceType: string;
  readonly keyName?: string;
  /** Base64, as it was given. */
  readonly userData?: string;
  readonly profile?: EC2.IamInstanceProfile;
  readonly vpcId: string;
  readonly subnetId: string;
  /** The zone's name. */
  readonly zone: string;
  readonly tenancy: EC2.Tenancy;
  readonly privateIp: string;
  /** Where its processes are found on this machine. */
  readonly publicIp?: string;
  readonly devices: readonly DeviceRecord[];
  readonly isMonitored: boolean;
  readonly isEbsOptimized: boolean;
  readonly isTerminationProtected: boolean;
  readonly isStopProtected: boolean;
  readonly shutdownBehavior: EC2.ShutdownBehavior;
  readonly cpuCredits?: string;
  readonly metadata: EC2.InstanceMetadataOptionsResponse;
  readonly spotRequestId?: string;
  readonly process?: GivenProcess;
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceState.html */
const STATE_CODES: Readonly<Record<EC2.InstanceStateName, number>> = {
  pending: 0,
  running: 16,
  "shutting-down": 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
};

export const describeState = (name: EC2.InstanceStateName): EC2.InstanceState => ({
  Code: STATE_CODES[name],
  Name: name,
});

const hasGone = ({ state }: InstanceRecord) => state === "terminated";

export const instanceArn = (id: string, { account, region }: Pick<At, "account" | "region">): string =>
  makeArn("ec2", region, account, `instance/${id}`);

/** An address that AWS has lent goes when the instance stops; one of one's own stays. */
const losesAddress = (instance: InstanceRecord): boolean => instance.state === "stopped" || hasGone(instance);

export const instances: Kind<InstanceRecord, EC2.Instance> = {
  type: "instance",
  prefix: "i",
  collection: defineCollection<InstanceRecord>({ name: "instances" }),
  notFound: notFound("InvalidInstanceID.NotFound", "instance"),
  malformed: malformed("InvalidInstanceID.Malformed", "i"),
  describe(instance, at) {
    const interfaces = interfacesOf(instance.id, at);
    const [primary] = interfaces;
    const { architecture } = instanceType(instance.instanceType);
    const publicIp =
      primary?.association?.PublicIp ?? (losesAddress(instance) ? undefined : instance.publicIp);
    return {
      InstanceId: instance.id,
      ImageId: instance.imageId,
      InstanceType: instance.instanceType as EC2.InstanceType,
      State: describeState(instance.state),
      StateTransitionReason: instance.transitionReason,
      ...(instance.stateReason && { StateReason: instance.stateReason }),
      LaunchTime: new Date(instance.launchedMs),
      AmiLaunchIndex: instance.launchIndex,
      ClientToken: instance.clientToken,
      Architecture: architecture,
      VirtualizationType: "hvm",
      Hypervisor: "xen",
      PlatformDetails: "Linux/UNIX",
      UsageOperation: "RunInstances",
      UsageOperationUpdateTime: new Date(instance.launchedMs),
      BootMode: "uefi-preferred",
      CurrentInstanceBootMode: "uefi",
      EnaSupport: true,
      EbsOptimized: instance.isEbsOptimized,
      RootDeviceName: instance.devices[0]?.device ?? ROOT_DEVICE,
      RootDeviceType: "ebs",
      BlockDeviceMappings: instance.devices.map(describeDevice),
      ...(instance.keyName !== undefined && { KeyName: instance.keyName }),
      ...(instance.profile && { IamInstanceProfile: instance.profile }),
      Monitoring: { State: instance.isMonitored ? "enabled" : "disabled" },
      Placement: {
        AvailabilityZone: instance.zone,
        AvailabilityZoneId: zoneOf(at.region, instance.zone)?.id ?? "",
        GroupName: "",
        Tenancy: instance.tenancy,
      },
      ProductCodes: [],
      ...(instance.spotRequestId !== undefined && {
        InstanceLifecycle: "spot",
        SpotInstanceRequestId: instance.spotRequestId,
      }),
      // What has been terminated has no place in a network any more.
      ...(hasGone(instance)
        ? { PrivateDnsName: "", PublicDnsName: "" }
        : {
            SubnetId: instance.subnetId,
            VpcId: instance.vpcId,
            PrivateIpAddress: instance.privateIp,
            PrivateDnsName: privateDnsName(instance.privateIp, at.region),
            PublicDnsName: publicIp ?? "",
            ...(publicIp !== undefined && { PublicIpAddress: publicIp }),
            SourceDestCheck: primary?.sourceDestCheck ?? true,
          }),
      SecurityGroups: [...(primary?.groups ?? [])],
      NetworkInterfaces: interfaces.map((eni) => describeInterface(eni, at)),
      CapacityReservationSpecification: { CapacityReservationPreference: "open" },
      CpuOptions: cpuOptions(instance.instanceType),
      HibernationOptions: { Configured: false },
      EnclaveOptions: { Enabled: false },
      MaintenanceOptions: { AutoRecovery: "default", RebootMigration: "default" },
      NetworkPerformanceOptions: { BandwidthWeighting: "default" },
      PrivateDnsNameOptions: {
        HostnameType: "ip-name",
        EnableResourceNameDnsARecord: false,
        EnableResourceNameDnsAAAARecord: false,
      },
      MetadataOptions: { ...instance.metadata, State: "applied" },
      Operator: { Managed: false },
      Tags: tagList(instance.tags),
    };
  },
  filters: {
    affinity: "Placement.Affinity",
    architecture: "Architecture",
    "availability-zone": "Placement.AvailabilityZone",
    "availability-zone-id": "Placement.AvailabilityZoneId",
    "block-device-mapping.attach-time": ({ BlockDeviceMappings = [] }) =>
      BlockDeviceMappings.map(({ Ebs }) => Ebs?.AttachTime?.toISOString()),
    "block-device-mapping.delete-on-termination": "BlockDeviceMappings.Ebs.DeleteOnTermination",
    "block-device-mapping.device-name": "BlockDeviceMappings.DeviceName",
    "block-device-mapping.status": "BlockDeviceMappings.Ebs.Status",
    "block-device-mapping.volume-id": "BlockDeviceMappings.Ebs.VolumeId",
    "client-token": "ClientToken",
    "dns-name": "PublicDnsName",
    hypervisor: "Hypervisor",
    "iam-instance-profile.arn": "IamInstanceProfile.Arn",
    "iam-instance-profile.id": "IamInstanceProfile.Id",
    "image-id": "ImageId",
    "instance-id": "InstanceId",
    "instance-lifecycle": "InstanceLifecycle",
    "instance-state-code": "State.Code",
    "instance-state-name": "State.Name",
    "instance-type": "InstanceType",
    "instance.group-id": "SecurityGroups.GroupId",
    "instance.group-name": "SecurityGroups.GroupName",
    "group-id": "SecurityGroups.GroupId",
    "group-name": "SecurityGroups.GroupName",
    "ip-address": "PublicIpAddress",
    "key-name": "KeyName",
    "launch-index": "AmiLaunchIndex",
    "launch-time": ({ LaunchTime }) => LaunchTime?.toISOString(),
    "metadata-options.http-tokens": "MetadataOptions.HttpTokens",
    "monitoring-state": "Monitoring.State",
    "network-interface.addresses.private-ip-address": "NetworkInterfaces.PrivateIpAddresses.PrivateIpAddress",
    "network-interface.group-id": "NetworkInterfaces.Groups.GroupId",
    "network-interface.network-interface-id": "NetworkInterfaces.NetworkInterfaceId",
    "network-interface.subnet-id": "NetworkInterfaces.SubnetId",
    "network-interface.vpc-id": "NetworkInterfaces.VpcId",
    "placement-group-name": "Placement.GroupName",
    platform: "Platform",
    "platform-details": "PlatformDetails",
    "private-dns-name": "PrivateDnsName",
    "private-ip-address": "PrivateIpAddress",
    reason: "StateTransitionReason",
    "root-device-name": "RootDeviceName",
    "root-device-type": "RootDeviceType",
    "source-dest-check": "SourceDestCheck",
    "spot-instance-request-id": "SpotInstanceRequestId",
    "state-reason-code": "StateReason.Code",
    "state-reason-message": "StateReason.Message",
    "subnet-id": "SubnetId",
    tenancy: "Placement.Tenancy",
    "virtualization-type": "VirtualizationType",
    "vpc-id": "VpcId",
  },
};

export const ROOT_DEVICE = "/dev/xvda";

export const describeDevice = (one: DeviceRecord): EC2.InstanceBlockDeviceMapping => ({
  DeviceName: one.device,
  Ebs: {
    AttachTime: new Date(one.attachedMs),
    DeleteOnTermination: one.deleteOnTermination,
    Status: "attached",
    VolumeId: one.volumeId,
  },
});

function cpuOptions(type: string): EC2.CpuOptions {
  const { vcpus, threadsPerCore } = instanceType(type);
  return { CoreCount: Math.max(1, vcpus / threadsPerCore), ThreadsPerCore: threadsPerCore };
}

function describeInterface(eni: NetworkInterfaceRecord, at: At): EC2.InstanceNetworkInterface {
  const { Attachment, PrivateIpAddresses, TagSet: _, ...described } = networkInterfaces.describe(eni, at);
  return {
    ...(described.Association && { Association: described.Association }),
    Attachment: {
      AttachTime: Attachment?.AttachTime ?? new Date(0),
      AttachmentId: Attachment?.AttachmentId ?? "",
      DeleteOnTermination: eni.attachment?.deleteOnTermination ?? false,
      DeviceIndex: eni.attachment?.deviceIndex ?? 0,
      NetworkCardIndex: 0,
      Status: "attached",
    },
    Description: eni.description,
    Groups: [...eni.groups],
    Ipv6Addresses: [],
    MacAddress: eni.macAddress,
    NetworkInterfaceId: eni.id,
    OwnerId: at.account,
    PrivateDnsName: described.PrivateDnsName ?? "",
    PrivateIpAddress: described.PrivateIpAddress ?? "",
    PrivateIpAddresses: (PrivateIpAddresses ?? []) as EC2.InstancePrivateIpAddressList,
    SourceDestCheck: eni.sourceDestCheck,
    Status: "in-use",
    SubnetId: eni.subnetId,
    VpcId: eni.vpcId,
    InterfaceType: eni.interfaceType,
  };
}
