import { announce } from "../../aws/announce.ts";
import type { Place } from "../../aws/arn-template.ts";
import { makeArn, partsOf } from "../../core/arn.ts";
import { AwsError } from "../../core/aws-error.ts";
import type { Timer } from "../../core/clock.ts";
import type { CallOptions, ServiceHost } from "../../core/service.ts";
import { isStoreFailure } from "../../core/storage.ts";
import { isoSeconds } from "../../core/text.ts";
import type * as EC2 from "../../models/generated/ec2.ts";
import { GracePeriods } from "../../processes/grace-periods.ts";
import { runningInstances } from "../../processes/running-instances.ts";
import { type KnownTarget, targetStates } from "../../processes/target-states.ts";
import { type ActivityRecord, activityRecords } from "./activity.ts";
import { type GroupRecord, groupRecords, type MemberRecord, targetGroupsOf } from "./group.ts";
import { sendNotification } from "./notification.ts";

/** How long a group waits before it tries again what has failed. */
const RETRIED_AFTER_MS = 30_000;
const FOUND_UNHEALTHY =
  "an instance was taken out of service in response to an ELB system health check failure.";

/** Keeps each group at its desired capacity: launches what is missing, ends what is too much, replaces what does not run. */
export class Scaler {
  readonly #host: ServiceHost;
  readonly #unsubscribe: () => void;
  readonly #turns = new Map<string, Promise<void>>();
  readonly #retries = new Map<string, Timer>();
  readonly #graces: GracePeriods;
  #isStopped = false;

  constructor(host: ServiceHost) {
    this.#host = host;
    this.#graces = new GracePeriods(host.clock);
    const endOfStates = targetStates(host).subscribe((target) => this.#lookForTarget(target));
    const endOfInstances = runningInstances(host).subscribe((instance) => {
      const name = instance.tags()["aws:autoscaling:groupName"];
      if (name !== undefined)
        this.look(
          instance,
          name,
          "an instance was taken out of service in response to an EC2 health check indicating it has been terminated or stopped.",
        );
    });
    this.#unsubscribe = () => {
      endOfStates();
      endOfInstances();
    };
  }

