import { queueUrlOf } from "../../aws/deliver.ts";
import { againAfter } from "../../aws/http-target.ts";
import { TemplateError } from "../../aws/input-template.ts";
import { isPassing, Outbox } from "../../aws/outbox.ts";
import { parseArn } from "../../core/arn.ts";
import { AwsError } from "../../core/aws-error.ts";
import { parseDuration } from "../../core/clock.ts";
import type { Hit } from "../../core/fault.ts";
import { readJson } from "../../core/read-json.ts";
import type { ServiceHost } from "../../core/service.ts";
import type * as Events from "../../models/generated/events.ts";
import type { Passage } from "./bus.ts";
import { type BusLogs, logs, type Step } from "./bus-log.ts";
import type { Event } from "./event.ts";
import { type EventBusRecord, readBus, storeAt, type Where } from "./event-bus.ts";
import { DELIVER } from "./fault-points.ts";
import type { RuleRecord } from "./rule.ts";
import { type Outgoing, sendToTarget } from "./target-call.ts";
import { inputFor, type Sending } from "./target-input.ts";

/** What comes of a delivery of a user's fault: no attempt will be better. */
const FINAL = "FinalFault";

/** An event on its way to one target of a rule. */
interface Sent extends Sending {
  readonly bus: string;
  readonly target: Events.Target;
  /** The event as JSON. */
  readonly text: string;
  readonly parentId?: string;
  readonly hops: number;
  readonly traceHeader?: string;
  /** The same at each attempt. */
  readonly invocationId?: string;
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html */
const LONGEST_SECONDS = 86_400;
const MOST_RETRIES = 185;
const LONGEST_DELAY_MS = 480_000;

/** With so long a pause at most, 185 retries fit into a day. */
const backOff = (attempts: number) => Math.min(1000 * 2 ** (attempts - 1), LONGEST_DELAY_MS);

/** Brings events to targets: at least once, by each target's retry policy, then to its dead-letter queue. */
export class Deliveries {
  readonly #host: ServiceHost;
  readonly #outbox: Outbox<Sent>;
  readonly #logs: BusLogs;

