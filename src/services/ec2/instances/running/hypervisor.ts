import type { Place } from "../../../../aws/arn-template.ts";
import { begin, whenOver } from "../../../../aws/lifecycle.ts";
import type { Timer } from "../../../../core/clock.ts";
import type { ServiceHost } from "../../../../core/service.ts";
import type * as EC2 from "../../../../models/generated/ec2.ts";
import { runningInstances } from "../../../../processes/running-instances.ts";
import { Turns } from "../../../../processes/turns.ts";
import { type At, all, look, remove, save } from "../../kind.ts";
import { interfacesOf, networkInterfaces } from "../../network-interface.ts";
import { type GivenProcess, type InstanceRecord, instanceArn, instances } from "../instance.ts";
import { instanceLifecycle } from "../lifecycle.ts";
import { reservations } from "../reservation.ts";
import { requestOf, settleRequest } from "../spot-request.ts";
import { volumes } from "../volume.ts";
import { Console } from "./console.ts";
import { announceInstance } from "./instance-events.ts";
import { LiveInstance } from "./live-instance.ts";

/** How long AWS shows what has been terminated, about. */
const SHOWN_AFTER_END_MS = 3_600_000;

/** States that do not last. */
type Passing = keyof typeof instanceLifecycle.stages;

/** Has instances go from state to state, with process groups as their machines. All of these end with Squall. */
export class Hypervisor {
  readonly #host: ServiceHost;
  readonly #live = new Map<string, LiveInstance>();
  readonly #consoles = new Map<string, Console>();
  readonly #forgetting = new Map<string, Timer>();
  /** Processes that are to be launched, by the client token of the launch. */
  readonly #given = new Map<string, GivenProcess>();
  /** What is being done with each machine: one thing after the other. It does not boot while it shuts down. */
  readonly #turns = new Turns();
  readonly #stopped = new AbortController();
  readonly #unsubscribe: () => void;

  constructor(host: ServiceHost) {
    this.#host = host;
    this.#unsubscribe = host.bus.subscribe("fault.rule", () => this.lookForFaults());
  }

  /** What a former process has left: what ran boots again, and what was on its way goes on. */
  resume(): void {
    for (const place of this.#host.scopes()) {
      const at = this.#at(place);
      for (const instance of all(instances, at)) {
        if (instance.state === "running")
          this.#go(place, instance.id, instance.turn, () => this.#boot(at, instance));
        else if (instance.state === "terminated") this.#forgetLater(at, instance);
        else if (instance.state !== "stopped") this.#follow(at, instance);
      }
    }
  }

