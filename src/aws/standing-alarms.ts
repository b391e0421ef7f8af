import type { Timer } from "../core/clock.ts";
import type { ServiceHost } from "../core/service.ts";
import { type AlarmNotice, latestOf } from "./alarm-receivers.ts";
import type { Place } from "./arn-template.ts";

/** While an alarm goes on, its scaling policies are carried out again so often. https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-actions.html */
const AGAIN_MS = 60_000;

/** Alarms with scaling policies, looked at again each minute for as long as they go on. */
export class StandingAlarms {
  readonly #host: ServiceHost;
  readonly #timers = new Map<string, Timer>();
  #isStopped = false;

  constructor(host: ServiceHost) {
    this.#host = host;
  }

  /** Acts again in a minute, if the alarm is in the same state by then. @param origin who asks */
  again(
    { account, region }: Place,
    policyArn: string,
    notice: AlarmNotice,
    origin: string,
    act: (notice: AlarmNotice) => void,
  ): void {
    const key = `${policyArn} ${notice.alarm}`;
    this.#timers.get(key)?.cancel();
    if (this.#isStopped) return;
    const look = async () => {
      const { MetricAlarms = [] } = await this.#host.call<{
        MetricAlarms?: { StateValue?: string; StateReasonData?: string; ActionsEnabled?: boolean }[];
      }>("cloudwatch", "DescribeAlarms", { AlarmNames: [notice.alarm] }, { account, region, origin });
      const [alarm] = MetricAlarms;
      if (this.#isStopped || alarm?.StateValue !== notice.state || !alarm.ActionsEnabled) return;
      act({ ...notice, ...latestOf(alarm.StateReasonData) });
    };
    const timer = this.#host.clock.setTimer(AGAIN_MS, () => {
      this.#timers.delete(key);
      const work = this.#host.atWork();
      look()
        .catch((error: Error) =>
          this.#host.log.warn(`${origin}: ${notice.alarm} is not known: ${error.message}`),
        )
        .finally(() => work[Symbol.dispose]());
    });
    this.#timers.set(key, timer);
  }

  stop(): void {
    this.#isStopped = true;
    for (const timer of this.#timers.values()) timer.cancel();
  }
}
