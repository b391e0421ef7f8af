package squall.lambda;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Errors in the form that Lambda reports: https://docs.aws.amazon.com/lambda/latest/dg/java-exceptions.html */
final class ErrorReport {
    private ErrorReport() {}

    static String type(Throwable error) {
        return error.getClass().getName();
    }

    /** The text for the log: message, type and stack as one event. */
    static String text(Throwable error) {
        StringWriter text = new StringWriter();
        error.printStackTrace(new PrintWriter(text, true));
        return error.getMessage() + ": " + type(error) + "\n" + text;
    }

    static byte[] json(Throwable error) {
        return Bootstrap.utf8(JsonWriter.write(report(error, 0)));
    }

    private static Map<String, Object> report(Throwable error, int depth) {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("errorMessage", error.getMessage());
        report.put("errorType", type(error));
        List<String> frames = new ArrayList<>();
        for (StackTraceElement frame : error.getStackTrace()) {
            // Our own frames are no part of the user's program.
            if (frame.getClassName().startsWith("squall.lambda.")) break;
            frames.add(frame.toString());
        }
        report.put("stackTrace", frames);
        if (error.getCause() != null && depth < 10) report.put("cause", report(error.getCause(), depth + 1));
        return report;
    }
}
