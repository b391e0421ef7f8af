import type { ServiceHost } from "../../../core/service.ts";
import type { Where } from "../metrics/metric.ts";
import { type Alarm, alarmCollection, type CompositeAlarm } from "./alarm.ts";
import { alarmsIn, parseRule } from "./rule.ts";

/** Which alarms of an account and region are composite: few of many, so their names are kept at hand. */
export class Composites {
  readonly #host: ServiceHost;
  readonly #names = new Map<string, Set<string>>();

  constructor(host: ServiceHost) {
    this.#host = host;
  }

  put(where: Where, alarm: Alarm): void {
    const place = `${where.account} ${where.region}`;
    const names = this.#names.get(place) ?? new Set();
    if (alarm.kind === "composite") names.add(alarm.name);
    else names.delete(alarm.name);
    this.#names.set(place, names);
  }

  remove(where: Where, name: string): void {
    this.#names.get(`${where.account} ${where.region}`)?.delete(name);
  }

  /** As they are stored now. */
  all(where: Where): CompositeAlarm[] {
    const alarms = this.#host.store(where.account, where.region).collection(alarmCollection);
    return [...(this.#names.get(`${where.account} ${where.region}`) ?? [])].flatMap((name) => {
      const alarm = alarms.get([name]);
      return alarm?.kind === "composite" ? [alarm] : [];
    });
  }

  /** Those whose rules name an alarm. */
  parentsOf(where: Where, name: string): CompositeAlarm[] {
    return this.all(where).filter((alarm) => alarmsIn(parseRule(alarm.rule)).includes(name));
  }
}
