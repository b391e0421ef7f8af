import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { AwsError } from "../../core/aws-error.ts";
import type { Context, Handlers } from "../../core/service.ts";
import { defineCollection } from "../../core/storage.ts";
import { sure } from "../../core/sure.ts";
import type * as Logs from "../../models/generated/logs.ts";
import { exportTaskNotFound, invalidParameter, limitExceeded } from "./errors.ts";
import type { EventLog } from "./event-log.ts";
import { type LogGroup, requireGroup } from "./group.ts";
import { pageOf } from "./page.ts";
import { streamNames } from "./stream.ts";

const compress = promisify(gzip);

type Task = Logs.ExportTask & { readonly taskId: string };

/** Key: [id]. The values are what DescribeExportTasks answers. */
const taskCollection = defineCollection<Task>({ name: "export-tasks" });

const PAGE_SIZE = 50;

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/S3Export.html */
export const exportTasks = (events: EventLog, stopped: AbortSignal): Handlers<Logs.Operations> => ({
  async CreateExportTask(input, ctx) {
    const group = requireGroup(ctx.store, input.logGroupName);
    if (input.from >= input.to) throw invalidParameter("'from' must be before 'to'.");
    const tasks = ctx.store.collection(taskCollection);
    if ([...tasks.values()].some(isActive)) throw limitExceeded();
    await requireBucket(input.destination, ctx);

    const taskId = ctx.random.uuid();
    const { taskName, from, to, destination, destinationPrefix = "exportedlogs" } = input;
    const task: Task = {
      taskId,
      ...(taskName !== undefined && { taskName }),
      logGroupName: group.name,
      from,
      to,
      destination,
      destinationPrefix,
      status: { code: "RUNNING", message: "Started successfully" },
      executionInfo: { creationTime: ctx.clock.now() },
    };
    tasks.put([taskId], task);
    const streams = streamNames(ctx.store, group).filter((name) =>
      name.startsWith(input.logStreamNamePrefix ?? ""),
    );
    setImmediate(() => void run(events, task, group, streams, ctx, stopped));
    return { taskId };
  },

  CancelExportTask(input, ctx) {
    const tasks = ctx.store.collection(taskCollection);
    const task = tasks.get([input.taskId]);
    if (!task) throw exportTaskNotFound();
    if (!isActive(task))
      throw new AwsError("InvalidOperationException", "The specified export task has already finished");
    tasks.put([input.taskId], { ...task, status: { code: "CANCELLED", message: "Cancelled by user" } });
  },

  DescribeExportTasks(input, ctx) {
    const found = [...ctx.store.collection(taskCollection).values()].filter(
      ({ taskId, status }) =>
        (input.taskId === undefined || taskId === input.taskId) &&
        (input.statusCode === undefined || status?.code === input.statusCode),
    );
    const { items, nextToken } = pageOf(found, input, PAGE_SIZE, ({ taskId }) => [sure(taskId)]);
    return { exportTasks: items, ...(nextToken && { nextToken }) };
  },
});

const isActive = ({ status }: Task) => status?.code === "RUNNING" || status?.code === "PENDING";

async function requireBucket(Bucket: string, ctx: Context): Promise<void> {
  if (!ctx.host.serves("s3"))
    throw invalidParameter("The given destination cannot be written to: Amazon S3 is not served here.");
  try {
    await ctx.call("s3", "HeadBucket", { Bucket });
  } catch (error) {
    if (!(error instanceof AwsError) || error.status !== 404) throw error;
    throw invalidParameter("The given bucket does not exist. Please make sure the bucket is valid.");
  }
}

/** One object for each stream: `<prefix>/<task>/<stream>/000000.gz`, a line for each event. */
async function run(
  events: EventLog,
  task: Task,
  group: LogGroup,
  streams: string[],
  ctx: Context,
  stopped: AbortSignal,
): Promise<void> {
  const { taskId, from, to, destination, destinationPrefix } = task;
  const finish = (code: "COMPLETED" | "FAILED", message: string) => {
    if (stopped.aborted) return;
    const tasks = ctx.store.collection(taskCollection);
    const current = tasks.get([taskId]);
    if (!current || !isActive(current)) return;
    const executionInfo = { ...current.executionInfo, completionTime: ctx.clock.now() };
    tasks.put([taskId], { ...current, status: { code, message }, executionInfo });
  };
  const range = { from: { timestamp: from ?? 0, sequence: 0 }, before: { timestamp: to ?? 0, sequence: 0 } };
  try {
    for (const stream of streams) {
      if (stopped.aborted) return;
      let lines = "";
      for (const { timestamp, message } of events.read(ctx.store, group.name, stream, range))
        lines += `${new Date(timestamp).toISOString()} ${message}\n`;
      if (lines === "") continue;
      const Key = `${destinationPrefix}/${taskId}/${stream.replaceAll("/", "-")}/000000.gz`;
      await ctx.call("s3", "PutObject", { Bucket: destination, Key, Body: await compress(lines) });
    }
    finish("COMPLETED", "Completed successfully");
  } catch (error) {
    finish("FAILED", (error as Error).message);
  }
}
