/** What is said of an error that no command has foreseen: one line, and the way to more. */
export function unexpected(error: unknown): string {
  if (!(error instanceof Error)) return `squall: ${String(error)}`;
  if (process.env["SQUALL_DEBUG"]) return `squall: ${error.stack ?? error.message}`;
  const { code, path, syscall } = error as NodeJS.ErrnoException;
  const [line = ""] = error.message.split("\n");
  // The system refused something: that is the machine's affair and no bug.
  if (syscall !== undefined) {
    const what = path === undefined || line.includes(path) ? line : `${line} (${path})`;
    return `squall: ${what}.`;
  }
  const coded = code === undefined || line.includes(code) ? "" : ` (${code})`;
  return `squall: ${line || error.name}${coded}\nThis should have been foreseen: with SQUALL_DEBUG=1 it says where it happened.`;
}
