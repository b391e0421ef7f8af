const TRACE_PARENT = /(?:^|;)\s*Squall=([\w-]+)/;
const BAGGAGE_PARENT = /(?:^|,)\s*squall-parent=([\w-]+)/;
const BAGGAGE_SCOPE = /(?:^|,)\s*squall-scope=([^,;\s]+)/;
const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-/;
const LONGEST_SCOPE = 128;

/**
 * SDKs inside a Lambda function send its `X-Amzn-Trace-Id` on, into which Squall puts the id of the invoking call. Other
 * clients say it with W3C baggage: `squall-parent=<id of a call>` or `squall-scope=<a name of their own>`.
 * https://www.w3.org/TR/baggage/
 */
export function parentIdOf(headers: Readonly<Record<string, string>>): string | undefined {
  const trace = headers["x-amzn-trace-id"];
  const byTrace = trace === undefined ? undefined : TRACE_PARENT.exec(trace)?.[1];
  if (byTrace !== undefined) return byTrace;
  const baggage = headers["baggage"];
  return baggage === undefined ? undefined : BAGGAGE_PARENT.exec(baggage)?.[1];
}

/** @returns `squall-scope` of the baggage, decoded */
export function scopeOf(headers: Readonly<Record<string, string>>): string | undefined {
  const baggage = headers["baggage"];
  const scope = baggage === undefined ? undefined : BAGGAGE_SCOPE.exec(baggage)?.[1];
  if (scope === undefined) return undefined;
  let name = scope;
  try {
    name = decodeURIComponent(scope);
  } catch {
    // A percent sign that encodes nothing stands for itself.
  }
  return (
    name
      .replace(/[\p{Cc}>]/gu, " ")
      .trim()
      .slice(0, LONGEST_SCOPE) || undefined
  );
}

/** The trace id of a W3C `traceparent`, 32 hexadecimal digits. It is drawn anew in each run, so it is recorded and no more. */
export function traceIdOf(headers: Readonly<Record<string, string>>): string | undefined {
  const traceparent = headers["traceparent"];
  return traceparent === undefined ? undefined : TRACEPARENT.exec(traceparent)?.[1];
}

/**
 * Baggage for a request that goes out of a call, so that calls which come of it are known as its children. Only for a
 * client that takes part in W3C tracing: nobody else sends or expects the header.
 */
export function baggageFor(
  parentId: string,
  { traceparent, baggage }: Readonly<Record<string, string | undefined>>,
): string | undefined {
  if (traceparent === undefined && baggage === undefined) return undefined;
  const others = (baggage ?? "")
    .split(",")
    .filter((member) => member.trim() && !/^\s*squall-parent=/.test(member));
  return [...others.map((member) => member.trim()), `squall-parent=${parentId}`].join(",");
}
