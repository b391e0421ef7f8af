import { serviceOf } from "../service.ts";
import { annotationsIn, arnsOf, durationOf, ec2Of, httpOf } from "../summary.ts";
import { below, edges, rootOf, type Trace, type WholeSegment } from "../trace.ts";
import type { Filter, Operator, Selector, Value } from "./parse.ts";

/** What a filter is asked of: the whole trace, or the segments of one service or edge. */
interface Scope {
  readonly trace: Trace;
  readonly segments: readonly WholeSegment[];
  /** What its number keywords and HTTP members are of. */
  readonly main: WholeSegment | undefined;
  readonly account: string;
}

/** Does a trace meet a filter? @param account that it was sent to */
export function matches(filter: Filter, trace: Trace, account: string): boolean {
  return meets(filter, { trace, segments: trace.segments, main: rootOf(trace), account });
}

function meets(filter: Filter, scope: Scope): boolean {
  switch (filter.kind) {
    case "and":
      return meets(filter.left, scope) && meets(filter.right, scope);
    case "or":
      return meets(filter.left, scope) || meets(filter.right, scope);
    case "not":
      return !meets(filter.of, scope);
    case "flag":
      return hasFlag(filter.name, scope);
    case "compare":
      return valuesOf(filter.name, scope).some((value) => compares(value, filter.operator, filter.value));
    case "service": {
      const inside = filter.inside;
      return scope.trace.segments
        .filter((segment) => isSelected(segment, filter.service, scope.account))
        .some((one) => inside === undefined || meets(inside, { ...scope, segments: [one], main: one }));
    }
    case "edge": {
      const inside = filter.inside;
      return edges(scope.trace)
        .filter(
          ({ from, to }) =>
            isSelected(from, filter.from, scope.account) && isSelected(to, filter.to, scope.account),
        )
        .some(({ to }) => inside === undefined || meets(inside, { ...scope, segments: [to], main: to }));
    }
  }
}

function isSelected(segment: WholeSegment, selector: Selector | undefined, account: string): boolean {
  if (selector === undefined) return true;
  const { name, type, accountId } = serviceOf(segment, account);
  return (
    (selector.name === undefined || selector.name === name) &&
    (selector.type === undefined || selector.type === type) &&
    (selector.accountId === undefined || selector.accountId === accountId)
  );
}

function hasFlag(name: string, scope: Scope): boolean {
  const { segments, trace } = scope;
  const all = segments.flatMap((segment) => [segment, ...below(segment)]);
  const any = (kind: "fault" | "error" | "throttle") => segments.some((one) => one[kind] === true);
  switch (name) {
    case "fault":
    case "error":
    case "throttle":
      return any(name);
    case "ok":
      return !any("fault") && !any("error") && !any("throttle");
    case "partial":
      return segments.some(({ in_progress }) => in_progress === true);
    case "inferred":
      return segments.some(({ inferred }) => inferred === true);
    case "remote":
      return all.some(({ namespace }) => namespace === "remote");
    case "first":
    case "root":
      return segments.includes(rootOf(trace) as WholeSegment);
    case "last":
      return segments.includes(trace.segments.at(-1) as WholeSegment);
    default:
      return valuesOf(name, scope).length > 0;
  }
}

function valuesOf(name: string, { segments, main, trace }: Scope): readonly unknown[] {
  if (name.startsWith("annotation.")) {
    const wanted = name.slice("annotation.".length);
    return segments.flatMap((segment) =>
      [...annotationsIn(segment)].filter(([key]) => key === wanted).map(([, value]) => value),
    );
  }
  const http = httpOf(main);
  const isThere = (value: unknown) => value !== undefined;
  switch (name) {
    case "responsetime":
      return main ? [durationOf([main])] : [];
    case "duration":
      return [durationOf(segments.length === 1 ? segments : trace.segments)];
    case "http.status":
      return [http.HttpStatus].filter(isThere);
    case "http.url":
      return [http.HttpURL].filter(isThere);
    case "http.method":
      return [http.HttpMethod].filter(isThere);
    case "http.useragent":
      return [http.UserAgent].filter(isThere);
    case "http.clientip":
      return [http.ClientIp].filter(isThere);
    case "user":
      return segments.map(({ user }) => user).filter(isThere);
    case "name":
    case "entity.name":
      return segments.map((segment) => segment.name);
    case "type":
      return segments.map(({ origin }) => origin).filter(isThere);
    case "availabilityzone":
      return ec2Of(segments, "availability_zone");
    case "instance.id":
      return ec2Of(segments, "instance_id");
    case "resource.arn":
      return segments.flatMap(arnsOf);
    case "message":
      return segments.flatMap(messagesOf);
    default:
      return [];
  }
}

function messagesOf(segment: WholeSegment): string[] {
  const all = [segment, ...below(segment)] as readonly { cause?: unknown }[];
  return all.flatMap(({ cause }) => {
    const { message, exceptions = [] } = (typeof cause === "object" && cause !== null ? cause : {}) as {
      message?: string;
      exceptions?: readonly { message?: string }[];
    };
    return [message, ...exceptions.map((one) => one.message)].filter((text) => text !== undefined);
  });
}

function compares(actual: unknown, operator: Operator, wanted: Value): boolean {
  if (operator === "=") return actual === wanted;
  if (operator === "!=") return actual !== wanted;
  if (operator === "BEGINSWITH") return String(actual).startsWith(String(wanted));
  if (operator === "ENDSWITH") return String(actual).endsWith(String(wanted));
  if (operator === "CONTAINS") return String(actual).includes(String(wanted));
  if (typeof actual !== "number" || typeof wanted !== "number") return false;
  if (operator === "<") return actual < wanted;
  if (operator === "<=") return actual <= wanted;
  return operator === ">" ? actual > wanted : actual >= wanted;
}
