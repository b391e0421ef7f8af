/**
 * DynamoDB's numbers: up to 38 significant digits, magnitudes from 1E-130 to 9.99…E+125, exact.
 * On the wire and in the store they are text in normal form: plain decimal, no exponent, no needless zeros, no `-0`.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
 */
import { numberNotNumeric, numberOverflow, numberTooPrecise, numberUnderflow } from "./errors.ts";

const MOST_DIGITS = 38;
const LARGEST_EXPONENT = 125;
const SMALLEST_EXPONENT = -130;

/** ±d.ddd × 10^exponent. `digits` has neither leading nor trailing zeros; it is empty for zero. */
export interface Decimal {
  readonly negative: boolean;
  readonly digits: string;
  readonly exponent: number;
}

const ZERO: Decimal = { negative: false, digits: "", exponent: 0 };
const NUMBER = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/;
/** Whole numbers that are their own normal form: nearly all that applications send. */
const PLAIN = /^(?:0|-?[1-9]\d{0,36})$/;

/** Reads a number. Throws AWS's ValidationException when the text is no number or is out of range. */
function parseNumber(text: string): Decimal {
  const match = NUMBER.exec(text);
  if (!match || (match[2] === "" && match[3] === "")) throw numberNotNumeric(text);
  const [, sign, whole, fraction, power] = match as unknown as [string, string, string, string, string?];
  return limited(decimal(sign === "-", whole + fraction, whole.length - 1 + Number(power ?? 0)));
}

/** Trims zeros on both sides. `exponent` is that of the first digit. */
function decimal(negative: boolean, digits: string, exponent: number): Decimal {
  let start = 0;
  while (start < digits.length && digits.charCodeAt(start) === 48) start++;
  let end = digits.length;
  while (end > start && digits.charCodeAt(end - 1) === 48) end--;
  if (start === end) return ZERO;
  return { negative, digits: digits.slice(start, end), exponent: exponent - start };
}

function limited(number: Decimal): Decimal {
  if (number.digits === "") return number;
  if (number.exponent > LARGEST_EXPONENT) throw numberOverflow();
  if (number.exponent < SMALLEST_EXPONENT) throw numberUnderflow();
  if (number.digits.length > MOST_DIGITS) throw numberTooPrecise();
  return number;
}

/** The normal form of a number. */
function formatNumber({ negative, digits, exponent }: Decimal): string {
  if (digits === "") return "0";
  const sign = negative ? "-" : "";
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${digits}`;
  if (digits.length <= exponent + 1) return sign + digits + "0".repeat(exponent + 1 - digits.length);
  return `${sign}${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`;
}

/** Any accepted spelling → normal form. Throws as parseNumber does. */
export function normalNumber(text: string): string {
  return PLAIN.test(text) ? text : formatNumber(parseNumber(text));
}

/** Whole numbers that JavaScript's hold exactly, and their sums, too. */
const SMALL = /^-?\d{1,15}$/;

export function addNumbers(a: string, b: string): string {
  if (SMALL.test(a) && SMALL.test(b)) return String(Number(a) + Number(b));
  return sum(parseNumber(a), parseNumber(b));
}

export function subtractNumbers(a: string, b: string): string {
  if (SMALL.test(a) && SMALL.test(b)) return String(Number(a) - Number(b));
  const right = parseNumber(b);
  return sum(parseNumber(a), { ...right, negative: !right.negative });
}

function sum(a: Decimal, b: Decimal): string {
  if (a.digits === "") return formatNumber(b.digits === "" ? ZERO : b);
  if (b.digits === "") return formatNumber(a);
  const scale = Math.min(lastPlace(a), lastPlace(b));
  const total = scaled(a, scale) + scaled(b, scale);
  const text = (total < 0n ? -total : total).toString();
  const result = decimal(total < 0n, text, scale + text.length - 1);
  // AWS calls a result of more than 38 digits an overflow, too.
  if (result.digits.length > MOST_DIGITS) throw numberOverflow();
  return formatNumber(limited(result));
}

/** The power of ten of the last digit. */
function lastPlace(number: Decimal): number {
  return number.exponent - number.digits.length + 1;
}

function scaled(number: Decimal, scale: number): bigint {
  const units = BigInt(number.digits + "0".repeat(lastPlace(number) - scale));
  return number.negative ? -units : units;
}

/** < 0, 0 or > 0. */
export function compareNumbers(a: string, b: string): number {
  if (a === b) return 0;
  if (a.length <= 15 && b.length <= 15) return Number(a) - Number(b);
  const left = sortableNumber(a);
  const right = sortableNumber(b);
  return left < right ? -1 : left > right ? 1 : 0;
}

/**
 * Text that sorts, code unit by code unit, as the numbers do: `0` negative, `1` zero, `2` positive; two hexadecimal digits of
 * exponent; the digits. Negative ones have exponent and digits complemented, and end in `~` so that more digits mean less.
 */
export function sortableNumber(text: string): string {
  const { negative, digits, exponent } = parseNumber(text);
  if (digits === "") return "1";
  const biased = exponent - SMALLEST_EXPONENT;
  if (!negative) return `2${hexByte(biased)}${digits}`;
  let complement = "";
  for (let i = 0; i < digits.length; i++) complement += String.fromCharCode(105 - digits.charCodeAt(i));
  return `0${hexByte(255 - biased)}${complement}~`;
}

function hexByte(value: number): string {
  return value < 16 ? `0${value.toString(16)}` : value.toString(16);
}

/** Bytes that a number in normal form counts: one for every two digits (pairs aligned at the decimal point), one more, one for a minus. */
export function numberSize(text: string): number {
  const { negative, digits, exponent } = parseNumber(text);
  if (digits === "") return 1;
  const leading = exponent % 2 === 0 ? 1 : 2;
  return 2 + Math.ceil(Math.max(0, digits.length - leading) / 2) + (negative ? 1 : 0);
}