  constructor(host: ServiceHost, logs: BusLogs) {
    this.#host = host;
    this.#logs = logs;
    this.#outbox = new Outbox<Sent>(host, "deliveries", {
      send: (where, sent, attempt) => {
        const bus = this.#logs.logging(where, sent.bus);
        return bus ? this.#toldAttempt(where, bus, sent, attempt) : this.#attempt(where, sent, attempt);
      },
      policyOf: ({ target: { RetryPolicy } }) => ({
        longestMs: (RetryPolicy?.MaximumEventAgeInSeconds ?? LONGEST_SECONDS) * 1000,
        mostAttempts: (RetryPolicy?.MaximumRetryAttempts ?? MOST_RETRIES) + 1,
        delayMs: (attempts, error) => Math.max(backOff(attempts), askedFor(error, host.clock.now())),
      }),
      mayPass: isWorthRetrying,
      giveUp: (where, sent, failure) => this.#bury(where, sent, failure),
    });
  }

  /**
   * Sends an event to all targets of rules of a bus.
   * @param text the event as JSON
   * @param delayMs how late it is; a restart does not lose it
   */
  send(where: Where, rules: readonly RuleRecord[], text: string, passage: Passage, delayMs = 0): void {
    const { parentId, hops = 0, traceHeader } = passage;
    const ingestedAtMs = this.#host.clock.now() + delayMs;
    const logging = rules[0] && this.#logs.logging(where, rules[0].bus);
    for (const { arn, name, bus, targets } of rules) {
      const invocations = targets.map((target) => ({ target, id: this.#host.random.uuid() }));
      if (logging)
        this.#logs.tell(where, logging, "RULE_MATCH", () => ({
          eventId: (readJson(text) as Event).id,
          requestId: parentId,
          details: {
            rule_arn: arn,
            target_arns: targets.map(({ Arn }) => Arn),
            invocation_ids: invocations.map(({ id }) => id),
          },
        }));
      for (const { target, id: invocationId } of invocations) {
        const sent: Sent = {
          ruleArn: arn,
          ruleName: name,
          bus,
          ingestedAtMs,
          target,
          text,
          hops,
          invocationId,
          ...(parentId !== undefined && { parentId }),
          ...(traceHeader !== undefined && { traceHeader }),
        };
        this.#outbox.put(where, sent, delayMs);
      }
    }
  }

  resume(): void {
    this.#outbox.resume();
  }

  stop(): void {
    this.#outbox.stop();
  }

  /** An attempt, of which the bus's log is told. */
  async #toldAttempt(where: Where, bus: EventBusRecord, sent: Sent, attempt: number): Promise<void> {
    const startedMs = this.#host.clock.now();
    const tell = (step: Step, more: () => Readonly<Record<string, unknown>>, error?: unknown) =>
      this.#tell(where, bus, sent, step, more, error);
    if (attempt === 1) tell("INVOCATION_START", () => ({ attempt_count: attempt }));
    tell("INVOCATION_ATTEMPT_START", () => ({ attempt_count: attempt }));
    const ended = () => ({
      attempt_type: attempt === 1 ? "FIRST" : "RETRY",
      attempt_count: attempt,
      target_duration_ms: this.#host.clock.now() - startedMs,
    });
    try {
      await this.#attempt(where, sent, attempt);
    } catch (error) {
      const kind = isWorthRetrying(error) ? "RETRYABLE" : "PERMANENT";
      const told = () => ({ ...ended(), invocation_status: codeOf(error) });
      tell(`INVOCATION_ATTEMPT_${kind}_FAILURE`, told, error);
      throw error;
    }
    tell("INVOCATION_ATTEMPT_SUCCESS", () => ({ ...ended(), invocation_status: "SUCCESS" }));
    tell("INVOCATION_SUCCESS", () => ({
      total_attempts: attempt,
      final_invocation_status: "SUCCESS",
      ingestion_to_success_latency_ms: this.#host.clock.now() - sent.ingestedAtMs,
    }));
  }

  #tell(
    where: Where,
    bus: EventBusRecord,
    { text, ruleArn, target, invocationId, parentId }: Sent,
    step: Step,
    more: () => Readonly<Record<string, unknown>>,
    error?: unknown,
  ): void {
    this.#logs.tell(where, bus, step, () => ({
      eventId: (readJson(text) as Event).id,
      requestId: parentId,
      invocationId,
      details: {
        rule_arn: ruleArn,
        ...(target.RoleArn !== undefined && { role_arn: target.RoleArn }),
        target_arn: target.Arn,
        ...more(),
      },
      error,
    }));
  }

  #attempt(where: Where, sent: Sent, attempt: number): Promise<void> {
    const { ruleArn, target, parentId } = sent;
    const outgoing = (copy = 0): Outgoing => ({
      where,
      ruleArn,
      target,
      text: sent.text,
      body: inputFor(target, sent.text, sent),
      hops: sent.hops,
      // What a rule doubles are two invocations.
      ...(sent.invocationId !== undefined && {
        invocationId: copy === 0 ? sent.invocationId : this.#host.random.uuid(),
      }),
      ...(parentId !== undefined && { parentId }),
      ...(sent.traceHeader !== undefined && { traceHeader: sent.traceHeader }),
    });
    const subject = {
      resource: [ruleArn, busArnOf(ruleArn, sent.bus), target.Arn],
      operation: "Deliver",
      input: { Rule: sent.ruleName, TargetId: target.Id, TargetArn: target.Arn, Attempt: attempt },
      ...(parentId !== undefined && { parentId }),
    };
    return this.#host.faultPoint(DELIVER, subject, where, (hits) =>
      hits.length === 0
        ? sendToTarget(this.#host, outgoing())
        : this.#bent((copy) => sendToTarget(this.#host, outgoing(copy)), hits),
    );
  }

  async #bent(send: (copy: number) => Promise<void>, hits: readonly Hit[]): Promise<void> {
    let copies = 1;
    for (const { effect, params, draw } of hits) {
      if (effect === "fail") throw failure(params);
      if (effect === "delay") await this.#host.clock.sleep(parseDuration(params["ms"]) ?? 0);
      if (effect === "reorder")
        await this.#host.clock.sleep(Math.round(draw("reorder") * (parseDuration(params["ms"]) ?? 5000)));
      if (effect === "duplicate") copies += Number(params["copies"] ?? 1);
      if (effect === "drop") return;
    }
    for (let copy = 0; copy < copies; copy++) await send(copy);
  }

  /** The event itself, with what went wrong in attributes: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html */
  async #bury(
    where: Where,
    sent: Sent,
    { error, attempts }: { error: unknown; attempts: number },
  ): Promise<void> {
    const { target, ruleArn } = sent;
    const bus = readBus(storeAt(this.#host, where), where, sent.bus);
    const deadLetters = target.DeadLetterConfig?.Arn ?? bus?.deadLetterArn;
    const { message } = error as Error;
    this.#host.log.debug(() => `${ruleArn} could not send an event to ${target.Arn}: ${message}`);
    const queue = deadLetters === undefined ? undefined : parseArn(deadLetters);
    const ended = () => ({ total_attempts: attempts, final_invocation_status: codeOf(error) });
    const tell = (step: Step) => bus && logs(bus) && this.#tell(where, bus, sent, step, ended, error);
    tell("INVOCATION_FAILURE");
    if (!queue) return;
    tell("INVOCATION_DLQ");
    const isLast = attempts > (target.RetryPolicy?.MaximumRetryAttempts ?? MOST_RETRIES);
    const text = (StringValue: string) => ({ DataType: "String", StringValue });
    const input = {
      QueueUrl: queueUrlOf(queue),
      MessageBody: sent.text,
      MessageAttributes: {
        ERROR_CODE: text(codeOf(error)),
        ERROR_MESSAGE: text(message || "Unknown error"),
        ...(isWorthRetrying(error) && {
          EXHAUSTED_RETRY_CONDITION: text(isLast ? "MaximumRetryAttempts" : "MaximumEventAgeInSeconds"),
        }),
        RETRY_ATTEMPTS: { DataType: "Number", StringValue: String(attempts - 1) },
        RULE_ARN: text(ruleArn),
        TARGET_ARN: text(target.Arn),
      },
    };
    await this.#host.call("sqs", "SendMessage", input, {
      account: queue.account,
      region: queue.region,
      sourceArn: ruleArn,
      ...(sent.parentId !== undefined && { parentId: sent.parentId }),
    });
  }
}

