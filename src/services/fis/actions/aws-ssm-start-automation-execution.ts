import type { FisAction } from "../action.ts";

const action: FisAction = {
  id: "aws:ssm:start-automation-execution",
  description: "Run the specified SSM automation document.",
  parameters: {
    documentArn: { type: "string", description: "ARN of the SSM document.", required: true },
    documentVersion: {
      type: "string",
      description: "Version of the document; default: its default version.",
    },
    documentParameters: { type: "json", description: "Parameters of the document, as JSON." },
    maxDuration: {
      type: "duration",
      description: "How long the automation may take (ISO 8601 duration, PT1M to PT12H).",
      required: true,
    },
  },
};

export default action;
