import type { FisAction } from "../action.ts";

const action: FisAction = {
  id: "aws:ssm:send-command",
  description: "Run the specified SSM document.",
  targets: { Instances: "aws:ec2:instance" },
  targetQuota: 5,
  parameters: {
    documentArn: { type: "string", description: "ARN of the SSM document.", required: true },
    documentVersion: {
      type: "string",
      description: "Version of the document; default: its default version.",
    },
    documentParameters: { type: "json", description: "Parameters of the document, as JSON." },
    duration: {
      type: "duration",
      description: "How long the action lasts (ISO 8601 duration, PT1M to PT12H).",
      required: true,
    },
  },
};

export default action;
