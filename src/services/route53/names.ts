/** Letters, digits, `-` and `_` stand for themselves; everything else is `\` and three octal digits: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html */
const PLAIN = /[a-z0-9_-]/;
const LONGEST_LABEL = 63;
const LONGEST_NAME = 255;

/** A name as Route 53 keeps it: in lower case, with a dot at its end, `*` as `\052`. */
export function normalName(given: string): string {
  const whole = given.endsWith(".") ? given : `${given}.`;
  return whole.replace(/\\([0-7]{3})|([\s\S])/g, (_, octal?: string, plain?: string) => {
    if (plain === ".") return ".";
    const character = (plain ?? String.fromCharCode(Number.parseInt(octal ?? "", 8))).toLowerCase();
    return PLAIN.test(character) ? character : escaped(character);
  });
}

const escaped = (character: string): string => `\\${character.charCodeAt(0).toString(8).padStart(3, "0")}`;

/** The text that a name's escapes stand for; a dot within a label stays escaped. */
export const plainName = (normal: string): string =>
  normal.replace(/\\(?!056)([0-7]{3})/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );

/** `com.example.www.`: how names are sorted. https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListResourceRecordSets.html */
export const reversedName = (normal: string): string =>
  `${plainName(normal).split(".").slice(0, -1).reverse().join(".")}.`;

/** Does a name lie in a zone, or is it the zone's own? Both are normal. */
export const liesIn = (name: string, zone: string): boolean => name === zone || name.endsWith(`.${zone}`);

/** The name without its first label; undefined for the root. */
export function parentOf(name: string): string | undefined {
  const rest = name.slice(name.indexOf(".") + 1);
  return rest === "" ? undefined : rest;
}

/** What is wrong with a name, in AWS's words; undefined when nothing is. */
export function problemOf(given: string): string | undefined {
  const name = normalName(given);
  const encountered = `encountered with '${given}'`;
  const labels = name.slice(0, -1).split(".");
  if (labels.some((label) => label === ""))
    return `FATAL problem: DomainLabelEmpty (Domain label is empty) ${encountered}`;
  if (labels.some((label) => plainName(label).length > LONGEST_LABEL))
    return `FATAL problem: DomainLabelTooLong (Domain label is too long) ${encountered}`;
  if (plainName(name).length > LONGEST_NAME)
    return `FATAL problem: DomainNameTooLong (Domain name is too long) ${encountered}`;
  return undefined;
}
