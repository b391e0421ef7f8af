import { call, look } from "../api.ts";
import { squallNow } from "../clock.ts";
import { attempt } from "../notices.tsx";
import { Change } from "../pieces/change.tsx";
import { Json } from "../pieces/json.tsx";
import { Spark } from "../pieces/spark.tsx";
import { Shown, useLoaded } from "./loaded.tsx";
import { nameOf, placeOf, type Resource } from "./resource.ts";

interface MetricAlarm {
  readonly StateValue: string;
  readonly StateReason?: string;
  readonly Namespace?: string;
  readonly MetricName?: string;
  readonly Dimensions?: readonly object[];
  readonly Statistic?: string;
  readonly Period?: number;
  readonly Threshold?: number;
  readonly ComparisonOperator?: string;
}

const PERIODS = 60;
const dateOf = (seconds: number) => ({ $date: new Date(seconds * 1000).toISOString() });
const STATES = ["OK", "ALARM", "INSUFFICIENT_DATA"];

/** An alarm: its state, which can be set, and what it watches. */
export function Alarm({ resource }: { resource: Resource }) {
  const AlarmName = nameOf(resource);
  const place = placeOf(resource);
  const alarm = useLoaded(resource.arn, async () => {
    const found = await look<{ MetricAlarms?: MetricAlarm[]; CompositeAlarms?: MetricAlarm[] }>(
      "cloudwatch",
      "DescribeAlarms",
      { AlarmNames: [AlarmName], AlarmTypes: ["MetricAlarm", "CompositeAlarm"] },
      place,
    );
    const [one] = [...(found.MetricAlarms ?? []), ...(found.CompositeAlarms ?? [])];
    if (!one) throw new Error("The alarm is gone.");
    return { one, values: await valuesOf(one) };
  });
  const valuesOf = async ({
    Namespace,
    MetricName,
    Dimensions,
    Statistic,
    Period = 60,
  }: MetricAlarm): Promise<readonly number[]> => {
    if (MetricName === undefined || Statistic === undefined) return [];
    const end = Math.floor(squallNow() / 1000 / Period + 1) * Period;
    const { Datapoints = [] } = await look<{ Datapoints?: Record<string, never>[] }>(
      "cloudwatch",
      "GetMetricStatistics",
      {
        Namespace,
        MetricName,
        Dimensions,
        Statistics: [Statistic],
        Period,
        StartTime: dateOf(end - PERIODS * Period),
        EndTime: dateOf(end),
      },
      place,
    ).catch(() => ({ Datapoints: [] }));
    return Datapoints.sort((a, b) => Date.parse(a["Timestamp"] ?? "") - Date.parse(b["Timestamp"] ?? "")).map(
      (point) => Number(point[Statistic]),
    );
  };
  const set = (StateValue: string) =>
    attempt(() =>
      call(
        "cloudwatch",
        "SetAlarmState",
        { AlarmName, StateValue, StateReason: "set from the dashboard" },
        place,
      ).then(alarm.again),
    );
  return (
    <Shown loaded={alarm}>
      {({ one, values }) => (
        <>
          <p>
            <span class={`badge is-${one.StateValue}`}>{one.StateValue}</span> {one.StateReason}
          </p>
          <Change>
            <p class="buttons">
              {STATES.map((state) => (
                <button
                  key={state}
                  type="button"
                  aria-pressed={state === one.StateValue}
                  onClick={() => void set(state)}
                >
                  {state}
                </button>
              ))}
            </p>
          </Change>
          {values.length > 0 && (
            <figure>
              <Spark values={values} width={420} height={90} />
              <figcaption class="quiet">
                {one.Statistic} of {one.MetricName}, the last {values.length} periods with data; the newest{" "}
                {values.at(-1)}, the threshold {one.Threshold}.
              </figcaption>
            </figure>
          )}
          <Json label="Alarm" value={one} />
        </>
      )}
    </Shown>
  );
}
