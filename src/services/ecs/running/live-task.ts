import type { Place } from "../../../aws/arn-template.ts";
import { untilKept } from "../../../aws/due.ts";
import { begin, whenOver } from "../../../aws/lifecycle.ts";
import { LogStreamWriter } from "../../../aws/log-stream-writer.ts";
import { Owing } from "../../../aws/owing.ts";
import { sessionLifetimeMs } from "../../../aws/session-lifetime.ts";
import type { Credential } from "../../../core/credentials.ts";
import type { ServiceHost } from "../../../core/service.ts";
import type * as ECS from "../../../models/generated/ecs.ts";
import { Machine } from "../../../processes/machine.ts";
import { ecsArn } from "../ids.ts";
import { taskLifecycle } from "../lifecycle.ts";
import { type ContainerRecord, type TaskRecord, taskArn, taskRecords } from "../task.ts";
import type { TaskDefinitionRecord } from "../task-definition.ts";
import { commandOf, howToRun, type ImageCommands } from "./command.ts";
import { containerVariables } from "./environment.ts";
import { HealthChecks } from "./health-check.ts";
import { type LiveContainer, Milestones } from "./live-container.ts";
import { freePort, PortFront } from "./port-front.ts";
import { secretsOf } from "./secrets.ts";
import { TaskFaults } from "./task-faults.ts";

const STOP_TIMEOUT_S = 30;
/** The exit code of what SIGKILL ended. */
const KILLED = 137;
const SESSION_MS = 6 * 3_600_000;
const RENEWED_MS = 900_000;
/** So long, in real milliseconds, a world that comes to rest waits for a task. */
const PATIENCE_MS = 20_000;

/** What a task that runs needs of the world. */
export interface TaskWorld {
  readonly host: ServiceHost;
  readonly images: ImageCommands;
  /** Writers with log events to send. */
  readonly writers: Set<LogStreamWriter>;
  /** Aborted when the service stops: its tasks' processes end with it, and nothing more is kept. */
  readonly stopped: AbortSignal;
  /** A task has gone from one state to another. */
  changed(place: Place, task: TaskRecord): void;
  /** Resolves when its processes may be asked to end. */
  leaving(place: Place, task: TaskRecord): Promise<void> | undefined;
}

/** Why a task ends. */
export interface StopCause {
  readonly code: ECS.TaskStopCode;
  readonly reason: string;
}

/** A task whose containers are processes of this machine, from PROVISIONING to STOPPED. */
export class LiveTask {
  readonly place: Place;
  readonly cluster: string;
  readonly id: string;
  /** What its containers show for the credentials of its role. */
  readonly token: string;
  readonly #world: TaskWorld;
  readonly #definition: TaskDefinitionRecord;
  readonly #containers: LiveContainer[] = [];
  readonly #faults: TaskFaults;
  readonly #milestones = new Milestones();
  readonly #checks: HealthChecks[] = [];
  readonly #stop: PromiseWithResolvers<StopCause> = Promise.withResolvers();
  readonly #startedAt = performance.now();
  readonly #owing: Owing<TaskRecord>;
  /** The states of which others hear once they are kept. */
  readonly #untold: TaskRecord[] = [];
  #credential: Credential | undefined;
  /** Its containers are ended: one that is still being started is not started any more. */
  #isEnding = false;
  #left: number;

