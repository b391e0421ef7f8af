/** When something was, as reports say it; nothing for what has not been yet. */
export const dateTime = (ms: number | undefined): string =>
  ms === undefined ? "" : new Date(ms).toISOString();
