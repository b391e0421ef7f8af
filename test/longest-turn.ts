/**
 * The longest turn of this thread's event loop, by the processor time that it took: what else the machine is busy with is no part of it.
 */
export class LongestTurn {
  #longestMs = 0;
  #isStopped = false;

  constructor() {
    let before = threadMs();
    const look = () => {
      const now = threadMs();
      this.#longestMs = Math.max(this.#longestMs, now - before);
      before = now;
      if (!this.#isStopped) setImmediate(look);
    };
    setImmediate(look);
  }

  /** @returns its milliseconds */
  stop(): number {
    this.#isStopped = true;
    return this.#longestMs;
  }
}

function threadMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