  resume(): void {
    for (const place of this.#host.scopes())
      for (const { name } of this.#host.store(place.account, place.region).collection(groupRecords).values())
        this.look(place, name, "Squall has started again.");
  }

  /** Has a group look after its instances, soon. @param why as its activities give it for their cause */
  look({ account, region }: Place, name: string, why: string): void {
    if (this.#isStopped) return;
    const place = { account, region };
    const key = `${account}/${region}/${name}`;
    const work = this.#host.atWork();
    const turn = (this.#turns.get(key) ?? new Promise<void>((resolve) => setImmediate(resolve)))
      .then(() => this.#balance(place, name, why))
      .then(() => this.#host.storage.flushed())
      .catch((error: Error) => {
        this.#host.log.error(`autoscaling: ${name} cannot go on`, error);
        if (isStoreFailure(error)) this.#tryAgain(place, name);
      })
      .finally(() => {
        work[Symbol.dispose]();
        if (this.#turns.get(key) === turn) this.#turns.delete(key);
      });
    this.#turns.set(key, turn);
  }

  stop(): void {
    this.#isStopped = true;
    this.#unsubscribe();
    this.#graces.stop();
    for (const timer of this.#retries.values()) timer.cancel();
  }

  async #balance(place: Place, name: string, why: string): Promise<void> {
    await this.#lookAtMembers(place, name);
    for (let group = this.#group(place, name); group; group = this.#group(place, name)) {
      const serving = group.members.filter(({ state }) => state !== "Terminating");
      if (serving.length < group.desired) {
        if (!(await this.#launch(place, group, why))) return this.#tryAgain(place, name);
      } else if (serving.length > group.desired) {
        await this.#terminate(place, group, serving[0]?.id ?? "", why);
      } else {
        if (group.isDeleting && group.members.length === 0)
          this.#store(place).collection(groupRecords).delete([name]);
        return;
      }
    }
  }

  #store({ account, region }: Place) {
    return this.#host.store(account, region);
  }

  #group(place: Place, name: string): GroupRecord | undefined {
    return this.#isStopped ? undefined : this.#store(place).collection(groupRecords).get([name]);
  }

  /** What does not run any more is replaced; what is only stopped is ended. */
  async #lookAtMembers(place: Place, name: string): Promise<void> {
    const group = this.#group(place, name);
    if (!group || group.members.length === 0) return;
    const states = await this.#statesOf(place, group);
    const members: MemberRecord[] = [];
    for (const member of group.members) {
      const state = states.get(member.id) ?? "terminated";
      if (state === "terminated" || state === "shutting-down") {
        await this.tellTargetGroups("DeregisterTargets", place, group, [member.id]);
        continue;
      }
      if (state === "stopping" || state === "stopped") {
        await this.#call(place, group, "TerminateInstances", { InstanceIds: [member.id] });
        continue;
      }
      members.push({ ...member, state: state === "running" ? "InService" : "Pending" });
    }
    this.#change(place, name, { members });
    const sick = members.find((member) => member.state === "InService" && this.#isSick(group, member));
    if (sick) await this.#terminate(place, group, sick.id, FOUND_UNHEALTHY);
  }

  async #statesOf(place: Place, group: GroupRecord): Promise<ReadonlyMap<string, string>> {
    const Filters = [{ Name: "instance-id", Values: group.members.map(({ id }) => id) }];
    const { Reservations = [] } = await this.#call<EC2.DescribeInstancesResult>(
      place,
      group,
      "DescribeInstances",
      {
        Filters,
      },
    );
    return new Map(
      Reservations.flatMap(({ Instances = [] }) =>
        Instances.map(({ InstanceId = "", State }) => [InstanceId, State?.Name ?? ""] as const),
      ),
    );
  }

  /** @returns whether there is an instance more */
  async #launch(place: Place, group: GroupRecord, why: string): Promise<boolean> {
    const startedMs = this.#host.clock.now();
    const at = emptiestPlace(group);
    const cause = `At ${new Date(startedMs).toISOString()} ${why}`;
    const tags = Object.entries(group.tags).filter(([key]) => group.propagated.includes(key));
    try {
      const { Instances = [] } = await this.#call<EC2.Reservation>(place, group, "RunInstances", {
        MinCount: 1,
        MaxCount: 1,
        ...launchOf(group),
        Placement: { AvailabilityZone: at.zone },
        ...(at.subnet !== undefined && { SubnetId: at.subnet }),
        TagSpecifications: [
          {
            ResourceType: "instance",
            Tags: [...tags, ["aws:autoscaling:groupName", group.name]].map(([Key, Value]) => ({
              Key,
              Value,
            })),
          },
        ],
      });
      const [instance] = Instances;
      const member: MemberRecord = {
        id: instance?.InstanceId ?? "",
        zone: at.zone,
        instanceType: instance?.InstanceType ?? "",
        state: "InService",
        launchedMs: startedMs,
        ...(instance?.InstanceLifecycle === "spot" && { isSpot: true }),
      };
      const current = this.#group(place, group.name);
      if (!current) return false;
      this.#change(place, group.name, { members: [...current.members, member] });
      await this.tellTargetGroups("RegisterTargets", place, current, [member.id]);
      const activity = this.#note(place, group, {
        description: `Launching a new EC2 instance: ${member.id}`,
        cause,
        status: "Successful",
        zone: at.zone,
        startedMs,
      });
      this.#tell(place, "Launch", activity, { id: member.id, subnet: at.subnet });
      return true;
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const message = `Could not launch On-Demand Instances. ${error.code} - ${error.message} Launching EC2 instance failed.`;
      const activity = this.#note(place, group, {
        description: `Launching a new EC2 instance.  Status Reason: ${message}`,
        cause,
        status: "Failed",
        message,
        zone: at.zone,
        startedMs,
      });
      this.#tell(place, "Launch", activity, { id: "", subnet: at.subnet });
      return false;
    }
  }

  async #terminate(place: Place, group: GroupRecord, id: string, why: string): Promise<void> {
    const startedMs = this.#host.clock.now();
    await this.tellTargetGroups("DeregisterTargets", place, group, [id]);
    await this.#call(place, group, "TerminateInstances", { InstanceIds: [id] });
    const current = this.#group(place, group.name);
    if (!current) return;
    const zone = current.members.find((member) => member.id === id)?.zone ?? "";
    this.#change(place, group.name, { members: current.members.filter((member) => member.id !== id) });
    const cause = `At ${new Date(startedMs).toISOString()} ${why}`;
    const activity = this.#note(place, group, {
      description: `Terminating EC2 instance: ${id}`,
      cause,
      status: "Successful",
      zone,
      startedMs,
    });
    this.#tell(place, "Terminate", activity, { id, subnet: undefined });
  }

  /** Has its target groups know its instances, or not any more. */
  async tellTargetGroups(
    operation: "RegisterTargets" | "DeregisterTargets",
    { account, region }: Place,
    group: GroupRecord,
    ids: readonly string[] = group.members.map(({ id }) => id),
  ): Promise<void> {
    const Targets = ids.map((Id) => ({ Id }));
    if (Targets.length === 0) return;
    for (const TargetGroupArn of targetGroupsOf(group))
      await this.#host
        .call(
          "elbv2",
          operation,
          { TargetGroupArn, Targets },
          { account, region, origin: `autoscaling(${group.name})`, sourceArn: group.arn },
        )
        .catch((error: Error) =>
          this.#host.log.warn(
            `autoscaling: ${group.name}: ${operation} of ${TargetGroupArn}: ${error.message}`,
          ),
        );
  }

  /** Has its load balancer found an instance unhealthy, and is that what the group goes by? */
  #isSick(group: GroupRecord, { id, launchedMs = 0 }: MemberRecord): boolean {
    if (!goesByBalancer(group)) return false;
    if (launchedMs + group.graceSeconds * 1000 > this.#host.clock.now()) return false;
    const states = targetStates(this.#host);
    return targetGroupsOf(group).some((arn) => states.isAnyOf(arn, id, "unhealthy"));
  }

  #lookForTarget(target: KnownTarget): void {
    const { account, region } = partsOf(target.group);
    const state = targetStates(this.#host).of(target);
    for (const group of this.#host.store(account, region).collection(groupRecords).values()) {
      if (!targetGroupsOf(group).includes(target.group) || !goesByBalancer(group)) continue;
      const look = () => this.look({ account, region }, group.name, FOUND_UNHEALTHY);
      look();
      // What was found out in the grace period counts when that is over.
      this.#graces.note(group.name, target, state, group.graceSeconds * 1000, look);
    }
  }

  #tryAgain(place: Place, name: string): void {
    const key = `${place.account}/${place.region}/${name}`;
    this.#retries.get(key)?.cancel();
    const again = () =>
      this.look(place, name, "an instance was launched in response to an unfulfilled capacity request.");
    this.#retries.set(key, this.#host.clock.setTimer(RETRIED_AFTER_MS, again));
  }

  #change(place: Place, name: string, change: Partial<GroupRecord>): void {
    const group = this.#group(place, name);
    if (group)
      this.#store(place)
        .collection(groupRecords)
        .put([name], { ...group, ...change });
  }

  #note(
    place: Place,
    { name, arn }: GroupRecord,
    what: Omit<ActivityRecord, "id" | "group" | "groupArn" | "number" | "endedMs">,
  ): ActivityRecord {
    const activities = this.#store(place).collection(activityRecords);
    const [newest] = activities.values({ prefix: [name] });
    const number = (newest?.number ?? 0) - 1;
    const activity: ActivityRecord = {
      ...what,
      id: this.#host.random.uuid(),
      group: name,
      groupArn: arn,
      number,
      endedMs: this.#host.clock.now(),
    };
    activities.put([name, number], activity);
    return activity;
  }

  #call<O = object>(place: Place, { arn, name }: GroupRecord, operation: string, input: object): Promise<O> {
    const options: CallOptions = { ...place, origin: `autoscaling(${name})`, sourceArn: arn };
    return this.#host.call<O>("ec2", operation, input, options);
  }

  /** https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-event-reference.html */
  #tell(
    place: Place,
    what: "Launch" | "Terminate",
    activity: ActivityRecord,
    { id, subnet }: { readonly id: string; readonly subnet: string | undefined },
  ): void {
    const { group, groupArn, status } = activity;
    const [Origin, Destination] =
      what === "Launch" ? ["EC2", "AutoScalingGroup"] : ["AutoScalingGroup", "EC2"];
    const instance = id === "" ? [] : [makeArn("ec2", place.region, place.account, `instance/${id}`)];
    this.#notify(place, what, activity, { id, subnet });
    void announce(this.#host, "aws.autoscaling", { ...place, origin: `autoscaling(${group})` }, () => ({
      detailType: `EC2 Instance ${what} ${status === "Successful" ? "Successful" : "Unsuccessful"}`,
      resources: [groupArn, ...instance],
      detail: {
        StatusCode: status === "Successful" ? "InProgress" : "Failed",
        Description: activity.description,
        AutoScalingGroupName: group,
        ActivityId: activity.id,
        Details: {
          "Availability Zone": activity.zone,
          ...(subnet !== undefined && { "Subnet ID": subnet }),
        },
        RequestId: activity.id,
        StatusMessage: activity.message ?? "",
        EndTime: isoSeconds(activity.endedMs),
        EC2InstanceId: id,
        StartTime: isoSeconds(activity.startedMs),
        Cause: activity.cause,
        Origin,
        Destination,
      },
    }));
  }

  /** Its topics hear of it, too. */
  #notify(
    place: Place,
    what: "Launch" | "Terminate",
    activity: ActivityRecord,
    { id, subnet }: { readonly id: string; readonly subnet: string | undefined },
  ): void {
    const group = this.#group(place, activity.group);
    const isDone = activity.status === "Successful";
    const Event = `autoscaling:EC2_INSTANCE_${what.toUpperCase()}${isDone ? "" : "_ERROR"}`;
    for (const { topic, types } of group?.notifications ?? []) {
      if (!group || !types.includes(Event)) continue;
      const done = what === "Launch" ? "launch" : "termination";
      const message = {
        Event,
        Progress: isDone ? 50 : 100,
        Description: activity.description,
        RequestId: activity.id,
        ActivityId: activity.id,
        StartTime: new Date(activity.startedMs).toISOString(),
        EndTime: new Date(activity.endedMs).toISOString(),
        EC2InstanceId: id,
        StatusCode: isDone ? "InProgress" : "Failed",
        StatusMessage: activity.message ?? "",
        Cause: activity.cause,
        Details: {
          ...(subnet !== undefined && { "Subnet ID": subnet }),
          "Availability Zone": activity.zone,
        },
      };
      const subject = `Auto Scaling: ${isDone ? done : `failed ${done}`} for group "${group.name}"`;
      const work = this.#host.atWork();
      sendNotification(this.#host, place, group, topic, { subject, message })
        .catch((error: Error) =>
          this.#host.log.warn(`autoscaling: ${group.name}: ${topic} is not told: ${error.message}`),
        )
        .finally(() => work[Symbol.dispose]());
    }
  }
}

