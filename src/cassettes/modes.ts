/**
 * `record` keeps what is answered; `replay` answers from what was kept; `fill` does, and records what is missing; `compare`
 * tells what is answered otherwise.
 */
export type TapeMode = "record" | "replay" | "fill" | "compare";

export const TAPE_MODES: readonly TapeMode[] = ["record", "replay", "fill", "compare"];
