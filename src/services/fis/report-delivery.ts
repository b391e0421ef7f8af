import { parseDuration } from "../../core/clock.ts";
import type { CallService, ServiceHost } from "../../core/service.ts";
import type * as FIS from "../../models/generated/fis.ts";
import { EXPERIMENTS } from "./experiment.ts";
import type { Place } from "./ids.ts";
import { type Journal, journal } from "./journal.ts";
import { graphsOf } from "./report-pdf/dashboard-graphs.ts";
import { reportPdf } from "./report-pdf/report-pdf.ts";
import type { Reports } from "./reports.ts";

const DEFAULT_MS = 20 * 60_000;

/**
 * The report that a template asks for: once `postExperimentDuration` has passed it is put into the bucket as a PDF, with what its
 * dashboards showed from `preExperimentDuration` before the experiment on. https://docs.aws.amazon.com/fis/latest/userguide/experiment-report-configuration.html
 */
export function reportDelivery(
  host: ServiceHost,
  reports: Reports,
  run: { id: string; place: Place; configuration: FIS.ExperimentReportConfiguration },
): Journal {
  const { id, place, configuration } = run;
  const beforeMs = parseDuration(configuration.preExperimentDuration) ?? DEFAULT_MS;
  const afterMs = parseDuration(configuration.postExperimentDuration) ?? DEFAULT_MS;
  const dashboards = (configuration.dataSources?.cloudWatchDashboards ?? []).flatMap(
    ({ dashboardIdentifier }) => dashboardIdentifier ?? [],
  );
  const experiments = host.store(place.account, place.region).collection(EXPERIMENTS);
  const say = (report: FIS.ExperimentReport) => {
    const experiment = experiments.get([id]);
    if (experiment) experiments.put([id], { ...experiment, report });
  };

  const deliver = async () => {
    const { bucketName, prefix } = configuration.outputs?.s3Configuration ?? {};
    const report = reports.find(id);
    if (report === undefined) return;
    const Key = [prefix?.replace(/\/$/, ""), `experiment-reports/${id}.pdf`].filter((part) => part).join("/");
    const where = {
      account: place.account,
      region: place.region,
      as: report.experiment.roleArn,
      origin: "experiment",
    };
    const call: CallService = (service, operation, input, options) =>
      host.call(service, operation, input, { ...where, ...options });
    try {
      if (bucketName === undefined) throw new Error("The report configuration names no bucket.");
      const { startedAtMs, endedAtMs = host.clock.now() } = report.experiment;
      const span = { fromMs: startedAtMs - beforeMs, toMs: endedAtMs + afterMs };
      const Body = reportPdf(report, await graphsOf(dashboards, span, call), span);
      await call("s3", "PutObject", { Bucket: bucketName, Key, Body, ContentType: "application/pdf" });
      say({
        state: { status: "completed", reason: "Experiment report completed." },
        s3Reports: [{ arn: `arn:aws:s3:::${bucketName}/${Key}`, reportType: "pdf" }],
      });
    } catch (error) {
      const reason = `${(error as Error).message} The report is at /_squall/experiments/${id}/report.`;
      say({
        state: { status: "failed", reason: reason.slice(0, 512), error: { code: "ReportDeliveryFailure" } },
      });
    }
  };

  const deliverAt = (ms: number) =>
    host.clock.setTimer(Math.max(0, ms - host.clock.now()), () => void deliver());

  return journal({
    takenUp({ report, endedAtMs = 0 }) {
      if (report?.state?.status === "running") deliverAt(endedAtMs + afterMs);
    },
    experimentStarted({ actionsMode }) {
      if (actionsMode !== "skip-all")
        say({ state: { status: "pending", reason: "Experiment report is pending." } });
    },
    experimentEnded({ actionsMode, state, endedAtMs = 0 }) {
      if (actionsMode === "skip-all") return;
      if (state.status === "cancelled") {
        return say({ state: { status: "cancelled", reason: "Experiment report was cancelled." } });
      }
      say({ state: { status: "running", reason: "Experiment report is running." } });
      deliverAt(endedAtMs + afterMs);
    },
  });
}
