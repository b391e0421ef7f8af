import type { Place } from "../../../aws/arn-template.ts";
import { zonalShifts } from "../../../aws/zonal-shifts.ts";
import { makeArn } from "../../../core/arn.ts";
import type { ServiceHost } from "../../../core/service.ts";
import type * as ELB from "../../../models/generated/elbv2.ts";
import { runningInstances } from "../../../processes/running-instances.ts";
import { type KnownTarget, targetStates } from "../../../processes/target-states.ts";
import { balancerArn, targetGroupArn } from "../arns.ts";
import { balancerState, type LoadBalancerRecord, loadBalancers } from "../load-balancer.ts";
import { keyOfTarget, type TargetRecord, targetsOf } from "../target.ts";
import { type TargetGroupRecord, targetGroups } from "../target-group.ts";
import { namesOfBalancers } from "../usage.ts";
import { askFunction } from "./function-target.ts";
import type { TargetConnections } from "./http-target.ts";
import { measureHealth } from "./metrics.ts";
import { FAILED, type Finding, probe, TIMED_OUT } from "./probe.ts";
import { fateOf } from "./target-faults.ts";
import { TargetHealth } from "./target-health.ts";

const unused = (reason: string, description: string): ELB.TargetHealth => ({
  State: "unused",
  Reason: reason,
  Description: description,
});

/** States of targets that are well as far as is known. */
const WELL: ReadonlySet<string> = new Set(["healthy", "unavailable"]);

/** How all targets are that get traffic. */
export class HealthBook {
  readonly #host: ServiceHost;
  readonly #connections: TargetConnections;
  readonly #known = new Map<string, { readonly health: TargetHealth; readonly target: KnownTarget }>();

  constructor(host: ServiceHost, connections: TargetConnections) {
    this.#host = host;
    this.#connections = connections;
  }

  /** The active load balancers that forward to a group. */
  usersOf(place: Place, group: TargetGroupRecord): LoadBalancerRecord[] {
    const store = this.#host.store(place.account, place.region);
    return namesOfBalancers(targetGroupArn(place, group), store).flatMap((name) => {
      const balancer = store.collection(loadBalancers).get([name]);
      return balancer && balancerState(balancer, this.#host) === "active" ? [balancer] : [];
    });
  }

  /** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetHealth.html */
  healthOf(place: Place, group: TargetGroupRecord, target: TargetRecord): ELB.TargetHealth {
    if (target.gone)
      return {
        State: "draining",
        Reason: "Target.DeregistrationInProgress",
        Description: "Target deregistration is in progress",
      };
    const idle = this.#whyUnused(place, group, target);
    if (idle) return idle;
    if (!group.check.isEnabled)
      return {
        State: "unavailable",
        Reason: "Target.HealthCheckDisabled",
        Description: "Health checks are not enabled for this target",
      };
    return (
      this.#known.get(keyOf(place, target))?.health.told ?? {
        State: "initial",
        Reason: "Elb.RegistrationInProgress",
        Description: "Target registration is in progress",
      }
    );
  }

