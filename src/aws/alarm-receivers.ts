import type { Bus } from "../core/bus.ts";
import { readJson } from "../core/read-json.ts";
import type { Place } from "./arn-template.ts";

/** An alarm that is in a state for which it has a scaling policy. */
export interface AlarmNotice {
  readonly alarm: string;
  readonly alarmArn: string;
  readonly state: string;
  /** The newest value that the alarm has looked at; undefined for one that was set by hand, or had none. */
  readonly value: number | undefined;
  readonly threshold: number | undefined;
}

/** Has a policy acted upon by its ARN. @throws AwsError when there is no such policy */
type Receive = (policyArn: string, notice: AlarmNotice, place: Place) => Promise<void>;

/** The services that take alarms' scaling policies. There is no operation for it, as there is none at AWS. */
class AlarmReceivers {
  readonly #all: { readonly takes: RegExp; readonly receive: Receive }[] = [];

  /** @returns what ends it */
  add(takes: RegExp, receive: Receive): () => void {
    const one = { takes, receive };
    this.#all.push(one);
    return () => {
      this.#all.splice(this.#all.indexOf(one), 1);
    };
  }

  of(policyArn: string): Receive | undefined {
    return this.#all.find(({ takes }) => takes.test(policyArn))?.receive;
  }
}

const clouds = new WeakMap<Bus, AlarmReceivers>();

/** Who takes the scaling policies of alarms in the cloud of a service. */
export function alarmReceivers({ bus }: { readonly bus: Bus }): AlarmReceivers {
  const known = clouds.get(bus) ?? new AlarmReceivers();
  clouds.set(bus, known);
  return known;
}

/** What an alarm has looked at last, of the data of its reason; whoever sets an alarm by hand may say anything there. */
export function latestOf(reasonData: string | undefined): Pick<AlarmNotice, "value" | "threshold"> {
  const data = readJson(reasonData ?? "{}") as Record<string, unknown> | null;
  const points = data?.["recentDatapoints"];
  const [value, threshold] = [Array.isArray(points) ? points.at(-1) : undefined, data?.["threshold"]];
  const asNumber = (one: unknown) => (typeof one === "number" ? one : undefined);
  return { value: asNumber(value), threshold: asNumber(threshold) };
}
