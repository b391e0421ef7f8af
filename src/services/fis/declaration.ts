import { declareService } from "../../aws/declaration.ts";
import { lifecyclePoint } from "../../aws/lifecycle.ts";
import { defineResource } from "../../aws/resource.ts";
import { taggedByArn } from "../../aws/tags.ts";
import { EXPERIMENTS, type Experiment } from "./experiment.ts";
import { actionLifecycle, experimentLifecycle } from "./lifecycles.ts";
import { TEMPLATES, type Template } from "./template.ts";

const MEMBERS = ["resourceArn", "tags", "tagKeys"] as const;

/** AWS Fault Injection Service: https://docs.aws.amazon.com/fis/latest/APIReference/Welcome.html */
export default declareService({
  name: "fis",
  iam: {
    passesRole: {
      CreateExperimentTemplate: "roleArn",
      UpdateExperimentTemplate: "roleArn",
      CreateTargetAccountConfiguration: "roleArn",
      UpdateTargetAccountConfiguration: "roleArn",
    },
    also: {
      CreateExperimentTemplate: [{ action: "fis:TagResource", when: "tags" }],
      StartExperiment: [{ action: "fis:TagResource", when: "tags" }],
    },
  },
  settings: {
    "pod-image": {
      description:
        "The image of the containers that aws:eks:pod-* actions run in pods: it has sh, stress-ng, tc and iptables. A template's fisPodContainerImage comes before it, unless that is AWS's own",
      type: "string",
      default: "ghcr.io/chaos-mesh/chaos-daemon:v2.7.2",
    },
    "target-quota": {
      description:
        "How many resources an action may act on in an experiment when they are picked by tags, filters or parameters: a quota that AWS raises on request. 0: AWS's default for each action",
      type: "number",
      default: 0,
    },
  },
  faultPoints: { ...lifecyclePoint(experimentLifecycle), ...lifecyclePoint(actionLifecycle) },
  resources: {
    "experiment-template": defineResource<Template>({
      arn: "arn:{partition}:fis:{region}:{account}:experiment-template/{id}",
      namedBy: { id: (id) => (id.startsWith("EXT") ? id : undefined), experimentTemplateId: true },
      fis: "aws:fis:experiment-template",
      cfn: "AWS::FIS::ExperimentTemplate",
      collection: TEMPLATES,
      tags: taggedByArn({ of: ({ tags }) => tags, members: MEMBERS, form: "map" }),
    }),
    experiment: defineResource<Experiment>({
      arn: "arn:{partition}:fis:{region}:{account}:experiment/{id}",
      namedBy: { id: (id) => (id.startsWith("EXP") ? id : undefined), experimentId: true },
      fis: "aws:fis:experiment",
      collection: EXPERIMENTS,
      tags: taggedByArn({ of: ({ tags }) => tags, members: MEMBERS, form: "map" }),
    }),
  },
});
