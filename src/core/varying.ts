/** SHA-256 in base64 is 43 letters long; names in words are seldom. */
const HASH_LENGTH = 40;

/** The shortest text that a pattern below can be found in: ten digits, or a date. */
const SHORTEST = 10;

/**
 * What is made anew in each run: UUIDs, dates and times, long numbers (epochs, sequence numbers), fractions of a random
 * number, long hexadecimal, and other long runs of letters and digits.
 */
const VARYING =
  /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?|\d+\.\d{6,}|\b[0-9a-f]{16,}\b|[a-z0-9_+/-]{20,}={0,2}|\d{10,}/gi;

/**
 * A text with everything in it that varies from run to run replaced by what it is: two runs that differ only in their
 * UUIDs and timestamps give the same text.
 */
export function withoutVarying(text: string): string {
  if (text.length < SHORTEST || !/\d/.test(text)) return text;
  return text.replace(VARYING, (found) => (isVarying(found) ? "*" : found));
}

/** Of the long runs only those that look drawn; a long name in words and a few digits is a name. */
function isVarying(found: string): boolean {
  if (/^[\d.]+$/.test(found) || /^\d{4}-\d\d-\d\d/.test(found) || /^[0-9a-f-]{16,}$/i.test(found))
    return true;
  const digits = found.match(/\d/g)?.length ?? 0;
  const isMixed = /[a-z]/.test(found) && /[A-Z]/.test(found);
  // Of 43 letters of a hash in base64 one in two hundred has a single digit.
  if (isMixed && found.length >= HASH_LENGTH) return digits > 0;
  return digits >= (isMixed ? 2 : 3);
}
