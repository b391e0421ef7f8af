/**
 * Delivery status logging: what became of deliveries, in CloudWatch Logs.
 * https://docs.aws.amazon.com/sns/latest/dg/topics-attrib.html
 */
import { createHash } from "node:crypto";
import { putLogEvents } from "../../aws/log-group.ts";
import type { ServiceHost } from "../../core/service.ts";
import type { Delivery } from "./delivery.ts";
import type { Where } from "./inbox.ts";
import type { Message } from "./message.ts";
import type { Protocol } from "./subscription.ts";
import type { Topic } from "./topic.ts";

const PREFIX: Readonly<Record<Protocol, string | undefined>> = {
  http: "HTTP",
  https: "HTTP",
  sqs: "SQS",
  lambda: "Lambda",
  firehose: "Firehose",
  application: "Application",
  email: undefined,
  "email-json": undefined,
  sms: undefined,
};

export interface DeliveryResult {
  readonly success: boolean;
  readonly statusCode: number;
  readonly response: string;
}

export class Feedback {
  readonly #host: ServiceHost;
  readonly #stream: string;

  constructor(host: ServiceHost) {
    this.#host = host;
    this.#stream = host.random.uuid();
  }

  /** Logs a final result, when the topic's attributes ask for it. Never fails. */
  async report(
    where: Where,
    topic: Topic | undefined,
    message: Message,
    delivery: Delivery,
    result: DeliveryResult,
  ): Promise<void> {
    const prefix = PREFIX[delivery.subscription.protocol];
    if (!topic || !prefix || !this.#host.serves("logs")) return;
    const { attributes } = topic;
    if (!attributes[`${prefix}${result.success ? "Success" : "Failure"}FeedbackRoleArn`]) return;
    const rate = Number(attributes[`${prefix}SuccessFeedbackSampleRate`] ?? 0);
    if (result.success && this.#host.random.next() * 100 >= rate) return;

    const nowMs = this.#host.clock.now();
    const entry = {
      notification: {
        messageMD5Sum: createHash("md5").update(message.text).digest("hex"),
        messageId: message.id,
        topicArn: topic.arn,
        timestamp: timestamp(message.publishedAtMs),
      },
      delivery: {
        deliveryId: delivery.id,
        destination: delivery.subscription.endpoint,
        providerResponse: result.response,
        dwellTimeMs: nowMs - message.publishedAtMs,
        attempts: delivery.attempts + 1,
        statusCode: result.statusCode,
      },
      status: result.success ? "SUCCESS" : "FAILURE",
    };
    const group = `sns/${where.region}/${where.account}/${topic.name}${result.success ? "" : "/Failure"}`;
    const { parentId } = delivery;
    const options = { ...where, ...(parentId && { parentId }) };
    try {
      await putLogEvents(
        this.#host,
        { ...where, group, stream: this.#stream, makesGroup: true },
        [{ timestamp: nowMs, message: JSON.stringify(entry) }],
        (operation, input) => this.#host.call("logs", operation, input, options),
      );
    } catch (error) {
      this.#host.log.warn(
        `The delivery status of '${message.id}' was not logged: ${(error as Error).message}`,
      );
    }
  }
}

/** `2016-03-31 18:34:45.432`, as AWS writes it. */
const timestamp = (ms: number) => new Date(ms).toISOString().replace("T", " ").replace("Z", "");
