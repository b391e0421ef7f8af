import { Dues } from "../../../aws/due.ts";
import type { ServiceHost } from "../../../core/service.ts";
import type { Where } from "../metrics/metric.ts";
import type { Actions } from "./actions.ts";
import {
  type Alarm,
  type AlarmState,
  alarmCollection,
  alarmName,
  type CompositeAlarm,
  type Suppressed,
} from "./alarm.ts";
import type { Composites } from "./composites.ts";
import { alarmTime } from "./reason.ts";

/**
 * Holds the actions of a composite alarm back while its suppressor is in ALARM: after a change of state it waits for the
 * suppressor to go into ALARM, and when the suppressor has left ALARM it waits once more before the actions run.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Create_Composite_Alarm_Suppression.html
 */
export class Suppression {
  readonly #host: ServiceHost;
  readonly #actions: Actions;
  readonly #composites: Composites;
  readonly #dues: Dues;

  constructor(host: ServiceHost, actions: Actions, composites: Composites) {
    this.#host = host;
    this.#actions = actions;
    this.#composites = composites;
    this.#dues = new Dues(host);
  }

  /** Takes up the waits that an earlier process left. */
  start(): void {
    for (const where of this.#host.scopes())
      for (const alarm of this.#composites.all(where))
        if (alarm.suppressed?.untilMs !== undefined) this.#wake(where, alarm, alarm.suppressed.untilMs);
  }

  stop(): void {
    this.#dues.stop();
  }

  /** A composite alarm with a suppressor has changed its state. */
  changed(where: Where, alarm: CompositeAlarm, before: AlarmState): void {
    const { suppressor, suppressed } = alarm;
    if (!suppressor) return;
    if (suppressed) return;
    const toldState = before.value;
    if (this.#isSuppressed(where, alarm)) {
      this.#hold(where, alarm, { by: "Alarm", reason: bySuppressor(alarm), toldState });
      return;
    }
    if (suppressor.waitSeconds <= 0 || alarm.state.value !== "ALARM") {
      this.#actions.run(where, alarm, before);
      return;
    }
    const untilMs = this.#host.clock.now() + suppressor.waitSeconds * 1000;
    const reason = `Actions suppressed until ${alarmTime(untilMs)}: waiting for ${suppressor.alarm} to go into ALARM`;
    this.#hold(where, alarm, { by: "WaitPeriod", reason, toldState, untilMs });
  }

  /** Any alarm has changed its state: those that it suppresses hold their actions back, or get to run them. */
  suppressorChanged(where: Where, changed: Alarm): void {
    for (const alarm of this.#composites.all(where)) {
      if (!alarm.suppressor || !alarm.suppressed) continue;
      if (alarmName(alarm.suppressor.alarm) !== changed.name) continue;
      const { toldState } = alarm.suppressed;
      if (changed.state.value === "ALARM") {
        this.#hold(where, alarm, { by: "Alarm", reason: bySuppressor(alarm), toldState });
        continue;
      }
      if (alarm.suppressed.by !== "Alarm") continue;
      const untilMs = this.#host.clock.now() + alarm.suppressor.extensionSeconds * 1000;
      const reason = `Actions suppressed until ${alarmTime(untilMs)}: ${alarm.suppressor.alarm} has left ALARM`;
      this.#hold(where, alarm, { by: "ExtensionPeriod", reason, toldState, untilMs });
    }
  }

  #hold(where: Where, alarm: CompositeAlarm, suppressed: Suppressed): void {
    this.#alarms(where).put([alarm.name], { ...alarm, suppressed });
    if (suppressed.untilMs !== undefined) this.#wake(where, alarm, suppressed.untilMs);
  }

  #wake({ account, region }: Where, { name }: CompositeAlarm, untilMs: number): void {
    const key = `${account} ${region} ${name}`;
    this.#dues.set(key, untilMs, () => this.#release({ account, region }, name));
  }

  /** The wait is over: the actions run when the state is still another than they were told. */
  #release(where: Where, name: string): void {
    const alarm = this.#alarms(where).get([name]);
    if (alarm?.kind !== "composite" || alarm.suppressed?.untilMs === undefined) return;
    if (alarm.suppressed.untilMs > this.#host.clock.now()) return;
    const { suppressed, ...free } = alarm;
    this.#alarms(where).put([name], free);
    if (suppressed.toldState !== alarm.state.value)
      this.#actions.run(where, free, { ...alarm.state, value: suppressed.toldState });
  }

  #isSuppressed(where: Where, { suppressor }: CompositeAlarm): boolean | undefined {
    return suppressor && this.#alarms(where).get([alarmName(suppressor.alarm)])?.state.value === "ALARM";
  }

  #alarms({ account, region }: Where) {
    return this.#host.store(account, region).collection(alarmCollection);
  }
}

const bySuppressor = ({ suppressor }: CompositeAlarm) =>
  `Actions suppressed by alarm: ${suppressor?.alarm} is in ALARM`;
