import { PUBLIC_IMAGES, publicImageId } from "../../../aws/public-images.ts";
import { zonesOf } from "../../../aws/regions.ts";
import { makeArn } from "../../../core/arn.ts";
import type { Context } from "../../../core/service.ts";
import type * as EC2 from "../../../models/generated/ec2.ts";
import { loopbackFor } from "../../../processes/loopback-address.ts";
import {
  imageMalformed,
  imageNotFound,
  instanceLimitExceeded,
  invalidInstanceTypeValue,
  invalidParameterCombination,
  invalidParameterValue,
  invalidProfile,
  invalidUserData,
  keyPairNotFound,
  missingParameter,
  noDefaultSubnet,
  noSuchZone,
  notEnoughAddresses,
  notServed,
  userDataTooLarge,
} from "../errors.ts";
import { newId } from "../ids.ts";
import { among, find, has, idFor, save } from "../kind.ts";
import { makeInterface, networkInterfaces } from "../network-interface.ts";
import { type GroupIdentifier, groupNamed, groupsFor } from "../security-group.ts";
import { defaultSubnets, freeAddresses, type SubnetRecord, subnets } from "../subnet.ts";
import { tagsFor } from "../tag-specifications.ts";
import { imagesIn } from "./image.ts";
import { type DeviceRecord, type InstanceRecord, instances, ROOT_DEVICE } from "./instance.ts";
import { DEFAULT_TYPE, instanceType, looksLikeType } from "./instance-type.ts";
import { keyPairs } from "./key-pair.ts";
import { type ReservationRecord, reservations } from "./reservation.ts";
import { type SpotRequestRecord, spotRequests } from "./spot-request.ts";
import { volumeFields, volumes } from "./volume.ts";

/** What a launch may tag. */
const TAGGED: readonly EC2.ResourceType[] = [
  "instance",
  "volume",
  "network-interface",
  "spot-instances-request",
];

const MOST_USER_DATA_BYTES = 16_384;
/** In an account and Region: each is a process group of this machine, with a port for its metadata. */
const MOST_INSTANCES = 256;

/** What is not said in an input, but beside it. */
export interface LaunchExtras {
  readonly process?: NonNullable<InstanceRecord["process"]>;
  readonly tags?: InstanceRecord["tags"];
}

/**
 * Makes the records of what one call launches, each on its way to `running`.
 * @param extras of instances that no call of AWS's makes
 */
export function launch(
  input: EC2.RunInstancesRequest,
  ctx: Context,
  extras: LaunchExtras = {},
): { readonly reservation: ReservationRecord; readonly launched: readonly InstanceRecord[] } {
  const plan = planOf(input, ctx);
  refuseProfile(plan.profile, ctx);
  const reservationId = idFor(reservations, ctx);
  const launched = Array.from({ length: countOf(input, plan.subnet, ctx) }, (_, launchIndex) =>
    launchOne({ ...plan, input, extras, reservationId, launchIndex }, ctx),
  );
  const reservation = save(
    reservations,
    { id: reservationId, tags: {}, instanceIds: launched.map(({ id }) => id) },
    ctx,
  );
  return { reservation, launched };
}

/**
 * As many as there is room for, up to the most that are asked for.
 * @throws InstanceLimitExceeded, InsufficientFreeAddressesInSubnet when the least do not fit
 */
function countOf(
  { MinCount, MaxCount, NetworkInterfaces }: EC2.RunInstancesRequest,
  subnet: SubnetRecord,
  ctx: Context,
): number {
  const isThere = ({ state }: InstanceRecord) => state === "running" || state === "pending";
  const room = MOST_INSTANCES - among(instances, ctx, isThere).length;
  if (MinCount > room) throw instanceLimitExceeded(MinCount, MOST_INSTANCES);
  // One that is there has its address already.
  const bringsItsOwn = NetworkInterfaces?.[0]?.NetworkInterfaceId !== undefined;
  const free = bringsItsOwn ? Infinity : freeAddresses(subnet, ctx);
  if (MinCount > free) throw notEnoughAddresses(subnet.id);
  return Math.min(MaxCount, room, free);
}

interface LaunchPlan {
  readonly imageId: string;
  readonly type: string;
  readonly subnet: SubnetRecord;
  readonly groups: readonly GroupIdentifier[];
  readonly profile: EC2.IamInstanceProfile | undefined;
  readonly userData: string | undefined;
}

