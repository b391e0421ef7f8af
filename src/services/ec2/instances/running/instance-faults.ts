import type { Place } from "../../../../aws/arn-template.ts";
import { StandingHits, type StandingSubject } from "../../../../aws/standing-hits.ts";
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
  readonly #standing: StandingHits;
  #pauses = 0;
  #notice: SpotNotice | undefined;

  constructor(host: ServiceHost, instance: FaultyInstance) {
    this.#host = host;
    this.#instance = instance;
    this.#standing = new StandingHits(host, {
      points: [VOLUME, SPOT_INSTANCE],
      place: instance.place,
      subjects: () => this.#subjects(),
      begin: (hit) => (hit.effect === "interrupt" ? this.#interrupt(hit) : this.#pause()),
    });
  }

  /** Rules, volumes or the instance's own state have changed. */
  look(): void {
    this.#standing.look();
  }

  /** What its metadata say of an interruption to come. */
  get notice(): SpotNotice | undefined {
    return this.#notice;
  }

  /** The instance ends, and all of it with it. */
  end(): void {
    this.#standing.end();
  }

  #subjects(): StandingSubject[] {
    const { place } = this.#instance;
    const record = this.#instance.find();
    if (!record) return [];
    return [
      ...record.devices.map(({ volumeId }) => ({ point: VOLUME, resource: volumeArn(volumeId, place) })),
      ...(this.#instance.interruption() === undefined
        ? []
        : [{ point: SPOT_INSTANCE, resource: instanceArn(record.id, place) }]),
    ];
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
