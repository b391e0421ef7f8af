import { type CommonErrorKind, commonErrorRow } from "../src/faults/common-errors.ts";
import { type CommonErrorRow, SERVICES } from "../src/faults/common-errors-table.ts";
import { REQUEST_ID_FORMS } from "../src/gateway/request-id.ts";
import { declaredErrors, serviceErrors, wireIndex, wireService } from "../src/models/model.ts";

const KINDS: readonly CommonErrorKind[] = ["throttle", "internal", "unavailable"];

/** docs/fidelity.md: what every service says when it is throttled, broken or down, and how sure that is. */
export function fidelityPage(): string {
  const services = [...wireIndex().keys()].sort();
  const planes = Object.keys(SERVICES).filter((name) => !wireIndex().has(name));
  return [
    "# How sure the errors are",
    "",
    "Written by `npm run docs`. What `kind: throttle`, `internal` and `unavailable` answer for every AWS service: the code, the HTTP status, and where that is from.",
    "",
    "* **recorded**: seen on AWS's wire.",
    "* **reported**: seen there by others, of whom no recording is at hand.",
    "* **documented**: AWS's documentation says so, or the service's model does: an error that the operation declares, else one that the service has for most operations. Where documentation and reality differ, reality is taken.",
    "* **inferred**: the convention of the service's protocol, or of its family; no source names it for this service.",
    "",
    "Where operations differ, the commonest answer is first, with the number of operations. Codes and statuses have a source; messages of errors that only the model names are the protocol's usual ones.",
    "",
    "| service | throttle | internal | unavailable |",
    "|---|---|---|---|",
    ...[...services, ...planes].map(
      (service) => `| ${service} | ${KINDS.map((kind) => cell(kind, service)).join(" | ")} |`,
    ),
    "",
    "## Sources",
    "",
    "Rows that are taken whatever the model says:",
    "",
    "| service | kind | code | certainty | source |",
    "|---|---|---|---|---|",
    ...Object.entries(SERVICES).flatMap(([service, kinds]) =>
      KINDS.flatMap((kind) =>
        (kinds[kind] ?? []).map(
          ({ code, certainty, source }) =>
            `| ${service} | ${kind} | ${code} | ${certainty} | ${sourceText(source)} |`,
        ),
      ),
    ),
    "",
    "## Ids of requests",
    "",
    "As services were seen to write them; all others have UUIDs of version 4, as Lambda, Athena and Bedrock do. `x-amz-id-2` has 76 characters of Base64 for S3 and 96 for Kinesis, as seen.",
    "",
    "| services | form | seen |",
    "|---|---|---|",
    ...REQUEST_ID_FORMS.map(
      ({ services, what, source }) => `| ${services.join(", ")} | ${what} | ${source} |`,
    ),
    "",
  ].join("\n");
}

function cell(kind: CommonErrorKind, service: string): string {
  const counts = new Map<string, number>();
  const operations = Object.keys(wireService(service)?.operations ?? { Invoke: [] });
  for (const operation of operations) {
    const text = answerText(kind, service, operation);
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  const answers = [...counts].sort(([, a], [, b]) => b - a);
  if (answers.length === 1) return answers[0]![0];
  return answers.map(([text, count]) => `${text} (${count})`).join("; ");
}

function answerText(kind: CommonErrorKind, service: string, operation: string): string {
  const row = commonErrorRow(kind, service, operation, {
    ...protocolOf(service),
    declared: declaredErrors(service, operation),
    service: serviceErrors(service),
  });
  return `${row.code} ${statusOf(row, service)} ${certaintyOf(row, kind, service)}`;
}

function protocolOf(service: string): { protocol?: string } {
  const protocol = wireIndex().get(service)?.protocols[0];
  return protocol === undefined ? {} : { protocol };
}

/** The model's status wins, as on the wire. */
const statusOf = ({ code, status }: CommonErrorRow, service: string) =>
  wireService(service)?.errors[code] ?? status;

/** A protocol's convention is documented in general, and for this service inferred. */
function certaintyOf(row: CommonErrorRow, kind: CommonErrorKind, service: string): string {
  const isOwn = SERVICES[service]?.[kind]?.includes(row) ?? false;
  const isModelled = wireService(service)?.errors[row.code] !== undefined;
  return isOwn || isModelled ? row.certainty : "inferred";
}

const sourceText = (source: string) =>
  source.startsWith("https://")
    ? `[${source.split("/").slice(3).join("/")}](${source})`
    : source.replaceAll("<", "&lt;");
