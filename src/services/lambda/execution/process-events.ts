/** A program of an environment. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** It only starts what it is about, two generations down, in a sandbox. */
  readonly isWrapped?: true;
  /** The variables of the process that it may be forked from: of what the program reads once, at its start. */
  readonly forkedFrom?: Readonly<Record<string, string>>;
}

/** The descriptors that a process writes to: stdout, stderr, whole messages. */
export type Descriptor = 1 | 2 | 3;

/** What is heard of a process, in this order. */
export interface ProcessEvents {
  /** It is there, leader of a group of its own. */
  born(pid: number): void;
  wrote(descriptor: Descriptor, chunk: Buffer): void;
  /** It could not be started; nothing else is heard. */
  failed(error: Error): void;
  exited(code: number | null, signal: NodeJS.Signals | null): void;
  /** All that it wrote has been heard. It may take long: others can hold what it wrote to. */
  closed(): void;
}
