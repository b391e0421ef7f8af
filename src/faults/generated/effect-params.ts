// Written by `npm run docs` from the effects and fault points that are there. Not to be edited.

/** Effects that strike calls, by name. */
export interface EffectParams {
  /** Answers in chunks (`Transfer-Encoding: chunked`), the last of which has no size that could be read, and closes the connection. */
  readonly "broken-chunk": {
    /** Where. Default: 0.5, the middle. Of a stream whose length is not known it is a share of the first piece. (share of the body) */
    readonly at?: number;
    /** Where, from the body's start. (bytes) */
    readonly atByte?: number;
    /** In the middle of the n-th message of an event stream, from 1. */
    readonly atFrame?: number;
    /** At the value in a JSON body that a path like `Items[0].id.S` leads to. */
    readonly atPath?: string;
  };
  /** Answers as AWS does when the caller's clock is wrong: with the signature error of the service and the right time in the Date header, until the caller has corrected itself. */
  readonly "clock-skew": {
    /** How wrong. (ms, default 1200000) */
    readonly ms?: number | string;
    /** Which way the caller's clock is wrong. (default "behind") */
    readonly direction?: "behind" | "ahead";
  };
  /** Flips bytes of the response's body; its checksum headers stay those of the true body. */
  readonly "corrupt": {
    /** How many, one after the other. (bytes, default 1) */
    readonly bytes?: number;
    /** Where. Default: a place that is drawn, never the first byte of several. Of a stream whose length is not known it is a share of the first piece. (share of the body) */
    readonly at?: number;
    /** Where, from the body's start. (bytes) */
    readonly atByte?: number;
    /** In the middle of the n-th message of an event stream, from 1. */
    readonly atFrame?: number;
    /** At the value in a JSON body that a path like `Items[0].id.S` leads to. */
    readonly atPath?: string;
  };
  /** Closes the connection (TCP FIN) without a byte of an answer. */
  readonly "empty-response": {
    /** `after`: the call takes effect first. (default "before") */
    readonly when?: "before" | "after";
  };
  /** Answers 200 with an error in its body, as S3 does when CopyObject or CompleteMultipartUpload fails on the way; in any service's form. */
  readonly "error-in-200": {
    /** What went wrong. Default: `internal`. */
    readonly kind?: "throttle" | "internal" | "unavailable";
    /** Any error code, instead of a kind. */
    readonly code?: string;
    /** The message. Default: the service's own, or one that names the rule. */
    readonly message?: string;
    /** `after`: the call takes effect first, and the error hides it. (default "before") */
    readonly when?: "before" | "after";
  };
  /** Answers an AWS error, in the service's own wire form. */
  readonly "error": {
    /** What went wrong, under the service's own code, status and retry headers. */
    readonly kind?: "throttle" | "internal" | "unavailable";
    /** Any error code, in the model or not. */
    readonly code?: string;
    /** The HTTP status. Default: the code's own. */
    readonly status?: number;
    /** The message. Default: the service's own, or one that names the rule. */
    readonly message?: string;
    /** `after`: the call takes effect first, and the error hides it. (default "before") */
    readonly when?: "before" | "after";
    /** Modelled members of the error, such as `CancellationReasons`. */
    readonly members?: Readonly<Record<string, unknown>>;
    /** When to come back, in the headers that SDKs obey: `x-amz-retry-after` (milliseconds) and `retry-after` (seconds, rounded up). (ms) */
    readonly retryAfterMs?: number | string;
    /** More response headers, such as `retry-after`. */
    readonly headers?: Readonly<Record<string, unknown>>;
  };
  /** Breaks one message of an answer that is an event stream (Lambda's InvokeWithResponseStream, Logs' StartLiveTail, Kinesis' SubscribeToShard), or of a request that is one and that an upstream answers (Transcribe's StartStreamTranscription); others pass. */
  readonly "event-stream": {
    /** `exception`: an exception stands in its place and ends the stream; `drop`: it is left out; `duplicate`: it comes twice; `truncate`: the connection closes in its middle; `bad-crc`: its checksum is wrong. (default "exception") */
    readonly what?: "exception" | "drop" | "duplicate" | "truncate" | "bad-crc";
    /** Which message, from 1; that of a JSON service is its initial response. (default 2) */
    readonly frame?: number;
    /** `request`: of what the client sends; it never sends an exception. (default "answer") */
    readonly of?: "answer" | "request";
    /** The exception. Default: the service's internal error. */
    readonly code?: string;
    /** The exception's message. */
    readonly message?: string;
  };
  /** Refuses the session credentials that a caller comes with first as expired, in the service's own words, until it comes with others. Keys without a session token do not expire. */
  readonly "expired-token": {
    /** How long they are still valid from their first call on. (ms, default 0) */
    readonly after?: number | string;
  };
  /** Sends bytes that are not HTTP instead of an answer, then closes the connection. */
  readonly "garbage-then-close": {
    /** How many. (bytes, default 64) */
    readonly bytes?: number;
    /** `after`: the call takes effect first. (default "before") */
    readonly when?: "before" | "after";
  };
  /** Never answers: the call does not happen, and the connection stays open until the client gives up. */
  readonly "hang": Readonly<Record<never, never>>;
  /** Sets, changes or removes headers of the response, or changes its status; the body stays as it is. */
  readonly "headers": {
    /** Headers and their values, in place of those that are there. */
    readonly set?: Readonly<Record<string, unknown>>;
    /** Names of headers that are left out. */
    readonly remove?: string | readonly string[];
    /** The HTTP status. */
    readonly status?: number;
  };
  /** Makes a call slow: by a fixed time, or by one drawn from a distribution, also from a measured one. */
  readonly "latency": {
    /** Fixed. (ms) */
    readonly ms?: number | string;
    /** Uniform from here; or the least that is drawn. (ms) */
    readonly min?: number | string;
    /** Uniform up to here; or the most that is drawn. (ms) */
    readonly max?: number | string;
    /** Normal around this. (ms) */
    readonly mean?: number | string;
    /** Standard deviation of the normal one. (ms) */
    readonly stddev?: number | string;
    /** Log-normal with this median. (ms) */
    readonly p50?: number | string;
    /** 99th percentile of the log-normal one. (ms) */
    readonly p99?: number | string;
    /** As was measured at AWS. */
    readonly preset?: "dynamodb" | "dynamodb-streams" | "events" | "kinesis" | "kinesis-fan-out" | "lambda-cold-start" | "s3" | "s3-small-object" | "sns" | "sns-fifo" | "sqs" | "sqs-fifo" | "stepfunctions" | "stepfunctions-express";
    /** Some calls take so much longer: `spikePercentage` of them. (ms) */
    readonly spike?: number | string;
    /** The share of spikes. Default: 1. (%) */
    readonly spikePercentage?: number;
    /** `after`: the call takes effect first, the answer is late. (default "before") */
    readonly when?: "before" | "after";
    /** A client that gives up before the call has happened takes it back. Without it, as at AWS, the call happens all the same. */
    readonly cancel?: boolean;
  };
  /** The call takes effect, then the connection is reset instead of an answer. */
  readonly "lost-reply": Readonly<Record<never, never>>;
  /** Some entries of a batch fail inside a 200, the others take effect: SendMessageBatch, PublishBatch, PutRecords, PutEvents, PutRecordBatch, BatchWriteItem, BatchGetItem, BatchExecuteStatement, DeleteObjects, BatchGetSecretValue. Other operations, and batches that an upstream answers, pass. */
  readonly "partial": {
    /** Positions of the entries that fail, from 0. */
    readonly entries?: string | readonly string[];
    /** Without positions: the seeded chance of each entry. When none is drawn, the last one fails. (%, default 50) */
    readonly share?: number;
    /** What is said of an entry. Default: the service's throttle or internal error. */
    readonly code?: string;
    /** The entry's message. Default: the service's own. */
    readonly message?: string;
  };
  /** Nothing comes through while the rule is there, as on a network that drops packets: the call happens when the rule is gone, for a client that has waited so long. */
  readonly "partition": Readonly<Record<never, never>>;
  /** Lets a steady rate of calls pass and answers the others with the service's throttle error. */
  readonly "rate-limit": {
    /** How fast the token bucket fills. (calls/s) */
    readonly rate: number;
    /** How many calls the bucket holds; it starts full. Default: one second's worth, at least 1. (calls) */
    readonly burst?: number;
  };
  /** Resets the connection (TCP RST) before the call happens. */
  readonly "reset": Readonly<Record<never, never>>;
  /** Sends the headers at once and the response's body slowly. */
  readonly "slow-body": {
    /** How fast. (bytes/s) */
    readonly bytesPerSecond: number;
  };
  /** Sends only the first part of the response's body, then closes the connection: a chunked answer has no last chunk, one with a length is too short. */
  readonly "truncate": {
    /** Where. Default: 0.5, the middle. Of a stream whose length is not known it is a share of the first piece. (share of the body) */
    readonly at?: number;
    /** Where, from the body's start. (bytes) */
    readonly atByte?: number;
    /** In the middle of the n-th message of an event stream, from 1. */
    readonly atFrame?: number;
    /** At the value in a JSON body that a path like `Items[0].id.S` leads to. */
    readonly atPath?: string;
  };
  /** Strikes while the request's body comes in: it is read slowly, no further than to a point, or the connection is reset there. A body that is not streamed has been read before any rule is asked: then it only looks so to its client. */
  readonly "upload": {
    /** Nothing is read behind so many bytes, and no answer comes; the connection is reset after ten minutes. (bytes) */
    readonly stopAfter?: number;
    /** The connection is reset behind so many bytes. (bytes) */
    readonly cutAfter?: number;
    /** The same as stopAfter, behind so many messages of an event stream. */
    readonly stopAfterFrames?: number;
    /** The same as cutAfter, behind so many messages of an event stream. */
    readonly cutAfterFrames?: number;
    /** How fast it is read. (bytes/s) */
    readonly bytesPerSecond?: number;
    /** A client that sent `Expect: 100-continue` never hears that it may send; streamed bodies only. */
    readonly withholdContinue?: boolean;
  };
}

