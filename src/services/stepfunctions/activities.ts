import { page } from "../../aws/page.ts";
import { makeArn } from "../../core/arn.ts";
import type { Handlers } from "../../core/service.ts";
import type * as SFN from "../../models/generated/stepfunctions.ts";
import { type ActivityRecord, activityRecords } from "./activity-queue.ts";
import { activityNotFound, invalidToken } from "./errors.ts";
import { readArnOf } from "./execution-arn.ts";
import { checkName } from "./names.ts";
import type { Runner } from "./runner.ts";
import { tagging, tagsOf } from "./tags.ts";
import { taskOf } from "./task-token.ts";

const PAGE_SIZE = 100;
/** A worker waits so long for a task: https://docs.aws.amazon.com/step-functions/latest/apireference/API_GetActivityTask.html */
const LONGEST_POLL_MS = 60_000;

export const activities = (runner: Runner): Handlers<SFN.Operations> => ({
  CreateActivity(input, ctx) {
    checkName(input.name);
    const collection = ctx.store.collection(activityRecords);
    const before = collection.get([input.name]);
    if (before) return { activityArn: before.arn, creationDate: new Date(before.createdMs) };
    const activity: ActivityRecord = {
      name: input.name,
      arn: makeArn("states", ctx.region, ctx.account, `activity:${input.name}`),
      createdMs: ctx.clock.now(),
      tags: tagging.read(tagsOf(input.tags)),
      encryption: input.encryptionConfiguration ?? { type: "AWS_OWNED_KEY" },
    };
    collection.put([activity.name], activity);
    return { activityArn: activity.arn, creationDate: new Date(activity.createdMs) };
  },

  DescribeActivity({ activityArn }, ctx) {
    const { arn, name, createdMs, encryption } = found(activityArn, ctx.store.collection(activityRecords));
    return { activityArn: arn, name, creationDate: new Date(createdMs), encryptionConfiguration: encryption };
  },

  DeleteActivity({ activityArn }, ctx) {
    ctx.store.collection(activityRecords).delete([nameIn(activityArn)]);
    return {};
  },

  ListActivities({ maxResults, nextToken: token }, ctx) {
    const { items, nextToken } = page(ctx.store.collection(activityRecords).values(), ({ name }) => [name], {
      size: maxResults || PAGE_SIZE,
      token,
      refuse: () => invalidToken(`${token}`),
    });
    return {
      activities: items.map(({ arn, name, createdMs }) => ({
        activityArn: arn,
        name,
        creationDate: new Date(createdMs),
      })),
      ...(nextToken && { nextToken }),
    };
  },

  async GetActivityTask({ activityArn, workerName }, ctx) {
    found(activityArn, ctx.store.collection(activityRecords));
    const { generation } = ctx.store;
    const untilMs = ctx.clock.now() + LONGEST_POLL_MS;
    for (;;) {
      const task = ctx.store.transaction(() => take(runner, activityArn, workerName));
      if (task) return task;
      if (ctx.clock.now() >= untilMs || ctx.signal.aborted || ctx.store.generation !== generation) return {};
      await runner.activities.wait(activityArn, untilMs, ctx.signal);
    }
  },
});

/** The oldest task whose execution still waits for it. */
function take(
  runner: Runner,
  activityArn: string,
  workerName: string | undefined,
): SFN.GetActivityTaskOutput | undefined {
  for (;;) {
    const queued = runner.activities.take(activityArn);
    if (!queued) return undefined;
    const task = taskOf(runner, queued.token);
    if (!task) continue;
    task.branch.record("ActivityStarted", { ...(workerName !== undefined && { workerName }) });
    task.branch.keepWork({ phase: "started" });
    return { taskToken: queued.token, input: queued.input };
  }
}

/** @throws InvalidArn */
function nameIn(arn: string): string {
  const [name = ""] = readArnOf(["activity"], arn).names;
  return name;
}

/** @throws ActivityDoesNotExist */
function found(
  arn: string,
  records: { get(key: readonly string[]): ActivityRecord | undefined },
): ActivityRecord {
  const activity = records.get([nameIn(arn)]);
  if (activity?.arn !== arn) throw activityNotFound(arn);
  return activity;
}
