/** Names of this machine: `*.localhost.localstack.cloud`, `*.localhost`. Without a dot at the end. */
export const OWN_NAME = /(?:^|\.)(?:localhost\.localstack\.cloud|localhost)$/i;

/** Names of AWS's services and APIs, which this machine answers to when it is asked as them. Without a dot at the end. */
export const AWS_NAME = /(?:^|\.)(?:amazonaws\.com(?:\.cn)?|amazonaws\.eu|api\.aws)$/i;
