/** npm and npx say so to what they start. */
export const isBelowNpm = (): boolean =>
  ["npm_execpath", "npm_command"].some((name) => process.env[name] !== undefined);