  /**
   * Those of a group that get traffic of a load balancer: those that are well, or all when none is; and of these the ones in zones that
   * traffic is not shifted away from, as long as there are any.
   */
  inService(place: Place, group: TargetGroupRecord, balancer: LoadBalancerRecord): TargetRecord[] {
    const store = this.#host.store(place.account, place.region);
    const there = targetsOf(group, store, this.#host.clock.now()).filter(
      (target) => !target.gone && !this.#whyUnused(place, group, target, [balancer]),
    );
    const nowMs = this.#host.clock.now();
    const shifts = zonalShifts(this.#host);
    const arn = balancerArn(place, balancer);
    const near = there.filter(({ zone }) => !shifts.isAway(arn, zone, nowMs));
    return this.#well(place, group, near.length > 0 ? near : there);
  }

  #well(place: Place, group: TargetGroupRecord, there: TargetRecord[]): TargetRecord[] {
    if (!group.check.isEnabled) return there;
    const well = there.filter((target) => this.#known.get(keyOf(place, target))?.health.isHealthy);
    return well.length > 0 ? well : there;
  }

  /** Has each group that a load balancer forwards to a target that is well? */
  isWell(place: Place, { name }: LoadBalancerRecord): boolean {
    const store = this.#host.store(place.account, place.region);
    const groups = [...store.collection(targetGroups).values()].filter((group) =>
      namesOfBalancers(targetGroupArn(place, group), store).includes(name),
    );
    return groups.every((group) =>
      targetsOf(group, store, this.#host.clock.now()).some((target) =>
        WELL.has(this.healthOf(place, group, target).State ?? ""),
      ),
    );
  }

  /** Looks after those that are to be looked after, and after no others. */
  look(place: Place): void {
    const wanted = new Set<string>();
    const store = this.#host.store(place.account, place.region);
    for (const group of store.collection(targetGroups).values()) {
      const users = group.check.isEnabled ? this.usersOf(place, group) : [];
      for (const target of targetsOf(group, store, this.#host.clock.now())) {
        if (target.gone || this.#isNotInUse(target, users)) continue;
        wanted.add(keyOf(place, target));
        this.#lookAfter(place, group, target);
      }
    }
    const prefix = JSON.stringify([place.account, place.region]).slice(0, -1);
    for (const [key, { health, target }] of this.#known) {
      if (!key.startsWith(prefix) || wanted.has(key)) continue;
      health.stop();
      this.#known.delete(key);
      targetStates(this.#host).say(target, undefined);
    }
  }

  stop(): void {
    for (const { health, target } of this.#known.values()) {
      health.stop();
      targetStates(this.#host).say(target, undefined);
    }
    this.#known.clear();
  }

  #lookAfter(place: Place, group: TargetGroupRecord, target: TargetRecord): void {
    const key = keyOf(place, target);
    const known = this.#known.get(key)?.health;
    if (known && JSON.stringify(known.check) === JSON.stringify(group.check)) return;
    known?.stop();
    const ask = () => {
      this.#measure(place, group);
      return this.#ask(place, group, target);
    };
    const { id, port } = target;
    const one: KnownTarget = { group: targetGroupArn(place, group), id, port };
    const states = targetStates(this.#host);
    const health = new TargetHealth(group.check, ask, this.#host, (state) => states.say(one, state));
    this.#known.set(key, { health, target: one });
    states.say(one, "initial");
  }

  #measure(place: Place, group: TargetGroupRecord): void {
    const store = this.#host.store(place.account, place.region);
    const known = targetsOf(group, store, this.#host.clock.now()).flatMap(
      (target) => this.#known.get(keyOf(place, target))?.health.told.State ?? [],
    );
    const healthy = known.filter((state) => state === "healthy").length;
    for (const balancer of this.usersOf(place, group))
      measureHealth(this.#host, place, balancer, group, {
        healthy,
        unhealthy: known.filter((state) => state === "unhealthy").length,
      });
  }

  async #ask(place: Place, group: TargetGroupRecord, target: TargetRecord): Promise<Finding> {
    const { check } = group;
    if (group.targetType === "lambda")
      return await askFunction(this.#host, place, { group: targetGroupArn(place, group), target, check });
    const [balancer] = this.usersOf(place, group);
    const fate = balancer && fateOf(this.#host, place, { balancer, group, target }, "Check");
    if (fate === "refuse") return FAILED;
    if (fate === "unreachable") {
      await this.#host.clock.sleep(check.timeoutSeconds * 1000);
      return TIMED_OUT;
    }
    const port = check.port === "traffic-port" ? target.port : Number(check.port);
    return await probe(check, { address: target.address, port }, this.#connections, this.#host.clock);
  }

  /** Is it of no use to anybody, whatever state it is in? */
  #isNotInUse(
    { zone, zoneGiven }: TargetRecord,
    users: readonly LoadBalancerRecord[],
  ): ELB.TargetHealth | undefined {
    if (users.length === 0)
      return unused(
        "Target.NotInUse",
        "Target group is not configured to receive traffic from the load balancer",
      );
    const isIn = (balancer: LoadBalancerRecord) =>
      zone === undefined || zoneGiven === "all" || balancer.zones.some((one) => one.zone === zone);
    if (users.some(isIn)) return undefined;
    return unused(
      "Target.NotInUse",
      "Target is in an Availability Zone that is not enabled for the load balancer",
    );
  }

  #whyUnused(
    place: Place,
    group: TargetGroupRecord,
    target: TargetRecord,
    users: readonly LoadBalancerRecord[] = this.usersOf(place, group),
  ): ELB.TargetHealth | undefined {
    const idle = this.#isNotInUse(target, users);
    if (idle) return idle;
    return group.targetType === "instance" && isStopped(this.#host, place, target.id)
      ? unused("Target.InvalidState", "Target is in the stopped state")
      : undefined;
  }
}

const keyOf = ({ account, region }: Place, target: TargetRecord): string =>
  JSON.stringify([account, region, ...keyOfTarget(target)]);

/** Is it an instance of EC2's that does not run? ECS's are shares of this machine, which EC2 does not know. */
function isStopped(host: ServiceHost, { region, account }: Place, id: string): boolean {
  if (runningInstances(host).get(id)) return false;
  return host.keptAt(makeArn("ec2", region, account, `instance/${id}`)) !== undefined;
}
