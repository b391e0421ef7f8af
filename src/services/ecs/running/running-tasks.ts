import { announce } from "../../../aws/announce.ts";
import type { Place } from "../../../aws/arn-template.ts";
import { untilKept, whenKept } from "../../../aws/due.ts";
import type { LogStreamWriter } from "../../../aws/log-stream-writer.ts";
import type { ServiceHost } from "../../../core/service.ts";
import { clusterArn } from "../cluster.ts";
import { describeTask, isStopped, type TaskRecord, taskArn, taskRecords } from "../task.ts";
import { findTaskDefinition } from "../task-definition.ts";
import { type ImageCommands, imageCommands } from "./command.ts";
import { LiveTask, type StopCause } from "./live-task.ts";

/** The tasks that run. All of their processes end with Squall. */
export class RunningTasks {
  readonly #host: ServiceHost;
  readonly #live = new Map<string, LiveTask>();
  readonly #writers = new Set<LogStreamWriter>();
  readonly #stopped = new AbortController();
  readonly #unsubscribe: () => void;
  readonly images: ImageCommands;
  /** Hears of every state that a task comes to. */
  changed: (place: Place, task: TaskRecord) => void = () => {};
  /** What is to be done before the processes of a task that is to end are asked to. */
  leaving: (place: Place, task: TaskRecord) => Promise<void> | undefined = () => undefined;

  constructor(host: ServiceHost) {
    this.#host = host;
    this.images = imageCommands(host.setting<string>("image"));
    this.#unsubscribe = host.bus.subscribe("fault.rule", () => {
      for (const task of this.#live.values()) task.lookForFaults();
    });
  }

  /** What a former process has left: what ran has ended with it, and what was not up yet, or was down, goes on. */
  resume(): void {
    for (const place of this.#host.scopes()) {
      const tasks = this.#host.store(place.account, place.region).collection(taskRecords);
      for (const task of [...tasks.values()].filter((one) => !isStopped(one))) {
        if (task.status === "PROVISIONING" || task.status === "DEPROVISIONING") {
          this.start(place, task);
          continue;
        }
        const nowMs = this.#host.clock.now();
        const { transition: _, ...kept } = task;
        const ended: TaskRecord = {
          ...kept,
          status: "STOPPED",
          desiredStatus: "STOPPED",
          version: task.version + 1,
          stopCode: "TerminationNotice",
          stoppedReason: "Host (Squall) terminated.",
          stoppingMs: task.stoppingMs ?? nowMs,
          executionStoppedMs: nowMs,
          stoppedMs: nowMs,
          containers: task.containers.map((one) => ({ ...one, status: "STOPPED" as const })),
        };
        untilKept(this.#host, () => tasks.put([task.cluster, task.id], ended));
        this.#tell(place, ended);
        void this.leaving(place, ended);
      }
    }
  }

  /** Runs a task that has been kept. */
  start({ account, region }: Place, task: TaskRecord): void {
    const place = { account, region };
    const store = this.#host.store(place.account, place.region);
    const definition = findTaskDefinition(task.definitionArn, { store });
    const live = new LiveTask(place, task, definition, {
      host: this.#host,
      images: this.images,
      writers: this.#writers,
      stopped: this.#stopped.signal,
      changed: (where, changed) => this.#tell(where, changed),
      leaving: (where, task) => this.leaving(where, task),
    });
    const key = taskArn(place, task);
    this.#live.set(key, live);
    // The answer of whoever asked for it comes first, and it may be that it could not be kept.
    setImmediate(() => {
      // Of what Squall left behind when it stopped the next process tells.
      if (this.#stopped.signal.aborted) return;
      if (!live.record) {
        this.#live.delete(key);
        return;
      }
      this.#tell(place, task);
      live
        .run()
        .catch((error: unknown) => this.#host.log.error(`ecs: ${key} cannot go on`, error))
        .finally(() => this.#live.delete(key));
    });
  }

  /** Is a task at work that is soon over? */
  get isBusy(): boolean {
    for (const task of this.#live.values()) if (task.isWork) return true;
    return false;
  }

  /** Asks a task to end. */
  stop(place: Place, task: TaskRecord, cause: StopCause): void {
    const live = this.#live.get(taskArn(place, task));
    whenKept(this.#host.storage, () => live?.stop(cause));
  }

  /** The task whose containers show this token. */
  byToken(token: string): LiveTask | undefined {
    return [...this.#live.values()].find((task) => task.token === token);
  }

  async end(): Promise<void> {
    this.#stopped.abort();
    this.#unsubscribe();
    for (const task of this.#live.values()) task.kill();
    await Promise.all([...this.#writers].map((writer) => writer.flush()));
  }

  /** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html */
  #tell(place: Place, task: TaskRecord): void {
    this.changed(place, task);
    void announce(this.#host, "aws.ecs", { ...place, origin: `ecs(${task.group})` }, () => ({
      detailType: "ECS Task State Change",
      resources: [taskArn(place, task)],
      detail: {
        ...describeTask(task, place),
        clusterArn: clusterArn(place, task.cluster),
        updatedAt: new Date(this.#host.clock.now()),
        tags: undefined,
      },
    }));
  }
}
