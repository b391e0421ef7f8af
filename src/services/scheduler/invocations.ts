import { queueUrlOf } from "../../aws/deliver.ts";
import { isPassing, Outbox } from "../../aws/outbox.ts";
import { parseArn } from "../../core/arn.ts";
import { AwsError } from "../../core/aws-error.ts";
import { parseDuration } from "../../core/clock.ts";
import type { Hit } from "../../core/fault.ts";
import type { ServiceHost } from "../../core/service.ts";
import { isoSeconds } from "../../core/text.ts";
import { INVOKE } from "./fault-points.ts";
import type { ScheduleRecord, Where } from "./schedule.ts";
import { callTarget, type Invocation, inputOf, retryPolicyOf } from "./target.ts";

const LONGEST_DELAY_MS = 480_000;

/** With so long a pause at most, 185 retries fit into a day. */
const backOff = (attempts: number) => Math.min(1000 * 2 ** (attempts - 1), LONGEST_DELAY_MS);

/** Calls targets: at least once, by each target's retry policy, then its dead-letter queue is told. */
export class Invocations {
  readonly #host: ServiceHost;
  readonly #outbox: Outbox<Invocation>;

  constructor(host: ServiceHost) {
    this.#host = host;
    this.#outbox = new Outbox<Invocation>(host, "invocations", {
      send: (where, invocation, attempt) => this.#attempt(where, invocation, attempt),
      policyOf: ({ target }) => {
        const { MaximumEventAgeInSeconds, MaximumRetryAttempts } = retryPolicyOf(target);
        return {
          longestMs: MaximumEventAgeInSeconds * 1000,
          mostAttempts: MaximumRetryAttempts + 1,
          delayMs: backOff,
        };
      },
      mayPass: isPassing,
      giveUp: (where, invocation, failure) => this.#bury(where, invocation, failure),
    });
  }

  /** @param delayMs how long it waits, within its window; a restart does not lose it */
  invoke(where: Where, { arn, target }: ScheduleRecord, dueMs: number, delayMs: number): void {
    const executionId = this.#host.random.uuid();
    this.#outbox.put(where, { scheduleArn: arn, target, dueMs, executionId }, delayMs);
  }

  resume(): void {
    this.#outbox.resume();
  }

  stop(): void {
    this.#outbox.stop();
  }

  #attempt(where: Where, invocation: Invocation, attempt: number): Promise<void> {
    const { scheduleArn, target, executionId } = invocation;
    const call = () => callTarget(this.#host, where, invocation, inputOf(invocation, where, attempt));
    const subject = {
      resource: [scheduleArn, target.Arn],
      operation: "Invoke",
      input: { TargetArn: target.Arn, ExecutionId: executionId, Attempt: attempt },
    };
    return this.#host.faultPoint(INVOKE, subject, where, (hits) =>
      hits.length === 0 ? call() : this.#bent(call, hits),
    );
  }

  async #bent(call: () => Promise<void>, hits: readonly Hit[]): Promise<void> {
    let copies = 1;
    for (const { effect, params } of hits) {
      if (effect === "fail")
        throw new AwsError(String(params["code"] ?? "InternalError"), "Failed by a fault rule", {
          status: 500,
        });
      if (effect === "delay") await this.#host.clock.sleep(parseDuration(params["ms"]) ?? 0);
      if (effect === "duplicate") copies += Number(params["copies"] ?? 1);
    }
    for (let copy = 0; copy < copies; copy++) await call();
  }

  /** The input, with what went wrong in attributes: https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html */
  async #bury(
    where: Where,
    invocation: Invocation,
    { error, attempts }: { error: unknown; attempts: number },
  ): Promise<void> {
    const { target, scheduleArn, dueMs, executionId } = invocation;
    const { message } = error as Error;
    this.#host.log.warn(`${scheduleArn} could not call ${target.Arn}: ${message}`);
    const queue =
      target.DeadLetterConfig?.Arn === undefined ? undefined : parseArn(target.DeadLetterConfig.Arn);
    if (!queue) return;
    const isLast = attempts > retryPolicyOf(target).MaximumRetryAttempts;
    const attributes: Record<string, string> = {
      ERROR_CODE: error instanceof AwsError ? error.code : "InternalError",
      ERROR_MESSAGE: message || "Unknown error",
      EXECUTION_ID: executionId,
      ...(isPassing(error) && {
        EXHAUSTED_RETRY_CONDITION: isLast ? "MaximumRetryAttempts" : "MaximumEventAgeInSeconds",
      }),
      IS_PAYLOAD_TRUNCATED: "false",
      RETRY_ATTEMPTS: String(attempts - 1),
      SCHEDULED_TIME: isoSeconds(dueMs),
      SCHEDULE_ARN: scheduleArn,
      TARGET_ARN: target.Arn,
    };
    const input = {
      QueueUrl: queueUrlOf(queue),
      MessageBody: inputOf(invocation, where, attempts),
      MessageAttributes: Object.fromEntries(
        Object.entries(attributes).map(([name, text]) => [name, { DataType: "String", StringValue: text }]),
      ),
    };
    await this.#host.call("sqs", "SendMessage", input, {
      account: queue.account,
      region: queue.region,
      as: target.RoleArn,
      sourceArn: scheduleArn,
    });
  }
}
