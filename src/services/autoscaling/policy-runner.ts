import { type AlarmNotice, alarmReceivers } from "../../aws/alarm-receivers.ts";
import type { Place } from "../../aws/arn-template.ts";
import { untilKept } from "../../aws/due.ts";
import { stepped, tracked } from "../../aws/scaling-adjustment.ts";
import { StandingAlarms } from "../../aws/standing-alarms.ts";
import type { ServiceHost } from "../../core/service.ts";
import { validationError } from "./errors.ts";
import { type GroupRecord, groupRecords } from "./group.ts";
import type { Scaler } from "./scaler.ts";
import { type PolicyRecord, policyRecords } from "./scaling-policy.ts";

const POLICY_ARN =
  /^arn:[^:]+:autoscaling:[^:]*:[^:]*:scalingPolicy:[^:]+:autoScalingGroupName\/.+:policyName\/.+$/;

/** Carries out scaling policies: as alarms have it, each minute that they go on, and when somebody asks. */
export class PolicyRunner {
  readonly #host: ServiceHost;
  readonly #scaler: Scaler;
  readonly #standing: StandingAlarms;
  readonly #unsubscribe: () => void;

  constructor(host: ServiceHost, scaler: Scaler) {
    this.#host = host;
    this.#scaler = scaler;
    this.#standing = new StandingAlarms(host);
    this.#unsubscribe = alarmReceivers(host).add(POLICY_ARN, async (arn, notice, { account, region }) => {
      const policies = host.store(account, region).collection(policyRecords).values();
      const policy = [...policies].find((one) => one.arn === arn);
      if (!policy) throw validationError(`No scaling policy ${arn} exists.`);
      this.#receive({ account, region }, policy, notice);
    });
  }

  stop(): void {
    this.#standing.stop();
    this.#unsubscribe();
  }

  /** Is it too soon after the last time? */
  isCooling({ settings, scaledMs, type }: PolicyRecord, { cooldownSeconds }: GroupRecord): boolean {
    const said = type === "SimpleScaling" ? settings.Cooldown : settings.EstimatedInstanceWarmup;
    const waitMs = (said ?? cooldownSeconds) * 1000;
    return scaledMs !== undefined && scaledMs + waitMs > this.#host.clock.now();
  }

  /** Gives the group the capacity that the policy leads to. @param who as the group's activities give it: `a monitor alarm …` */
  carryOut(
    { account, region }: Place,
    group: GroupRecord,
    policy: PolicyRecord,
    notice: AlarmNotice,
    who: string,
  ): void {
    const wanted = capacityOf(policy, group.desired, notice);
    if (wanted === undefined) return;
    const desired = Math.min(group.max, Math.max(group.min, wanted));
    if (desired === group.desired) return;
    const store = this.#host.store(account, region);
    store.collection(groupRecords).put([group.name], { ...group, desired });
    store
      .collection(policyRecords)
      .put([policy.group, policy.name], { ...policy, scaledMs: this.#host.clock.now() });
    const change = `changing the desired capacity from ${group.desired} to ${desired}.`;
    this.#scaler.look({ account, region }, group.name, `${who} ${change}`);
  }

  #receive(place: Place, of: PolicyRecord, notice: AlarmNotice): void {
    const store = this.#host.store(place.account, place.region);
    const policy = store.collection(policyRecords).get([of.group, of.name]);
    const group = store.collection(groupRecords).get([of.group]);
    if (!policy?.isEnabled || !group || group.isDeleting) return;
    this.#standing.again(place, policy.arn, notice, `autoscaling(${group.name})`, (latest) =>
      this.#receive(place, policy, latest),
    );
    if (this.isCooling(policy, group)) return;
    const who = `a monitor alarm ${notice.alarm} in state ${notice.state} triggered policy ${policy.name}`;
    untilKept(this.#host, () => {
      const now = store.collection(groupRecords).get([of.group]);
      if (now) this.carryOut(place, now, policy, notice, who);
    });
  }
}

function capacityOf(
  { type, settings, alarms }: PolicyRecord,
  current: number,
  notice: AlarmNotice,
): number | undefined {
  const { TargetTrackingConfiguration: tracking } = settings;
  if (tracking) {
    const direction = alarms[0]?.AlarmName === notice.alarm ? "out" : "in";
    if (direction === "in" && tracking.DisableScaleIn) return undefined;
    return tracked(current, { value: notice.value, target: tracking.TargetValue }, direction);
  }
  // A simple policy has one step, for whatever breach.
  const { ScalingAdjustment = 0 } = settings;
  return stepped(
    type === "SimpleScaling" ? { ...settings, StepAdjustments: [{ ScalingAdjustment }] } : settings,
    current,
    notice,
  );
}
