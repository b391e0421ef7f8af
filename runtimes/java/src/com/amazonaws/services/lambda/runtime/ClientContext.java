package com.amazonaws.services.lambda.runtime;

import java.util.Map;

// The names that handlers are written against; declared here so that code compiled against them runs without a further jar.
public interface ClientContext {
    Client getClient();

    Map<String, String> getCustom();

    Map<String, String> getEnvironment();
}
