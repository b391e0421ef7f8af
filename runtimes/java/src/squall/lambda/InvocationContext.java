package squall.lambda;

import com.amazonaws.services.lambda.runtime.Client;
import com.amazonaws.services.lambda.runtime.ClientContext;
import com.amazonaws.services.lambda.runtime.CognitoIdentity;
import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.LambdaLogger;
import java.util.LinkedHashMap;
import java.util.Map;

/** The context object of one invocation: https://docs.aws.amazon.com/lambda/latest/dg/java-context.html */
final class InvocationContext implements Context {
    private final RuntimeApi.Invocation invocation;
    private final LambdaLogger logger;

    InvocationContext(RuntimeApi.Invocation invocation, LambdaLogger logger) {
        this.invocation = invocation;
        this.logger = logger;
    }

    @Override
    public String getAwsRequestId() {
        return invocation.requestId();
    }

    @Override
    public String getLogGroupName() {
        return System.getenv("AWS_LAMBDA_LOG_GROUP_NAME");
    }

    @Override
    public String getLogStreamName() {
        return System.getenv("AWS_LAMBDA_LOG_STREAM_NAME");
    }

    @Override
    public String getFunctionName() {
        return System.getenv("AWS_LAMBDA_FUNCTION_NAME");
    }

    @Override
    public String getFunctionVersion() {
        return System.getenv("AWS_LAMBDA_FUNCTION_VERSION");
    }

    @Override
    public String getInvokedFunctionArn() {
        return invocation.header("lambda-runtime-invoked-function-arn");
    }

    @Override
    public CognitoIdentity getIdentity() {
        final Map<?, ?> identity = object(invocation.header("lambda-runtime-cognito-identity"));
        return new CognitoIdentity() {
            @Override
            public String getIdentityId() {
                return (String) identity.get("cognitoIdentityId");
            }

            @Override
            public String getIdentityPoolId() {
                return (String) identity.get("cognitoIdentityPoolId");
            }
        };
    }

    @Override
    public ClientContext getClientContext() {
        String text = invocation.header("lambda-runtime-client-context");
        return text == null ? null : new ParsedClientContext(object(text));
    }

    @Override
    public int getRemainingTimeInMillis() {
        long deadlineMs = Long.parseLong(invocation.header("lambda-runtime-deadline-ms"));
        return (int) Math.max(0, deadlineMs - System.currentTimeMillis());
    }

    @Override
    public int getMemoryLimitInMB() {
        return Integer.parseInt(System.getenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE"));
    }

    @Override
    public LambdaLogger getLogger() {
        return logger;
    }

    @Override
    public String getTenantId() {
        return invocation.header("lambda-runtime-aws-tenant-id");
    }

    @Override
    public String getXrayTraceId() {
        return invocation.header("lambda-runtime-trace-id");
    }

    private static Map<?, ?> object(String json) {
        Object value = json == null ? null : new JsonReader(json).read();
        return value instanceof Map ? (Map<?, ?>) value : new LinkedHashMap<String, Object>();
    }

    private static final class ParsedClientContext implements ClientContext {
        private final Map<?, ?> fields;

        ParsedClientContext(Map<?, ?> fields) {
            this.fields = fields;
        }

        @Override
        public Client getClient() {
            final Map<String, String> client = texts("client");
            return new Client() {
                @Override
                public String getInstallationId() {
                    return client.get("installation_id");
                }

                @Override
                public String getAppTitle() {
                    return client.get("app_title");
                }

                @Override
                public String getAppVersionName() {
                    return client.get("app_version_name");
                }

                @Override
                public String getAppVersionCode() {
                    return client.get("app_version_code");
                }

                @Override
                public String getAppPackageName() {
                    return client.get("app_package_name");
                }
            };
        }

        @Override
        public Map<String, String> getCustom() {
            return texts("custom");
        }

        @Override
        public Map<String, String> getEnvironment() {
            return texts("env");
        }

        private Map<String, String> texts(String name) {
            Map<String, String> texts = new LinkedHashMap<>();
            Object value = fields.get(name);
            if (value instanceof Map) {
                for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) {
                    texts.put(String.valueOf(entry.getKey()), String.valueOf(entry.getValue()));
                }
            }
            return texts;
        }
    }
}
