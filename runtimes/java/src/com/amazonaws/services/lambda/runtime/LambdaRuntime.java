package com.amazonaws.services.lambda.runtime;

/** Where logging libraries find the environment's log. */
public final class LambdaRuntime {
    private static volatile LambdaLogger logger = new LambdaLogger() {
        @Override
        public void log(String message) {
            System.out.print(message);
        }

        @Override
        public void log(byte[] message) {
            System.out.write(message, 0, message.length);
        }
    };

    private LambdaRuntime() {}

    public static LambdaLogger getLogger() {
        return logger;
    }

    public static void setLogger(LambdaLogger other) {
        logger = other;
    }
}
