import { declareService } from "../../aws/declaration.ts";
import { defineEncryption } from "../../aws/encryption.ts";
import { contentLengthExceeded } from "../../aws/request-sizes.ts";
import { type ActionReader, defineContents, defineResource } from "../../aws/resource.ts";
import { refusalOfKms } from "./errors.ts";
import { DELIVER, deliverPoint } from "./fault-points.ts";
import { type MessageRecord, messages } from "./message.ts";
import { type QueueRecord, queueRecords } from "./queue.ts";
import { placeOfUrl, STRATEGIES } from "./queue-url.ts";

const URL_OF_ARN = (arn: string) => {
  const [, , , region, account, name] = arn.split(":");
  return { QueueUrl: `http://localhost/queue/${region}/${account}/${name}` };
};

/** Whoever moves messages takes them from one queue and sends them to the other. */
const movingIs: ActionReader = ({ SourceArn, DestinationArn }) => [
  ...["StartMessageMoveTask", "ReceiveMessage", "DeleteMessage", "GetQueueAttributes"].map((name) => ({
    action: `sqs:${name}`,
    input: { SourceArn },
  })),
  ...(DestinationArn === undefined ? [] : [{ action: "sqs:SendMessage", input: { DestinationArn } }]),
];

/** Amazon SQS: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/ */
export default declareService({
  name: "sqs",
  // What its front end had when messages were of 256 KiB, times four: a message of 1 MiB, escaped.
  requests: { mostBytes: 4 * 1_662_976, refusal: contentLengthExceeded },
  resources: {
    queue: defineResource<QueueRecord>({
      arn: "arn:{partition}:sqs:{region}:{account}:{QueueName}",
      namedBy: {
        QueueName: (name, _, { QueueOwnerAWSAccountId: owner }) => ({
          QueueName: name,
          ...(typeof owner === "string" && { account: owner }),
        }),
        QueueUrl(url, place) {
          const { name, ...where } = placeOfUrl(url, place) ?? {};
          return name === undefined ? undefined : { QueueName: name, ...where };
        },
      },
      fis: "aws:sqs:queue",
      cfn: "AWS::SQS::Queue",
      collection: queueRecords,
      contents: [
        defineContents<QueueRecord, MessageRecord>({
          collection: messages,
          within: ({ name }) => [name],
          entry: ({ body, attributes, groupId }) => ({
            value: { body, ...(attributes && { attributes }), ...(groupId !== undefined && { groupId }) },
          }),
        }),
      ],
      tags: {
        of: ({ tags }) => tags,
        add: { operation: "TagQueue", input: (arn, Tags) => ({ ...URL_OF_ARN(arn), Tags }) },
        remove: { operation: "UntagQueue", input: (arn, TagKeys) => ({ ...URL_OF_ARN(arn), TagKeys }) },
      },
      encryption: defineEncryption<QueueRecord>({
        key: ({ attributes }) => attributes["KmsMasterKeyId"] || undefined,
        uses: { SendMessage: "encrypts", SendMessageBatch: "encrypts", ReceiveMessage: "decrypts" },
        context: (arn) => ({ "aws:sqs:arn": arn }),
        as: "caller",
        refusal: refusalOfKms,
      }),
      policy: ({ attributes }) => attributes["Policy"],
      actions: {
        SendMessageBatch: "sqs:SendMessage",
        DeleteMessageBatch: "sqs:DeleteMessage",
        ChangeMessageVisibilityBatch: "sqs:ChangeMessageVisibility",
        StartMessageMoveTask: movingIs,
      },
    }),
  },
  iam: {
    rootAlways: ["sqs:GetQueueAttributes", "sqs:SetQueueAttributes"],
    also: { CreateQueue: [{ action: "sqs:TagQueue", when: "tags" }] },
  },
  faultPoints: { [DELIVER]: deliverPoint },
  settings: {
    "endpoint-strategy": {
      description:
        "The form of the queue URLs that are handed out; all forms are taken. standard: sqs.<region>.<host>/<account>/<name>; domain: <region>.queue.<host>/…; path: <host>/queue/<region>/…; off: <host>/<account>/<name>; dynamic: as the client's own host",
      type: "string",
      default: "dynamic",
      values: STRATEGIES,
      env: ["SQS_ENDPOINT_STRATEGY"],
    },
    "delay-purge-retry": {
      description: "Refuse a second PurgeQueue within 60 seconds, as AWS (and --strict) does",
      type: "boolean",
      default: false,
      env: ["SQS_DELAY_PURGE_RETRY"],
    },
    "delay-recently-deleted": {
      description:
        "Refuse to create a queue within 60 seconds of deleting one of its name, as AWS (and --strict) does",
      type: "boolean",
      default: false,
      env: ["SQS_DELAY_RECENTLY_DELETED"],
    },
  },
});
