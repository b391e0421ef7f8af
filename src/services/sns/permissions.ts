import { defaultPolicy } from "../../aws/topic-policy.ts";
import { partitionOf } from "../../core/arn.ts";
import type { Handlers, ServiceHost } from "../../core/service.ts";
import type * as SNS from "../../models/generated/sns.ts";
import { invalidParameter } from "./errors.ts";
import { type TopicAt, topicAt } from "./topic.ts";

/** The actions that a topic's policy may speak of. */
const ACTIONS = new Set([
  "GetTopicAttributes",
  "SetTopicAttributes",
  "AddPermission",
  "RemovePermission",
  "DeleteTopic",
  "Subscribe",
  "ListSubscriptionsByTopic",
  "Publish",
  "GetDataProtectionPolicy",
  "PutDataProtectionPolicy",
  "Receive",
]);

interface Policy {
  Statement: { Sid?: string }[];
}

export const permissions = (host: ServiceHost): Handlers<SNS.Operations> => {
  const policyOf = ({ topic, account }: TopicAt): Policy =>
    JSON.parse(topic.attributes["Policy"] || defaultPolicy(topic.arn, account));
  const putPolicy = ({ topic, topics }: TopicAt, policy: Policy) =>
    topics.put([topic.name], {
      ...topic,
      attributes: { ...topic.attributes, Policy: JSON.stringify(policy) },
    });

  return {
    AddPermission(input) {
      const at = topicAt(host, input.TopicArn);
      const policy = policyOf(at);
      if (input.ActionName.some((action) => !ACTIONS.has(action)))
        throw invalidParameter("Policy statement action out of service scope!");
      if (policy.Statement.some(({ Sid }) => Sid === input.Label))
        throw invalidParameter("Statement already exists");
      const principals = input.AWSAccountId.map((id) => `arn:${partitionOf(at.region)}:iam::${id}:root`);
      const actions = input.ActionName.map((action) => `SNS:${action}`);
      const statement = {
        Sid: input.Label,
        Effect: "Allow",
        Principal: { AWS: principals.length === 1 ? principals[0] : principals },
        Action: actions.length === 1 ? actions[0] : actions,
        Resource: at.topic.arn,
      };
      putPolicy(at, { ...policy, Statement: [...policy.Statement, statement] });
    },

    RemovePermission(input) {
      const at = topicAt(host, input.TopicArn);
      const policy = policyOf(at);
      putPolicy(at, { ...policy, Statement: policy.Statement.filter(({ Sid }) => Sid !== input.Label) });
    },
  };
};
