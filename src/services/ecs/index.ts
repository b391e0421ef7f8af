import type { ServiceFactory } from "../../core/service.ts";
import { accountSettings } from "./account-settings.ts";
import { clusters } from "./clusters.ts";
import { containerInstances } from "./container-instances.ts";
import { RunningTasks } from "./running/running-tasks.ts";
import { taskRoutes } from "./running/task-metadata.ts";
import { ServiceScheduler } from "./service-scheduler.ts";
import { services } from "./services.ts";
import { tags } from "./tags.ts";
import { describeTask, type TaskRecord } from "./task.ts";
import { taskDefinitions } from "./task-definitions.ts";
import { tasks } from "./tasks.ts";

/** Amazon ECS, with containers as processes of this machine: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/ */
const ecs: ServiceFactory = (host) => {
  const running = new RunningTasks(host);
  const scheduler = new ServiceScheduler(host, running);
  return {
    name: "ecs",
    operations: {
      ...clusters,
      ...taskDefinitions,
      ...tasks(running),
      ...services(scheduler, running),
      ...containerInstances(scheduler),
      ...accountSettings,
      ...tags,
    },
    describe: {
      task: (task: TaskRecord, where) => ({ ...describeTask(task, where) }),
    },
    admin: taskRoutes(running),
    isBusy: () => running.isBusy,
    start() {
      running.resume();
      scheduler.resume();
    },
    async stop() {
      scheduler.stop();
      await running.end();
    },
  };
};

export default ecs;
