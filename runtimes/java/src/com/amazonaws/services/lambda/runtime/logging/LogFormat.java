package com.amazonaws.services.lambda.runtime.logging;

public enum LogFormat {
    JSON,
    TEXT;

    public static LogFormat fromString(String name) {
        return name == null ? TEXT : valueOf(name.toUpperCase());
    }
}