/** What may be written in the place of an effect's parameters. */
export interface EffectShorthands {
  readonly "broken-chunk": number;
  readonly "clock-skew": number | string;
  readonly "corrupt": number;
  readonly "empty-response": true;
  readonly "error-in-200": "throttle" | "internal" | "unavailable" | (string & {});
  readonly "error": "throttle" | "internal" | "unavailable" | (string & {});
  readonly "event-stream": "exception" | "drop" | "duplicate" | "truncate" | "bad-crc";
  readonly "expired-token": number | string;
  readonly "garbage-then-close": number;
  readonly "hang": true;
  readonly "headers": true;
  readonly "latency": "dynamodb" | "dynamodb-streams" | "events" | "kinesis" | "kinesis-fan-out" | "lambda-cold-start" | "s3" | "s3-small-object" | "sns" | "sns-fifo" | "sqs" | "sqs-fifo" | "stepfunctions" | "stepfunctions-express" | number | string;
  readonly "lost-reply": true;
  readonly "partial": true;
  readonly "partition": true;
  readonly "rate-limit": number;
  readonly "reset": true;
  readonly "slow-body": number;
  readonly "truncate": number;
  readonly "upload": number;
}

/** Effects that only the service of a fault point can carry out, by point and name. */
export interface PointEffectParams {
  /** The states of the cache cluster of a REST API's stage (the resource is the stage) that do not last: CREATE_IN_PROGRESS, DELETE_IN_PROGRESS, FLUSH_IN_PROGRESS. `operation` is the state, `resource` the ARN. */
  readonly "apigateway:cache-cluster-state": {
    /** The state lasts: for a time, or until the rule is gone. */
    readonly "hold": {
      /** How much longer (ms) */
      readonly ms?: number | string;
    };
  };
  /** The states of a deployment of an HTTP or WebSocket API (the resource is the API) that do not last: PENDING. `operation` is the state, `resource` the ARN. */
  readonly "apigateway:deployment-state": {
    /** The state lasts: for a time, or until the rule is gone. */
    readonly "hold": {
      /** How much longer (ms) */
      readonly ms?: number | string;
    };
    /** The state ends in failure: FAILED. */
    readonly "fail": {
      /** The reason given (default "The operation failed because a fault was injected.") */
      readonly reason?: string;
    };
  };
  /** The states of a domain name that do not last: UPDATING. `operation` is the state, `resource` the ARN. */
  readonly "apigateway:domain-name-state": {
    /** The state lasts: for a time, or until the rule is gone. */
    readonly "hold": {
      /** How much longer (ms) */
      readonly ms?: number | string;
    };
  };
  /** The states of a VPC link that do not last: PENDING, DELETING. `operation` is the state, `resource` the ARN. */
  readonly "apigateway:vpc-link-state": {
    /** The state lasts: for a time, or until the rule is gone. */
    readonly "hold": {
      /** How much longer (ms) */
      readonly ms?: number | string;
    };
    /** The state ends in failure: FAILED. */
    readonly "fail": {
      /** The reason given (default "The operation failed because a fault was injected.") */
      readonly reason?: string;
    };
  };
  /** The states of a request (the resource is its type's ARN: `arn:aws:cloudformation:us-east-1::type/resource/AWS-S3-Bucket`) that do not last: IN_PROGRESS. `operation` is the state, `resource` the ARN. */
  readonly "cloudcontrol:request-state": {
    /** The state lasts: for a time, or until the rule is gone. */
    readonly "hold": {
      /** How much longer (ms) */
      readonly ms?: number | string;
    };
    /** The state ends in failure: FAILED. */
    readonly "fail": {
      /** The reason given (default "The operation failed because a fault was injected.") */
      readonly reason?: string;
    };
  };
  /** The states of a change set that do not last: CREATE_IN_PROGRESS. `operation` is the state, `resource` the ARN. */
  readonly "cloudformation:change-set-state": {
    /** The state lasts: for a time, or until the rule is gone. */
    readonly "hold": {
      /** How much longer (ms) */
      readonly ms?: number | string;
    };
    /** The state ends in failure: FAILED. */
    readonly "fail": {
      /** The reason given (default "The operation failed because a fault was injected.") */
      readonly reason?: string;
    };
  };
  /** What a custom resource or a wait condition answers. `resource` is `<stack's ARN>/<logical id>`. */
  readonly "cloudformation:custom-resource": {
    /** The response is thanked for and thrown away: the stack waits until its time is over. */
    readonly "lose-response": Readonly<Record<never, never>>;
  };
  /** The states of a detection of a stack's drift that do not last: DETECTION_IN_PROGRESS. `operation` is the state, `resource` the ARN. */
  readonly "cloudformation:drift-detection-state": {
    /** The state lasts: for a time, or until the rule is gone. */
    readonly "hold": {
      /** How much longer (ms) */
      readonly ms?: number | string;
    };
    /** The state ends in failure: DETECTION_FAILED. */
    readonly "fail": {
      /** The reason given (default "The operation failed because a fault was injected.") */
      readonly reason?: string;
    };
  };
  /** A resource of a stack, before it is made, changed or deleted. `operation` is CREATE, UPDATE or DELETE, `resource` is `<stack's ARN>/<logical id>`. */
  readonly "cloudformation:resource": {
    /** It fails (CREATE_FAILED, UPDATE_FAILED, DELETE_FAILED) before its service is asked; the stack does what it does then. */
    readonly "fail": {
      /** The reason given (default "Resource handler returned message: \"A fault was injected.\" (HandlerErrorCode: InternalFailure)") */
      readonly reason?: string;
    };
    /** It takes longer. */
    readonly "slow": {
      /** How much longer (ms, default 30000) */
      readonly ms?: number | string;
    };
  };
  /** A name is asked of Squall's DNS server (`--dns`). `resource` is the name, `operation` the kind of record. */
  readonly "dns:resolve": {
    /** There is no such name. */
    readonly "nxdomain": Readonly<Record<never, never>>;
    /** The server cannot say. */
    readonly "servfail": Readonly<Record<never, never>>;
    /** The server does not want to say. */
    readonly "refused": Readonly<Record<never, never>>;
    /** No answer comes. */
    readonly "timeout": Readonly<Record<never, never>>;
    /** The name has another address: one at which nobody listens, an endpoint that was moved. */
    readonly "address": {
      /** An IPv4 address. */
      readonly ip: string;
    };
    /** The answer is late. */
    readonly "delay": {
      /** How late. (ms) */
      readonly ms: number | string;
    };
  };
  /** The states of a cluster that do not last: CREATING, UPDATING, DELETING. `operation` is the state, `resource` the ARN. */
  readonly "dsql:cluster-state": {
    /** The state lasts: for a time, or until the rule is gone. */
    readonly "hold": {
      /** How much longer (ms) */
      readonly ms?: number | string;
    };
    /** The state ends in failure: FAILED. */
    readonly "fail": {
      /** The reason given (default "The operation failed because a fault was injected.") */
      readonly reason?: string;
    };
  };
  /** A TCP connection to a cluster. `resource` is its ARN; `input` has `identifier`. A rule decides once for each connection that it matches, those that are there and those that are made, and acts as long as both are there. */
  readonly "dsql:connection": {
    /** What is sent comes late. */
    readonly "latency": {
      /** How late. (ms) */
      readonly ms: number | string;
      /** How much more or less than that, at most. (ms, default 0) */
      readonly jitter?: number | string;
      /** `up`: what the client sends; `down`: what the server sends; `both`: each of them, by itself. (default "down") */
      readonly direction?: "up" | "down" | "both";
    };
    /** What is sent comes at a rate. */
    readonly "bandwidth": {
      /** How fast. (bytes/s) */
      readonly bytesPerSecond: number;
      /** `up`: what the client sends; `down`: what the server sends; `both`: each of them, by itself. (default "down") */
      readonly direction?: "up" | "down" | "both";
    };
    /** What is sent comes in small pieces, one after the other. */
    readonly "slice": {
      /** The size of a piece. (bytes) */
      readonly bytes: number;
      /** How long after the one before it. (ms, default 1) */
      readonly delay?: number | string;
      /** `up`: what the client sends; `down`: what the server sends; `both`: each of them, by itself. (default "down") */
      readonly direction?: "up" | "down" | "both";
    };
    /** Nothing gets through, and the connection stays open. With the rule's end what was sent comes. */
    readonly "blackhole": {
      /** The connection is closed after this time. Default: never. (ms) */
      readonly closeAfter?: number | string;
      /** `up`: what the client sends; `down`: what the server sends; `both`: each of them, by itself. (default "both") */
      readonly direction?: "up" | "down" | "both";
    };
    /** The connection is closed when so much has been sent. */
    readonly "cut": {
      /** How much gets through, counted from when the rule begins to act on the connection. (bytes) */
      readonly bytes: number;
      /** `up`: what the client sends; `down`: what the server sends; `both`: each of them, by itself. (default "down") */
      readonly direction?: "up" | "down" | "both";
    };
    /** The connection is reset (TCP RST). */
    readonly "reset": {
      /** How long it lives first, from when the rule begins to act on it. (ms, default 0) */
      readonly after?: number | string;
    };
    /** New connections are refused (ECONNREFUSED); those that are there stay. When a rule strikes only some of them, the machine has to take them first: they are reset before anything is said. */
    readonly "refuse": Readonly<Record<never, never>>;
    /** That one side has closed the connection comes late to the other. */
    readonly "slow-close": {
      /** How late. (ms) */
      readonly ms: number | string;
      /** `up`: what the client sends; `down`: what the server sends; `both`: each of them, by itself. (default "down") */
      readonly direction?: "up" | "down" | "both";
    };
  };
  /** The states of an on-demand backup that do not last: CREATING. `operation` is the state, `resource` the ARN. */
  readonly "dynamodb:backup-state": {
    /** The state lasts: for a time, or until the rule is gone. */
    readonly "hold": {
      /** How much longer (ms) */
      readonly ms?: number | string;
    };
  };
  /** BatchGetItem and BatchWriteItem. */
  readonly "dynamodb:batch": {
    /** Leaves some of the items unprocessed: UnprocessedItems, UnprocessedKeys. */
    readonly "partial-batch": {
      /** Positions of the items in the request, from 0 */
      readonly items?: string | readonly string[];
      /** Without positions: the seeded chance of each item (%, default 50) */
      readonly share?: number;
    };
  };
  /** A write with a condition that holds. */
  readonly "dynamodb:condition": {
    /** Somebody else's write came first: ConditionalCheckFailedException. */
    readonly "race": Readonly<Record<never, never>>;
  };
  /** The states of a Kinesis destination of a table (the resource is the table) that do not last: ENABLING, UPDATING, DISABLING. `operation` is the state, `resource` the ARN. */
  readonly "dynamodb:destination-state": {
    /** The state lasts: for a time, or until the rule is gone. */
    readonly "hold": {
      /** How much longer (ms) */
      readonly ms?: number | string;
    };
    /** The state ends in failure: ENABLE_FAILED. */
    readonly "fail": {
      /** The reason given (default "The operation failed because a fault was injected.") */
      readonly reason?: string;
    };
  };
  /** The states of an export to S3 that do not last: IN_PROGRESS. `operation` is the state, `resource` the ARN. */
  readonly "dynamodb:export-state": {
    /** The state lasts: for a time, or until the rule is gone. */
    readonly "hold": {
      /** How much longer (ms) */
      readonly ms?: number | string;
    };
    /** The state ends in failure: FAILED. */
    readonly "fail": {
      /** The reason given (default "The operation failed because a fault was injected.") */
      readonly reason?: string;
    };
  };
  /** The states of an import from S3 that do not last: IN_PROGRESS. `operation` is the state, `resource` the ARN. */
  readonly "dynamodb:import-state": {
    /** The state lasts: for a time, or until the rule is gone. */
    readonly "hold": {
      /** How much longer (ms) */
      readonly ms?: number | string;
    };
    /** The state ends in failure: FAILED. */
    readonly "fail": {
      /** The reason given (default "The operation failed because a fault was injected.") */
      readonly reason?: string;
    };
  };
  /** A write that changes global secondary indexes. */
  readonly "dynamodb:index": {
    /** The indexes show the write later. */
    readonly "lag": {
      /** How much later (ms, default 1000) */
      readonly ms?: number | string;
    };
  };
  /** The states of a global secondary index that do not last: CREATING, DELETING. `operation` is the state, `resource` the ARN. */
  readonly "dynamodb:index-state": {
    /** The state lasts: for a time, or until the rule is gone. */
    readonly "hold": {
      /** How much longer (ms) */
      readonly ms?: number | string;
    };
  };
  /** The states of a table's or an index's Contributor Insights (the resource is the table) that do not last: ENABLING, DISABLING. `operation` is the state, `resource` the ARN. */
  readonly "dynamodb:insights-state": {
    /** The state lasts: for a time, or until the rule is gone. */
    readonly "hold": {
      /** How much longer (ms) */
      readonly ms?: number | string;
    };
    /** The state ends in failure: FAILED, FAILED. */
    readonly "fail": {
      /** The reason given (default "The operation failed because a fault was injected.") */
      readonly reason?: string;
    };
  };
  /** Reads that are not strongly consistent. */
  readonly "dynamodb:read": {
    /** Shows items as they were before their last write, if that was a short while ago. */
    readonly "stale-read": {
      /** How short a while (ms, default 10000) */
      readonly age?: number | string;
    };
  };
  /** The states of a replica of a global table (the resource is the table in the replica's region) that do not last: CREATING, UPDATING, DELETING. `operation` is the state, `resource` the ARN. */
  readonly "dynamodb:replica-state": {
    /** The state lasts: for a time, or until the rule is gone. */
    readonly "hold": {
      /** How much longer (ms) */
      readonly ms?: number | string;
    };
    /** The state ends in failure: CREATION_FAILED. */
    readonly "fail": {
      /** The reason given (default "The operation failed because a fault was injected.") */
      readonly reason?: string;
    };
  };
  /** Replication of a write to another region's replica of a global table. */
  readonly "dynamodb:replication": {
    /** Holds the write back while the rule lasts; it is made up for afterwards. */
    readonly "pause": Readonly<Record<never, never>>;
  };
  /** GetRecords of a table's stream. */
  readonly "dynamodb:stream": {
    /** Holds back records that are younger than this. */
    readonly "delay": {
      /** How old a record must be (ms) */
      readonly ms: number | string;
    };
    /** Gives each record of the batch twice. */
    readonly "duplicate": Readonly<Record<never, never>>;
    /** Ends the shard iterator: ExpiredIteratorException. */
    readonly "iterator-expiry": Readonly<Record<never, never>>;
  };
  /** The states of a table that do not last: CREATING, UPDATING, DELETING. `operation` is the state, `resource` the ARN. */
  readonly "dynamodb:table-state": {
    /** The state lasts: for a time, or until the rule is gone. */
    readonly "hold": {
      /** How much longer (ms) */
      readonly ms?: number | string;
    };
  };
  /** TransactWriteItems, TransactGetItems and ExecuteTransaction, while they hold their items. */
  readonly "dynamodb:transaction": {
    /** Cancels with TransactionConflict. */
    readonly "conflict": {
      /** Position of the item, from 0 (default 0) */
      readonly item?: number;
    };
    /** Cancels with a reason of choice. */
    readonly "cancel": {
      /** The reason's code (default "ConditionalCheckFailed") */
      readonly reason?: "ConditionalCheckFailed" | "ItemCollectionSizeLimitExceeded" | "TransactionConflict" | "ProvisionedThroughputExceeded" | "ThrottlingError" | "ValidationError";
      /** The reason's message */
      readonly message?: string;
      /** Position of the item, from 0 (default 0) */
      readonly item?: number;
    };
  };
  /** The states of a table's time to live (the resource is the table) that do not last: ENABLING, DISABLING. `operation` is the state, `resource` the ARN. */
  readonly "dynamodb:ttl-state": {
    /** The state lasts: for a time, or until the rule is gone. */
    readonly "hold": {
      /** How much longer (ms) */
      readonly ms?: number | string;
    };
  };
  /** The states of an instance that do not last: pending, stopping, shutting-down. `operation` is the state, `resource` the ARN. */
  readonly "ec2:instance-state": {
    /** The state lasts: for a time, or until the rule is gone. */
    readonly "hold": {
      /** How much longer (ms) */
      readonly ms?: number | string;
    };
    /** The state ends in failure: terminated. */
    readonly "fail": {
      /** The reason given (default "The operation failed because a fault was injected.") */
      readonly reason?: string;
    };
  };
  /** A Spot Instance that runs. `resource` is its ARN. */
  readonly "ec2:spot-instance": {
    /** It is recommended to rebalance at once, has its notice two minutes before, and is then interrupted as its request says. Gone before that, the rule takes notice and recommendation back. */
    readonly "interrupt": {
      /** Time until the interruption. (ms, default "2m") */
      readonly ms?: number | string;
    };
  };
  /** A volume that an instance that runs has. `resource` is the volume's ARN. A rule acts for as long as it is there, also on what starts meanwhile. */
  readonly "ec2:volume": {
    /** The instance's processes stand still, as those do that wait for a disk. All of them: they share this machine's disk. */
    readonly "pause-io": Readonly<Record<never, never>>;
  };
  /** A task that runs. `resource` is its ARN. A rule acts on every task that it matches for as long as it is there, and on those that start meanwhile. */
  readonly "ecs:task": {
    /** Processes of a name are sent a signal, once. */
    readonly "kill-process": {
      /** As `killall` knows it. */
      readonly processName: string;
      /** The signal. (default "SIGTERM") */
      readonly signal?: "SIGTERM" | "SIGKILL";
    };
    /** The task's processes have to share the processor. */
    readonly "cpu-stress": {
      /** Load of the busy workers that they share it with. (%, default 100) */
      readonly percent?: number;
    };
    /** Workers of the task write through to the disk, 64 MB each, again and again. */
    readonly "io-stress": {
      /** How many. (default 1) */
      readonly workers?: number;
    };
    /** Nothing gets through on connections to a port of the task, new ones and those that are there, while the rule is. */
    readonly "blackhole-port": {
      /** Port of a container. */
      readonly port: number;
    };
    /** What comes and goes over the task's ports comes late. */
    readonly "slow-port": {
      /** How late, each way. (ms, default 200) */
      readonly ms?: number;
      /** How much more or less than that, at most. (ms, default 0) */
      readonly jitterMs?: number;
      /** Of the connections. (%, default 100) */
      readonly percentage?: number;
    };
    /** What comes and goes over the task's ports is lost, and sent again as TCP does: late. Of 100 % nothing gets through while the rule is there. */
    readonly "lossy-port": {
      /** Of what is sent. (%, default 7) */
      readonly percentage?: number;
      /** Of the connections that lose it. (%, default 100) */
      readonly flowsPercentage?: number;
    };
  };
  /** The states of a task that do not last: PROVISIONING, DEPROVISIONING. `operation` is the state, `resource` the ARN. */
  readonly "ecs:task-state": {
    /** The state lasts: for a time, or until the rule is gone. */
    readonly "hold": {
      /** How much longer (ms) */
      readonly ms?: number | string;
    };
    /** The state ends in failure: STOPPED. */
    readonly "fail": {
      /** The reason given (default "The operation failed because a fault was injected.") */
      readonly reason?: string;
    };
  };
  /** The states of a cache cluster that do not last: creating, modifying, rebooting cluster nodes, deleting. `operation` is the state, `resource` the ARN. */
  readonly "elasticache:cluster-state": {
    /** The state lasts: for a time, or until the rule is gone. */
    readonly "hold": {
      /** How much longer (ms) */
      readonly ms?: number | string;
    };
    /** The state ends in failure: create-failed. */
    readonly "fail": {
      /** The reason given (default "The operation failed because a fault was injected.") */
      readonly reason?: string;
    };
  };
  /** A TCP connection to a cache. `resource` is the ARN of its replication group, and that of the node's cluster; `input` has `Endpoint` (`primary`, `reader` or `node`), `ReplicationGroupId` and `CacheClusterId`. A rule decides once for each connection that it matches, those that are there and those that are made, and acts as long as both are there. */
  readonly "elasticache:connection": {
    /** What is sent comes late. */
    readonly "latency": {
      /** How late. (ms) */
      readonly ms: number | string;
      /** How much more or less than that, at most. (ms, default 0) */
      readonly jitter?: number | string;
      /** `up`: what the client sends; `down`: what the server sends; `both`: each of them, by itself. (default "down") */
      readonly direction?: "up" | "down" | "both";
    };
    /** What is sent comes at a rate. */
    readonly "bandwidth": {
      /** How fast. (bytes/s) */
      readonly bytesPerSecond: number;
      /** `up`: what the client sends; `down`: what the server sends; `both`: each of them, by itself. (default "down") */
      readonly direction?: "up" | "down" | "both";
    };
    /** What is sent comes in small pieces, one after the other. */
    readonly "slice": {
      /** The size of a piece. (bytes) */
      readonly bytes: number;
      /** How long after the one before it. (ms, default 1) */
      readonly delay?: number | string;
      /** `up`: what the client sends; `down`: what the server sends; `both`: each of them, by itself. (default "down") */
      readonly direction?: "up" | "down" | "both";
    };
    /** Nothing gets through, and the connection stays open. With the rule's end what was sent comes. */
    readonly "blackhole": {
      /** The connection is closed after this time. Default: never. (ms) */
      readonly closeAfter?: number | string;
      /** `up`: what the client sends; `down`: what the server sends; `both`: each of them, by itself. (default "both") */
      readonly direction?: "up" | "down" | "both";
    };
    /** The connection is closed when so much has been sent. */
    readonly "cut": {
      /** How much gets through, counted from when the rule begins to act on the connection. (bytes) */
      readonly bytes: number;
      /** `up`: what the client sends; `down`: what the server sends; `both`: each of them, by itself. (default "down") */
      readonly direction?: "up" | "down" | "both";
    };
    /** The connection is reset (TCP RST). */
    readonly "reset": {
      /** How long it lives first, from when the rule begins to act on it. (ms, default 0) */
      readonly after?: number | string;
    };
    /** New connections are refused (ECONNREFUSED); those that are there stay. When a rule strikes only some of them, the machine has to take them first: they are reset before anything is said. */
    readonly "refuse": Readonly<Record<never, never>>;
    /** That one side has closed the connection comes late to the other. */
    readonly "slow-close": {
      /** How late. (ms) */
      readonly ms: number | string;
      /** `up`: what the client sends; `down`: what the server sends; `both`: each of them, by itself. (default "down") */
      readonly direction?: "up" | "down" | "both";
    };
  };
  /** A cache node. `resource` is its cluster's ARN, and that of its replication group; `input` has `CacheClusterId`, `ReplicationGroupId` and `AvailabilityZone`. A rule acts on every node that it matches for as long as it is there. */
  readonly "elasticache:node": {
    /** The node has no power: connections to it are cut, new ones are refused, what it held is lost. A replica of a primary that fails is promoted where automatic failover is enabled. With the rule's end the node comes back as a replica. */
    readonly "power-off": Readonly<Record<never, never>>;
  };
  /** The states of a replication group that do not last: creating, modifying, deleting. `operation` is the state, `resource` the ARN. */
  readonly "elasticache:replication-group-state": {
    /** The state lasts: for a time, or until the rule is gone. */
    readonly "hold": {
      /** How much longer (ms) */
      readonly ms?: number | string;
    };
    /** The state ends in failure: create-failed. */
    readonly "fail": {
      /** The reason given (default "The operation failed because a fault was injected.") */
      readonly reason?: string;
    };
  };
  /** A TCP connection to a listener at its own address. `resource` is the ARN of its load balancer, `input` has `LoadBalancerArn`, `ListenerArn` and `Port`. A rule decides once for each connection that it matches, those that are there and those that are made, and acts as long as both are there. */
  readonly "elbv2:connection": {
    /** What is sent comes late. */
    readonly "latency": {
      /** How late. (ms) */
      readonly ms: number | string;
      /** How much more or less than that, at most. (ms, default 0) */
      readonly jitter?: number | string;
      /** `up`: what the client sends; `down`: what the server sends; `both`: each of them, by itself. (default "down") */
      readonly direction?: "up" | "down" | "both";
    };
    /** What is sent comes at a rate. */
    readonly "bandwidth": {
      /** How fast. (bytes/s) */
      readonly bytesPerSecond: number;
      /** `up`: what the client sends; `down`: what the server sends; `both`: each of them, by itself. (default "down") */
      readonly direction?: "up" | "down" | "both";
    };
    /** What is sent comes in small pieces, one after the other. */
    readonly "slice": {
      /** The size of a piece. (bytes) */
      readonly bytes: number;
      /** How long after the one before it. (ms, default 1) */
      readonly delay?: number | string;
      /** `up`: what the client sends; `down`: what the server sends; `both`: each of them, by itself. (default "down") */
      readonly direction?: "up" | "down" | "both";
    };
    /** Nothing gets through, and the connection stays open. With the rule's end what was sent comes. */
    readonly "blackhole": {
      /** The connection is closed after this time. Default: never. (ms) */
      readonly closeAfter?: number | string;
      /** `up`: what the client sends; `down`: what the server sends; `both`: each of them, by itself. (default "both") */
      readonly direction?: "up" | "down" | "both";
    };
    /** The connection is closed when so much has been sent. */
    readonly "cut": {
      /** How much gets through, counted from when the rule begins to act on the connection. (bytes) */
      readonly bytes: number;
      /** `up`: what the client sends; `down`: what the server sends; `both`: each of them, by itself. (default "down") */
      readonly direction?: "up" | "down" | "both";
    };
    /** The connection is reset (TCP RST). */
    readonly "reset": {
      /** How long it lives first, from when the rule begins to act on it. (ms, default 0) */
      readonly after?: number | string;
    };
    /** New connections are refused (ECONNREFUSED); those that are there stay. When a rule strikes only some of them, the machine has to take them first: they are reset before anything is said. */
    readonly "refuse": Readonly<Record<never, never>>;
    /** That one side has closed the connection comes late to the other. */
    readonly "slow-close": {
      /** How late. (ms) */
      readonly ms: number | string;
      /** `up`: what the client sends; `down`: what the server sends; `both`: each of them, by itself. (default "down") */
      readonly direction?: "up" | "down" | "both";
    };
  };
  /** The states of a load balancer that do not last: provisioning. `operation` is the state, `resource` the ARN. */
  readonly "elbv2:load-balancer-state": {
    /** The state lasts: for a time, or until the rule is gone. */
    readonly "hold": {
      /** How much longer (ms) */
      readonly ms?: number | string;
    };
    /** The state ends in failure: failed. */
    readonly "fail": {
      /** The reason given (default "The operation failed because a fault was injected.") */
      readonly reason?: string;
    };
  };
  /** What a load balancer sends to a target: a request or a connection (`Send`), a health check (`Check`). `resource` is the ARNs of the load balancer and the target group; `input` has `LoadBalancerArn`, `TargetGroupArn`, `TargetId`, `Port`, and `AvailabilityZone` and `SubnetId` where they are known. Functions are not among them: rules on Lambda strike those. */
  readonly "elbv2:target": {
    /** Nothing comes through: a request ends as 504 when the time for connecting is over, a connection is reset then, a check times out. */
    readonly "unreachable": Readonly<Record<never, never>>;
    /** The target refuses the connection: 502, a reset, a check that has failed. */
    readonly "refuse": Readonly<Record<never, never>>;
  };
  /** An event source mapping asks its source for records. */
  readonly "esm:poll": {
  };
  /** The states of an archive that do not last: CREATING, UPDATING. `operation` is the state, `resource` the ARN. */
  readonly "events:archive-state": {
    /** The state lasts: for a time, or until the rule is gone. */
    readonly "hold": {
      /** How much longer (ms) */
      readonly ms?: number | string;
    };
    /** The state ends in failure: CREATE_FAILED, UPDATE_FAILED. */
    readonly "fail": {
      /** The reason given (default "The operation failed because a fault was injected.") */
      readonly reason?: string;
    };
  };
  /** The states of a connection that do not last: AUTHORIZING, UPDATING, DEAUTHORIZING. `operation` is the state, `resource` the ARN. */
  readonly "events:connection-state": {
    /** The state lasts: for a time, or until the rule is gone. */
    readonly "hold": {
      /** How much longer (ms) */
      readonly ms?: number | string;
    };
    /** The state ends in failure: FAILED_CONNECTIVITY, FAILED_CONNECTIVITY. */
    readonly "fail": {
      /** The reason given (default "The operation failed because a fault was injected.") */
      readonly reason?: string;
    };
  };
  /** The delivery of an event to one target of a rule, each attempt on its own. `resource` is the rule, its bus or the target. */
  readonly "events:deliver": {
    /** The attempt fails and is tried again by the target's retry policy, then goes to its dead-letter queue. */
    readonly "fail": {
      /** The error's code (default "INTERNAL_ERROR") */
      readonly code?: string;
      /** What the target seems to say */
      readonly message?: string;
      /** No further attempt is made (default false) */
      readonly final?: boolean;
    };
    /** The event arrives later. */
    readonly "delay": {
      /** How much later (ms) */
      readonly ms: number | string;
    };
    /** The event arrives later by a time that is drawn, so that later ones overtake it. */
    readonly "reorder": {
      /** How much later at most (ms, default 5000) */
      readonly ms?: number | string;
    };
    /** The event arrives more than once. */
    readonly "duplicate": {
      /** How many times more (default 1) */
      readonly copies?: number;
    };
    /** The event is lost, and nobody is told. */
    readonly "drop": Readonly<Record<never, never>>;
  };
  /** The states of a replay that do not last: STARTING. `operation` is the state, `resource` the ARN. */
  readonly "events:replay-state": {
    /** The state lasts: for a time, or until the rule is gone. */
    readonly "hold": {
      /** How much longer (ms) */
      readonly ms?: number | string;
    };
    /** The state ends in failure: FAILED. */
    readonly "fail": {
      /** The reason given (default "The operation failed because a fault was injected.") */
      readonly reason?: string;
    };
  };
  /** A rule's schedule is due. */
  readonly "events:schedule": {
    /** Nothing happens this time. */
    readonly "skip": Readonly<Record<never, never>>;
    /** It happens later. */
    readonly "delay": {
      /** How much later (ms) */
      readonly ms: number | string;
    };
    /** It happens more than once. */
    readonly "duplicate": {
      /** How many times more (default 1) */
      readonly copies?: number;
    };
  };
  /** The states of an action of an experiment (the resource is the experiment) that do not last: initiating. `operation` is the state, `resource` the ARN. */
  readonly "fis:action-state": {
    /** The state lasts: for a time, or until the rule is gone. */
    readonly "hold": {
      /** How much longer (ms) */
      readonly ms?: number | string;
    };
    /** The state ends in failure: failed. */
    readonly "fail": {
      /** The reason given (default "The operation failed because a fault was injected.") */
      readonly reason?: string;
    };
  };
  /** The states of an experiment that do not last: initiating, stopping. `operation` is the state, `resource` the ARN. */
  readonly "fis:experiment-state": {
    /** The state lasts: for a time, or until the rule is gone. */
    readonly "hold": {
      /** How much longer (ms) */
      readonly ms?: number | string;
    };
    /** The state ends in failure: failed. */
    readonly "fail": {
      /** The reason given (default "The operation failed because a fault was injected.") */
      readonly reason?: string;
    };
  };
  /** The states of an account's credential report (the resource is the account's root) that do not last: INPROGRESS. `operation` is the state, `resource` the ARN. */
  readonly "iam:credential-report-state": {
    /** The state lasts: for a time, or until the rule is gone. */
    readonly "hold": {
      /** How much longer (ms) */
      readonly ms?: number | string;
    };
  };
  /** The states of an enhanced fan-out consumer that do not last: CREATING, DELETING. `operation` is the state, `resource` the ARN. */
  readonly "kinesis:consumer-state": {
    /** The state lasts: for a time, or until the rule is gone. */
    readonly "hold": {
      /** How much longer (ms) */
      readonly ms?: number | string;
    };
  };
  /** The states of a stream that do not last: CREATING, UPDATING, DELETING. `operation` is the state, `resource` the ARN. */
  readonly "kinesis:stream-state": {
    /** The state lasts: for a time, or until the rule is gone. */
    readonly "hold": {
      /** How much longer (ms) */
      readonly ms?: number | string;
    };
  };
  /** The states of a multi-region key that do not last: Creating, Updating. `operation` is the state, `resource` the ARN. */
  readonly "kms:key-state": {
    /** The state lasts: for a time, or until the rule is gone. */
    readonly "hold": {
      /** How much longer (ms) */
      readonly ms?: number | string;
    };
  };
  /** A key is about to be used: encrypt, decrypt, data keys, sign, MACs. `resource` is the key's ARN, whatever it was called by; `operation` KMS's. Services that use the key (SQS, DynamoDB, S3, Lambda …) fail with it. */
  readonly "kms:use": {
    /** As if somebody had disabled the key: DisabledException. */
    readonly "disabled": Readonly<Record<never, never>>;
    /** As if the key were scheduled for deletion: KMSInvalidStateException. */
    readonly "pending-deletion": Readonly<Record<never, never>>;
    /** The key cannot be reached just now: KeyUnavailableException (500). */
    readonly "unavailable": Readonly<Record<never, never>>;
    /** Too many requests with this key: ThrottlingException. */
    readonly "throttled": Readonly<Record<never, never>>;
  };
  /** The states of an event source mapping that do not last: Creating, Enabling, Disabling, Updating, Deleting. `operation` is the state, `resource` the ARN. */
  readonly "lambda:event-source-state": {
    /** The state lasts: for a time, or until the rule is gone. */
    readonly "hold": {
      /** How much longer (ms) */
      readonly ms?: number | string;
    };
  };
  /** The states of a function or version: its creation (`Pending`), and a change of it (`InProgress`) that do not last: Pending, InProgress. `operation` is the state, `resource` the ARN. */
  readonly "lambda:function-state": {
    /** The state lasts: for a time, or until the rule is gone. */
    readonly "hold": {
      /** How much longer (ms) */
      readonly ms?: number | string;
    };
    /** The state ends in failure: Failed, Failed. */
    readonly "fail": {
      /** The reason given (default "The operation failed because a fault was injected.") */
      readonly reason?: string;
    };
  };
  /** The start of an execution environment. */
  readonly "lambda:init": {
    /** A slow cold start: waits before the init phase, within its 10 seconds' shadow. */
    readonly "delay": {
      /** How long. (ms, default 1000) */
      readonly delayMs?: number;
    };
  };
  /** An invocation of a function, synchronous or from a queue. */
  readonly "lambda:invoke": {
    /** The invocation fails with a function error, instead of running the handler or after it. */
    readonly "error": {
      /** True: the handler does not run. (default true) */
      readonly preventExecution?: boolean;
      /** `errorType` of the payload. (default "FaultInjectedError") */
      readonly errorType?: string;
      /** `errorMessage` of the payload. (default "This invocation fails because a fault was injected.") */
      readonly errorMessage?: string;
    };
    /** Waits before the handler starts; the function's timeout runs meanwhile. */
    readonly "delay": {
      /** How long. (ms, default 1000) */
      readonly delayMs?: number;
    };
    /** Answers as an HTTP integration, instead of running the handler or after it. */
    readonly "http-response": {
      /** The HTTP status. (default 500) */
      readonly statusCode?: number;
      /** The Content-Type header. (default "application/json") */
      readonly contentType?: string;
      /** The body. (default "") */
      readonly body?: string;
      /** True: the handler does not run. (default true) */
      readonly preventExecution?: boolean;
    };
    /** Refused with TooManyRequestsException. */
    readonly "throttle": Readonly<Record<never, never>>;
    /** The response is kept back until the function times out. */
    readonly "timeout": Readonly<Record<never, never>>;
    /** The function's process is killed in the middle of the invocation. */
    readonly "crash": {
      /** How long it runs before. (ms, default 0) */
      readonly afterMs?: number;
    };
    /** An asynchronous event is delivered more than once. */
    readonly "duplicate": {
      /** How often in all. (default 2) */
      readonly times?: number;
    };
  };
  /** The states of a provisioned concurrency configuration (the resource is the alias or version) that do not last: IN_PROGRESS. `operation` is the state, `resource` the ARN. */
  readonly "lambda:provisioned-state": {
    /** The state lasts: for a time, or until the rule is gone. */
    readonly "hold": {
      /** How much longer (ms) */
      readonly ms?: number | string;
    };
    /** The state ends in failure: FAILED. */
    readonly "fail": {
      /** The reason given (default "The operation failed because a fault was injected.") */
      readonly reason?: string;
    };
  };
  /** The states of an anomaly detector that do not last: TRAINING. `operation` is the state, `resource` the ARN. */
  readonly "logs:anomaly-detector-state": {
    /** The state lasts: for a time, or until the rule is gone. */
    readonly "hold": {
      /** How much longer (ms) */
      readonly ms?: number | string;
    };
    /** The state ends in failure: FAILED. */
    readonly "fail": {
      /** The reason given (default "The operation failed because a fault was injected.") */
      readonly reason?: string;
    };
  };
  /** The states of an export task (the resource is the log group) that do not last: RUNNING. `operation` is the state, `resource` the ARN. */
  readonly "logs:export-state": {
    /** The state lasts: for a time, or until the rule is gone. */
    readonly "hold": {
      /** How much longer (ms) */
      readonly ms?: number | string;
    };
    /** The state ends in failure: FAILED. */
    readonly "fail": {
      /** The reason given (default "The operation failed because a fault was injected.") */
      readonly reason?: string;
    };
  };
  /** The states of an Insights query (the resource is its first log group) that do not last: Running. `operation` is the state, `resource` the ARN. */
  readonly "logs:query-state": {
    /** The state lasts: for a time, or until the rule is gone. */
    readonly "hold": {
      /** How much longer (ms) */
      readonly ms?: number | string;
    };
    /** The state ends in failure: Failed. */
    readonly "fail": {
      /** The reason given (default "The operation failed because a fault was injected.") */
      readonly reason?: string;
    };
  };
  /** The states of a cluster that do not last: creating, updating, deleting. `operation` is the state, `resource` the ARN. */
  readonly "memorydb:cluster-state": {
    /** The state lasts: for a time, or until the rule is gone. */
    readonly "hold": {
      /** How much longer (ms) */
      readonly ms?: number | string;
    };
    /** The state ends in failure: create-failed. */
    readonly "fail": {
      /** The reason given (default "The operation failed because a fault was injected.") */
      readonly reason?: string;
    };
  };
  /** A TCP connection to a cluster. `resource` is its ARN; `input` has `Endpoint` (`cluster` or `node`), `ClusterName`, `ShardName` and `NodeName`. A rule decides once for each connection that it matches, those that are there and those that are made, and acts as long as both are there. */
  readonly "memorydb:connection": {
    /** What is sent comes late. */
    readonly "latency": {
      /** How late. (ms) */
      readonly ms: number | string;
      /** How much more or less than that, at most. (ms, default 0) */
      readonly jitter?: number | string;
      /** `up`: what the client sends; `down`: what the server sends; `both`: each of them, by itself. (default "down") */
      readonly direction?: "up" | "down" | "both";
    };
    /** What is sent comes at a rate. */
    readonly "bandwidth": {
      /** How fast. (bytes/s) */
      readonly bytesPerSecond: number;
      /** `up`: what the client sends; `down`: what the server sends; `both`: each of them, by itself. (default "down") */
      readonly direction?: "up" | "down" | "both";
    };
    /** What is sent comes in small pieces, one after the other. */
    readonly "slice": {
      /** The size of a piece. (bytes) */
      readonly bytes: number;
      /** How long after the one before it. (ms, default 1) */
      readonly delay?: number | string;
      /** `up`: what the client sends; `down`: what the server sends; `both`: each of them, by itself. (default "down") */
      readonly direction?: "up" | "down" | "both";
    };
    /** Nothing gets through, and the connection stays open. With the rule's end what was sent comes. */
    readonly "blackhole": {
      /** The connection is closed after this time. Default: never. (ms) */
      readonly closeAfter?: number | string;
      /** `up`: what the client sends; `down`: what the server sends; `both`: each of them, by itself. (default "both") */
      readonly direction?: "up" | "down" | "both";
    };
    /** The connection is closed when so much has been sent. */
    readonly "cut": {
      /** How much gets through, counted from when the rule begins to act on the connection. (bytes) */
      readonly bytes: number;
      /** `up`: what the client sends; `down`: what the server sends; `both`: each of them, by itself. (default "down") */
      readonly direction?: "up" | "down" | "both";
    };
    /** The connection is reset (TCP RST). */
    readonly "reset": {
      /** How long it lives first, from when the rule begins to act on it. (ms, default 0) */
      readonly after?: number | string;
    };
    /** New connections are refused (ECONNREFUSED); those that are there stay. When a rule strikes only some of them, the machine has to take them first: they are reset before anything is said. */
    readonly "refuse": Readonly<Record<never, never>>;
    /** That one side has closed the connection comes late to the other. */
    readonly "slow-close": {
      /** How late. (ms) */
      readonly ms: number | string;
      /** `up`: what the client sends; `down`: what the server sends; `both`: each of them, by itself. (default "down") */
      readonly direction?: "up" | "down" | "both";
    };
  };
  /** A node of a cluster. `resource` is the cluster's ARN; `input` has `ClusterName`, `ShardName`, `NodeName` and `AvailabilityZone`. A rule acts on every node that it matches for as long as it is there. */
  readonly "memorydb:node": {
    /** The node has no power: connections to it are cut, new ones are refused. A replica of a primary that fails is promoted. With the rule's end the node comes back as a replica. */
    readonly "power-off": Readonly<Record<never, never>>;
  };
  /** What a regional cluster sends to the others of its multi-Region cluster, and gets of them. `resource` is the ARN of the multi-Region cluster, and that of the regional one; `input` has `Region`, `ClusterName` and `MultiRegionClusterName`. A rule acts as long as it is there. */
  readonly "memorydb:replication": {
    /** Nothing is sent to the regional cluster, and nothing by it. What was written meanwhile gets through with the rule's end. */
    readonly "pause": Readonly<Record<never, never>>;
  };
  /** A pipe calls its enrichment with a batch. */
  readonly "pipes:enrich": {
  };
  /** The states of a pipe that do not last: CREATING, UPDATING, DELETING, STARTING, STOPPING. `operation` is the state, `resource` the ARN. */
  readonly "pipes:pipe-state": {
    /** The state lasts: for a time, or until the rule is gone. */
    readonly "hold": {
      /** How much longer (ms) */
      readonly ms?: number | string;
    };
    /** The state ends in failure: CREATE_FAILED, UPDATE_FAILED, DELETE_FAILED, START_FAILED, STOP_FAILED. */
    readonly "fail": {
      /** The reason given (default "The operation failed because a fault was injected.") */
      readonly reason?: string;
    };
  };
  /** A pipe reads from its source. */
  readonly "pipes:poll": {
  };
  /** A pipe sends to its target. */
  readonly "pipes:send": {
  };
  /** A client asks Squall's proxy (`--https`) for a host, AWS's or any other. `resource` is `host:port`. */
  readonly "proxy:connect": {
    /** The proxy answers 502. */
    readonly "refuse": Readonly<Record<never, never>>;
    /** The connection is reset. */
    readonly "reset": Readonly<Record<never, never>>;
    /** The proxy never answers. */
    readonly "hang": Readonly<Record<never, never>>;
    /** It takes longer. */
    readonly "delay": {
      /** How much. (ms) */
      readonly ms: number | string;
    };
  };
  /** The states of a DB cluster that do not last: creating, failing-over, deleting. `operation` is the state, `resource` the ARN. */
  readonly "rds:cluster-state": {
    /** The state lasts: for a time, or until the rule is gone. */
    readonly "hold": {
      /** How much longer (ms) */
      readonly ms?: number | string;
    };
  };
  /** A TCP connection to a database. `resource` is the ARN of its DB instance, and that of its cluster; `input` has `Endpoint` (`instance`, `writer` or `reader`), `DBInstanceIdentifier` and `DBClusterIdentifier`. A rule decides once for each connection that it matches, those that are there and those that are made, and acts as long as both are there. */
  readonly "rds:connection": {
    /** What is sent comes late. */
    readonly "latency": {
      /** How late. (ms) */
      readonly ms: number | string;
      /** How much more or less than that, at most. (ms, default 0) */
      readonly jitter?: number | string;
      /** `up`: what the client sends; `down`: what the server sends; `both`: each of them, by itself. (default "down") */
      readonly direction?: "up" | "down" | "both";
    };
    /** What is sent comes at a rate. */
    readonly "bandwidth": {
      /** How fast. (bytes/s) */
      readonly bytesPerSecond: number;
      /** `up`: what the client sends; `down`: what the server sends; `both`: each of them, by itself. (default "down") */
      readonly direction?: "up" | "down" | "both";
    };
    /** What is sent comes in small pieces, one after the other. */
    readonly "slice": {
      /** The size of a piece. (bytes) */
      readonly bytes: number;
      /** How long after the one before it. (ms, default 1) */
      readonly delay?: number | string;
      /** `up`: what the client sends; `down`: what the server sends; `both`: each of them, by itself. (default "down") */
      readonly direction?: "up" | "down" | "both";
    };
    /** Nothing gets through, and the connection stays open. With the rule's end what was sent comes. */
    readonly "blackhole": {
      /** The connection is closed after this time. Default: never. (ms) */
      readonly closeAfter?: number | string;
      /** `up`: what the client sends; `down`: what the server sends; `both`: each of them, by itself. (default "both") */
      readonly direction?: "up" | "down" | "both";
    };
    /** The connection is closed when so much has been sent. */
    readonly "cut": {
      /** How much gets through, counted from when the rule begins to act on the connection. (bytes) */
      readonly bytes: number;
      /** `up`: what the client sends; `down`: what the server sends; `both`: each of them, by itself. (default "down") */
      readonly direction?: "up" | "down" | "both";
    };
    /** The connection is reset (TCP RST). */
    readonly "reset": {
      /** How long it lives first, from when the rule begins to act on it. (ms, default 0) */
      readonly after?: number | string;
    };
    /** New connections are refused (ECONNREFUSED); those that are there stay. When a rule strikes only some of them, the machine has to take them first: they are reset before anything is said. */
    readonly "refuse": Readonly<Record<never, never>>;
    /** That one side has closed the connection comes late to the other. */
    readonly "slow-close": {
      /** How late. (ms) */
      readonly ms: number | string;
      /** `up`: what the client sends; `down`: what the server sends; `both`: each of them, by itself. (default "down") */
      readonly direction?: "up" | "down" | "both";
    };
  };
  /** The states of a DB instance that do not last: creating, modifying, rebooting, stopping, starting, deleting. `operation` is the state, `resource` the ARN. */
  readonly "rds:db-state": {
    /** The state lasts: for a time, or until the rule is gone. */
    readonly "hold": {
      /** How much longer (ms) */
      readonly ms?: number | string;
    };
    /** The state ends in failure: failed. */
    readonly "fail": {
      /** The reason given (default "The operation failed because a fault was injected.") */
      readonly reason?: string;
    };
  };
  /** The states of a global cluster that do not last: switching-over, failing-over. `operation` is the state, `resource` the ARN. */
  readonly "rds:global-cluster-state": {
    /** The state lasts: for a time, or until the rule is gone. */
    readonly "hold": {
      /** How much longer (ms) */
      readonly ms?: number | string;
    };
  };
  /** The states of a snapshot of a DB instance or a DB cluster that do not last: creating. `operation` is the state, `resource` the ARN. */
  readonly "rds:snapshot-state": {
    /** The state lasts: for a time, or until the rule is gone. */
    readonly "hold": {
      /** How much longer (ms) */
      readonly ms?: number | string;
    };
    /** The state ends in failure: failed. */
    readonly "fail": {
      /** The reason given (default "The operation failed because a fault was injected.") */
      readonly reason?: string;
    };
  };
  /** ListGroupResources and SearchResources, when they have found what a query is for. */
  readonly "resource-groups:query": {
    /** Leaves some of the resources out: what was tagged a moment ago is not found yet. */
    readonly "omit": {
      /** Which share of them, drawn by the seed (default 1) */
      readonly share?: number;
    };
  };
  /** The states of a change of a hosted zone that do not last: PENDING. `operation` is the state, `resource` the ARN. */
  readonly "route53:change-state": {
    /** The state lasts: for a time, or until the rule is gone. */
    readonly "hold": {
      /** How much longer (ms) */
      readonly ms?: number | string;
    };
  };
  /** A health check looks at its endpoint or alarm. `resource` is the health check's ARN. */
  readonly "route53:health-check": {
    /** What it looks at is found unhealthy. */
    readonly "fail": {
      /** The reason given (default "Failure: A fault was injected.") */
      readonly reason?: string;
    };
    /** What it looks at is found healthy, whatever it is. */
    readonly "succeed": Readonly<Record<never, never>>;
  };
  /** A bucket is about to tell a queue, topic, function or bus what happened to an object. `resource` is the bucket's ARN, `operation` the event (`ObjectCreated:Put`), `input` has `Key` and `Destination`. */
  readonly "s3:notify": {
    /** The notification is lost. */
    readonly "drop": Readonly<Record<never, never>>;
    /** The notification is delivered more than once. */
    readonly "duplicate": {
      /** How many copies (default 1) */
      readonly copies?: number;
    };
    /** The notification is late; others overtake it. */
    readonly "delay": {
      /** How late (ms) */
      readonly delay: number | string;
    };
  };
  /** UploadPart and UploadPartCopy, when the part has come and before it is kept. `resource` is the object's ARN, `input` has `Key`, `UploadId` and `PartNumber`. */
  readonly "s3:part": {
    /** The part is acknowledged and not kept: CompleteMultipartUpload does not find it (InvalidPart). */
    readonly "lose": Readonly<Record<never, never>>;
  };
  /** A request that is signed in its query. `resource` is the object's ARN, `operation` what is asked of it, `input` has `Key`. */
  readonly "s3:presigned": {
    /** The URL has expired: AccessDenied, `Request has expired`. */
    readonly "expire": Readonly<Record<never, never>>;
  };
  /** A version is about to be copied to another bucket by a replication rule. `resource` is the source bucket's ARN, `input` has `Key`, `Destination`, its `Region` and the rule's `Prefix`. An error is tried again, as AWS does. */
  readonly "s3:replicate": {
    /** The copy is never made; the object stays PENDING. */
    readonly "lose": Readonly<Record<never, never>>;
    /** Holds the copy back while the rule lasts; it is made up for afterwards. */
    readonly "pause": Readonly<Record<never, never>>;
  };
  /** The states of an object that is restored from an archive that do not last: ongoing-request. `operation` is the state, `resource` the ARN. */
  readonly "s3:restore-state": {
    /** The state lasts: for a time, or until the rule is gone. */
    readonly "hold": {
      /** How much longer (ms) */
      readonly ms?: number | string;
    };
  };
  /** A schedule is due. `resource` is its ARN. */
  readonly "scheduler:due": {
    /** Nothing is called this time. */
    readonly "skip": Readonly<Record<never, never>>;
    /** The target is called later. */
    readonly "delay": {
      /** How much later (ms) */
      readonly ms: number | string;
    };
    /** The target is called more than once. */
    readonly "duplicate": {
      /** How many times more (default 1) */
      readonly copies?: number;
    };
  };
  /** The call of a schedule's target, each attempt on its own. `resource` is the schedule or the target. */
  readonly "scheduler:invoke": {
    /** The attempt fails and is made again by the retry policy, then the dead-letter queue is told. */
    readonly "fail": {
      /** The error's code (default "InternalError") */
      readonly code?: string;
    };
    /** The call is made later. */
    readonly "delay": {
      /** How much later (ms) */
      readonly ms: number | string;
    };
    /** The call is made more than once. */
    readonly "duplicate": {
      /** How many times more (default 1) */
      readonly copies?: number;
    };
  };
  /** The states of a schedule group that do not last: DELETING. `operation` is the state, `resource` the ARN. */
  readonly "scheduler:schedule-group-state": {
    /** The state lasts: for a time, or until the rule is gone. */
    readonly "hold": {
      /** How much longer (ms) */
      readonly ms?: number | string;
    };
  };
  /** A secret's value is about to be read. `resource` is the secret's ARN. */
  readonly "secretsmanager:read": {
    /** AWSCURRENT answers the value of AWSPREVIOUS: a reader that has not heard of the rotation. */
    readonly "stale": Readonly<Record<never, never>>;
    /** The version is not found: ResourceNotFoundException. */
    readonly "missing": Readonly<Record<never, never>>;
  };
  /** The states of a replica of a secret that do not last: InProgress. `operation` is the state, `resource` the ARN. */
  readonly "secretsmanager:replica-state": {
    /** The state lasts: for a time, or until the rule is gone. */
    readonly "hold": {
      /** How much longer (ms) */
      readonly ms?: number | string;
    };
    /** The state ends in failure: Failed. */
    readonly "fail": {
      /** The reason given (default "The operation failed because a fault was injected.") */
      readonly reason?: string;
    };
  };
  /** A step of a rotation is about to call the function. `operation` is the step: createSecret, setSecret, testSecret, finishSecret. */
  readonly "secretsmanager:rotate": {
    /** The step fails without calling the function: AWSPENDING stays behind. */
    readonly "fail": Readonly<Record<never, never>>;
  };
  /** The delivery of a message to one subscription, each attempt on its own. */
  readonly "sns:deliver": {
    /** The attempt fails: with a status from 500 on (or 429) it is tried again by policy, below it is final. */
    readonly "fail": {
      /** The status that the endpoint seems to answer (default 500) */
      readonly status?: number;
      /** What the endpoint seems to say */
      readonly message?: string;
    };
    /** The message arrives later. */
    readonly "delay": {
      /** How much later (ms) */
      readonly ms: number | string;
    };
    /** The message arrives more than once. */
    readonly "duplicate": {
      /** How many times more (default 1) */
      readonly copies?: number;
    };
    /** The message is lost, and nobody is told. */
    readonly "drop": Readonly<Record<never, never>>;
  };
  /** A message is about to be given to a receiver. It is hit once at most. `resource` is the queue's ARN, `input` the message. */
  readonly "sqs:deliver": {
    /** The message is delivered, and so are copies of it with the same MessageId. */
    readonly "duplicate": {
      /** How many copies (default 1) */
      readonly copies?: number;
      /** How long the copies stay away (ms, default 0) */
      readonly delay?: number | string;
    };
    /** The message goes behind all others that are there, in a FIFO queue within its group. */
    readonly "reorder": Readonly<Record<never, never>>;
    /** The message is held back, as if it had been sent with that delay. */
    readonly "delay": {
      /** How long (ms) */
      readonly delay: number | string;
    };
    /** The message is lost: no receiver ever gets it. */
    readonly "drop": Readonly<Record<never, never>>;
  };
  /** The states of a version of a document (the resource is the document) that do not last: Creating, Updating. `operation` is the state, `resource` the ARN. */
  readonly "ssm:document-state": {
    /** The state lasts: for a time, or until the rule is gone. */
    readonly "hold": {
      /** How much longer (ms) */
      readonly ms?: number | string;
    };
    /** The state ends in failure: Failed, Failed. */
    readonly "fail": {
      /** The reason given (default "The operation failed because a fault was injected.") */
      readonly reason?: string;
    };
  };
  /** A callback of a task (SendTaskSuccess, SendTaskFailure). The operation is the state's name. */
  readonly "states:callback": {
    /** It is acknowledged, and never reaches its task. */
    readonly "lose": Readonly<Record<never, never>>;
  };
  /** A heartbeat of a task. The operation is the state's name. */
  readonly "states:heartbeat": {
    /** It is acknowledged, and does not count. */
    readonly "miss": Readonly<Record<never, never>>;
  };
  /** The work on an item (or batch) of a distributed Map. The operation is the Map state's name. */
  readonly "states:map-child": {
    /** The child execution fails. */
    readonly "fail": {
      /** The error's name, as Retry and Catch match it. (default "States.TaskFailed") */
      readonly error?: string;
      /** What is said about it. (default "This fails because a fault was injected.") */
      readonly cause?: string;
    };
  };
  /** An attempt of a task, before its service is called. The operation is the state's name. */
  readonly "states:task": {
    /** The attempt fails with an error of any name. */
    readonly "fail": {
      /** The error's name, as Retry and Catch match it. (default "States.TaskFailed") */
      readonly error?: string;
      /** What is said about it. (default "This fails because a fault was injected.") */
      readonly cause?: string;
    };
  };
  /** The transition of a Standard execution into a state, whose name is the operation. Latency here is a throttled execution. */
  readonly "states:transition": {
    /** The execution's history has reached its limit: it fails as after 25,000 events. */
    readonly "history-full": Readonly<Record<never, never>>;
  };
  /** The states of a state machine that do not last: DELETING. `operation` is the state, `resource` the ARN. */
  readonly "stepfunctions:state-machine-state": {
    /** The state lasts: for a time, or until the rule is gone. */
    readonly "hold": {
      /** How much longer (ms) */
      readonly ms?: number | string;
    };
  };
  /** Temporary credentials are made: AssumeRole and its kin, GetSessionToken, GetFederationToken, and what a container or an instance is given of its role. `resource` is the role, else who they are for. */
  readonly "sts:session": {
    /** They expire before the time that was asked for, and their `Expiration` says so: as metadata give credentials that are about to expire, or have. */
    readonly "expires-early": {
      /** How long they live. Default: they have expired already. (ms, default 0) */
      readonly after?: number | string;
    };
  };
  /** A client begins TLS with Squall (`--https`). `resource` is the name that it asks for (SNI). */
  readonly "tls:handshake": {
    /** The certificate has expired yesterday. */
    readonly "expired": Readonly<Record<never, never>>;
    /** The certificate is another name's. */
    readonly "wrong-name": Readonly<Record<never, never>>;
    /** An authority vouches for the certificate that nobody knows. */
    readonly "untrusted": Readonly<Record<never, never>>;
    /** The connection is reset when the client has said hello. */
    readonly "reset": Readonly<Record<never, never>>;
    /** The client is never answered. */
    readonly "hang": Readonly<Record<never, never>>;
    /** It takes longer. */
    readonly "delay": {
      /** How much. (ms) */
      readonly ms: number | string;
    };
  };
  /** The states of the encryption of an account's traces that do not last: UPDATING. `operation` is the state, `resource` the ARN. */
  readonly "xray:encryption-state": {
    /** The state lasts: for a time, or until the rule is gone. */
    readonly "hold": {
      /** How much longer (ms) */
      readonly ms?: number | string;
    };
  };
}

/** Fault points where effects of calls strike, too. */
export type GenericPoint = "dynamodb:transaction" | "esm:poll" | "events:deliver" | "pipes:enrich" | "pipes:poll" | "pipes:send" | "s3:replicate" | "scheduler:invoke" | "sns:deliver" | "states:task" | "states:transition";
