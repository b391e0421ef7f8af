import type { CallRecord } from "../../core/bus.ts";
import { type Course, CourseOfCalls } from "./course.ts";
import type { Place } from "./ids.ts";
import { Tallies, type Tally } from "./tally.ts";

/** What was called in a stretch of time: by operation, and in its course. */
export interface Stretch {
  readonly tallies: readonly Tally[];
  readonly course: Course;
}

/** The remembered calls that started in a stretch of time, counted: what was before an experiment, and after it. */
export function callsBetween(
  calls: Iterable<CallRecord>,
  fromMs: number,
  toMs: number,
  isMeant: (call: CallRecord) => boolean,
): Stretch {
  const tallies = new Tallies();
  const course = new CourseOfCalls();
  for (const call of calls) {
    if (call.startedAt < fromMs || call.startedAt >= toMs || !isMeant(call)) continue;
    tallies.add(call, false);
    course.add(call, false);
  }
  return { tallies: tallies.list(), course: course.course };
}

/** Calls in the accounts and the region of an experiment; FIS's own, and what it tells EventBridge, are no evidence. */
export function inPlace(accounts: readonly string[], { region }: Place) {
  return (call: Pick<CallRecord, "service" | "callerArn" | "account" | "region">): boolean =>
    call.service !== "fis" &&
    !(call.service === "events" && call.callerArn === "fis.amazonaws.com") &&
    call.region === region &&
    accounts.includes(call.account);
}
