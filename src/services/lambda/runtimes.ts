import type { AwsError } from "../../core/aws-error.ts";
import type { ValidationOptions } from "../../core/validation-options.ts";
import { invalidParameter } from "./errors.ts";

/** What new functions and layers may have, in the order in which messages have it (recorded, January 2026). */
const OFFERED = [
  "nodejs20.x",
  "python3.14",
  "provided.al2023",
  "python3.12",
  "python3.13",
  "nodejs24.x",
  "nodejs22.x",
  "java25",
  "python3.10",
  "python3.11",
  "java21",
  "ruby3.3",
  "ruby3.4",
  "ruby3.2",
  "python3.8",
  "python3.9",
  "java17",
  "nodejs16.x",
  "dotnet10",
  "dotnet8",
  "java11",
  "dotnet6",
  "nodejs18.x",
  "provided.al2",
  "java8.al2",
];

/** All that the API ever knew, in the order in which messages have it (recorded, January 2026). */
const KNOWN = [
  "ruby3.5",
  "ruby2.6",
  "dotnetcore1.0",
  "python3.7",
  "nodejs8.10",
  "nasa",
  "ruby2.7",
  "python2.7-greengrass",
  "dotnetcore2.0",
  "python3.8",
  "java21",
  "dotnet6",
  "dotnetcore2.1",
  "python3.9",
  "java11",
  "nodejs6.10",
  "provided",
  "dotnetcore3.1",
  "dotnet8",
  "java25",
  "java17",
  "nodejs",
  "nodejs4.3",
  "java8.al2",
  "go1.x",
  "dotnet10",
  "nodejs20.x",
  "go1.9",
  "byol",
  "nodejs10.x",
  "provided.al2023",
  "nodejs22.x",
  "python3.10",
  "java8",
  "nodejs12.x",
  "python3.11",
  "nodejs24.x",
  "nodejs8.x",
  "python3.12",
  "nodejs14.x",
  "nodejs8.9",
  "nodejs26.x",
  "python3.13",
  "python3.14",
  "nodejs16.x",
  "python3.15",
  "provided.al2",
  "nodejs4.3-edge",
  "nodejs18.x",
  "ruby3.2",
  "python3.4",
  "ruby3.3",
  "ruby3.4",
  "ruby2.5",
  "python3.6",
  "python2.7",
];

/** Of models that are newer than the recording: it is not known where messages have them. */
const NEWER = ["ruby4.0", "java8.al2023", "java11.al2023", "java17.al2023", "custom"];

const known: ReadonlySet<string> = new Set([...KNOWN, ...NEWER]);
const OFFERED_TEXT = `Member must satisfy enum value set: [${OFFERED.join(", ")}]`;

/** Lambda does not check runtimes as its model says: layers are told what is offered, functions in words of their own. */
export const runtimeShapes: ValidationOptions["shapes"] = {
  Runtime: { enum: KNOWN, exempt: new RegExp(`^(?:${NEWER.map(RegExp.escape).join("|")})$`) },
  CompatibleRuntimes: { membersText: OFFERED_TEXT },
};

/** A function's runtime that there is not: `InvalidParameterValueException`, as many a bug report has it. */
export function unknownRuntime(
  operation: string,
  { Runtime: runtime }: Readonly<Record<string, unknown>>,
): AwsError | undefined {
  if (operation !== "CreateFunction" && operation !== "UpdateFunctionConfiguration") return undefined;
  if (typeof runtime !== "string" || known.has(runtime)) return undefined;
  return invalidParameter(
    `Value ${runtime} at 'runtime' failed to satisfy constraint: ${OFFERED_TEXT} or be a valid ARN`,
  );
}
