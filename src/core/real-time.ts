/** Milliseconds of the machine's own time, since any moment. Node has `performance` in nine parts, which a start need not load. */
export function realMs(): number {
  const time = process.hrtime();
  return time[0] * 1000 + time[1] / 1e6;
}