  /**
   * Has an instance go to a state, and on from there by itself.
   * @param change what else changes with it
   * @returns as it is kept from now on
   */
  go(
    instance: InstanceRecord,
    state: Passing,
    change: Partial<Pick<InstanceRecord, "stateReason" | "transitionReason" | "launchedMs">>,
    { account, region, store }: At,
  ): InstanceRecord {
    const at = { account, region, store };
    const transition = begin(instanceLifecycle, state, instanceArn(instance.id, at), at, this.#host);
    const turn = instance.turn + 1;
    const gone = save(instances, { ...instance, ...change, state, transition, turn }, at);
    this.#follow(at, gone);
    return gone;
  }

  /** Ends its processes and boots it anew; its state stays. */
  reboot(instance: InstanceRecord, { account, region, store }: At): void {
    const at = { account, region, store };
    this.#go(at, instance.id, instance.turn, async () => {
      await this.#shutDown(instance.id);
      const current = look(instances, instance.id, at);
      if (current?.state === "running") await this.#boot(at, current);
    });
  }

  /** @returns the client token of a launch that will run this, which no member of its input can say */
  willRun(process: GivenProcess): string {
    const token = `squall-${this.#host.random.uuid()}`;
    this.#given.set(token, process);
    return token;
  }

  /** What the launch with a client token is to run. */
  takeGiven(token: string | undefined): GivenProcess | undefined {
    const given = this.#given.get(token ?? "");
    this.#given.delete(token ?? "");
    return given;
  }

  /** The instance that runs under an id. */
  live(id: string): LiveInstance | undefined {
    return this.#live.get(id);
  }

  console(id: string): Console {
    const known = this.#consoles.get(id) ?? new Console();
    this.#consoles.set(id, known);
    return known;
  }

  /** Rules have come or gone, or what instances have. */
  lookForFaults(): void {
    for (const live of this.#live.values()) live.lookForFaults();
  }

  stop(): void {
    this.#stopped.abort();
    this.#unsubscribe();
    for (const timer of this.#forgetting.values()) timer.cancel();
    for (const [id, live] of this.#live) {
      live.kill();
      runningInstances(this.#host).remove(id);
    }
    this.#live.clear();
  }

  #at({ account, region }: Place): At {
    return { account, region, store: this.#host.store(account, region) };
  }

  /** Takes an instance to where its state leads; what has gone elsewhere meanwhile is left alone. */
  #follow(at: At, { id, turn }: InstanceRecord): void {
    // The answer of whoever asked for it comes first; what that takes back has never been.
    this.#go(at, id, turn, async (instance) => {
      this.#tell(at, instance);
      const failure = await whenOver(instance.transition, this.#host, this.#stopped.signal);
      if (!this.#isStill(at, instance)) return;
      if (failure !== undefined) await this.#end(at, instance, internalError(failure));
      else if (instance.state === "pending") await this.#rise(at, instance);
      else if (instance.state === "stopping") await this.#rest(at, instance);
      else await this.#end(at, instance, instance.stateReason);
    });
  }

  #go(place: Place, id: string, turn: number, act: (instance: InstanceRecord) => Promise<void>): void {
    setImmediate(() => {
      if (this.#stopped.signal.aborted) return;
      const at = this.#at(place);
      const instance = look(instances, id, at);
      if (instance?.turn !== turn) return;
      const work = this.#host.atWork();
      act(instance)
        .catch((error: unknown) => this.#host.log.error(`ec2: ${id} cannot go on`, error))
        .finally(() => work[Symbol.dispose]());
    });
  }

  async #rise(at: At, instance: InstanceRecord): Promise<void> {
    await this.#boot(at, instance);
    this.#settle(at, instance, "running", { stateReason: undefined });
  }

  async #rest(at: At, instance: InstanceRecord): Promise<void> {
    await this.#shutDown(instance.id);
    this.#settle(at, instance, "stopped", {});
  }

  async #end(at: At, instance: InstanceRecord, stateReason: EC2.StateReason | undefined): Promise<void> {
    await this.#shutDown(instance.id);
    if (!this.#isStill(at, instance)) return;
    const ended = this.#settle(at, instance, "terminated", {
      stateReason,
      terminatedMs: this.#host.clock.now(),
    });
    if (ended) this.#cleanUp(at, ended);
  }

  /** What an instance leaves when it has gone: what was made for it goes with it. */
  #cleanUp(at: At, instance: InstanceRecord): void {
    for (const eni of interfacesOf(instance.id, at)) {
      if (eni.attachment?.deleteOnTermination) remove(networkInterfaces, eni, at);
      else save(networkInterfaces, { ...eni, attachment: undefined }, at);
    }
    for (const { volumeId, deleteOnTermination } of instance.devices) {
      const volume = deleteOnTermination ? look(volumes, volumeId, at) : undefined;
      if (volume) remove(volumes, volume, at);
    }
    save(instances, { ...instance, devices: [] }, at);
    this.#forgetLater(at, instance);
  }

  #forgetLater(at: At, { id, terminatedMs = 0, reservationId }: InstanceRecord): void {
    const forget = () => {
      this.#forgetting.delete(id);
      this.#consoles.delete(id);
      remove(instances, { id, tags: {} }, at);
      const reservation = look(reservations, reservationId, at);
      if (reservation?.instanceIds.every((one) => look(instances, one, at) === undefined))
        remove(reservations, reservation, at);
    };
    const { clock } = this.#host;
    const leftMs = Math.max(0, terminatedMs + SHOWN_AFTER_END_MS - clock.now());
    this.#forgetting.set(id, clock.setTimer(leftMs, forget));
  }

  /** @returns as it is kept; undefined when it has gone elsewhere meanwhile */
  #settle(
    at: At,
    instance: InstanceRecord,
    state: EC2.InstanceStateName,
    change: Partial<InstanceRecord>,
  ): InstanceRecord | undefined {
    const current = this.#isStill(at, instance);
    if (!current) return undefined;
    const settled = save(
      instances,
      { ...current, ...change, state, transition: undefined, turn: current.turn + 1 },
      at,
    );
    this.#tell(at, settled);
    return settled;
  }

  #isStill(at: At, { id, turn }: InstanceRecord): InstanceRecord | undefined {
    if (this.#stopped.signal.aborted) return undefined;
    const current = look(instances, id, at);
    return current?.turn === turn ? current : undefined;
  }

  async #boot(at: At, instance: InstanceRecord): Promise<void> {
    await this.#turns.take(instance.id, async () => {
      if (this.#stopped.signal.aborted || this.#live.has(instance.id)) return;
      const live = await LiveInstance.boot(at, instance, {
        host: this.#host,
        console: this.console(instance.id),
        interrupt: (id) => this.#interrupt(at, id),
      });
      if (this.#stopped.signal.aborted) return live.kill();
      this.#live.set(instance.id, live);
      runningInstances(this.#host).add(live);
    });
  }

  async #shutDown(id: string): Promise<void> {
    await this.#turns.take(id, async () => {
      const live = this.#live.get(id);
      if (!live) return;
      runningInstances(this.#host).remove(id);
      await live.shutDown();
      this.#live.delete(id);
    });
  }

  /** AWS takes a Spot Instance back: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-interruptions.html */
  #interrupt(at: At, id: string): void {
    const instance = look(instances, id, at);
    if (instance?.state !== "running") return;
    const isStop = requestOf(id, at)?.interruption === "stop";
    const code = isStop ? "Server.SpotInstanceShutdown" : "Server.SpotInstanceTermination";
    const message = isStop ? "Spot instance shutdown" : "Spot instance termination";
    this.go(
      instance,
      isStop ? "stopping" : "shutting-down",
      {
        stateReason: { Code: code, Message: `${code}: ${message}` },
        transitionReason: "Service initiated",
      },
      at,
    );
    settleRequest(instance, isStop ? "stopped" : "terminated", "experiment", at, this.#host.clock.now());
  }

  #tell(place: Place, { id, state }: InstanceRecord): void {
    announceInstance(this.#host, place, id, "EC2 Instance State-change Notification", { state });
  }
}

const internalError = (reason: string): EC2.StateReason => ({
  Code: "Server.InternalError",
  Message: `Server.InternalError: ${reason}`,
});
