/**
 * A value that is there by what the code around it has made sure of, where types cannot say so. If it is not, that is a bug of
 * Squall, and fails here instead of going on as `undefined`.
 */
export function sure<T>(value: T | undefined | null): T {
  if (value === undefined || value === null) throw new Error("A value that must be there is missing.");
  return value;
}