  constructor(place: Place, task: TaskRecord, definition: TaskDefinitionRecord, world: TaskWorld) {
    this.place = place;
    this.cluster = task.cluster;
    this.id = task.id;
    this.#world = world;
    this.#definition = definition;
    const records = world.host.store(place.account, place.region).collection(taskRecords);
    this.#owing = new Owing(world.host, records, [task.cluster, task.id], () => {
      for (const record of this.#untold.splice(0)) world.changed(place, record);
    });
    this.token = world.host.random.hex(48);
    this.#faults = new TaskFaults(world.host, taskArn(place, task), place, () => this.#containers);
    this.#left = definition.containers.length;
  }

  /** As it is, whether the store could keep all of that or not; undefined when it is gone. */
  get record(): TaskRecord | undefined {
    return this.#owing.record;
  }

  get definition(): TaskDefinitionRecord {
    return this.#definition;
  }

  /** Is it work that comes to an end? A task of a service, and one that listens, goes on; others are waited for, for a while. */
  get isWork(): boolean {
    const listens = this.#definition.containers.some(({ portMappings = [] }) => portMappings.length > 0);
    const isService = this.record?.service !== undefined;
    return !listens && !isService && performance.now() - this.#startedAt < PATIENCE_MS;
  }

  /** Asks it to end; the first cause counts. */
  stop(cause: StopCause): void {
    this.#stop.resolve(cause);
  }

  /** Rules have come or gone. */
  lookForFaults(): void {
    this.#faults.look();
  }

  /** Ends its processes at once: Squall stops. */
  kill(): void {
    this.#isEnding = true;
    this.#faults.end();
    for (const check of this.#checks) check.stop();
    for (const { machine, fronts } of this.#containers) {
      machine.end();
      for (const front of fronts.values()) front.close();
    }
    const { host } = this.#world;
    const credential = this.#credential;
    this.#credential = undefined;
    if (credential) untilKept(host, () => host.credentials.delete(credential.accessKeyId));
  }

  /** The credentials of its role; new ones when the old have not long to go. */
  credential(): Credential {
    const { credentials, clock } = this.#world.host;
    const known = this.#credential;
    if (known && (known.expiresAt ?? 0) > clock.now() + RENEWED_MS && credentials.find(known.accessKeyId))
      return known;
    const { network, parentId } = this.record ?? {};
    const session = {
      account: this.place.account,
      name: this.id,
      ...(parentId !== undefined && { parentId }),
      ...(network && { network: { vpcId: network.vpc ?? "", subnetId: network.subnet } }),
    };
    const lifetimeMs = sessionLifetimeMs(this.#roleArn, SESSION_MS, (point, subject) =>
      this.#world.host.hits(point, subject, this.place),
    );
    this.#credential = credentials.issueForRole(this.#roleArn, session, lifetimeMs);
    return this.#credential;
  }

  /** A task without a role calls all the same, so that its calls are known as its own. */
  get #roleArn(): string {
    return this.#taskRoleArn ?? `arn:aws:iam::${this.place.account}:role/ecs-task-without-role`;
  }

  get #taskRoleArn(): string | undefined {
    const { taskRoleArn = this.#definition.taskRoleArn } = this.record?.overrides ?? {};
    return taskRoleArn;
  }

  /** Resolves when it has stopped. */
  async run(): Promise<void> {
    if (this.record?.status === "DEPROVISIONING") {
      using _ = this.#world.host.atWork();
      return this.#deprovision();
    }
    const cause = await this.#rise().catch(
      (error: Error): StopCause => ({ code: "TaskFailedToStart", reason: error.message }),
    );
    const ended = cause ?? (await this.#stop.promise);
    if (this.#world.stopped.aborted) return;
    await this.#fall(ended);
  }

  /** Up to RUNNING. @returns why it does not get there */
  async #rise(): Promise<StopCause | undefined> {
    const { host, stopped } = this.#world;
    using _ = host.atWork();
    const asked = this.#stop.promise;
    const provisioned = await Promise.race([whenOver(this.record?.transition, host, stopped), asked]);
    if (isCause(provisioned)) return provisioned;
    if (provisioned !== undefined) return { code: "TaskFailedToStart", reason: provisioned };
    this.#save({ status: "PENDING", transition: undefined });
    const started = await Promise.race([this.#startContainers(), asked]);
    if (isCause(started)) return started;
    this.#save({ status: "RUNNING", startedMs: host.clock.now(), transition: undefined });
    this.#faults.look();
    return undefined;
  }

  async #startContainers(): Promise<undefined> {
    await Promise.all(this.#definition.containers.map((container) => this.#startContainer(container)));
  }

  async #startContainer(definition: ECS.ContainerDefinition): Promise<void> {
    const { name = "" } = definition;
    for (const { containerName, condition } of definition.dependsOn ?? [])
      if (!(await this.#milestones.of(containerName, condition)))
        throw new Error(
          `Container ${name} was not started: its dependency ${containerName} did not reach ${condition}.`,
        );
    const live = await this.#boot(definition);
    const bindings = [...live.fronts].map(([containerPort, front]) => ({
      bindIP: "127.0.0.1",
      containerPort,
      hostPort: front.port,
      protocol: "tcp" as const,
    }));
    this.#saveContainer(name, { status: "RUNNING", bindings });
    this.#milestones.reach(name, "START");
    if (definition.healthCheck)
      this.#checks.push(
        new HealthChecks(definition.healthCheck, live.machine, this.#world.host.clock, (health) =>
          this.#isFound(name, health),
        ),
      );
    void live.ended.then((ended) => this.#hasEnded(definition, ended, live.machine.wasOutOfMemory));
  }

  async #boot(definition: ECS.ContainerDefinition): Promise<LiveContainer> {
    const { host, images } = this.#world;
    const { name = "" } = definition;
    this.#refuseRole();
    const override = this.record?.overrides.containerOverrides?.find((one) => one.name === name);
    const command = commandOf(definition, override?.command, images);
    if (!command) throw new Error(`CannotPullContainerError: ${howToRun(definition)}`);
    const { executionRoleArn = this.#definition.executionRoleArn } = this.record?.overrides ?? {};
    const secrets = await secretsOf(
      definition.secrets ?? [],
      { ...this.place, executionRoleArn, origin: `task(${this.#definition.family})` },
      host,
    );
    const fronts = await this.#openFronts(definition);
    const ports = new Map([...fronts].map(([containerPort, { backPort }]) => [containerPort, backPort]));
    const folder = host.scratch(`ecs-${this.id}-${name}`);
    const loopback = host.endpoint.loopback();
    const credential = this.credential();
    const machine = new Machine(
      {
        id: `${this.id}/${name}`,
        name,
        command,
        cwd: definition.workingDirectory ?? folder,
        environment: containerVariables({
          region: this.place.region,
          endpointUrl: loopback,
          credentialsUrl: `${loopback}/_squall/ecs/credentials/${this.token}`,
          token: this.token,
          metadataUrl: `${loopback}/_squall/ecs/v4/${this.token}/${encodeURIComponent(name)}`,
          temporary: folder,
          ports,
          secrets,
          given: [...(definition.environment ?? []), ...(override?.environment ?? [])],
        }),
        ...(definition.memory !== undefined && { memoryMB: definition.memory }),
      },
      credential.accessKeyId,
      {},
    );
    const write = this.#log(definition);
    const live = { definition, machine, fronts, ended: machine.boot(write) };
    this.#containers.push(live);
    return live;
  }

  /** @throws Error when the task ends meanwhile: nobody would close them */
  async #openFronts({ portMappings = [] }: ECS.ContainerDefinition): Promise<Map<number, PortFront>> {
    const fronts = new Map<number, PortFront>();
    try {
      for (const { containerPort, hostPort = 0, protocol = "tcp" } of portMappings) {
        if (containerPort === undefined || protocol !== "tcp") continue;
        const backPort = await freePort(containerPort);
        const wanted = hostPort === containerPort ? 0 : hostPort;
        fronts.set(containerPort, await PortFront.open(wanted, backPort, this.#world.host.clock));
      }
      if (this.#isEnding) throw new Error("The task ended before its containers were started.");
      return fronts;
    } catch (error) {
      for (const front of fronts.values()) front.close();
      throw error;
    }
  }

  /** The role has to trust ECS's tasks. */
  #refuseRole(): void {
    const { host } = this.#world;
    const taskRole = this.#taskRoleArn;
    if (taskRole === undefined) return;
    const { account, region } = this.place;
    const by = { as: "ecs-tasks.amazonaws.com", account, region, sourceArn: taskArn(this.place, this) };
    if (host.refusalOfAction("sts:AssumeRole", [taskRole], by))
      throw new Error(
        `ECS was unable to assume the role '${taskRole}' that was provided for this task. Please verify that the role being passed has the proper trust relationship and permissions and that your IAM user has permissions to pass this role.`,
      );
  }

  /** Where what a container writes goes: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html */
  #log({ name = "", logConfiguration }: ECS.ContainerDefinition): (text: string) => void {
    const { host, writers } = this.#world;
    const terminal = host.log.named(`squall.ecs.${this.#definition.family}.${name}`);
    const { logDriver, options = {} } = logConfiguration ?? {};
    const group = options["awslogs-group"];
    if (logDriver !== "awslogs" || group === undefined) return (text) => terminal.info(text);
    const prefix = options["awslogs-stream-prefix"];
    const { executionRoleArn = this.#roleArn } = this.#definition;
    const writer = new LogStreamWriter(
      host,
      {
        account: this.place.account,
        region: options["awslogs-region"] ?? this.place.region,
        role: executionRoleArn,
        group,
        stream: prefix === undefined ? this.id : `${prefix}/${name}/${this.id}`,
      },
      writers,
    );
    return (text) => {
      terminal.info(text);
      for (const line of text.split("\n")) writer.add(host.clock.now(), line);
    };
  }

  #isFound(name: string, health: "HEALTHY" | "UNHEALTHY"): void {
    const before = this.record?.containers.find((one) => one.name === name)?.health;
    if (this.#world.stopped.aborted || before === health) return;
    this.#saveContainer(name, { health });
    if (health === "HEALTHY") this.#milestones.reach(name, "HEALTHY");
    const record = this.record;
    const isEssential = this.#definition.containers.find((one) => one.name === name)?.essential !== false;
    if (isEssential && record) this.#world.changed(this.place, record);
  }

  /** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html */
  #hasEnded(
    { name = "", essential = true }: ECS.ContainerDefinition,
    ended: { code: number } | Error,
    wasOutOfMemory: boolean,
  ): void {
    if (this.#world.stopped.aborted) return;
    const code = ended instanceof Error ? 127 : ended.code;
    this.#left--;
    this.#milestones.end(name, code);
    this.#saveContainer(name, {
      status: "STOPPED",
      exitCode: code,
      ...(ended instanceof Error && { reason: `CannotStartContainerError: ${ended.message}` }),
      ...(wasOutOfMemory &&
        code === KILLED && { reason: "OutOfMemoryError: Container killed due to memory usage" }),
    });
    if (ended instanceof Error && essential)
      this.stop({ code: "TaskFailedToStart", reason: "Task failed to start" });
    if (essential || this.#left === 0)
      this.stop({ code: "EssentialContainerExited", reason: "Essential container in task exited" });
  }

  /** Down to STOPPED. */
  async #fall({ code, reason }: StopCause): Promise<void> {
    const { host } = this.#world;
    using _ = host.atWork();
    const nowMs = host.clock.now();
    this.#save({
      status: "DEACTIVATING",
      desiredStatus: "STOPPED",
      stopCode: code,
      stoppedReason: reason,
      stoppingMs: nowMs,
      transition: undefined,
    });
    for (const check of this.#checks) check.stop();
    const leaving = this.record && this.#world.leaving(this.place, this.record);
    if (leaving) await leaving;
    // A fault that pauses its processes would keep them from ending.
    this.#faults.end();
    this.#save({ status: "STOPPING" });
    this.#isEnding = true;
    await Promise.all(this.#containers.map((container) => this.#end(container)));
    const transition = begin(taskLifecycle, "DEPROVISIONING", taskArn(this.place, this), this.place, host);
    this.#save({ status: "DEPROVISIONING", executionStoppedMs: host.clock.now(), transition });
    await this.#deprovision();
  }

  /** From DEPROVISIONING to STOPPED, when its processes have ended: that may have been in another process of ours. */
  async #deprovision(): Promise<void> {
    const { host, stopped } = this.#world;
    await whenOver(this.record?.transition, host, stopped);
    this.kill();
    if (stopped.aborted) return;
    const containers = this.record?.containers.map((one) => ({ ...one, status: "STOPPED" as const }));
    this.#save({
      status: "STOPPED",
      stoppedMs: host.clock.now(),
      transition: undefined,
      ...(containers && { containers }),
    });
  }

  /** SIGTERM, and SIGKILL to what does not heed it. */
  async #end({ definition, machine, ended, fronts }: LiveContainer): Promise<void> {
    const { host, stopped } = this.#world;
    const kill = () => machine.end();
    const timer = host.clock.setTimer((definition.stopTimeout ?? STOP_TIMEOUT_S) * 1000, kill);
    stopped.addEventListener("abort", kill, { once: true });
    machine.terminate();
    await ended;
    timer.cancel();
    stopped.removeEventListener("abort", kill);
    machine.end();
    for (const front of fronts.values()) front.close();
  }

  #saveContainer(name: string, change: Partial<ContainerRecord>): void {
    const { containers } = this.record ?? {};
    if (containers)
      this.#save(
        { containers: containers.map((one) => (one.name === name ? { ...one, ...change } : one)) },
        false,
      );
  }

  /** @param isTold whether it is a change of its state, which others hear of */
  #save(change: Partial<TaskRecord>, isTold = true): void {
    const before = this.#world.stopped.aborted ? undefined : this.record;
    if (!before) return;
    this.#owing.change({ ...change, version: before.version + 1 });
    const { record } = this;
    if (isTold && record) this.#untold.push(record);
  }

  /** The ARN of one of its containers. */
  containerArn(id: string): string {
    return ecsArn(this.place, "container", this.cluster, this.id, id);
  }
}

const isCause = (value: StopCause | string | undefined): value is StopCause => typeof value === "object";
