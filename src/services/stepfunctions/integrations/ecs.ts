import { sdkInput, sdkOutput } from "../../../aws/sdk-shapes.ts";
import { AwsError } from "../../../core/aws-error.ts";
import { StateFailure } from "../language/failure.ts";
import { isObject, type Json, type JsonObject } from "../language/json.ts";
import type { Integration, TaskRequest } from "./integration.ts";
import { optimizedFailure } from "./task-errors.ts";

const POLL_MS = 500;

/** https://docs.aws.amazon.com/step-functions/latest/dg/connect-ecs.html */
export const ecs: Integration = {
  kind: "service",
  actions: { runTask: ["", ".sync", ".waitForTaskToken"] },

  async request({ parameters, run, call }) {
    let answer: JsonObject;
    try {
      const input = sdkInput("ecs", "RunTask", parameters);
      answer = await sdkOutput("ecs", "RunTask", await call("ecs", "RunTask", input));
    } catch (error) {
      throw optimizedFailure(error, "ECS", "AmazonECS", run.host.random.uuid());
    }
    const { Failures: failures } = answer;
    // Inferred: the name is the service's, as for every error of an integration.
    if (Array.isArray(failures) && failures.length > 0)
      throw new StateFailure("ECS.AmazonECSException", JSON.stringify(answer), "task");
    return answer;
  },

  jobOf: (answer) => (answer["Tasks"] as readonly JsonObject[])[0] ?? {},

  async waitFor(job, request) {
    const { TaskArn: task, ClusterArn: cluster } = isObject(job) ? job : {};
    const named = { cluster: String(cluster), task: String(task) };
    const stop = () => void stopTask(named, request);
    request.signal.addEventListener("abort", stop, { once: true });
    try {
      for (;;) {
        const { tasks } = await request.call<{ tasks: Record<string, unknown>[] }>("ecs", "DescribeTasks", {
          cluster: named.cluster,
          tasks: [named.task],
        });
        const [described = {}] = tasks;
        if (described["lastStatus"] === "STOPPED") return await ended(described);
        await request.run.host.clock.sleep(POLL_MS, request.signal);
      }
    } finally {
      request.signal.removeEventListener("abort", stop);
    }
  },
};

/** The task as it ended. @throws StateFailure for one that did not do its work */
async function ended(described: Record<string, unknown>): Promise<Json> {
  const { Tasks } = await sdkOutput("ecs", "DescribeTasks", { tasks: [described] });
  const [task = {}] = (Tasks ?? []) as readonly JsonObject[];
  const containers = described["containers"] as readonly { exitCode?: number }[];
  const isGood =
    described["stopCode"] === "EssentialContainerExited" &&
    containers.every(({ exitCode }) => exitCode === 0);
  if (isGood) return task;
  throw new StateFailure("States.TaskFailed", JSON.stringify(task), "task");
}

/** A task that nobody waits for any more is stopped, as AWS does. */
async function stopTask(
  named: { cluster: string; task: string },
  { run, options }: TaskRequest,
): Promise<void> {
  if (!run.isStopped) return;
  try {
    const { signal: _, ...rest } = options;
    await run.host.call("ecs", "StopTask", named, rest);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    run.host.log.warn(`A task that nobody waits for could not be stopped: ${error.message}`);
  }
}
