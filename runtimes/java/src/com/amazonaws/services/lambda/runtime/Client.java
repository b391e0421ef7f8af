package com.amazonaws.services.lambda.runtime;

// The names that handlers are written against; declared here so that code compiled against them runs without a further jar.
public interface Client {
    String getInstallationId();

    String getAppTitle();

    String getAppVersionName();

    String getAppVersionCode();

    String getAppPackageName();
}
