import { parseArn } from "../../core/arn.ts";
import type { Service, ServiceFactory } from "../../core/service.ts";
import { admin } from "./admin.ts";
import { Archive } from "./archive.ts";
import { dataProtection } from "./data-protection.ts";
import { Deliveries } from "./deliveries.ts";
import { DirectMessages } from "./direct-message.ts";
import { Inbox } from "./inbox.ts";
import { permissions } from "./permissions.ts";
import { platform } from "./platform.ts";
import { publish } from "./publish.ts";
import { Signer } from "./signature.ts";
import { sms } from "./sms.ts";
import { subscriptions } from "./subscriptions.ts";
import { tags } from "./tags.ts";
import { topicCollection } from "./topic.ts";
import { topics } from "./topics.ts";

/** Amazon Simple Notification Service. https://docs.aws.amazon.com/sns/latest/api/ */
const sns: ServiceFactory = (host): Service => {
  const inbox = new Inbox(host);
  const signer = new Signer(host);
  const deliveries = new Deliveries(host, signer, inbox);
  const archive = new Archive(host, deliveries);
  return {
    name: "sns",
    operations: {
      ...topics(host),
      ...tags(host),
      ...permissions(host),
      ...dataProtection(host),
      ...subscriptions(host, deliveries, archive),
      ...publish(host, deliveries, archive, new DirectMessages(host, inbox)),
      ...platform(host),
      ...sms(inbox),
    },
    faultPoints: {
      "sns:deliver": {
        description: "The delivery of a message to one subscription, each attempt on its own.",
        generic: true,
        effects: {
          fail: {
            description:
              "The attempt fails: with a status from 500 on (or 429) it is tried again by policy, below it is final.",
            parameters: {
              status: {
                type: "integer",
                description: "The status that the endpoint seems to answer",
                default: 500,
                min: 400,
                max: 599,
              },
              message: { type: "string", description: "What the endpoint seems to say" },
            },
          },
          delay: {
            description: "The message arrives later.",
            parameters: {
              ms: { type: "duration", unit: "ms", description: "How much later", required: true, min: 0 },
            },
          },
          duplicate: {
            description: "The message arrives more than once.",
            parameters: {
              copies: { type: "integer", description: "How many times more", default: 1, min: 1, max: 100 },
            },
          },
          drop: { description: "The message is lost, and nobody is told.", parameters: {} },
        },
      },
    },
    arnsOf(_, input) {
      const { TopicArn, TargetArn, SubscriptionArn, ResourceArn } = input as Record<
        string,
        string | undefined
      >;
      const topicArn = SubscriptionArn?.split(":").slice(0, 6).join(":");
      return [TopicArn, TargetArn, ResourceArn, SubscriptionArn, topicArn].filter((arn) => arn !== undefined);
    },
    resources: {
      *"aws:sns:topic"({ account, region }) {
        for (const { arn, tags, attributes } of host
          .store(account, region)
          .collection(topicCollection)
          .values())
          yield { arn, tags, attributes: { TopicArn: arn, Owner: parseArn(arn)?.account, ...attributes } };
      },
    },
    admin: admin(host, inbox, signer),
    start: () => deliveries.resume(),
    stop: () => deliveries.stop(),
  };
};

export default sns;
