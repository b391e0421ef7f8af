import { ECS } from "@aws-sdk/client-ecs";
import type { Bed } from "../bed.ts";
import { Acknowledged, type Lane } from "../lane.ts";

export default ({ options }: Bed): Lane[] => [definitions(new ECS(options)), tasks(new ECS(options))];

const container = (command: string[]) => [{ name: "app", image: "crash", memory: 64, command }];

/** A revision that was registered is there, and its number is given once. */
function definitions(ecs: ECS): Lane {
  const acknowledged = new Acknowledged("ecs definitions");
  return {
    name: "ecs definitions",
    setup: async () => {},
    write: async () => {
      const { taskDefinition } = await ecs.registerTaskDefinition({
        family: "crash",
        containerDefinitions: container(["true"]),
      });
      const name = `crash:${taskDefinition?.revision}`;
      if (acknowledged.has(name)) throw new Error(`${name} was given twice.`);
      acknowledged.add(name);
    },
    verify: () =>
      acknowledged.verify(async (taskDefinition) =>
        Boolean((await ecs.describeTaskDefinition({ taskDefinition })).taskDefinition),
      ),
  };
}

/** A task that was run is known: what ran has ended with its process, and one that was not up yet goes on. */
function tasks(ecs: ECS): Lane {
  const acknowledged = new Acknowledged("ecs tasks");
  return {
    name: "ecs tasks",
    setup: async () => {
      await ecs.registerTaskDefinition({
        family: "crash-task",
        containerDefinitions: container(["sleep", "600"]),
      });
    },
    write: async () => {
      const { tasks: [task] = [] } = await ecs.runTask({ taskDefinition: "crash-task" });
      const arn = task?.taskArn ?? "";
      acknowledged.add(arn);
      await ecs.stopTask({ task: arn });
    },
    verify: () =>
      acknowledged.verify(
        async (arn) => {
          const { tasks: [task] = [] } = await ecs.describeTasks({ tasks: [arn] });
          return task?.taskArn === arn;
        },
        (task) => ecs.stopTask({ task }),
      ),
  };
}
