import { readJson } from "../../../core/read-json.ts";
import type { Cloudwatch } from "../cloudwatch.ts";
import type { Where } from "../metrics/metric.ts";
import { Actions } from "./actions.ts";
import {
  type Alarm,
  type AlarmState,
  alarmCollection,
  type CompositeAlarm,
  type StateValue,
} from "./alarm.ts";
import { Composites } from "./composites.ts";
import { History } from "./history.ts";
import { alarmTime } from "./reason.ts";
import { alarmsIn, isMet, parseRule } from "./rule.ts";
import { Suppression } from "./suppression.ts";

/** Composite alarms of composite alarms are followed this far; a cycle ends here. */
const DEEPEST = 20;

export type NewState = Pick<AlarmState, "value" | "reason" | "reasonData">;

/** What follows when an alarm goes from one state to another: history, actions, the composite alarms above, the news on the bus. */
export class Transitions {
  readonly history: History;
  readonly composites: Composites;
  readonly #cloudwatch: Cloudwatch;
  readonly #actions: Actions;
  readonly #suppression: Suppression;

  constructor(cloudwatch: Cloudwatch) {
    this.#cloudwatch = cloudwatch;
    this.history = new History(cloudwatch.host);
    this.#actions = new Actions(cloudwatch.host, this.history);
    this.composites = new Composites(cloudwatch.host);
    this.#suppression = new Suppression(cloudwatch.host, this.#actions, this.composites);
  }

  start(): void {
    this.#suppression.start();
  }

  stop(): void {
    this.#suppression.stop();
    this.#actions.stop();
  }

  /** An alarm has been made, changed or deleted. */
  configured(where: Where, operation: "create" | "update" | "delete", alarm: Alarm, before?: Alarm): void {
    this.#actions.announceConfiguration(where, operation, alarm, before);
  }

  /** Puts an alarm into a state. Only when it is another than before do things follow. */
  change(where: Where, alarm: Alarm, state: NewState, depth = 0): void {
    const { host } = this.#cloudwatch;
    const nowMs = host.clock.now();
    const isOther = state.value !== alarm.state.value;
    const changed: Alarm = {
      ...alarm,
      state: {
        ...state,
        updatedAtMs: nowMs,
        transitionedAtMs: isOther ? nowMs : alarm.state.transitionedAtMs,
      },
    };
    host.store(where.account, where.region).collection(alarmCollection).put([alarm.name], changed);
    if (!isOther) return;
    this.history.add(
      where,
      changed,
      "StateUpdate",
      `Alarm updated from ${alarm.state.value} to ${state.value}`,
      { version: "1.0", oldState: describeState(alarm.state), newState: describeState(changed.state) },
    );
    this.#actions.announce(where, changed, alarm.state);
    if (changed.kind === "composite" && changed.suppressor)
      this.#suppression.changed(where, changed, alarm.state);
    else this.#actions.run(where, changed, alarm.state);
    host.bus.publish("cloudwatch.alarm", { alarmArn: alarm.arn, state: state.value });
    this.#suppression.suppressorChanged(where, changed);
    if (depth < DEEPEST) this.#tellParents(where, changed, depth);
  }

  /** Works a composite alarm's rule out and changes its state. @param by the alarm whose change is the reason */
  evaluate(where: Where, alarm: CompositeAlarm, by?: Alarm, depth = 0): void {
    const alarms = this.#cloudwatch.host.store(where.account, where.region).collection(alarmCollection);
    const rule = parseRule(alarm.rule);
    const isAlarm = isMet(rule, (name) => alarms.get([name])?.state.value);
    const value: StateValue = isAlarm ? "ALARM" : "OK";
    if (value === alarm.state.value) return;
    const triggering = by ? [by] : alarmsIn(rule).flatMap((name) => alarms.get([name]) ?? []);
    this.change(
      where,
      alarm,
      {
        value,
        reason: by
          ? `${by.arn} transitioned to ${by.state.value} at ${longTime(by.state.transitionedAtMs)}`
          : `${alarm.arn} was created and its alarm rule evaluates to ${value}`,
        reasonData: JSON.stringify({
          triggeringAlarms: triggering.map(({ arn, state }) => ({
            arn,
            state: { value: state.value, timestamp: alarmTime(state.transitionedAtMs) },
          })),
        }),
      },
      depth,
    );
  }

  #tellParents(where: Where, child: Alarm, depth: number): void {
    const alarms = this.#cloudwatch.host.store(where.account, where.region).collection(alarmCollection);
    for (const parent of this.composites.parentsOf(where, child.name)) {
      const current = alarms.get([parent.name]);
      if (current?.kind === "composite") this.evaluate(where, current, child, depth + 1);
    }
  }
}

const describeState = ({ value, reason, reasonData }: AlarmState) => ({
  stateValue: value,
  stateReason: reason,
  ...(reasonData !== undefined && { stateReasonData: parsed(reasonData) }),
});

function parsed(json: string): unknown {
  try {
    return readJson(json);
  } catch {
    return json;
  }
}

/** `Monday 23 November, 2026 22:05:00 UTC` */
function longTime(ms: number): string {
  const date = new Date(ms);
  const part = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat("en-US", { ...options, timeZone: "UTC" }).format(date);
  const day = String(date.getUTCDate()).padStart(2, "0");
  return `${part({ weekday: "long" })} ${day} ${part({ month: "long" })}, ${date.getUTCFullYear()} ${date.toISOString().slice(11, 19)} UTC`;
}
