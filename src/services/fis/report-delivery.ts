import { parseDuration } from "../../core/clock.ts";
import type { ServiceHost } from "../../core/service.ts";
import type * as FIS from "../../models/generated/fis.ts";
import { EXPERIMENTS } from "./experiment.ts";
import type { Place } from "./ids.ts";
import { type Journal, journal } from "./journal.ts";
import { reportHtml } from "./report-html.ts";
import type { Reports } from "./reports.ts";

const DEFAULT_AFTER_MS = 20 * 60_000;

/**
 * The report that a template asks for: once `postExperimentDuration` has passed it is put into the bucket, as a page and
 * not as AWS's PDF. https://docs.aws.amazon.com/fis/latest/userguide/experiment-report-configuration.html
 */
export function reportDelivery(
  host: ServiceHost,
  reports: Reports,
  run: { id: string; place: Place; configuration: FIS.ExperimentReportConfiguration },
): Journal {
  const { id, place, configuration } = run;
  const experiments = host.store(place.account, place.region).collection(EXPERIMENTS);
  const say = (report: FIS.ExperimentReport) => {
    const experiment = experiments.get([id]);
    if (experiment) experiments.put([id], { ...experiment, report });
  };

  const deliver = async () => {
    const { bucketName, prefix } = configuration.outputs?.s3Configuration ?? {};
    const report = reports.find(id);
    if (report === undefined) return;
    const Key = [prefix?.replace(/\/$/, ""), `experiment-reports/${id}.html`]
      .filter((part) => part)
      .join("/");
    const where = {
      account: place.account,
      region: place.region,
      as: report.experiment.roleArn,
      origin: "experiment",
    };
    try {
      if (bucketName === undefined) throw new Error("The report configuration names no bucket.");
      const Body = Buffer.from(reportHtml(report));
      await host.call("s3", "PutObject", { Bucket: bucketName, Key, Body, ContentType: "text/html" }, where);
      say({
        state: { status: "completed", reason: "Experiment report completed." },
        s3Reports: [{ arn: `arn:aws:s3:::${bucketName}/${Key}`, reportType: "html" }],
      });
    } catch (error) {
      const reason = `${(error as Error).message} The report is at /_squall/experiments/${id}/report.`;
      say({
        state: { status: "failed", reason: reason.slice(0, 512), error: { code: "ReportDeliveryFailure" } },
      });
    }
  };

  return journal({
    experimentStarted({ actionsMode }) {
      if (actionsMode !== "skip-all")
        say({ state: { status: "pending", reason: "Experiment report is pending." } });
    },
    experimentEnded({ actionsMode, state }) {
      if (actionsMode === "skip-all") return;
      if (state.status === "cancelled") {
        return say({ state: { status: "cancelled", reason: "Experiment report was cancelled." } });
      }
      say({ state: { status: "running", reason: "Experiment report is running." } });
      const afterMs = parseDuration(configuration.postExperimentDuration) ?? DEFAULT_AFTER_MS;
      host.clock.setTimer(afterMs, () => void deliver());
    },
  });
}
