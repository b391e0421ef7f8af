/** States in which nothing of an instance runs, until its user does something about it. */
export const BROKEN: readonly string[] = ["failed", "incompatible-parameters"];

/** States in which a server that ends is not to run, or not for long. */
export const RESTING: readonly string[] = [...BROKEN, "stopping", "stopped", "deleting"];
