import { AwsError, awsError } from "../core/aws-error.ts";

/** What protocols themselves answer, before any handler is reached. */
export const serializationException = awsError("SerializationException", 400, (message: string) => message);
/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html */
export const internalServerError = awsError(
  "InternalServerError",
  500,
  "The server encountered an internal error trying to fulfill the request.",
);
export const unknownOperationException = (status: number) =>
  new AwsError("UnknownOperationException", "", { status, statusIsFixed: true });
export const tooDeep = () => serializationException("Start of structure or map found where not expected.");

export const invalidAction = awsError(
  "InvalidAction",
  400,
  (action: string, version: string) => `Could not find operation ${action} for version ${version}`,
);
export const invalidEc2Action = awsError(
  "InvalidAction",
  400,
  (action: string) => `The action ${action} is not valid for this web service.`,
);
export const missingAction = awsError("MissingAction", 400, "The request must contain the parameter Action.");
export const malformedInput = awsError("MalformedInput", 400, (message: string) => message);
export const malformedQueryString = awsError(
  "MalformedQueryString",
  400,
  "The query string contains a syntax error.",
);

export const malformedXml = awsError(
  "MalformedXML",
  400,
  "The XML you provided was not well-formed or did not validate against our published schema",
);
export const methodNotAllowed = awsError(
  "MethodNotAllowed",
  405,
  "The specified method is not allowed against this resource.",
);
export const invalidUri = awsError("InvalidURI", 400, "Couldn't parse the specified URI.");
export const incompleteBody = awsError(
  "IncompleteBody",
  400,
  "You did not provide the number of bytes specified by the Content-Length HTTP header.",
);
export const invalidArgument = awsError("InvalidArgument", 400, (message: string) => message);
export const missingAuthenticationToken = awsError(
  "MissingAuthenticationTokenException",
  403,
  "Missing Authentication Token",
);
