import { AwsError } from "../core/aws-error.ts";
import { uncapitalized, upTo } from "../core/text.ts";
import type { ServiceModel } from "../models/model.ts";
import { malformedXml } from "./errors.ts";

/** One broken constraint. */
export interface Problem {
  readonly kind: "required" | "value";
  /** The member's own name. */
  readonly member: string;
  /** `attributeDefinitions.1.member.attributeName` */
  readonly path: string;
  /** The value as AWS shows it: `null`, or in quotes. */
  readonly value: string;
  readonly text: string;
  /** What stands instead of value, path and text. */
  readonly whole?: string;
}

/** What a service calls the error, where it is not its protocol's name for it. */
const CODES: Readonly<Record<string, string>> = {
  ApiGatewayV2: "BadRequestException",
  ApiGatewayManagementApi: "BadRequestException",
  "CloudWatch Logs": "InvalidParameterException",
  "Route 53": "InvalidInput",
};

/** The error for broken constraints in the words of the service's family. */
export function validationError(
  model: ServiceModel,
  operation: string,
  problems: readonly [Problem, ...Problem[]],
): AwsError {
  const { serviceId, protocol, protocols } = model.metadata;
  const [first] = problems;
  if (protocol === "ec2") return ec2Error(first);
  if (serviceId === "S3") return s3Error(first);
  if (serviceId === "SQS" && first.kind === "required") return missingParameter(first.member);
  const code =
    CODES[serviceId] ??
    ([protocol, ...(protocols ?? [])].includes("query") ? "ValidationError" : "ValidationException");
  const plural = problems.length === 1 ? "" : "s";
  const texts = problems.map(
    ({ value, path, text, whole }) =>
      whole ?? `Value ${value} at '${placeOf(model, operation, path)}' failed to satisfy constraint: ${text}`,
  );
  return new AwsError(code, `${problems.length} validation error${plural} detected: ${texts.join("; ")}`, {
    status: 400,
  });
}

/** API Gateway puts the input's name before what came in the body, not before what stands in the URI: as recorded. */
function placeOf(model: ServiceModel, operation: string, path: string): string {
  if (model.metadata.serviceId !== "API Gateway") return path;
  const input = model.operations[operation]?.input?.shape ?? "";
  const first = upTo(".", path);
  const members = model.shapes[input]?.members ?? {};
  const isInBody = Object.entries(members).some(
    ([name, { location }]) => name.toLowerCase() === first.toLowerCase() && location === undefined,
  );
  return isInBody ? `${uncapitalized(operation)}Input.${path}` : path;
}

const missingParameter = (member: string) =>
  new AwsError("MissingParameter", `The request must contain the parameter ${member}.`, { status: 400 });

/** S3 checks XML against a schema and has nothing to say but that it does not fit. */
function s3Error(problem: Problem): AwsError {
  if (problem.path.includes(".")) return malformedXml();
  if (problem.kind === "required")
    return new AwsError("MissingRequestBodyError", "Request Body is empty", { status: 400 });
  return new AwsError("InvalidArgument", `Argument ${problem.member} is invalid`, { status: 400 });
}

function ec2Error(problem: Problem): AwsError {
  if (problem.kind === "required") {
    return new AwsError("MissingParameter", `The request must contain the parameter ${problem.member}`, {
      status: 400,
    });
  }
  const value = problem.value.slice(1, -1);
  return new AwsError("InvalidParameterValue", `Value (${value}) for parameter ${problem.path} is invalid.`, {
    status: 400,
  });
}
