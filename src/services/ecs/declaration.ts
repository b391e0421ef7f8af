import { declareService } from "../../aws/declaration.ts";
import { lifecyclePoint } from "../../aws/lifecycle.ts";
import type { NameReader } from "../../aws/namer.ts";
import { defineContents, defineResource, type TagDeclaration } from "../../aws/resource.ts";
import { type ClusterRecord, clusterRecords, DEFAULT_CLUSTER } from "./cluster.ts";
import { type ContainerInstanceRecord, containerInstanceRecords } from "./container-instance.ts";
import { TASK, taskPoint } from "./fault-points.ts";
import { taskLifecycle } from "./lifecycle.ts";
import { type ServiceRecord, serviceRecords } from "./service-record.ts";
import { type TaskRecord, taskRecords } from "./task.ts";
import { type TaskDefinitionRecord, taskDefinitionRecords } from "./task-definition.ts";

const tagged = <V extends { readonly tags: Readonly<Record<string, string>> }>(): TagDeclaration<V> => ({
  of: ({ tags }) => tags,
  add: {
    operation: "TagResource",
    input: (resourceArn, tags) => ({
      resourceArn,
      tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
    }),
  },
  remove: {
    operation: "UntagResource",
    input: (resourceArn, tagKeys) => ({ resourceArn, tagKeys: [...tagKeys] }),
  },
});

/** `family:3`; a family alone is of no revision in particular. */
const revision: NameReader = (text) => {
  const [family, number] = text.split(":");
  return family !== undefined && number !== undefined ? { family, revision: number } : undefined;
};

const defaults = { cluster: DEFAULT_CLUSTER };

/** Amazon ECS: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/ */
const ofVolumes = "volumeConfigurations[].managedEBSVolume.roleArn";
const rolesOfTask = ["overrides.taskRoleArn", "overrides.executionRoleArn", ofVolumes];
const rolesOfService = [
  ofVolumes,
  "loadBalancers[].advancedConfiguration.roleArn",
  "deploymentConfiguration.lifecycleHooks[].roleArn",
  "serviceConnectConfiguration.services[].tls.roleArn",
  "vpcLatticeConfigurations[].roleArn",
];

export default declareService({
  name: "ecs",
  iam: {
    takesRolesAs: ["ecs-tasks.amazonaws.com", "ecs.amazonaws.com"],
    passesRole: {
      RegisterTaskDefinition: ["taskRoleArn", "executionRoleArn"],
      RunTask: rolesOfTask,
      StartTask: rolesOfTask,
      CreateService: ["role", ...rolesOfService],
      UpdateService: rolesOfService,
    },
  },
  resources: {
    cluster: defineResource<ClusterRecord>({
      arn: "arn:{partition}:ecs:{region}:{account}:cluster/{cluster}",
      namedBy: { cluster: true, clusterName: true, "clusters[]": true, resourceArn: true },
      defaults,
      fis: "aws:ecs:cluster",
      cfn: "AWS::ECS::Cluster",
      collection: clusterRecords,
      contents: [
        // What has run and how it ended; what runs is a resource of its own, and services start as many as they like.
        defineContents<ClusterRecord, TaskRecord>({
          collection: taskRecords,
          within: ({ name }) => [name],
          entry: ({ service, status, group, stopCode, containers }) =>
            service === undefined && status === "STOPPED"
              ? {
                  value: {
                    group,
                    stopCode,
                    exitCodes: Object.fromEntries(
                      containers.map(({ name, exitCode }) => [name, exitCode ?? null]),
                    ),
                  },
                }
              : undefined,
        }),
      ],
      tags: tagged<ClusterRecord>(),
    }),
    service: defineResource<ServiceRecord>({
      arn: "arn:{partition}:ecs:{region}:{account}:service/{cluster}/{service}",
      namedBy: {
        cluster: "cluster",
        service: "service",
        serviceName: "service",
        "services[]": "service",
        resourceArn: true,
      },
      defaults,
      fis: "aws:ecs:service",
      cfn: "AWS::ECS::Service",
      collection: serviceRecords,
      nameOf: ({ cluster, name, status }) => (status === "INACTIVE" ? undefined : { cluster, service: name }),
      tags: tagged<ServiceRecord>(),
    }),
    task: defineResource<TaskRecord>({
      arn: "arn:{partition}:ecs:{region}:{account}:task/{cluster}/{task}",
      namedBy: { cluster: "cluster", task: "task", "tasks[]": "task", resourceArn: true },
      defaults,
      fis: "aws:ecs:task",
      collection: taskRecords,
      nameOf: ({ cluster, id, status }) => (status === "STOPPED" ? undefined : { cluster, task: id }),
      tags: tagged<TaskRecord>(),
    }),
    "task-definition": defineResource<TaskDefinitionRecord>({
      arn: "arn:{partition}:ecs:{region}:{account}:task-definition/{family}:{revision}",
      namedBy: { taskDefinition: revision, "taskDefinitions[]": revision, resourceArn: true },
      fis: "aws:ecs:task-definition",
      cfn: "AWS::ECS::TaskDefinition",
      collection: taskDefinitionRecords,
      nameOf: ({ family, revision, status }) =>
        status === "ACTIVE" ? { family, revision: String(revision) } : undefined,
      keyOf: ({ family = "", revision = "" }) => [family, Number(revision)],
      tags: tagged<TaskDefinitionRecord>(),
    }),
    "container-instance": defineResource<ContainerInstanceRecord>({
      arn: "arn:{partition}:ecs:{region}:{account}:container-instance/{cluster}/{containerInstance}",
      namedBy: {
        cluster: "cluster",
        containerInstance: "containerInstance",
        "containerInstances[]": "containerInstance",
        resourceArn: true,
      },
      defaults,
      fis: "aws:ecs:container-instance",
      collection: containerInstanceRecords,
      nameOf: ({ cluster, id }) => ({ cluster, containerInstance: id }),
      tags: tagged<ContainerInstanceRecord>(),
    }),
  },
  faultPoints: { [TASK]: taskPoint, ...lifecyclePoint(taskLifecycle) },
  settings: {
    image: {
      description:
        "What containers of an image run that have no command which exists here: `IMAGE=COMMAND`, several with `;` between them.",
      type: "string",
      default: "",
    },
    "container-instances": {
      description: "How many container instances a cluster has for tasks of the launch type EC2.",
      type: "number",
      default: 2,
    },
  },
});
