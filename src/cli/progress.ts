/** Below this, one does not wonder. */
const SILENT_MS = 1000;

/**
 * Says on standard error what takes a while, once it has: on a terminal with the seconds that it has taken, and gone in the end.
 * @param what `Saving to seeded.zip`
 */
export async function withProgress<T>(what: string, task: Promise<T>): Promise<T> {
  const beganAt = performance.now();
  const { stderr } = process;
  let said = false;
  const say = () => {
    if (stderr.isTTY) stderr.write(`\r\x1b[K${what} … ${Math.round((performance.now() - beganAt) / 1000)} s`);
    else if (!said) stderr.write(`${what} …\n`);
    said = true;
  };
  const timer = setInterval(say, SILENT_MS);
  timer.unref();
  try {
    return await task;
  } finally {
    clearInterval(timer);
    if (said && stderr.isTTY) stderr.write("\r\x1b[K");
  }
}
