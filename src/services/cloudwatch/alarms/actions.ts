import { alarmReceivers, latestOf } from "../../../aws/alarm-receivers.ts";
import { announce } from "../../../aws/announce.ts";
import { deliver } from "../../../aws/deliver.ts";
import { untilKept, whenKept } from "../../../aws/due.ts";
import { parseArn } from "../../../core/arn.ts";
import type { ServiceHost } from "../../../core/service.ts";
import type { Where } from "../metrics/metric.ts";
import type { Alarm, AlarmState } from "./alarm.ts";
import type { History } from "./history.ts";
import { alarmData, configurationChange, lambdaEvent, snsMessage, snsSubject } from "./notification.ts";

/** Runs what an alarm has for its new state: a message to an SNS topic, an event to a Lambda function, a scaling policy. */
export class Actions {
  readonly #host: ServiceHost;
  readonly #history: History;
  #stopped = false;

  constructor(host: ServiceHost, history: History) {
    this.#host = host;
    this.#history = history;
  }

  /** From here on nobody is told, and what comes of actions under way is not remembered. */
  stop(): void {
    this.#stopped = true;
  }

  /** @param before the state that the alarm was in */
  run(where: Where, alarm: Alarm, before: AlarmState): void {
    if (!alarm.actionsEnabled || this.#stopped) return;
    // A state that could not be kept is come to again.
    whenKept(this.#host.storage, () => {
      for (const arn of alarm.actions[alarm.state.value]) void this.#act(where, alarm, before, arn);
    });
  }

  /** Every change comes to the default bus, whatever the alarm does about it. https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html */
  announce(where: Where, alarm: Alarm, before: AlarmState): void {
    if (this.#stopped) return;
    const { account, region } = where;
    const from = { account, region, sourceArn: alarm.arn, origin: `alarm(${alarm.name})` };
    void announce(this.#host, "aws.cloudwatch", from, () => ({
      detailType: "CloudWatch Alarm State Change",
      resources: [alarm.arn],
      atMs: alarm.state.transitionedAtMs,
      detail: alarmData(alarm, before),
    }));
  }

  /** An alarm is made, changed or deleted. @param before the alarm as it was, of one that is changed */
  announceConfiguration(
    where: Where,
    operation: "create" | "update" | "delete",
    alarm: Alarm,
    before?: Alarm,
  ): void {
    const { account, region } = where;
    void announce(this.#host, "aws.cloudwatch", { account, region, origin: `alarm(${alarm.name})` }, () => ({
      detailType: "CloudWatch Alarm Configuration Change",
      resources: [alarm.arn],
      detail: configurationChange(operation, alarm, before),
    }));
  }

  async #act(where: Where, alarm: Alarm, before: AlarmState, arn: string): Promise<void> {
    const published: { message?: string } = {};
    try {
      await this.#send(where, alarm, before, arn, published);
      this.#remember(where, alarm, arn, published.message);
    } catch (error) {
      if (this.#stopped) return;
      this.#host.log.warn(
        `Alarm ${alarm.name} could not execute its action ${arn}: ${(error as Error).message}`,
      );
      this.#remember(where, alarm, arn, published.message, error as Error);
    }
  }

  async #send(
    where: Where,
    alarm: Alarm,
    before: AlarmState,
    arn: string,
    published: { message?: string },
  ): Promise<void> {
    const target = parseArn(arn);
    const place = {
      account: target?.account || where.account,
      region: target?.region || where.region,
      sourceArn: alarm.arn,
      origin: `alarm(${alarm.name})`,
    };
    if (target?.service === "sns") {
      published.message = JSON.stringify(snsMessage(where, alarm, before));
      const Subject = snsSubject(where, alarm);
      await deliver(this.#host.call, arn, { subject: Subject, body: published.message }, place);
      return;
    }
    if (target?.service === "lambda") {
      published.message = JSON.stringify(lambdaEvent(where, alarm, before));
      const as = "lambda.alarms.cloudwatch.amazonaws.com";
      await deliver(this.#host.call, arn, { body: published.message }, { ...place, as });
      return;
    }
    const receive = alarmReceivers(this.#host).of(arn);
    if (receive) {
      const { name: alarmName, state } = alarm;
      const notice = {
        alarm: alarmName,
        alarmArn: alarm.arn,
        state: state.value,
        ...latestOf(state.reasonData),
      };
      await receive(arn, notice, { account: place.account, region: place.region });
      return;
    }
    throw new Error(`Squall cannot run actions of ${target?.service ?? "no service"}`);
  }

  #remember(where: Where, alarm: Alarm, arn: string, message: string | undefined, error?: Error): void {
    const summary = error
      ? `Failed to execute action ${arn}. Received error: "${error.message}"`.slice(0, 255)
      : `Successfully executed action ${arn}`;
    untilKept(this.#host, () => {
      if (this.#stopped) return;
      this.#history.add(where, alarm, "Action", summary, {
        actionState: error ? "Failed" : "Succeeded",
        stateUpdateTimestamp: alarm.state.updatedAtMs,
        notificationResource: arn,
        ...(message !== undefined && { publishedMessage: message }),
        ...(error && { error: error.message }),
      });
    });
  }
}
