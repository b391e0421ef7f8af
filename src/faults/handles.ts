import type { FaultMatch } from "../core/fault.ts";
import { isGlob } from "./glob.ts";
import { type Facts, lastName, resourcePart } from "./match.ts";
import { asList } from "./names.ts";

/** A text that a call must have in some respect before a match can hold: where the call has another, the match need not be asked. */
export interface Handle {
  readonly respect: string;
  readonly text: string;
}

type Texts = (facts: Facts) => readonly string[];

const SAID = {
  accessKeyId: ({ caller }) => asList(caller?.accessKeyId),
  account: ({ account }) => [account],
  region: ({ region }) => [region],
  subnet: ({ caller }) => asList(caller?.network?.subnetId),
  vpc: ({ caller }) => asList(caller?.network?.vpcId),
} as const satisfies { [name in keyof FaultMatch]?: Texts };

const ARNS = {
  caller: ({ caller }) => asList(caller?.arn),
  role: ({ caller }) => asList(caller?.roleArn),
  resource: ({ arns }) => arns(),
} as const satisfies { [name in keyof FaultMatch]?: Texts };

/**
 * The criteria of a match that a rule can be found by, those that are cheap to look up first; of each, its alternatives.
 * What must be looked at with the whole call in hand (JMESPath, sites, user agents, globs without a beginning) has none.
 */
export function handlesOf(match: FaultMatch): readonly (readonly Handle[])[] {
  const said = named(SAID).map((name) => texts(name, match[name]));
  const headers = Object.entries(match.header ?? {}).map(([name, pattern]) =>
    isGlob(pattern) ? [] : [{ respect: `header ${name.toLowerCase()}`, text: pattern }],
  );
  const arns = named(ARNS).map((name) => everyOf(asList(match[name]), (one) => arnHandle(name, one)));
  return [...said, ...headers, ...arns].filter((alternatives) => alternatives.length > 0);
}

const named = <T extends object>(of: T) => Object.keys(of) as (keyof T & string)[];

/** As `anyGlob` reads patterns: exceptions (`!`) only take away from what the others let in. */
function texts(respect: string, patterns: string | readonly string[] = []): readonly Handle[] {
  const wanted = asList(patterns).filter((pattern) => !pattern.startsWith("!"));
  return everyOf(wanted, (text) => (isGlob(text) ? undefined : { respect, text }));
}

/** All or none: a match that holds for one thing without a handle cannot be found by the handles of the others. */
function everyOf(patterns: readonly string[], handleOf: (pattern: string) => Handle | undefined): Handle[] {
  const handles = patterns.map(handleOf).filter((handle) => handle !== undefined);
  return handles.length === patterns.length ? handles : [];
}

/** What stands behind the last wildcard ends every ARN that fits, so its last name is theirs; what stands before the first begins them. */
function arnHandle(name: string, pattern: string): Handle | undefined {
  const tail = pattern.slice(Math.max(pattern.lastIndexOf("*"), pattern.lastIndexOf("?")) + 1);
  if (tail === pattern || /[:/]/.test(tail)) return { respect: `${name} name`, text: lastName(tail) };
  const head = pattern.slice(0, pattern.search(/[*?]/));
  return head === "" ? undefined : { respect: `${name} head ${head.length}`, text: head };
}

/** The texts that a call has in a respect. */
export function textsIn(respect: string): Texts {
  const [name = "", part = "", length] = respect.split(" ");
  if (name === "header") return ({ headers }) => (Object.hasOwn(headers, part) ? asList(headers[part]) : []);
  if (part === "") return SAID[name as keyof typeof SAID];
  const arnsOf: Texts = ARNS[name as keyof typeof ARNS];
  if (part === "name") return lastNames(arnsOf);
  const most = Number(length);
  // A pattern that does not start like an ARN may mean a part of one: see `anyArn`.
  const heads = (arn: string) => [arn, resourcePart(arn), lastName(arn)].map((form) => form.slice(0, most));
  return (facts) => arnsOf(facts).flatMap(heads);
}

/** Calls on one resource come behind each other, and what they name is one list as long as it is remembered. */
function lastNames(arnsOf: Texts): Texts {
  let arns: readonly string[] | undefined;
  let names: readonly string[] = [];
  return (facts) => {
    const asked = arnsOf(facts);
    if (asked !== arns) {
      arns = asked;
      names = asked.map(lastName);
    }
    return names;
  };
}
