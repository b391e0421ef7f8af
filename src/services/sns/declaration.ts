import { declareService } from "../../aws/declaration.ts";
import { defineEncryption } from "../../aws/encryption.ts";
import { defineResource } from "../../aws/resource.ts";
import { taggedByArn } from "../../aws/tags.ts";
import { defaultPolicy } from "../../aws/topic-policy.ts";
import { partsOf } from "../../core/arn.ts";
import { refusalOfKms } from "./errors.ts";
import { faultPoints } from "./fault-points.ts";
import { type Topic, topicCollection } from "./topic.ts";

/** Amazon Simple Notification Service. https://docs.aws.amazon.com/sns/latest/api/ */
export default declareService({
  name: "sns",
  requests: { mostBytes: 1_662_976 },
  resources: {
    topic: defineResource<Topic>({
      arn: "arn:{partition}:sns:{region}:{account}:{TopicName}",
      namedBy: {
        TopicArn: true,
        TargetArn: true,
        ResourceArn: true,
        // Of a topic; a platform application has a name, too.
        Name: (name, _, { Platform }) => (Platform === undefined ? name : undefined),
        // A subscription's ARN is its topic's and an id.
        SubscriptionArn(arn) {
          const [, , , region = "", account = "", TopicName] = arn.split(":");
          return TopicName === undefined ? undefined : { region, account, TopicName };
        },
      },
      fis: "aws:sns:topic",
      cfn: "AWS::SNS::Topic",
      collection: topicCollection,
      attributes: ({ arn, attributes }, { account }) => ({ TopicArn: arn, Owner: account, ...attributes }),
      tags: taggedByArn({
        of: ({ tags }) => tags,
        members: ["ResourceArn", "Tags", "TagKeys"],
        form: "list",
      }),
      encryption: defineEncryption<Topic>({
        key: ({ attributes }) => attributes["KmsMasterKeyId"] || undefined,
        uses: { Publish: "encrypts", PublishBatch: "encrypts" },
        context: (arn) => ({ "aws:sns:topicArn": arn }),
        as: "caller",
        refusal: refusalOfKms,
      }),
      policy: ({ arn, attributes }) => attributes["Policy"] || defaultPolicy(arn, partsOf(arn).account),
      actions: { PublishBatch: "sns:Publish" },
    }),
  },
  iam: {
    also: { CreateTopic: [{ action: "sns:TagResource", when: "Tags" }] },
    conditionKeys: { "sns:Protocol": "Protocol", "sns:Endpoint": "Endpoint" },
  },
  faultPoints,
});
