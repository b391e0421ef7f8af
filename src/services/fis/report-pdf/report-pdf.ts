import { dateTime } from "../report-text.ts";
import type { Report } from "../reports.ts";
import type { Tally } from "../tally.ts";
import type { Graph, Span } from "./dashboard-graphs.ts";
import { Pdf } from "./pdf.ts";

/** A report as the PDF that AWS's FIS makes of it, with what dashboards showed meanwhile. */
export function reportPdf(
  { experiment, arn, seed, before, after, findings }: Report,
  graphs: readonly Graph[] = [],
  span: Span = { fromMs: 0, toMs: 0 },
): Buffer {
  const { id, state, startedAtMs, endedAtMs, actions, resolvedTargets } = experiment;
  const pdf = new Pdf();
  pdf.heading(`Experiment ${id}`, 18);
  pdf.paragraph(`${state.status}: ${state.reason}`);
  pdf.paragraph(`ARN: ${arn}`);
  pdf.paragraph(`Template: ${experiment.templateId}`);
  pdf.paragraph(`From ${dateTime(startedAtMs)} to ${dateTime(endedAtMs) || "now"}`);
  pdf.paragraph(`Seed: ${seed}`);
  pdf.heading("Actions");
  pdf.table(
    ["action", "id", "status", "from", "to", "strikes"],
    Object.entries(actions).map(([name, action]) => [
      name,
      action.actionId,
      action.state.status,
      dateTime(action.startedAtMs),
      dateTime(action.endedAtMs),
      String(findings.byAction[name]?.strikes ?? 0),
    ]),
  );
  if (resolvedTargets.length > 0) {
    pdf.heading("Targets");
    pdf.table(
      ["target", "type", "resource"],
      resolvedTargets.map(({ targetName, resourceType, arn: resource }) => [
        targetName,
        resourceType,
        resource,
      ]),
    );
  }
  for (const [title, tallies] of [
    ["Calls before, for as long", before],
    ["Calls during", findings.during],
    ["Calls after, for as long", after],
  ] as const) {
    pdf.heading(title);
    callTable(pdf, tallies);
  }
  if (findings.strikes.length > 0) {
    pdf.heading(`Struck calls: ${findings.strikeCount}`);
    pdf.table(
      ["at", "action", "call", "effect", "client saw"],
      findings.strikes.map(({ at, action, service, operation, effect, status, errorCode }) => [
        at,
        action,
        `${service}.${operation}`,
        effect,
        status === 0 ? "dropped" : [status, errorCode].filter((part) => part).join(" "),
      ]),
    );
  }
  if (graphs.length > 0) pdf.heading("Dashboards");
  const marks = [startedAtMs, endedAtMs ?? span.toMs];
  for (const graph of graphs) draw(pdf, graph, span, marks);
  return pdf.bytes();
}

function callTable(pdf: Pdf, tallies: readonly Tally[]): void {
  if (tallies.length === 0) {
    pdf.paragraph("No calls.");
    return;
  }
  pdf.table(
    ["operation", "calls", "errors", "struck", "mean", "longest"],
    tallies.map(({ service, operation, calls, errors, struck, totalMs, longestMs }) => [
      `${service}.${operation}`,
      String(calls),
      String(errors),
      String(struck),
      `${Math.round(totalMs / calls)} ms`,
      `${longestMs} ms`,
    ]),
  );
}

/** @param marksMs times that are marked */
function draw(pdf: Pdf, { title, series }: Graph, { fromMs, toMs }: Span, marksMs: readonly number[]): void {
  const across = (atMs: number) => (atMs - fromMs) / Math.max(1, toMs - fromMs);
  const values = series.flatMap(({ points }) => points.map(([, value]) => value));
  const [least, most] = values.length > 0 ? [Math.min(0, ...values), Math.max(...values)] : [0, 0];
  const curves = series.map(({ label, points }) => ({
    label,
    points: points.map(([atMs, value]) => [across(atMs), (value - least) / (most - least || 1)] as const),
  }));
  const axis = {
    from: dateTime(fromMs),
    to: dateTime(toMs),
    most: String(most),
    least: String(least),
    marks: marksMs.map(across),
  };
  pdf.graph(values.length > 0 ? title : `${title} (no data)`, curves, axis);
}
