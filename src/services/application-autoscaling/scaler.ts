import { type AlarmNotice, alarmReceivers } from "../../aws/alarm-receivers.ts";
import type { Place } from "../../aws/arn-template.ts";
import { untilKept } from "../../aws/due.ts";
import { stepped, tracked } from "../../aws/scaling-adjustment.ts";
import { StandingAlarms } from "../../aws/standing-alarms.ts";
import { AwsError } from "../../core/aws-error.ts";
import type { ServiceHost } from "../../core/service.ts";
import { Turns } from "../../processes/turns.ts";
import { type ActivityRecord, activityRecords } from "./activity.ts";
import { type Call, dimensionOf } from "./dimension.ts";
import { validation } from "./errors.ts";
import { keyOf, nameOf, type TargetKey, type TargetRecord, targetRecords } from "./scalable-target.ts";
import { type PolicyRecord, policyKey, policyRecords } from "./scaling-policy.ts";
import { trackingAlarms, wantedOf } from "./tracking-alarms.ts";

const POLICY_ARN = /^arn:[^:]+:autoscaling:[^:]*:[^:]*:scalingPolicy:[^:]+:resource\/.+:policyName\/.+$/;

/** Sets capacities: as alarms' policies say, and into a target's limits as scheduled actions change them. */
export class Scaler {
  readonly #host: ServiceHost;
  readonly #unsubscribe: () => void;
  readonly #standing: StandingAlarms;
  readonly #turns = new Turns();
  #isStopped = false;

