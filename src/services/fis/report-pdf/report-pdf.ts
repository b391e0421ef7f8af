import {
  ACTION_HEAD,
  actionRow,
  CALL_HEAD,
  callRows,
  dateTime,
  firstOfStrikes,
  STRIKE_HEAD,
  strikeRow,
} from "../report-text.ts";
import type { Report } from "../reports.ts";
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
    ACTION_HEAD,
    Object.entries(actions).map(([name, action]) =>
      actionRow(name, action, findings.byAction[name]?.strikes),
    ),
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
    if (tallies.length === 0) pdf.paragraph("No calls.");
    else pdf.table(CALL_HEAD, callRows(tallies));
  }
  if (findings.strikes.length > 0) {
    pdf.heading(`Struck calls: ${findings.strikeCount}`);
    pdf.table(STRIKE_HEAD, findings.strikes.map(strikeRow));
    const cut = firstOfStrikes(findings);
    if (cut !== undefined) pdf.paragraph(cut);
  }
  if (graphs.length > 0) pdf.heading("Dashboards");
  const marks = [startedAtMs, endedAtMs ?? span.toMs];
  for (const graph of graphs) draw(pdf, graph, span, marks);
  return pdf.bytes();
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