/** @throws what AWS answers to a request that cannot be launched */
function planOf(input: EC2.RunInstancesRequest, ctx: Context): LaunchPlan {
  const { MinCount, MaxCount } = input;
  if (MinCount < 1)
    throw invalidParameterValue(`Value (${MinCount}) for parameter minCount is invalid. Minimum value is 1.`);
  if (MaxCount < MinCount)
    throw invalidParameterValue(
      `Value (${MinCount}) for parameter minCount is invalid. minCount may not exceed maxCount`,
    );
  const [first] = input.NetworkInterfaces ?? [];
  if (
    first &&
    (input.SubnetId !== undefined || input.SecurityGroupIds?.length || input.SecurityGroups?.length)
  )
    throw invalidParameterCombination(
      "Network interfaces and an instance-level subnet ID or security groups may not be specified on the same request",
    );
  if (input.SubnetId !== undefined && input.SecurityGroups?.length)
    throw invalidParameterCombination("The parameter groupName cannot be used with the parameter subnet");
  checkHopLimit(input.MetadataOptions?.HttpPutResponseHopLimit);
  const type = input.InstanceType ?? DEFAULT_TYPE;
  if (!looksLikeType(type)) throw invalidInstanceTypeValue(type);
  const { KeyName } = input;
  if (KeyName !== undefined && !has(keyPairs, ctx, ({ name }) => name === KeyName))
    throw keyPairNotFound(KeyName);
  const subnet = subnetFor(input, ctx);
  return {
    imageId: imageFor(input.ImageId, ctx),
    type,
    subnet,
    groups: groupsOfLaunch(input, subnet, ctx),
    profile: profileFor(input.IamInstanceProfile, ctx),
    userData: checkUserData(input.UserData),
  };
}

/** Images are names here, so that any id will do unless Squall is strict. */
function imageFor(given: string | undefined, { region, host }: Context): string {
  if (given === undefined) throw missingParameter("ImageId");
  const parameter = /^resolve:ssm:([^:]+)/.exec(given)?.[1];
  if (parameter !== undefined) {
    const name = parameter.startsWith("/") ? parameter : `/${parameter}`;
    // Those of one's own have been looked up before.
    if (!PUBLIC_IMAGES.includes(name)) throw imageNotFound([given]);
    return publicImageId(name, region);
  }
  if (!/^ami-[0-9a-z]+$/.test(given)) throw imageMalformed(given);
  if (host.strict && !imagesIn(region).some(({ id }) => id === given)) throw imageNotFound([given]);
  return given;
}

function subnetFor(input: EC2.RunInstancesRequest, ctx: Context): SubnetRecord {
  const [first] = input.NetworkInterfaces ?? [];
  if (first?.NetworkInterfaceId !== undefined)
    return find(subnets, find(networkInterfaces, first.NetworkInterfaceId, ctx).subnetId, ctx);
  const asked = first?.SubnetId ?? input.SubnetId;
  const { AvailabilityZone, AvailabilityZoneId } = input.Placement ?? {};
  const zone = AvailabilityZone ?? AvailabilityZoneId;
  const there = zonesOf(ctx.region).find(({ name, id }) => name === zone || id === zone);
  if (zone && !there) throw noSuchZone(zone);
  if (asked !== undefined) {
    const subnet = find(subnets, asked, ctx);
    if (there && there.name !== subnet.zone)
      throw invalidParameterValue(
        `The availability zone '${zone}' does not match the zone of subnet '${asked}' (${subnet.zone}).`,
      );
    return subnet;
  }
  const defaults = defaultSubnets(ctx);
  const subnet = there
    ? defaults.get(there.name)
    : [...defaults.values()].sort((a, b) => (a.zone < b.zone ? -1 : 1))[0];
  if (!subnet) throw noDefaultSubnet(there?.name);
  return subnet;
}

function groupsOfLaunch(
  { SecurityGroupIds, SecurityGroups, NetworkInterfaces }: EC2.RunInstancesRequest,
  { id, vpcId }: SubnetRecord,
  ctx: Context,
): GroupIdentifier[] {
  const ids = [
    ...(NetworkInterfaces?.[0]?.Groups ?? SecurityGroupIds ?? []),
    ...(SecurityGroups ?? []).map((name) => groupNamed(name, ctx).id),
  ];
  return groupsFor(ids, vpcId, ctx, id);
}

function profileFor(
  given: EC2.IamInstanceProfileSpecification | undefined,
  { account, host }: Context,
): EC2.IamInstanceProfile | undefined {
  if (!given?.Arn && !given?.Name) return undefined;
  const arn = given.Arn ?? makeArn("iam", "", account, `instance-profile/${given.Name}`);
  const kept = host.keptAt(arn);
  if (kept === undefined && host.serves("iam"))
    throw given.Arn === undefined
      ? invalidProfile("name", given.Name ?? "")
      : invalidProfile("arn", given.Arn);
  return { Arn: kept?.arn ?? arn, Id: profileId(arn) };
}

