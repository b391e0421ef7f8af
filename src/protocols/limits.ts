/** How deep a value may nest. DynamoDB's 32 levels of document are 64 shapes deep; nothing in AWS is deeper. */
export const MAX_DEPTH = 128;

/** How many parameters a form may have. */
export const MAX_FORM_PARAMETERS = 20_000;

/** How large a compressed body may become. */
export const MAX_INFLATED_BYTES = 8 * 1024 * 1024;

/** DynamoDB's limit of a request, compressed or not. */
export const MAX_DYNAMODB_BYTES = 16 * 1024 * 1024;
