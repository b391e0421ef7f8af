import { Dues } from "../../aws/due.ts";
import { partsOf } from "../../core/arn.ts";
import type { ServiceHost } from "../../core/service.ts";
import type { Collection } from "../../core/storage.ts";
import { type MoveTask, moveTasks } from "./move-task.ts";
import type { OpenQueue } from "./open-queue.ts";
import type { OpenQueues } from "./open-queues.ts";

/** How many messages a task without a rate moves in one turn. */
const STEP = 500;
const SECOND_MS = 1000;
/** Why a task fails when one of its queues is gone. */
const NO_QUEUE = "AWS.SimpleQueueService.NonExistentQueue";

/** Carries out message move tasks: at their rate, or as fast as it goes. */
export class Mover {
  readonly #host: ServiceHost;
  readonly #open: OpenQueues;
  readonly #dues: Dues;

  constructor(host: ServiceHost, open: OpenQueues) {
    this.#host = host;
    this.#open = open;
    this.#dues = new Dues(host);
  }

  /** The tasks of the store that a queue's ARN points to. */
  tasks(sourceArn: string): Collection<MoveTask> {
    const { account, region } = partsOf(sourceArn);
    return this.#host.store(account, region).collection(moveTasks);
  }

  /** Makes the first step at once: without a rate, a small queue is empty when StartMessageMoveTask answers. */
  run(task: MoveTask): void {
    this.#step(task.id, task.sourceArn);
  }

  cancel(task: MoveTask): void {
    // Its next step finds that it is.
    this.tasks(task.sourceArn).put([task.id], { ...task, status: "CANCELLED" });
  }

  /** Goes on with what ran when the process ended. */
  resume(): void {
    for (const { account, region } of this.#host.scopes()) {
      for (const task of this.#host.store(account, region).collection(moveTasks).values()) {
        if (task.status === "RUNNING") this.run(task);
      }
    }
  }

  stop(): void {
    this.#dues.stop();
  }

  #step(id: string, sourceArn: string): void {
    const tasks = this.tasks(sourceArn);
    const task = tasks.get([id]);
    if (task?.status !== "RUNNING") return;
    const after = this.#move(task);
    tasks.put([id], after);
    if (after.status !== "RUNNING") return;
    const delayMs = task.maxPerSecond === undefined ? 0 : SECOND_MS;
    this.#dues.set(id, this.#host.clock.now() + delayMs, () => this.#step(id, sourceArn));
  }

  #move(task: MoveTask): MoveTask {
    const source = this.#open.byArn(task.sourceArn);
    if (!source) return failed(task, NO_QUEUE);
    let { moved } = task;
    const most = moved + (task.maxPerSecond ?? STEP);
    const failure = source.pass((available) => {
      for (const entry of available) {
        const message = source.message(entry);
        if (!message) {
          source.remove(entry);
          continue;
        }
        const destinationArn = task.destinationArn ?? message.deadLetterSource;
        const destination = destinationArn === undefined ? undefined : this.#open.byArn(destinationArn);
        if (!destination) {
          source.backlog.defer(entry);
          return destinationArn === undefined ? "CouldNotDetermineMessageSource" : NO_QUEUE;
        }
        source.remove(entry);
        this.#send(destination, message);
        moved++;
        if (moved >= most) return undefined;
      }
      return undefined;
    });
    if (failure) return failed({ ...task, moved }, failure);
    const isDone = moved >= task.toMove || !source.backlog.hasAvailable(this.#host.clock.now());
    return { ...task, moved, status: isDone ? "COMPLETED" : "RUNNING" };
  }

  /** A redriven message is a new one: new id, new age, never received. */
  #send(destination: OpenQueue, message: NonNullable<ReturnType<OpenQueue["message"]>>): void {
    const { deadLetterSource: _, firstReceivedAtMs: __, ...kept } = message;
    const nowMs = this.#host.clock.now();
    destination.put({
      ...kept,
      id: this.#host.random.uuid(),
      sentAtMs: nowMs,
      visibleAtMs: nowMs + destination.settings.delayMs,
      receivedAtMs: 0,
      receiveCount: 0,
    });
  }
}

function failed(task: MoveTask, failureReason: string): MoveTask {
  return { ...task, status: "FAILED", failureReason };
}