/** Not what is wrong for good: the target is not there, nobody may send to it, the template makes no JSON. */
const isWorthRetrying = (error: unknown): boolean =>
  againAfter(error)?.isWorthIt ??
  (!(error instanceof TemplateError) && isPassing(error) && (error as AwsError).code !== FINAL);

/** How long an API destination wants to be left alone, in milliseconds. */
function askedFor(error: unknown, nowMs: number): number {
  const after = againAfter(error)?.after;
  if (after === undefined) return 0;
  const seconds = Number(after);
  const ms = Number.isNaN(seconds) ? Date.parse(after) - nowMs : seconds * 1000;
  return Number.isNaN(ms) ? 0 : ms;
}

const busArnOf = (ruleArn: string, bus: string) => ruleArn.replace(/:rule\/.*$/, `:event-bus/${bus}`);

function failure(params: Readonly<Record<string, unknown>>): AwsError {
  const code = String(params["code"] ?? "INTERNAL_ERROR");
  const message = String(params["message"] ?? "Failed by a fault rule");
  if (params["final"] === true) return new AwsError(FINAL, message, { status: 400, members: { said: code } });
  return new AwsError(code, message, { status: 500 });
}

/** EventBridge's own codes: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html#eb-dlq-error-codes */
function codeOf(error: unknown): string {
  if (error instanceof TemplateError) return "INVALID_JSON";
  if (!(error instanceof AwsError)) return "INTERNAL_ERROR";
  if (error.code === FINAL) return String(error.members["said"]);
  if (/AccessDenied|AuthorizationError|NotAuthorized|KMSAccessDenied/.test(error.code))
    return "NO_PERMISSIONS";
  if (/NotFound|NonExistent|DoesNotExist|NoSuch/.test(error.code)) return "NO_RESOURCE";
  if (/Throttl|TooMany|LimitExceeded|ThroughputExceeded/.test(error.code)) return "THROTTLING";
  if (/^[A-Z_]+$/.test(error.code)) return error.code;
  return error.status >= 500 ? "INTERNAL_ERROR" : "INVALID_PARAMETER";
}
