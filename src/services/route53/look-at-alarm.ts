import type { ServiceHost } from "../../core/service.ts";
import type * as CloudWatch from "../../models/generated/cloudwatch.ts";
import type * as Route53 from "../../models/generated/route53.ts";
import type { Found } from "./probe.ts";

/** What an alarm says; undefined leaves it at what was found last. The reports are inferred. */
export async function lookAtAlarm(
  { Name, Region }: Route53.AlarmIdentifier,
  { InsufficientDataHealthStatus: otherwise }: Route53.HealthCheckConfig,
  account: string,
  { call, log }: Pick<ServiceHost, "call" | "log">,
): Promise<Found | undefined> {
  const alarm = await findAlarm(Name, (input) =>
    call<CloudWatch.DescribeAlarmsOutput>("cloudwatch", "DescribeAlarms", input, { account, region: Region }),
  ).catch(
    (error: unknown) => void log.warn(`The alarm ${Name} of a health check could not be asked for: ${error}`),
  );
  const state = alarm?.StateValue ?? "INSUFFICIENT_DATA";
  if (state === "OK") return { isHealthy: true, report: `Success: The alarm ${Name} is in the state OK.` };
  const report = `Failure: The alarm ${Name} is in the state ${state}.`;
  if (state === "ALARM" || otherwise === "Unhealthy") return { isHealthy: false, report };
  return otherwise === "Healthy"
    ? { isHealthy: true, report: report.replace("Failure", "Success") }
    : undefined;
}

export async function findAlarm(
  name: string,
  describe: (input: CloudWatch.DescribeAlarmsInput) => Promise<CloudWatch.DescribeAlarmsOutput>,
): Promise<CloudWatch.MetricAlarm | undefined> {
  const { MetricAlarms: [alarm] = [] } = await describe({ AlarmNames: [name] });
  return alarm;
}
