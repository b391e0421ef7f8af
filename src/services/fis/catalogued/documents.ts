import type { ActionParameter, FisAction } from "../action.ts";
import { DURATION } from "./parameters.ts";

const DOCUMENT_ARN = {
  type: "string",
  description: "ARN of the SSM document.",
  required: true,
} as const satisfies ActionParameter;
const DOCUMENT_VERSION = {
  type: "string",
  description: "Version of the document; default: its default version.",
} as const satisfies ActionParameter;
const DOCUMENT_PARAMETERS = {
  type: "json",
  description: "Parameters of the document, as JSON.",
} as const satisfies ActionParameter;

/** Actions on Systems Manager documents that do not act here yet. */
export const documents: readonly FisAction[] = [
  {
    id: "aws:ssm:send-command",
    description: "Run the specified SSM document.",
    targets: { Instances: "aws:ec2:instance" },
    targetQuota: 5,
    parameters: {
      documentArn: DOCUMENT_ARN,
      documentVersion: DOCUMENT_VERSION,
      documentParameters: DOCUMENT_PARAMETERS,
      duration: DURATION,
    },
  },
];
