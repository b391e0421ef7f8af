package squall.lambda;

import com.amazonaws.services.lambda.runtime.LambdaRuntime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * The Java runtime of a Lambda environment: loads the handler, then takes one invocation after the other from the Runtime
 * API (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html).
 */
public final class Bootstrap {
    private Bootstrap() {}

    public static void main(String[] arguments) {
        try {
            RuntimeApi api = new RuntimeApi(System.getenv("AWS_LAMBDA_RUNTIME_API"));
            EnvironmentLogger logger = new EnvironmentLogger(System.getenv("_LAMBDA_TELEMETRY_LOG_FD"));
            LambdaRuntime.setLogger(logger);
            run(api, load(api, logger), logger);
        } catch (IOException gone) {
            // Without a Runtime API there is nobody to live for.
            Runtime.getRuntime().halt(1);
        }
    }

    private static Handler load(RuntimeApi api, EnvironmentLogger logger) throws IOException {
        try {
            return HandlerLoader.load(System.getenv("_HANDLER"));
        } catch (Throwable error) {
            logger.log(ErrorReport.text(error));
            api.initError(ErrorReport.type(error), ErrorReport.json(error));
            System.out.flush();
            Runtime.getRuntime().halt(1);
            return null;
        }
    }

    private static void run(RuntimeApi api, Handler handler, EnvironmentLogger logger) throws IOException {
        while (true) {
            RuntimeApi.Invocation invocation = api.next();
            String traceId = invocation.header("lambda-runtime-trace-id");
            // Where the AWS SDK looks for it: the environment of a Java process cannot be changed.
            if (traceId == null) System.clearProperty("com.amazonaws.xray.traceHeader");
            else System.setProperty("com.amazonaws.xray.traceHeader", traceId);
            Throwable failure = null;
            byte[] response = null;
            try {
                response = handler.handle(invocation.body, new InvocationContext(invocation, logger));
            } catch (Throwable error) {
                failure = error;
            }
            System.out.flush();
            if (failure == null) {
                api.respond(invocation.requestId(), response);
                continue;
            }
            logger.log(ErrorReport.text(failure));
            api.error(invocation.requestId(), ErrorReport.type(failure), ErrorReport.json(failure));
            // A virtual machine that has run out of memory is of no further use.
            if (failure instanceof VirtualMachineError) Runtime.getRuntime().halt(1);
        }
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
