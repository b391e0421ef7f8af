import { sdkInput, sdkOutput } from "../../../aws/sdk-shapes.ts";
import { StateFailure } from "../language/failure.ts";
import { isObject, type Json, type JsonObject } from "../language/json.ts";
import { awaitJob } from "./awaited-job.ts";
import type { Integration } from "./integration.ts";
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
    const stop = { what: "A task", service: "ecs", operation: "StopTask", input: named };
    return awaitJob(request, stop, async (signal) => {
      for (;;) {
        const { tasks } = await request.call<{ tasks: Record<string, unknown>[] }>("ecs", "DescribeTasks", {
          cluster: named.cluster,
          tasks: [named.task],
        });
        const [described = {}] = tasks;
        if (described["lastStatus"] === "STOPPED") return ended(described);
        await request.run.host.clock.sleep(POLL_MS, signal);
      }
    });
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
