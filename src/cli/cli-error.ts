/** Something that the user can put right; the message says how. It ends the command with exit code 1, without a stack. */
export class CliError extends Error {}
