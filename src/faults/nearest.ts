import { sure } from "../core/sure.ts";

/** Names that people use for services whose name on the wire is another. */
const ALSO_CALLED: Readonly<Record<string, string>> = {
  apigatewayv1: "apigateway",
  cloudwatchlogs: "logs",
  cognito: "cognito-idp",
  ddb: "dynamodb",
  elb: "elbv2",
  eventbridge: "events",
  "fault-injection": "fis",
  httpapi: "apigatewayv2",
  "s3 control": "s3control",
  sfn: "stepfunctions",
  states: "stepfunctions",
  "step-functions": "stepfunctions",
  parameterstore: "ssm",
};

/** The known name that a wrong one most probably means, or undefined when none is close. */
export function nearest(wrong: string, known: Iterable<string>): string | undefined {
  const names = [...known];
  const alias = ALSO_CALLED[wrong.toLowerCase()];
  if (alias !== undefined && names.includes(alias)) return alias;
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(wrong.length / 3)) + 1;
  for (const name of names) {
    const distance = editDistance(wrong.toLowerCase(), name.toLowerCase(), bestDistance);
    if (distance < bestDistance) {
      best = name;
      bestDistance = distance;
    }
  }
  return best;
}

/** ` Did you mean "PutItem"?`, or nothing. */
export function didYouMean(wrong: string, known: Iterable<string>): string {
  const name = nearest(wrong, known);
  return name === undefined ? "" : ` Did you mean "${name}"?`;
}

/** Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`; `limit` when it is not less. */
function editDistance(a: string, b: string, limit = Number.POSITIVE_INFINITY): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replace = sure(previous[j - 1]) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let cost = Math.min(replace, sure(previous[j]) + 1, sure(row[j - 1]) + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, sure(beforePrevious[j - 2]) + 1);
      }
      row.push(cost);
    }
    beforePrevious = previous;
    previous = row;
  }
  return Math.min(limit, sure(previous[b.length]));
}
