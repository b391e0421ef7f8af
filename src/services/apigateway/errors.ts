import { awsError } from "../../core/aws-error.ts";

/** Errors of the REST control plane: https://docs.aws.amazon.com/apigateway/latest/api/CommonErrors.html */

const notFound = <A extends unknown[]>(message: (...args: A) => string) =>
  awsError("NotFoundException", 404, message);
const conflict = <A extends unknown[]>(message: (...args: A) => string) =>
  awsError("ConflictException", 409, message);

export const badRequest = awsError("BadRequestException", 400, (message: string) => message);

export const apiNotFound = notFound(
  (account: string, id: string) => `Invalid API identifier specified ${account}:${id}`,
);
export const resourceNotFound = notFound(() => "Invalid Resource identifier specified");
export const methodNotFound = notFound(() => "Invalid Method identifier specified");
export const integrationNotFound = notFound(() => "Invalid Integration identifier specified");
export const noSuchParameter = notFound(() => "Invalid parameter name specified");
export const noSuchContentType = notFound(() => "Content-Type specified was not found");
export const responseNotFound = notFound(() => "Invalid Response status code specified");
export const stageNotFound = notFound(() => "Invalid stage identifier specified");
export const deploymentNotFound = notFound(() => "Invalid Deployment identifier specified");
export const authorizerNotFound = notFound(() => "Invalid Authorizer identifier specified");
export const modelNotFound = notFound((name: string) => `Invalid model name specified: ${name}`);
export const validatorNotFound = notFound(() => "Invalid Request Validator identifier specified");
export const apiKeyNotFound = notFound(() => "Invalid API Key identifier specified");
export const usagePlanNotFound = notFound(() => "Invalid Usage Plan ID specified");
export const usagePlanKeyNotFound = notFound(() => "Invalid Usage Plan Key identifier specified");
export const domainNameNotFound = notFound(() => "Invalid domain name identifier specified");
export const mappingNotFound = notFound(() => "Invalid base path mapping identifier specified");
export const vpcLinkNotFound = notFound(() => "Invalid Vpc Link identifier specified");
export const certificateNotFound = notFound(() => "Invalid Client Certificate identifier specified");
export const documentationPartNotFound = notFound(() => "Invalid Documentation part identifier specified");
export const documentationVersionNotFound = notFound(
  () => "Invalid Documentation version identifier specified",
);
export const gatewayResponseNotFound = notFound(() => "Gateway response type not defined on api");
export const associationNotFound = notFound(
  () => "Invalid domain name access association identifier specified",
);
export const sdkTypeNotFound = notFound(() => "Invalid SDK Type identifier specified");
export const arnNotFound = notFound(() => "Invalid resource identifier specified in the ARN");

/** As AWS says it: https://github.com/hashicorp/terraform-provider-aws/issues/37605 */
export const tooManyResources = awsError(
  "LimitExceededException",
  429,
  () =>
    "Maximum number of Resources for this API has been reached.  Please contact AWS if you need additional Resources.",
);

export const resourceExists = conflict(
  (pathPart: string) => `Another resource with the same parent already has this name: ${pathPart}`,
);
export const methodExists = conflict(() => "Method already exists for this resource");
export const responseExists = conflict(() => "Response already exists for this resource");
export const stageExists = conflict(() => "Stage already exists");
export const modelExists = conflict(() => "Model name already exists for this REST API");
export const apiExists = conflict((id: string) => `REST API with the id ${id} already exists`);
export const apiKeyExists = conflict(() => "API Key already exists");
export const usagePlanKeyExists = conflict(() => "Usage Plan Key already exists");
export const domainNameExists = conflict(() => "The domain name you provided already exists.");
export const mappingExists = conflict(() => "Base path already exists for this domain name");
export const documentationPartExists = conflict(() => "A documentation part already exists at this location");
export const documentationVersionExists = conflict(
  () => "The documentation version already exists for this API",
);
export const modelInUse = conflict(
  (name: string, by: string) => `Cannot delete model '${name}', is referenced in ${by}`,
);
export const apiHasMappings = awsError(
  "BadRequestException",
  400,
  "Please remove all base path mappings related to the API in your account before deleting the API.",
);

export const noMethods = awsError("BadRequestException", 400, "The REST API doesn't contain any methods");
export const noIntegration = awsError("BadRequestException", 400, "No integration defined for method");
export const deploymentActive = awsError(
  "BadRequestException",
  400,
  "Active stages pointing to this deployment must be moved or deleted",
);
export const badPathPart = awsError(
  "BadRequestException",
  400,
  "Resource's path part only allow a-zA-Z0-9._-: or a valid greedy path variable and curly braces at the beginning and the end.",
);
export const siblingVariable = awsError(
  "BadRequestException",
  400,
  (id: string) =>
    `A sibling (${id}) of this resource already has a variable path part -- only one is allowed`,
);
export const belowGreedy = awsError(
  "BadRequestException",
  400,
  (path: string) => `Cannot create a child of a resource with a greedy path variable: ${path}`,
);
export const noRootChange = awsError("BadRequestException", 400, "Root resource cannot be deleted");
/** Hyphens are allowed since, says https://docs.aws.amazon.com/apigateway/latest/api/API_CreateStage.html; that the text has them is inferred. */
export const badStageName = awsError("BadRequestException", 400, "Stage name only allows a-zA-Z0-9_-");
export const planHasStages = awsError(
  "BadRequestException",
  400,
  "Cannot delete the usage plan. It is associated with API stages.",
);

export const invalidAuthorizer = () =>
  badRequest(
    "Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer.",
  );
