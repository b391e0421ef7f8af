import { sure } from "../../core/sure.ts";
import type { Exploration } from "../explore.ts";
import type { Result } from "../result.ts";
import { xml } from "./xml.ts";

/** JUnit's XML: one case a site and fault. https://github.com/testmoapp/junitxml */
export function junitReport({ results, baselineFailure, accepted, tookMs }: Exploration): string {
  const acceptedStories = new Set(accepted.map(({ story }) => story));
  const cases = results.map((result) => caseOf(result, acceptedStories));
  const failures = cases.filter((text) => text.includes("<failure")).length;
  const baseline =
    baselineFailure === undefined
      ? []
      : [
          `    <testcase classname="explore" name="without a fault"><error message="${xml(baselineFailure)}"/></testcase>`,
        ];
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="squall explore" tests="${results.length}" failures="${failures}" errors="${baseline.length}" time="${(tookMs / 1000).toFixed(3)}">`,
    `  <testsuite name="explore" tests="${results.length}" failures="${failures}" errors="${baseline.length}">`,
    ...baseline,
    ...cases,
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

function caseOf(
  { experiment, verdict, tookMs, output, unit }: Result,
  accepted: ReadonlySet<string>,
): string {
  const [strike] = experiment.strikes;
  const name = experiment.strikes
    .map(({ site, kind }) => `${site.steps.slice(1).join(" > ")} × ${kind.name}`)
    .join(" and ");
  const { service, operation } = sure(strike).site;
  const place = unit === undefined ? `${service}.${operation}` : `${unit}: ${service}.${operation}`;
  const head = `    <testcase classname="${xml(place)}" name="${xml(name)}" time="${(tookMs / 1000).toFixed(3)}"`;
  if (verdict.kind === "not-reached") return `${head}><skipped message="not reached"/></testcase>`;
  if (verdict.kind !== "finding") return `${head}/>`;
  if (accepted.has(verdict.story))
    return `${head}><skipped message="${xml(`accepted: ${verdict.story}`)}"/></testcase>`;
  return `${head}><failure type="${verdict.title}" message="${xml(verdict.story)}">${xml(output)}</failure></testcase>`;
}
