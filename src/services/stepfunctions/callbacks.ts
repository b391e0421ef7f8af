import { readJson } from "../../core/read-json.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as SFN from "../../models/generated/stepfunctions.ts";
import { invalidOutput, taskTimedOut } from "./errors.ts";
import { CALLBACK, HEARTBEAT } from "./fault-points.ts";
import type { Work } from "./run/frame.ts";
import type { Runner } from "./runner.ts";
import { taskOf } from "./task-token.ts";

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html and its neighbours */
export const callbacks = (runner: Runner): Handlers<SFN.Operations> => ({
  SendTaskSuccess({ taskToken, output }, ctx) {
    try {
      readJson(output);
    } catch {
      throw invalidOutput("Invalid output: not valid JSON");
    }
    bring(runner, taskToken, { output }, ctx);
    return {};
  },

  SendTaskFailure({ taskToken, error, cause }, ctx) {
    bring(
      runner,
      taskToken,
      { ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) },
      ctx,
    );
    return {};
  },

  SendTaskHeartbeat({ taskToken }, ctx) {
    const task = taskOf(runner, taskToken);
    if (!task) throw taskTimedOut();
    const { branch } = task;
    const { heartbeatMs } = branch.work;
    if (heartbeatMs === undefined || isStruck(HEARTBEAT, "miss", task, ctx)) return {};
    branch.keepWork({ heartbeatAtMs: ctx.clock.now() + heartbeatMs });
    return {};
  },
});

/** Keeps what a callback says, before it is acknowledged, and wakes its task. @throws TaskTimedOut, InvalidToken */
function bring(runner: Runner, token: string, outcome: NonNullable<Work["outcome"]>, ctx: Context): void {
  const task = taskOf(runner, token);
  if (!task) throw taskTimedOut();
  if (isStruck(CALLBACK, "lose", task, ctx)) return;
  task.branch.keepWork({ outcome });
  task.branch.woken?.();
}

function isStruck(
  point: string,
  effect: string,
  { run, branch }: NonNullable<ReturnType<typeof taskOf>>,
  ctx: Context,
): boolean {
  const subject = { resource: run.execution.stateMachineArn, operation: branch.frame.state };
  return ctx.hits(point, subject).some((hit) => hit.effect === effect);
}