/** Whoever gives an instance a profile passes the role in it. */
function refuseProfile(profile: EC2.IamInstanceProfile | undefined, ctx: Context): void {
  const { Arn } = profile ?? {};
  if (Arn === undefined) return;
  const refusal = ctx.refusalOf(() => [{ action: "iam:PassRole", resources: [Arn], input: {} }]);
  if (refusal) throw refusal;
}

/** IAM's id of a profile is no part of its ARN: this one is made of it, the same each time. */
const profileId = (arn: string): string => `AIPA${Buffer.from(arn).toString("hex").toUpperCase().slice(-17)}`;

const MOST_HOPS = 64;

/** @throws InvalidParameterValue */
export function checkHopLimit(hops: number | undefined): void {
  if (hops !== undefined && (hops < 1 || hops > MOST_HOPS))
    throw invalidParameterValue(
      `Value (${hops}) for parameter HttpPutResponseHopLimit is invalid. It must be between 1 and ${MOST_HOPS}.`,
    );
}

export function checkUserData(text: string | undefined): string | undefined {
  if (text === undefined || text === "") return undefined;
  const bare = text.replaceAll(/\s/g, "");
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(bare) || bare.length % 4 !== 0) throw invalidUserData();
  if (Buffer.from(bare, "base64").length > MOST_USER_DATA_BYTES) throw userDataTooLarge();
  return bare;
}

interface LaunchOne extends LaunchPlan {
  readonly input: EC2.RunInstancesRequest;
  readonly extras: LaunchExtras;
  readonly reservationId: string;
  readonly launchIndex: number;
}

function launchOne(plan: LaunchOne, ctx: Context): InstanceRecord {
  const { input, subnet, extras } = plan;
  const id = idFor(instances, ctx);
  const privateIp = attachInterfaces(id, plan, ctx);
  const [first] = input.NetworkInterfaces ?? [];
  const isPublic = first?.AssociatePublicIpAddress ?? subnet.mapPublicIpOnLaunch;
  const spot = input.InstanceMarketOptions?.MarketType === "spot" ? requestSpot(id, plan, ctx) : undefined;
  return save(
    instances,
    {
      id,
      tags: { ...extras.tags, ...tagsFor("instance", input.TagSpecifications, TAGGED) },
      state: "pending",
      turn: 0,
      stateReason: { Code: "pending", Message: "pending" },
      transitionReason: "",
      launchedMs: ctx.clock.now(),
      reservationId: plan.reservationId,
      launchIndex: plan.launchIndex,
      clientToken: input.ClientToken ?? "",
      imageId: plan.imageId,
      instanceType: plan.type,
      ...(input.KeyName !== undefined && { keyName: input.KeyName }),
      ...(plan.userData !== undefined && { userData: plan.userData }),
      ...(plan.profile && { profile: plan.profile }),
      vpcId: subnet.vpcId,
      subnetId: subnet.id,
      zone: subnet.zone,
      tenancy: input.Placement?.Tenancy ?? "default",
      privateIp,
      ...(isPublic && { publicIp: loopbackFor(privateIp) }),
      devices: attachVolumes(plan, ctx),
      isMonitored: input.Monitoring?.Enabled ?? false,
      isEbsOptimized: input.EbsOptimized ?? false,
      isTerminationProtected: input.DisableApiTermination ?? false,
      isStopProtected: input.DisableApiStop ?? false,
      shutdownBehavior: input.InstanceInitiatedShutdownBehavior ?? "stop",
      ...(instanceType(plan.type).isBurstable && {
        cpuCredits:
          input.CreditSpecification?.CpuCredits ?? (plan.type.startsWith("t2.") ? "standard" : "unlimited"),
      }),
      metadata: {
        HttpTokens: input.MetadataOptions?.HttpTokens ?? "required",
        HttpPutResponseHopLimit: input.MetadataOptions?.HttpPutResponseHopLimit ?? 2,
        HttpEndpoint: input.MetadataOptions?.HttpEndpoint ?? "enabled",
        HttpProtocolIpv6: input.MetadataOptions?.HttpProtocolIpv6 ?? "disabled",
        InstanceMetadataTags: input.MetadataOptions?.InstanceMetadataTags ?? "disabled",
      },
      ...(spot && { spotRequestId: spot.id }),
      ...(extras.process && { process: extras.process }),
    },
    ctx,
  );
}

