import { promisify } from "node:util";
import { type JobRecord, Jobs, type Work } from "../../aws/jobs.ts";
import { begin } from "../../aws/lifecycle.ts";
import { AwsError } from "../../core/aws-error.ts";
import type { Context, Handlers, ServiceHost } from "../../core/service.ts";
import { defineCollection } from "../../core/storage.ts";
import { sure } from "../../core/sure.ts";
import { zlib } from "../../core/zlib.ts";
import type * as Logs from "../../models/generated/logs.ts";
import { exportTaskNotFound, invalidParameter, limitExceeded } from "./errors.ts";
import type { EventLog } from "./event-log.ts";
import { requireGroup } from "./group.ts";
import { exportLifecycle } from "./lifecycles.ts";
import { pageOf } from "./page.ts";
import { streamNames } from "./stream.ts";

type Task = Logs.ExportTask & JobRecord & { readonly taskId: string; readonly streamPrefix: string };
export type ExportJobs = Jobs<Task>;

/** Key: [id]. */
const taskCollection = defineCollection<Task>({ name: "export-tasks" });

const PAGE_SIZE = 50;

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/S3Export.html */
export const exportTasks = (jobs: ExportJobs): Handlers<Logs.Operations> => ({
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
      streamPrefix: input.logStreamNamePrefix ?? "",
      transition: begin(exportLifecycle, "RUNNING", group.arn, ctx, ctx),
      by: ctx.caller,
    };
    jobs.begin(ctx, [taskId], task, ctx.id);
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
    return { exportTasks: items.map(describe), ...(nextToken && { nextToken }) };
  },
});

const describe = ({ transition: _, by: __, streamPrefix: ___, ...task }: Task): Logs.ExportTask => task;

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
const work = (host: ServiceHost, events: EventLog): Work<Task> => {
  const ended = (task: Task, code: "COMPLETED" | "FAILED", message: string): Task => ({
    ...task,
    status: { code, message },
    executionInfo: { ...task.executionInfo, completionTime: host.clock.now() },
  });
  return {
    collection: taskCollection,
    isUnderWay: isActive,

    async carryOut(task, { store, call, isWanted }) {
      const { taskId, from = 0, to = 0, destination, destinationPrefix } = task;
      const range = { from: { timestamp: from, sequence: 0 }, before: { timestamp: to, sequence: 0 } };
      const group = requireGroup(store, sure(task.logGroupName));
      for (const stream of streamNames(store, group)) {
        if (!isWanted()) break;
        if (!stream.startsWith(task.streamPrefix)) continue;
        let lines = "";
        for (const { timestamp, message } of events.read(store, group.name, stream, range))
          lines += `${new Date(timestamp).toISOString()} ${message}\n`;
        if (lines === "") continue;
        const Key = `${destinationPrefix}/${taskId}/${stream.replaceAll("/", "-")}/000000.gz`;
        await call("s3", "PutObject", {
          Bucket: destination,
          Key,
          Body: await promisify(zlib().gzip)(lines),
        });
      }
      return ended(task, "COMPLETED", "Completed successfully");
    },

    failed: (task, error) => ended(task, "FAILED", error.message),
  };
};

export const exportJobs = (host: ServiceHost, events: EventLog): ExportJobs =>
  new Jobs(host, work(host, events));
