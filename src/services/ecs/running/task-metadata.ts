import { type HttpRequest, type HttpResponse, json } from "../../../core/http.ts";
import type { AdminRoute } from "../../../core/service.ts";
import { clusterArn } from "../cluster.ts";
import { type ContainerRecord, type TaskRecord, taskArn } from "../task.ts";
import type { LiveTask } from "./live-task.ts";
import type { RunningTasks } from "./running-tasks.ts";

/**
 * What ECS's agent tells the containers of a task, who find it by their variables.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html and
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4.html
 */
export const taskRoutes = (tasks: RunningTasks): AdminRoute[] => [
  {
    method: "GET",
    path: "/_squall/ecs/credentials/:token",
    isOpen: true,
    handle(request, { token = "" }) {
      const task = tasks.byToken(token);
      if (!task || authorization(request) !== token) return missing("There is no task with this token.");
      const { accessKeyId, secretAccessKey, sessionToken, expiresAt = 0, roleArn } = task.credential();
      return json(200, {
        RoleArn: roleArn,
        AccessKeyId: accessKeyId,
        SecretAccessKey: secretAccessKey,
        Token: sessionToken,
        Expiration: new Date(expiresAt).toISOString(),
      });
    },
  },
  {
    method: "GET",
    path: "/_squall/ecs/v4/:token/:container",
    isOpen: true,
    handle: (_, { token = "", container = "" }) =>
      ofTask(tasks, token, (live, task) => {
        const one = task.containers.find(({ name }) => name === container);
        return one
          ? json(200, containerMetadata(live, task, one))
          : missing(`There is no container ${container}.`);
      }),
  },
  {
    method: "GET",
    path: "/_squall/ecs/v4/:token/:container/task",
    isOpen: true,
    handle: (_, { token = "" }) => ofTask(tasks, token, (live, task) => json(200, taskMetadata(live, task))),
  },
];

const authorization = ({ headers }: HttpRequest): string => headers["authorization"] ?? "";

function ofTask(
  tasks: RunningTasks,
  token: string,
  answer: (live: LiveTask, task: TaskRecord) => HttpResponse,
): HttpResponse {
  const live = tasks.byToken(token);
  const task = live?.record;
  return live && task ? answer(live, task) : missing("There is no task with this token.");
}

const taskMetadata = (live: LiveTask, task: TaskRecord) => ({
  Cluster: clusterArn(live.place, task.cluster),
  TaskARN: taskArn(live.place, task),
  Family: task.family,
  Revision: String(task.revision),
  ...(task.service !== undefined && { ServiceName: task.service }),
  DesiredStatus: task.desiredStatus,
  KnownStatus: task.status,
  Limits: { CPU: Number(task.cpu) / 1024 || undefined, Memory: Number(task.memory) || undefined },
  AvailabilityZone: task.zone,
  LaunchType: task.launchType,
  Containers: task.containers.map((container) => containerMetadata(live, task, container)),
});

const containerMetadata = (live: LiveTask, task: TaskRecord, container: ContainerRecord) => ({
  DockerId: `${task.id}-${container.id.slice(0, 10)}`,
  Name: container.name,
  DockerName: container.name,
  Image: container.image,
  Labels: {
    "com.amazonaws.ecs.cluster": clusterArn(live.place, task.cluster),
    "com.amazonaws.ecs.container-name": container.name,
    "com.amazonaws.ecs.task-arn": taskArn(live.place, task),
    "com.amazonaws.ecs.task-definition-family": task.family,
    "com.amazonaws.ecs.task-definition-version": String(task.revision),
  },
  DesiredStatus: task.desiredStatus,
  KnownStatus: container.status,
  Limits: { CPU: container.cpu, ...(container.memory !== undefined && { Memory: container.memory }) },
  Type: "NORMAL",
  ContainerARN: live.containerArn(container.id),
  Networks: [{ NetworkMode: live.definition.networkMode ?? "bridge", IPv4Addresses: ["127.0.0.1"] }],
  Ports: container.bindings.map(({ containerPort, hostPort, protocol }) => ({
    ContainerPort: containerPort,
    HostPort: hostPort,
    Protocol: protocol,
  })),
});

const missing = (message: string): HttpResponse => json(404, { message });
