const NAME = /^[!#$%&'*+\-.^_`|~\w]+$/;
/** What may not stand in a header's value: control characters, and anything beyond Latin-1. */
const UNSAFE = /[^\t\x20-\x7e\x80-\xff]/;

/** Headers that can be sent: functions and mappings make names and values of anything. */
export function safeHeaders(headers: Record<string, string | string[]>): Record<string, string | string[]> {
  let changed: Record<string, string | string[]> | undefined;
  for (const [name, value] of Object.entries(headers)) {
    const isSafe =
      NAME.test(name) &&
      (typeof value === "string" ? !UNSAFE.test(value) : !value.some((each) => UNSAFE.test(each)));
    if (isSafe) continue;
    changed ??= { ...headers };
    if (!NAME.test(name)) delete changed[name];
    else changed[name] = typeof value === "string" ? safeValue(value) : value.map(safeValue);
  }
  return changed ?? headers;
}

/** A value without line ends; what is beyond Latin-1 as its UTF-8 bytes. */
function safeValue(value: string): string {
  if (!UNSAFE.test(value)) return value;
  const bytes = /[^\x00-\xff]/.test(value) ? Buffer.from(value).toString("latin1") : value;
  return bytes.replace(/[\x00-\x08\x0a-\x1f\x7f]+/g, " ");
}
