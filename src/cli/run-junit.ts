import { xml } from "../explore/reports/xml.ts";

/** One thing that passed or failed. */
export interface RunCase {
  readonly name: string;
  readonly seconds: number;
  readonly failure?: string;
}

/** JUnit's XML of one suite. */
export function junitOf(suite: string, cases: readonly RunCase[]): string {
  const failures = cases.filter(({ failure }) => failure !== undefined).length;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="${xml(suite)}" tests="${cases.length}" failures="${failures}">`,
    `  <testsuite name="${xml(suite)}" tests="${cases.length}" failures="${failures}">`,
    ...cases.map(({ name, seconds, failure }) => {
      const head = `    <testcase classname="${xml(suite)}" name="${xml(name)}" time="${seconds.toFixed(3)}"`;
      return failure === undefined ? `${head}/>` : `${head}><failure message="${xml(failure)}"/></testcase>`;
    }),
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}
