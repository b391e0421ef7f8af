import { FORBIDDEN } from "../names.ts";
import { BATCHER_NUMBERS, checkNumbers, READER_NUMBERS } from "./check-numbers.ts";
import type { Findings, How } from "./findings.ts";
import { isObject, type Json, type JsonObject, memberOf } from "./json.ts";
import { checkFields, checkNotBoth, unsupported } from "./state-fields.ts";

const ONLY_DISTRIBUTED = ["ItemReader", "ItemBatcher", "ResultWriter", "Label"];
const LONGEST_LABEL = 40;

/** What must hold of a Map: https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html */
export function checkMap(state: JsonObject, place: string, findings: Findings, how: How): void {
  const { around, checkFlow } = how;
  for (const field of ["ItemProcessor", "Iterator"]) {
    const processor = memberOf(state, field);
    if (processor === undefined) continue;
    const at = `${place}/${field}`;
    if (!isObject(processor)) {
      findings.error("Expected value of type Object", at);
      continue;
    }
    const config = memberOf(processor, "ProcessorConfig");
    const distributed = isObject(config) && config["Mode"] === "DISTRIBUTED" ? config : undefined;
    checkFlow(processor, at, inner(distributed, findings), { language: around.language, kind: "processor" });
    if (config !== undefined) checkConfig(config, `${at}/ProcessorConfig`, findings);
    if (!distributed)
      for (const only of ONLY_DISTRIBUTED) if (Object.hasOwn(state, only)) unsupported(only, place, findings);
  }
  checkLabel(memberOf(state, "Label"), `${place}/Label`, findings);
  within(state, "ItemReader", place, findings, (reader, at) => checkReader(reader, at, findings, how));
  within(state, "ItemBatcher", place, findings, (batcher, at) => {
    checkNumbers(batcher, BATCHER_NUMBERS, at, findings, how.isJsonata);
    for (const field of Object.keys(BATCHER_NUMBERS))
      checkNotBoth(batcher, [field, `${field}Path`], at, findings);
  });
  within(state, "ResultWriter", place, findings, (writer, at) => checkWriter(writer, at, findings));
}

/** What a distributed Map's children are may have other limits than their parent. */
function inner(distributed: JsonObject | undefined, findings: Findings): Findings {
  if (!distributed) return findings;
  return { ...findings, type: distributed["ExecutionType"] === "EXPRESS" ? "EXPRESS" : "STANDARD" };
}

function checkConfig(config: Json, place: string, findings: Findings): void {
  if (!isObject(config)) {
    findings.error("Expected value of type Object", place);
    return;
  }
  const { Mode = "INLINE", ExecutionType } = config;
  checkFields(config, new Set(Mode === "INLINE" ? ["Mode"] : ["Mode", "ExecutionType"]), place, findings);
  if (Mode !== "INLINE" && Mode !== "DISTRIBUTED")
    findings.error("Value should be one of the following: [INLINE, DISTRIBUTED]", `${place}/Mode`);
  if (Mode !== "DISTRIBUTED") return;
  if (findings.type === "EXPRESS")
    findings.error(
      "The field 'Mode' with value 'DISTRIBUTED' is not supported inside 'EXPRESS' state machines",
      `${place}/Mode`,
    );
  if (ExecutionType === undefined) findings.error("These fields are required: [ExecutionType]", place);
  else if (ExecutionType !== "STANDARD" && ExecutionType !== "EXPRESS")
    findings.error("Value should be one of the following: [STANDARD, EXPRESS]", `${place}/ExecutionType`);
}

function checkLabel(label: Json | undefined, place: string, findings: Findings): void {
  if (label === undefined) return;
  if (typeof label !== "string") {
    findings.error("Expected value of type String", place);
    return;
  }
  if (label.length > LONGEST_LABEL)
    findings.error(
      `Label name '${label}' exceeds the ${LONGEST_LABEL}-character limit allowed by the service`,
      place,
      "INVALID_LABEL_NAME",
    );
  else if (FORBIDDEN.test(label))
    findings.error(`Label name '${label}' contains invalid characters`, place, "INVALID_LABEL_NAME");
  if (findings.labels.has(label))
    findings.error(`Duplicate Label name: ${label}`, place, "DUPLICATE_LABEL_NAME");
  findings.labels.add(label);
}