  constructor(host: ServiceHost) {
    this.#host = host;
    this.#standing = new StandingAlarms(host);
    this.#unsubscribe = alarmReceivers(host).add(POLICY_ARN, (arn, notice, place) =>
      this.#receive(arn, notice, place),
    );
  }

  stop(): void {
    this.#isStopped = true;
    this.#unsubscribe();
    this.#standing.stop();
  }

  /** Brings the capacity of a target between its limits. */
  confine(place: Place, key: TargetKey, cause: string): void {
    this.#soon(place, key, async () => {
      const target = this.#target(place, key);
      if (!target) return;
      const current = await this.capacity(place, target);
      const wanted = Math.min(target.max, Math.max(target.min, current));
      if (wanted !== current) await this.#set(place, target, wanted, cause);
    });
  }

  /** The capacity of a target as its service has it. @throws AwsError of that service */
  capacity(place: Place, key: TargetKey, call: Call = this.#callAt(place, key)): Promise<number> {
    const { dimension, names } = dimensionOf(nameOf(key));
    return dimension.read(names, call);
  }

  async #receive(policyArn: string, notice: AlarmNotice, { account, region }: Place): Promise<void> {
    const place = { account, region };
    const policies = this.#host.store(account, region).collection(policyRecords).values();
    const policy = [...policies].find(({ arn }) => arn === policyArn);
    if (!policy) throw validation(`No scaling policy ${policyArn} exists.`);
    this.#soon(place, policy, () => this.#carryOut(place, policy, notice));
  }

  async #carryOut(place: Place, policy: PolicyRecord, notice: AlarmNotice): Promise<void> {
    const target = this.#target(place, policy);
    const isThere = this.#host
      .store(place.account, place.region)
      .collection(policyRecords)
      .get(policyKey(policy));
    if (!target || !isThere) return;
    const origin = originOf(policy);
    this.#standing.again(place, policy.arn, notice, origin, (latest) =>
      this.#soon(place, policy, () => this.#carryOut(place, policy, latest)),
    );
    const current = await this.capacity(place, target);
    const wanted = this.#wanted(policy, current, notice);
    if (wanted === undefined) return;
    const confined = Math.min(target.max, Math.max(target.min, wanted));
    if (confined === current || !this.#mayScale(target, policy, confined > current)) return;
    const cause = `monitor alarm ${notice.alarm} in state ${notice.state} triggered policy ${policy.name}`;
    await this.#set(place, target, confined, cause, this.#host.clock.now());
    if (policy.tracking) await this.#watch(place, policy, policy.tracking, confined);
  }

  #wanted(policy: PolicyRecord, current: number, notice: AlarmNotice): number | undefined {
    const { step, tracking } = policy;
    if (step) return stepped(step, current, notice);
    if (!tracking) return undefined;
    const direction = policy.alarms[0]?.AlarmName === notice.alarm ? "out" : "in";
    if (direction === "in" && tracking.DisableScaleIn) return undefined;
    return tracked(current, { value: notice.value, target: wantedOf(policy, tracking, current) }, direction);
  }

  #mayScale(target: TargetRecord, { step, tracking }: PolicyRecord, isOut: boolean): boolean {
    const { DynamicScalingInSuspended, DynamicScalingOutSuspended } = target.suspended;
    if (isOut ? DynamicScalingOutSuspended : DynamicScalingInSuspended) return false;
    const said = step ? step.Cooldown : isOut ? tracking?.ScaleOutCooldown : tracking?.ScaleInCooldown;
    const cooldownMs = (said ?? dimensionOf(nameOf(target)).dimension.cooldownSeconds) * 1000;
    return target.scaledMs === undefined || target.scaledMs + cooldownMs <= this.#host.clock.now();
  }

  /** Puts the alarms of a target tracking policy, whose thresholds may follow from the capacity. */
  async #watch(
    place: Place,
    policy: PolicyRecord,
    tracking: NonNullable<PolicyRecord["tracking"]>,
    capacity: number,
  ): Promise<void> {
    const [high, low] = policy.alarms;
    if (!high || !low) return;
    const names = [high.AlarmName, low.AlarmName] as const;
    for (const input of trackingAlarms(policy, tracking, capacity, names, policy.arn))
      await this.#callAt(place, policy)("cloudwatch", "PutMetricAlarm", input);
  }

  async #set(
    place: Place,
    target: TargetRecord,
    capacity: number,
    cause: string,
    scaledMs?: number,
  ): Promise<void> {
    const { dimension, names } = dimensionOf(nameOf(target));
    const startedMs = this.#host.clock.now();
    const what = `${dimension.what} to ${capacity}`;
    const begun = { description: `Setting ${what}.`, cause, startedMs };
    try {
      await dimension.set(names, capacity, this.#callAt(place, target));
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const message = `Failed to set ${what}. Reason: ${error.message} (Service: ${target.service}; Error Code: ${error.code})`;
      this.note(place, target, { ...begun, status: "Failed", message });
      return;
    }
    untilKept(this.#host, () => {
      const now = this.#target(place, target);
      if (!now) return;
      if (scaledMs !== undefined) this.#targets(place).put(keyOf(now), { ...now, scaledMs });
      const message = `Successfully set ${what}. Change successfully fulfilled by ${target.service}.`;
      this.note(place, target, { ...begun, status: "Successful", message });
    });
  }

  /** Remembers what was done. */
  note(
    { account, region }: Place,
    { service, resourceId, dimension }: TargetKey,
    what: Pick<ActivityRecord, "description" | "cause" | "status" | "message" | "startedMs">,
  ): void {
    const activities = this.#host.store(account, region).collection(activityRecords);
    const [newest] = activities.values();
    const number = (newest?.number ?? 0) - 1;
    const id = this.#host.random.uuid();
    const endedMs = this.#host.clock.now();
    activities.put([number], { service, resourceId, dimension, ...what, id, number, endedMs });
  }

  #targets({ account, region }: Place) {
    return this.#host.store(account, region).collection(targetRecords);
  }

  #target(place: Place, key: TargetKey): TargetRecord | undefined {
    return this.#isStopped ? undefined : this.#targets(place).get(keyOf(key));
  }

  #callAt({ account, region }: Place, key: TargetKey): Call {
    const options = { account, region, origin: originOf(key) };
    return (service, operation, input) => this.#host.call(service, operation, input, options);
  }

  #soon(place: Place, key: TargetKey, act: () => Promise<void>): void {
    if (this.#isStopped) return;
    this.inTurn(place, key, act).catch((error: Error) =>
      this.#host.log.warn(`application-autoscaling: ${key.resourceId} is not scaled: ${error.message}`),
    );
  }

  /** One thing after the other is done to a target. Rejects with what the act throws. */
  async inTurn(place: Place, key: TargetKey, act: () => Promise<void>): Promise<void> {
    const of = JSON.stringify([place.account, place.region, ...keyOf(key)]);
    using _work = this.#host.atWork();
    await this.#turns.take(of, async () => {
      await act();
      await this.#host.storage.flushed();
    });
  }
}

const originOf = ({ resourceId }: TargetKey): string => `application-autoscaling(${resourceId})`;
