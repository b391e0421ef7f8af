import type * as S3 from "../../models/generated/s3.ts";
import { invalidArgument, invalidRequest } from "./errors.ts";
import { tagsIn } from "./filter-tags.ts";

/** When an action is due: behind so many days, or on a day. */
interface When {
  readonly Days?: number | undefined;
  readonly Date?: Date | undefined;
}
interface Move extends When {
  readonly StorageClass?: string | undefined;
}
/** How actions of a kind, and their days, are called. */
interface Kind {
  readonly expiration: string;
  readonly transition: string;
  readonly days: string;
}

const CURRENT: Kind = { expiration: "Expiration", transition: "Transition", days: "Days" };
const NONCURRENT: Kind = {
  expiration: "NoncurrentVersionExpiration",
  transition: "NoncurrentVersionTransition",
  days: "NoncurrentDays",
};

/** Objects only go down: https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html */
export const CLASSES: readonly string[] = [
  "STANDARD_IA",
  "INTELLIGENT_TIERING",
  "ONEZONE_IA",
  "GLACIER_IR",
  "GLACIER",
  "DEEP_ARCHIVE",
];
/** How many days they lie in a class at least. */
const STAYS: Readonly<Record<string, number>> = {
  STANDARD_IA: 30,
  ONEZONE_IA: 30,
  GLACIER_IR: 90,
  GLACIER: 90,
};
export const DAY_MS = 86_400_000;

/**
 * Do a rule's actions come one behind the other: classes from warm to cold, and expiry last?
 * @throws AwsError `InvalidRequest`, `InvalidArgument`
 */
export function checkOrder(rule: S3.LifecycleRule): void {
  const { Expiration, Transitions, NoncurrentVersionExpiration, NoncurrentVersionTransitions } = rule;
  checkActions(CURRENT, Expiration, Transitions, rule);
  const noncurrent = (action: { readonly NoncurrentDays?: number | undefined }) => ({
    ...action,
    Days: action.NoncurrentDays,
  });
  checkActions(
    NONCURRENT,
    NoncurrentVersionExpiration && noncurrent(NoncurrentVersionExpiration),
    NoncurrentVersionTransitions?.map(noncurrent),
    rule,
  );
}

function checkActions(
  kind: Kind,
  expiration: When | undefined,
  moves: readonly Move[] = [],
  rule: S3.LifecycleRule,
): void {
  const { transition } = kind;
  const filter = filterText(rule);
  const mixed = (actions: string) =>
    invalidRequest(
      `Found mixed 'Date' and 'Days' based ${actions} actions in lifecycle rule for filter '${filter}'`,
    );
  if (new Set(moves.map(isByDate)).size > 1) throw mixed(transition);
  const classes = moves.map(({ StorageClass }) => StorageClass);
  if (new Set(classes).size < classes.length)
    throw invalidRequest(
      `'StorageClass' must be different for '${transition}' actions in same 'Rule' with filter '${filter}'`,
    );
  const ordered = moves.toSorted((one, other) => rank(one) - rank(other));
  for (const [at, colder] of ordered.entries())
    if (at > 0) checkStay(kind, ordered[at - 1] as Move, colder, filter);
  if (!expiration || (expiration.Days === undefined && expiration.Date === undefined)) return;
  for (const move of moves) {
    if (isByDate(expiration) !== isByDate(move)) throw mixed(`${kind.expiration} and ${transition}`);
    const days = isByDate(move) ? "Date" : kind.days;
    if (dayOf(expiration) <= dayOf(move))
      throw invalidArgument(
        `'${days}' in the ${kind.expiration} action for filter '${filter}' must be greater than '${days}' in the ${transition} action`,
        days,
        said(expiration),
      );
  }
}

function checkStay({ transition, days: name }: Kind, warmer: Move, colder: Move, filter: string): void {
  const days = isByDate(colder) ? "Date" : name;
  const stay = dayOf(colder) - dayOf(warmer);
  const least = STAYS[warmer.StorageClass ?? ""] ?? 0;
  const [from, to] = [warmer, colder].map(
    ({ StorageClass }) => `action for StorageClass '${StorageClass}'`,
  ) as [string, string];
  if (stay <= 0)
    throw invalidArgument(
      `'${days}' in the ${transition} ${to} for filter '${filter}' must be greater than '${days}' in the ${transition} ${from} for filter '${filter}'`,
      days,
      said(colder),
    );
  if (stay < least)
    throw invalidArgument(
      `'${days}' in the '${transition}' ${to} for filter '${filter}' must be ${least} days more than 'filter '${filter}'' in the '${transition}' ${from}`,
      days,
      said(colder),
    );
}

const isByDate = ({ Date: date }: When) => date !== undefined;
const dayOf = ({ Days = 0, Date: date }: When) =>
  date === undefined ? Days : new Date(date).getTime() / DAY_MS;
const said = ({ Days, Date: date }: When) =>
  date === undefined ? String(Days) : new Date(date).toISOString();
const rank = ({ StorageClass: name }: Move) => CLASSES.indexOf(name ?? "");

/** A rule's filter as errors have it: `(prefix=logs/ and tag={key=a, value=b})`. */
function filterText({ Filter, Prefix }: S3.LifecycleRule): string {
  const all: S3.LifecycleRuleAndOperator = Filter?.And ?? Filter ?? {};
  const prefix = Prefix ?? all.Prefix;
  const tags = tagsIn(Filter);
  const parts = [
    prefix !== undefined && `prefix=${prefix}`,
    ...tags.map(({ Key, Value }) => `tag={key=${Key}, value=${Value}}`),
    all.ObjectSizeGreaterThan !== undefined && `objectsizegreaterthan=${all.ObjectSizeGreaterThan}`,
    all.ObjectSizeLessThan !== undefined && `objectsizelessthan=${all.ObjectSizeLessThan}`,
  ];
  return `(${parts.filter(Boolean).join(" and ")})`;
}
