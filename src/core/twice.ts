/** The first value that is there a second time. */
export const twice = <T>(values: readonly T[]): T | undefined =>
  values.find((value, at) => values.indexOf(value) !== at);
