import { Draft } from "../draft.ts";
import { InvalidEvent } from "../errors.ts";
import { isMap, own, type Value, type Values } from "../value.ts";

/** Where undelivered events go, and what has to be made for that. */
export interface DeadLetters {
  readonly arn: Value;
  readonly drafts: readonly Draft[];
}

/** `DeadLetterConfig` of a rule or a schedule: a queue by its ARN, or one that is made, which a rule needs leave to fill. */
export function deadLetters(
  id: string,
  config: Value | undefined,
  attributes: Values,
  ruleArn?: Value,
): DeadLetters | undefined {
  if (!isMap(config)) return undefined;
  check(id, config);
  const arn = own(config, "Arn");
  if (arn !== undefined) return { arn, drafts: [] };
  const name = own(config, "QueueLogicalId");
  if (name !== undefined && typeof name !== "string")
    throw new InvalidEvent(id, "QueueLogicalId must be a string");
  const queue = new Draft("AWS::SQS::Queue", name || `${id}Queue`, {}, attributes);
  if (ruleArn === undefined) return { arn: queue.arn, drafts: [queue] };
  const policy = new Draft(
    "AWS::SQS::QueuePolicy",
    `${id}QueuePolicy`,
    {
      PolicyDocument: {
        Version: "2012-10-17",
        Statement: [
          {
            Action: "sqs:SendMessage",
            Effect: "Allow",
            Principal: { Service: "events.amazonaws.com" },
            Resource: queue.arn,
            Condition: { ArnEquals: { "aws:SourceArn": ruleArn } },
          },
        ],
      },
      Queues: [queue.ref],
    },
    attributes,
  );
  return { arn: queue.arn, drafts: [queue, policy] };
}

function check(id: string, config: Values): void {
  const hasArn = Object.hasOwn(config, "Arn");
  const hasType = Object.hasOwn(config, "Type");
  if (hasArn && hasType) {
    throw new InvalidEvent(id, "You can either define 'Arn' or 'Type' property of DeadLetterConfig.");
  }
  if (hasType && config["Type"] !== "SQS") {
    throw new InvalidEvent(id, "The only valid value for 'Type' property of DeadLetterConfig is 'SQS'.");
  }
  if (!hasArn && !hasType) {
    throw new InvalidEvent(id, "No 'Arn' or 'Type' property provided for DeadLetterConfig.");
  }
}
