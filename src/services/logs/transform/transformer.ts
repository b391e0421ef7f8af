/** A transformer: its processors, one after the other, on one event. */
import type * as Logs from "../../../models/generated/logs.ts";
import { invalidParameter } from "../errors.ts";
import { type Document, setAt } from "./document.ts";
import * as mutators from "./mutators.ts";
import * as parsers from "./parsers.ts";

/** What a transformer may copy from beside the message: `@logGroupName` and the like. */
export type Metadata = Readonly<
  Record<"@logGroupName" | "@logGroupStream" | "@accountId" | "@regionName", string>
>;

export interface Transformer {
  /** The event as JSON, or undefined when a parser does not understand it: it has its original alone then. */
  transform(message: string, metadata: Partial<Metadata>): string | undefined;
}

const PARSERS = {
  parseJSON: parsers.parseJson,
  grok: parsers.grok,
  csv: parsers.csv,
  parseKeyValue: parsers.parseKeyValue,
  parseVPC: parsers.parseVpc,
} as const;

const MUTATORS = {
  addKeys: mutators.addKeys,
  deleteKeys: mutators.deleteKeys,
  moveKeys: mutators.moveKeys,
  renameKeys: mutators.renameKeys,
  copyValue: mutators.copyValue,
  listToMap: mutators.listToMap,
  lowerCaseString: mutators.lowerCaseString,
  upperCaseString: mutators.upperCaseString,
  trimString: mutators.trimString,
  splitString: mutators.splitString,
  substituteString: mutators.substituteString,
  typeConverter: mutators.typeConverter,
  dateTimeConverter: mutators.dateTimeConverter,
} as const;

const UNSERVED = ["parseCloudfront", "parsePostgres", "parseRoute53", "parseToOCSF", "parseWAF"];
/** Of parsers that read fields of AWS's own logs: only the first processor may be one. */
const ONLY_FIRST = ["parseVPC"];

/**
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutTransformer.html
 * The texts of what is refused are inferred.
 * @throws InvalidParameterException for processors that are not one each, out of order, or ill-formed
 */
export function compileTransformer(processors: Logs.Processors): Transformer {
  const steps = processors.map((processor, at) => step(processor, at));
  return {
    transform(message, metadata) {
      const document: Document = {};
      for (const [name, value] of Object.entries(metadata)) setAt(document, name, value);
      for (const run of steps) if (!run(document, message)) return undefined;
      for (const name of Object.keys(metadata)) delete document[name];
      return JSON.stringify(document);
    },
  };
}

function step(processor: Logs.Processor, at: number): parsers.Step {
  const [first, ...others] = Object.entries(processor).filter(([, config]) => config !== undefined);
  if (!first || others.length > 0)
    throw invalidParameter("Invalid transformer configuration: each processor must have exactly one type.");
  const [name, config] = first as [string, never];
  if (UNSERVED.includes(name))
    throw invalidParameter(`Squall does not implement the processor ${name} of log transformers.`);
  const parser = own(PARSERS, name);
  if (parser) {
    if (at > 0 && ONLY_FIRST.includes(name))
      throw invalidParameter(`Invalid transformer configuration: ${name} must be the first processor.`);
    return parser(config);
  }
  if (at === 0)
    throw invalidParameter("Invalid transformer configuration: the first processor must be a parser.");
  const mutator = own(MUTATORS, name);
  if (!mutator) throw invalidParameter(`Invalid transformer configuration: there is no processor ${name}.`);
  const change: mutators.Change = mutator(config);
  return (document) => {
    change(document);
    return true;
  };
}

function own<T extends object>(table: T, name: string): T[keyof T] | undefined {
  return Object.hasOwn(table, name) ? table[name as keyof T] : undefined;
}
