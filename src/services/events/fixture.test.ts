import {
  CreateEventBusCommand,
  EventBridgeClient,
  PutEventsCommand,
  type PutEventsRequestEntry,
  PutRuleCommand,
  PutTargetsCommand,
  type Target,
} from "@aws-sdk/client-eventbridge";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { clientOptions, newAccount, testCloud } from "../../../test/cloud.ts";
import { until } from "../../../test/until.ts";
import { makeArn } from "../../core/arn.ts";
import type { Cloud, CloudOptions } from "../../index.ts";

/** A cloud with clients of one account, for the tests of EventBridge. */
export async function eventsCloud(options: CloudOptions = {}, account = newAccount()) {
  const cloud = await testCloud(options);
  return new World(cloud, account);
}

export class World implements AsyncDisposable {
  readonly cloud: Cloud;
  readonly account: string;
  readonly region: string;
  readonly events: EventBridgeClient;
  readonly sqs: SQSClient;

  constructor(cloud: Cloud, account: string, region = "us-east-1") {
    this.cloud = cloud;
    this.account = account;
    this.region = region;
    this.events = new EventBridgeClient({ ...clientOptions(cloud, account), region });
    this.sqs = new SQSClient({ ...clientOptions(cloud, account), region });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.events.destroy();
    this.sqs.destroy();
    await this.cloud[Symbol.asyncDispose]();
  }

  /** A queue's ARN. */
  async queue(name: string, Attributes?: Record<string, string>): Promise<string> {
    await this.sqs.send(new CreateQueueCommand({ QueueName: name, ...(Attributes && { Attributes }) }));
    return makeArn("sqs", this.region, this.account, name);
  }

  /** A bus's ARN. */
  async bus(Name: string): Promise<string> {
    const { EventBusArn } = await this.events.send(new CreateEventBusCommand({ Name }));
    return EventBusArn!;
  }

  /** A rule with a queue for each of its targets' ids. */
  async rule(
    Name: string,
    pattern: object,
    targets: readonly Target[],
    EventBusName?: string,
  ): Promise<string> {
    const bus = EventBusName === undefined ? {} : { EventBusName };
    const EventPattern = JSON.stringify(pattern);
    const { RuleArn } = await this.events.send(new PutRuleCommand({ Name, EventPattern, ...bus }));
    await this.events.send(new PutTargetsCommand({ Rule: Name, Targets: [...targets], ...bus }));
    return RuleArn!;
  }

  put(detail: object, entry: PutEventsRequestEntry = {}) {
    return this.events.send(
      new PutEventsCommand({
        Entries: [{ Source: "shop", DetailType: "order", Detail: JSON.stringify(detail), ...entry }],
      }),
    );
  }

  /** What has come to a queue once it is `count` messages; a further one that is on its way is among them. */
  async received(queueArn: string, count: number): Promise<Message[]> {
    const QueueUrl = `${this.cloud.url}/${this.account}/${queueArn.split(":").at(-1)}`;
    const found: Message[] = [];
    const take = async () => {
      const isEnough = found.length >= count;
      await this.cloud.clock.advance(0);
      const { Messages = [] } = await this.sqs.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: 10,
          MessageAttributeNames: ["All"],
          MessageSystemAttributeNames: ["All"],
        }),
      );
      for (const { ReceiptHandle } of Messages)
        await this.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      found.push(...Messages);
      return { found: found.length, count, isAll: isEnough && Messages.length === 0 };
    };
    await until(take, ({ isAll }) => isAll);
    return found;
  }

  /** The first event that comes to a queue and is the one that is meant. */
  async first(
    queueArn: string,
    isIt: (event: Record<string, unknown>) => boolean,
  ): Promise<Record<string, unknown>> {
    const seen: Record<string, unknown>[] = [];
    for (;;) {
      const events = (await this.bodies(queueArn, 1)) as Record<string, unknown>[];
      seen.push(...events);
      const found = events.find(isIt);
      if (found) return found;
      if (seen.length > 50) throw new Error(`Only others came: ${JSON.stringify(seen)}`);
    }
  }

  async bodies(queueArn: string, count: number): Promise<unknown[]> {
    return (await this.received(queueArn, count)).map(({ Body }) => JSON.parse(Body!) as unknown);
  }
}
