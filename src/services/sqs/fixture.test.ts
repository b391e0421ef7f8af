import { after } from "node:test";
import { SQS } from "@aws-sdk/client-sqs";
import { clientOptions, newAccount, testCloud } from "../../../test/cloud.ts";
import type { CloudOptions } from "../../index.ts";

/** A cloud for the tests of one file, and clients of accounts of their own. */
export async function sqsCloud(options: CloudOptions = {}) {
  const cloud = await testCloud(options);
  after(() => cloud.stop());
  const client = (account: string = newAccount(), region = "us-east-1") =>
    new SQS({ ...clientOptions(cloud, account), region });
  /** A queue of its own in an account of its own. */
  const queue = async (
    attributes: Record<string, string> = {},
    name = attributes["FifoQueue"] ? "q.fifo" : "q",
  ) => {
    const account = newAccount();
    const sqs = client(account);
    const { QueueUrl } = await sqs.createQueue({ QueueName: name, Attributes: attributes });
    const arn = `arn:aws:sqs:us-east-1:${account}:${name}`;
    const receive = async (input: Partial<Parameters<typeof sqs.receiveMessage>[0]> = {}) =>
      (await sqs.receiveMessage({ QueueUrl, MaxNumberOfMessages: 10, ...input })).Messages ?? [];
    const bodies = async (input: Partial<Parameters<typeof sqs.receiveMessage>[0]> = {}) =>
      (await receive(input)).map(({ Body }) => Body);
    const send = (body: string, more: object = {}) =>
      sqs.sendMessage({ QueueUrl, MessageBody: body, ...more });
    const counts = async () => {
      const { Attributes = {} } = await sqs.getQueueAttributes({ QueueUrl, AttributeNames: ["All"] });
      return [
        Attributes["ApproximateNumberOfMessages"],
        Attributes["ApproximateNumberOfMessagesNotVisible"],
        Attributes["ApproximateNumberOfMessagesDelayed"],
      ].map(Number);
    };
    return { sqs, account, url: QueueUrl!, arn, name, send, receive, bodies, counts };
  };
  return { cloud, client, queue };
}

export const FIFO = { FifoQueue: "true", ContentBasedDeduplication: "true" };
