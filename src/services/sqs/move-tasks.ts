import type { Handlers, ServiceHost } from "../../core/service.ts";
import type * as SQS from "../../models/generated/sqs.ts";
import {
  destinationDoesNotExist,
  invalidParameter,
  invalidParameterValue,
  sourceDoesNotExist,
  taskDoesNotExist,
} from "./errors.ts";
import { type MoveTask, readTaskHandle, taskHandle } from "./move-task.ts";
import type { Mover } from "./mover.ts";
import type { OpenQueue } from "./open-queue.ts";
import type { OpenQueues } from "./open-queues.ts";
import { placeOfArn } from "./queue.ts";
import { deadLetterTargetOf } from "./queues.ts";

const MOST_PER_SECOND = 500;
const MOST_RESULTS = 10;
/** Tasks that a source queue remembers. */
const MOST_REMEMBERED = 10;

export const moving = (host: ServiceHost, open: OpenQueues, mover: Mover): Handlers<SQS.Operations> => ({
  StartMessageMoveTask(input, ctx) {
    const { SourceArn, DestinationArn, MaxNumberOfMessagesPerSecond: maxPerSecond } = input;
    const source = sourceOf(open, SourceArn);
    if (![...open.records(source.place)].some((record) => deadLetterTargetOf(record) === source.arn)) {
      throw invalidParameterValue("Source queue must be configured as a Dead Letter Queue.");
    }
    if (DestinationArn !== undefined) checkDestination(open, source, DestinationArn);
    if (maxPerSecond !== undefined && (maxPerSecond < 1 || maxPerSecond > MOST_PER_SECOND)) {
      throw invalidParameter(
        "MaxNumberOfMessagesPerSecond",
        maxPerSecond,
        `Must be between 1 and ${MOST_PER_SECOND}, if provided.`,
      );
    }
    const earlier = tasksOf(mover, source);
    if (earlier.some(({ status }) => status === "RUNNING")) {
      throw invalidParameterValue(
        "There is already a task running. Only one active task is allowed for a source queue arn at a given time.",
      );
    }
    source.expire();
    const task: MoveTask = {
      id: ctx.random.uuid(),
      sourceArn: source.arn,
      ...(DestinationArn !== undefined && { destinationArn: DestinationArn }),
      ...(maxPerSecond !== undefined && { maxPerSecond }),
      status: "RUNNING",
      moved: 0,
      toMove: source.backlog.counts.ready,
      startedAtMs: host.clock.now(),
    };
    const tasks = mover.tasks(source.arn);
    for (const old of earlier.slice(MOST_REMEMBERED - 1)) tasks.delete([old.id]);
    tasks.put([task.id], task);
    mover.run(task);
    return { TaskHandle: taskHandle(task) };
  },

  ListMessageMoveTasks(input) {
    const { MaxResults: most = 1 } = input;
    const source = sourceOf(open, input.SourceArn);
    if (most < 1 || most > MOST_RESULTS) {
      throw invalidParameter("MaxResults", most, `Must be between 1 and ${MOST_RESULTS}, if provided.`);
    }
    return { Results: tasksOf(mover, source).slice(0, most).map(describe) };
  },

  CancelMessageMoveTask(input) {
    const handle = readTaskHandle(input.TaskHandle);
    if (!handle || !placeOfArn(handle.sourceArn)) {
      throw invalidParameterValue("Value for parameter TaskHandle is invalid.");
    }
    sourceOf(open, handle.sourceArn);
    const task = mover.tasks(handle.sourceArn).get([handle.taskId]);
    if (task?.status !== "RUNNING") throw taskDoesNotExist();
    mover.cancel(task);
    return { ApproximateNumberOfMessagesMoved: task.moved };
  },
});

function sourceOf(open: OpenQueues, arn: string): OpenQueue {
  const place = placeOfArn(arn);
  if (!place) {
    throw invalidParameterValue(
      "You must use this format to specify the SourceArn: arn:<partition>:<service>:<region>:<account-id>:<resource-id>",
    );
  }
  const queue = open.at(place);
  if (!queue) throw sourceDoesNotExist();
  return queue;
}

function checkDestination(open: OpenQueues, source: OpenQueue, arn: string): void {
  const place = placeOfArn(arn);
  if (!place) {
    throw invalidParameterValue(
      "You must use this format to specify the DestinationArn: arn:<partition>:<service>:<region>:<account-id>:<resource-id>",
    );
  }
  const destination = open.at(place);
  if (!destination) throw destinationDoesNotExist();
  if (destination === source) {
    throw invalidParameterValue("Source queue arn and destination queue arn cannot be the same.");
  }
  if (destination.settings.fifo !== source.settings.fifo) {
    throw invalidParameterValue("The source queue and destination queue must be of the same queue type.");
  }
}

/** A queue's tasks, the latest first. */
function tasksOf(mover: Mover, source: OpenQueue): MoveTask[] {
  return [...mover.tasks(source.arn).values()]
    .filter(({ sourceArn }) => sourceArn === source.arn)
    .sort((a, b) => b.startedAtMs - a.startedAtMs);
}

function describe(task: MoveTask): SQS.ListMessageMoveTasksResultEntry {
  return {
    ...(task.status === "RUNNING" && { TaskHandle: taskHandle(task) }),
    Status: task.status,
    SourceArn: task.sourceArn,
    ...(task.destinationArn !== undefined && { DestinationArn: task.destinationArn }),
    ...(task.maxPerSecond !== undefined && { MaxNumberOfMessagesPerSecond: task.maxPerSecond }),
    ApproximateNumberOfMessagesMoved: task.moved,
    ApproximateNumberOfMessagesToMove: task.toMove,
    ...(task.failureReason !== undefined && { FailureReason: task.failureReason }),
    StartedTimestamp: task.startedAtMs,
  };
}
