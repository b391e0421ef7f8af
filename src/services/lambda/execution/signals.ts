import { constants } from "node:os";

export const signalNumbered = (number: number): NodeJS.Signals | undefined =>
  (Object.entries(constants.signals) as [NodeJS.Signals, number][]).find(
    ([, value]) => value === number,
  )?.[0];

const TEXTS: Partial<Record<NodeJS.Signals, string>> = {
  SIGKILL: "killed",
  SIGTERM: "terminated",
  SIGABRT: "aborted",
  SIGSEGV: "segmentation fault",
  SIGINT: "interrupt",
};

/** What Lambda calls a signal: `killed` of `SIGKILL`. */
export const signalText = (signal: NodeJS.Signals): string => TEXTS[signal] ?? signal;