function within(
  state: JsonObject,
  field: string,
  place: string,
  findings: Findings,
  check: (value: JsonObject, place: string) => void,
): void {
  const value = memberOf(state, field);
  const at = `${place}/${field}`;
  if (isObject(value)) check(value, at);
  else if (value !== undefined) findings.error("Expected value of type Object", at);
}

const READS = /^arn:[\w-]+:states:::s3:(?:getObject|listObjectsV2)$/;
const WRITES = /^arn:[\w-]+:states:::s3:putObject$/;
const INPUT_TYPES = ["MANIFEST", "JSON", "CSV", "JSONL", "PARQUET"];
/** Fields that hold one of a few words, with those. */
const READER_WORDS: Readonly<Record<string, readonly string[]>> = {
  InputType: INPUT_TYPES,
  CSVHeaderLocation: ["FIRST_ROW", "GIVEN"],
  CSVDelimiter: ["COMMA", "PIPE", "SEMICOLON", "SPACE", "TAB"],
  Transformation: ["NONE", "LOAD_AND_FLATTEN"],
};
const WRITER_WORDS: Readonly<Record<string, readonly string[]>> = {
  Transformation: ["NONE", "COMPACT", "FLATTEN"],
  OutputType: ["JSON", "JSONL"],
};

function checkReader(reader: JsonObject, place: string, findings: Findings, { isJsonata }: How): void {
  checkResource(reader, READS, "s3:getObject, s3:listObjectsV2", place, findings);
  within(reader, "ReaderConfig", place, findings, (config, at) => {
    checkWords(config, READER_WORDS, at, findings);
    checkNumbers(config, READER_NUMBERS, at, findings, isJsonata);
    checkNotBoth(config, ["MaxItems", "MaxItemsPath"], at, findings);
    const { InputType, CSVHeaderLocation, CSVHeaders } = config;
    if (InputType === "CSV") {
      if (CSVHeaderLocation === undefined) findings.error("The field 'CSVHeaderLocation' is required", at);
    } else if (InputType !== "MANIFEST")
      for (const field of ["CSVHeaderLocation", "CSVHeaders", "CSVDelimiter"])
        if (Object.hasOwn(config, field)) unsupported(field, at, findings);
    if (CSVHeaderLocation === "GIVEN" && CSVHeaders === undefined)
      findings.error("These fields are required: [CSVHeaders]", at);
  });
}

function checkWriter(writer: JsonObject, place: string, findings: Findings): void {
  if (writer["Resource"] !== undefined) checkResource(writer, WRITES, "s3:putObject", place, findings);
  within(writer, "WriterConfig", place, findings, (config, at) =>
    checkWords(config, WRITER_WORDS, at, findings),
  );
}

function checkResource(
  value: JsonObject,
  allowed: RegExp,
  examples: string,
  place: string,
  findings: Findings,
): void {
  const resource = memberOf(value, "Resource");
  const arns = examples.split(", ").map((end) => `arn:<partition>:states:::${end}`);
  if (resource === undefined) findings.error("These fields are required: [Resource]", place);
  else if (typeof resource !== "string" || !allowed.test(resource))
    findings.error(
      `The field 'Resource' does not match any of the allowed values. Examples: [${arns.join(", ")}]`,
      `${place}/Resource`,
    );
}

function checkWords(
  value: JsonObject,
  words: Readonly<Record<string, readonly string[]>>,
  place: string,
  findings: Findings,
): void {
  for (const [field, allowed] of Object.entries(words)) {
    const given = memberOf(value, field);
    if (given !== undefined && !(typeof given === "string" && allowed.includes(given)))
      findings.error(
        `The field '${field}' should have one of these values: [${allowed.join(", ")}]`,
        `${place}/${field}`,
      );
  }
}
