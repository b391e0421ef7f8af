package com.amazonaws.services.lambda.runtime;

// The names that handlers are written against; declared here so that code compiled against them runs without a further jar.
public interface CognitoIdentity {
    String getIdentityId();

    String getIdentityPoolId();
}
