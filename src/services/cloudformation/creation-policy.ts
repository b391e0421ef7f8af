import { parseDuration } from "../../core/clock.ts";
import { isMap, type Value, type Values } from "./sam/value.ts";
import { StackFailure } from "./stack-failure.ts";

/*
 * What has to be heard of a resource (`SignalResource`) before it counts as created:
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-creationpolicy.html
 */

const GROUP = "AWS::AutoScaling::AutoScalingGroup";
const WAIT_CONDITION = "AWS::CloudFormation::WaitCondition";
const SIGNALLED: ReadonlySet<string> = new Set([GROUP, WAIT_CONDITION, "AWS::EC2::Instance"]);
const DEFAULT_TIMEOUT_MS = 5 * 60_000;

export interface WantedSignals {
  readonly count: number;
  readonly timeoutMs: number;
  /** How many may say that something has failed. */
  readonly tolerated: number;
  /** @throws StackFailure for too few that say that all is well */
  check(heard: readonly Values[]): void;
}

/** The signals that a resource waits for; undefined when there are none. A condition with a handle waits for its own. */
export function wantedSignals(
  { type, properties }: { readonly type: string; readonly properties: Values },
  policy: Value | undefined,
): WantedSignals | undefined {
  const signal = isMap(policy) ? policy["ResourceSignal"] : undefined;
  const isCondition = type === WAIT_CONDITION;
  if (!SIGNALLED.has(type) || (isCondition && properties["Handle"] !== undefined)) return undefined;
  if (!isMap(signal) && !isCondition) return undefined;
  const { Count = 1, Timeout } = isMap(signal) ? signal : {};
  const count = Number(Count);
  const ofGroup = isMap(policy) ? policy["AutoScalingCreationPolicy"] : undefined;
  const percent = Number((isMap(ofGroup) ? ofGroup["MinSuccessfulInstancesPercent"] : undefined) ?? 100);
  const needed = type === GROUP ? Math.ceil((count * percent) / 100) : count;
  return {
    count,
    timeoutMs: parseDuration(Timeout) ?? DEFAULT_TIMEOUT_MS,
    tolerated: count - needed,
    check(heard) {
      const failures = heard.filter(isFailure);
      const successes = heard.length - failures.length;
      if (successes >= needed) return;
      if (type === GROUP) {
        const [said, status] = failures.length > 0 ? [failures.length, "FAILURE"] : [successes, "SUCCESS"];
        throw new StackFailure(
          `Received ${said} ${status} signal(s) out of ${count}.  Unable to satisfy ${percent}% MinSuccessfulInstancesPercent requirement`,
        );
      }
      const [failure] = failures;
      throw new StackFailure(
        failure
          ? signalReceived(failure)
          : `Failed to receive ${count - successes} resource signal(s) within the specified duration`,
      );
    },
  };
}

export const isFailure = ({ Status }: Values): boolean => String(Status).startsWith("FAIL");

/** What the events of a resource say of a signal. */
export const signalReceived = ({ Status, UniqueId }: Values): string =>
  `Received ${String(Status)} signal with UniqueId ${String(UniqueId)}`;