/** @returns the primary private address */
function attachInterfaces(instanceId: string, { input, subnet, groups }: LaunchOne, ctx: Context): string {
  const asked = input.NetworkInterfaces?.length ? input.NetworkInterfaces : [{ DeviceIndex: 0 }];
  let primary = "";
  for (const [at, one] of asked.entries()) {
    const wish: EC2.InstanceNetworkInterfaceSpecification = one;
    const attachment = {
      instanceId,
      instanceOwnerId: ctx.account,
      deviceIndex: wish.DeviceIndex ?? at,
      deleteOnTermination: wish.DeleteOnTermination ?? true,
    };
    const eni =
      wish.NetworkInterfaceId === undefined
        ? makeInterface(
            at === 0 || wish.SubnetId === undefined ? subnet : find(subnets, wish.SubnetId, ctx),
            {
              ...(wish.Description !== undefined && { description: wish.Description }),
              groups: at === 0 ? groups : groupsFor(wish.Groups, subnet.vpcId, ctx, subnet.id),
              ...(at === 0 && { addresses: addressAsked(input, wish) }),
              attachment,
              tags: tagsFor("network-interface", input.TagSpecifications, TAGGED),
            },
            ctx,
          )
        : save(
            networkInterfaces,
            {
              ...find(networkInterfaces, wish.NetworkInterfaceId, ctx),
              attachment: {
                ...attachment,
                deleteOnTermination: wish.DeleteOnTermination ?? false,
                id: newId("eni-attach", ctx.random),
                atMs: ctx.clock.now(),
              },
            },
            ctx,
          );
    if (at === 0) primary = eni.addresses[0] ?? "";
  }
  return primary;
}

function addressAsked(
  { PrivateIpAddress }: EC2.RunInstancesRequest,
  wish: EC2.InstanceNetworkInterfaceSpecification,
): string[] {
  const asked = wish.PrivateIpAddress ?? PrivateIpAddress;
  return asked === undefined ? [] : [asked];
}

/** The root volume, and those that are asked for. */
function attachVolumes({ input, subnet }: LaunchOne, ctx: Context): DeviceRecord[] {
  const mappings = (input.BlockDeviceMappings ?? []).filter(
    ({ NoDevice, Ebs }) => NoDevice === undefined && Ebs,
  );
  const isRoot = ({ DeviceName }: EC2.BlockDeviceMapping) =>
    DeviceName === ROOT_DEVICE || DeviceName === "/dev/sda1";
  const root = mappings.find(isRoot) ?? { DeviceName: ROOT_DEVICE, Ebs: {} };
  return [root, ...mappings.filter((mapping) => mapping !== root)].map(({ DeviceName, Ebs = {} }) => {
    const volume = save(
      volumes,
      {
        id: idFor(volumes, ctx),
        tags: tagsFor("volume", input.TagSpecifications, TAGGED),
        zone: subnet.zone,
        ...volumeFields(Ebs),
        createdMs: ctx.clock.now(),
      },
      ctx,
    );
    return {
      device: DeviceName ?? ROOT_DEVICE,
      volumeId: volume.id,
      deleteOnTermination: Ebs.DeleteOnTermination ?? true,
      attachedMs: ctx.clock.now(),
    };
  });
}

/** A Spot request that is fulfilled as soon as it is made: there is capacity for all. */
function requestSpot(
  instanceId: string,
  { input, imageId, type, subnet }: LaunchOne,
  ctx: Context,
): SpotRequestRecord {
  const {
    MaxPrice = "0.0104",
    SpotInstanceType = "one-time",
    InstanceInterruptionBehavior: interruption = "terminate",
    ValidUntil,
  } = input.InstanceMarketOptions?.SpotOptions ?? {};
  if (interruption === "hibernate") throw notServed("hibernation");
  if (interruption === "stop" && SpotInstanceType === "one-time")
    throw invalidParameterCombination(
      "The interruption behavior 'stop' can only be used with persistent Spot Instance requests.",
    );
  const nowMs = ctx.clock.now();
  return save(
    spotRequests,
    {
      id: idFor(spotRequests, ctx),
      tags: tagsFor("spot-instances-request", input.TagSpecifications, TAGGED),
      requestType: SpotInstanceType,
      state: "active",
      statusCode: "fulfilled",
      createdMs: nowMs,
      updatedMs: nowMs,
      instanceId,
      price: MaxPrice,
      interruption,
      specification: {
        ImageId: imageId,
        InstanceType: type as EC2.InstanceType,
        ...(input.KeyName !== undefined && { KeyName: input.KeyName }),
        SubnetId: subnet.id,
        Placement: { AvailabilityZone: subnet.zone },
        Monitoring: { Enabled: input.Monitoring?.Enabled ?? false },
      },
      zone: subnet.zone,
      ...(ValidUntil && { validUntilMs: ValidUntil.getTime() }),
    },
    ctx,
  );
}