/** Does it take its load balancer's word for what is healthy? */
const goesByBalancer = ({ healthCheckType }: GroupRecord): boolean =>
  healthCheckType.split(",").includes("ELB");

/**
 * What the next instance is launched as: of the first type of a mixed instances policy, on Spot once there are as many on demand as that wants.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/mixed-instances-groups-set-up-overview.html
 */
function launchOf({ template, mixed, members }: GroupRecord): object {
  const { InstanceType, LaunchTemplateSpecification = template } =
    mixed?.LaunchTemplate?.Overrides?.[0] ?? {};
  const { OnDemandBaseCapacity: base = 0, OnDemandPercentageAboveBaseCapacity: share = 100 } =
    mixed?.InstancesDistribution ?? {};
  const above = Math.max(0, members.length + 1 - base);
  const onDemand = members.filter(({ isSpot }) => !isSpot).length;
  const isSpot = onDemand >= base + Math.ceil((above * share) / 100);
  return {
    LaunchTemplate: LaunchTemplateSpecification,
    ...(InstanceType !== undefined && { InstanceType }),
    ...(isSpot && { InstanceMarketOptions: { MarketType: "spot" } }),
  };
}

/** Where the next instance goes: to the zone that has the fewest. */
function emptiestPlace({ zones, subnets, members }: GroupRecord): { zone: string; subnet?: string } {
  const count = (zone: string) => members.filter((member) => member.zone === zone).length;
  const places = zones.map((zone, n) => {
    const subnet = subnets[n];
    return { zone, ...(subnet !== undefined && { subnet }) };
  });
  return places.sort((a, b) => count(a.zone) - count(b.zone))[0] ?? { zone: "" };
}
