// The second argument of a handler: https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html

export function invocationContext(invocation) {
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    invokedFunctionArn: invocation.functionArn,
    awsRequestId: invocation.requestId,
    ...(invocation.tenantId && { tenantId: invocation.tenantId }),
    ...(invocation.clientContext && { clientContext: JSON.parse(invocation.clientContext) }),
    ...(invocation.cognitoIdentity && { identity: JSON.parse(invocation.cognitoIdentity) }),
    getRemainingTimeInMillis: () => invocation.deadlineMs - Date.now(),
  };
}
