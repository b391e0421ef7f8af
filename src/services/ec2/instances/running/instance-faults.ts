import type { Place } from "../../../../aws/arn-template.ts";
import type { Timer } from "../../../../core/clock.ts";
import { parseDuration } from "../../../../core/clock.ts";
import type { Hit } from "../../../../core/fault.ts";
import type { ServiceHost } from "../../../../core/service.ts";
import type { Machine } from "../../../../processes/machine.ts";
import { SPOT_INSTANCE, VOLUME } from "../fault-points.ts";
import { type InstanceRecord, instanceArn } from "../instance.ts";
import { volumeArn } from "../volume.ts";
import { announceInstance } from "./instance-events.ts";
import type { SpotNotice } from "./metadata-tree.ts";

/** Who is interrupted has its notice so long before. */
const NOTICE_MS = 120_000;
const MOMENT_MS = 1_000;

/** What rules act on. */
export interface FaultyInstance {
  readonly place: Place;
  readonly id: string;
  readonly machine: Machine;
  find(): InstanceRecord | undefined;
  /** What its request says of interruptions; undefined for an instance that is not of the Spot market. */
  interruption(): string | undefined;
  interrupt(): void;
}

/** What rules do to one instance that runs, for as long as they are there. */
export class InstanceFaults {
  readonly #host: ServiceHost;
  readonly #instance: FaultyInstance;
  /** By rule and resource: how what it does is undone; rules that passed it by are there, too. */
  readonly #known = new Map<string, { readonly rule: string; undo(): void }>();
  #pauses = 0;
  #notice: SpotNotice | undefined;

  constructor(host: ServiceHost, instance: FaultyInstance) {
    this.#host = host;
    this.#instance = instance;
  }

  /** Rules, volumes or the instance's own state have changed. */
  look(): void {
    const { place } = this.#instance;
    const record = this.#instance.find();
    const rules = this.#host.faults.list().filter(({ point }) => point === VOLUME || point === SPOT_INSTANCE);
    const there = new Set(rules.map(({ id }) => id));
    for (const [key, { rule, undo }] of this.#known) {
      if (there.has(rule)) continue;
      this.#known.delete(key);
      undo();
    }
    if (!record || rules.length === 0) return;
    const subjects = [
      ...record.devices.map(({ volumeId }) => ({ point: VOLUME, arn: volumeArn(volumeId, place) })),
      ...(this.#instance.interruption() === undefined
        ? []
        : [{ point: SPOT_INSTANCE, arn: instanceArn(record.id, place) }]),
    ];
    for (const { point, arn } of subjects) {
      const news = rules.filter((rule) => rule.point === point && !this.#known.has(`${rule.id} ${arn}`));
      if (news.length === 0) continue;
      const hits = this.#host.hits(point, { resource: arn }, place);
      for (const { id } of news) {
        const hit = hits.find(({ rule }) => rule.id === id);
        this.#known.set(`${id} ${arn}`, { rule: id, undo: hit ? this.#begin(hit) : () => {} });
      }
    }
  }

  /** What its metadata say of an interruption to come. */
  get notice(): SpotNotice | undefined {
    return this.#notice;
  }

  /** The instance ends, and all of it with it. */
  end(): void {
    const known = [...this.#known.values()];
    this.#known.clear();
    for (const { undo } of known) undo();
  }

  #begin(hit: Hit): () => void {
    return hit.effect === "interrupt" ? this.#interrupt(hit) : this.#pause();
  }

  #pause(): () => void {
    if (++this.#pauses === 1) this.#instance.machine.pause();
    return () => {
      if (--this.#pauses === 0) this.#instance.machine.goOn();
    };
  }

  /** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html */
  #interrupt({ params }: Hit): () => void {
    const { clock } = this.#host;
    const { place, id } = this.#instance;
    const action = this.#instance.interruption() === "stop" ? "stop" : "terminate";
    const nowMs = clock.now();
    const dueMs = nowMs + (parseDuration(params["ms"]) ?? NOTICE_MS);
    this.#notice = { rebalanceMs: nowMs };
    announceInstance(this.#host, place, id, "EC2 Instance Rebalance Recommendation");
    const warn = () => {
      this.#notice = { rebalanceMs: nowMs, action: { action, atMs: dueMs } };
      announceInstance(this.#host, place, id, "EC2 Spot Instance Interruption Warning", {
        "instance-action": action,
      });
    };
    let isOver = false;
    const interrupt = () => {
      if (isOver) return;
      isOver = true;
      this.#instance.interrupt();
    };
    const timers: Timer[] = [clock.setTimer(dueMs - nowMs, interrupt)];
    if (dueMs - NOTICE_MS <= nowMs) warn();
    else timers.push(clock.setTimer(dueMs - NOTICE_MS - nowMs, warn));
    return () => {
      for (const timer of timers) timer.cancel();
      // A rule that goes when its time has come has done what it was there for: its own was up a moment before ours.
      if (clock.now() >= dueMs - MOMENT_MS) interrupt();
      else this.#notice = undefined;
    };
  }
}
