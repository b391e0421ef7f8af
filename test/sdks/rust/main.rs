//! Reads cells (a JSON line each), makes their calls with the AWS SDK for Rust as it comes, prints what a program sees of it.

use std::fmt::Debug;
use std::io::BufRead;
use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_cloudwatch::types::MetricDatum;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};
use aws_sdk_lambda::types::InvokeWithResponseStreamResponseEvent::PayloadChunk;
use aws_sdk_s3::config::Credentials;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_sqs::types::SendMessageBatchRequestEntry;
use serde_json::{json, Value};

async fn settings(cell: &Value) -> SdkConfig {
    let session = cell["session"].as_bool().map(|_| "session".to_owned());
    let endpoint = cell["endpoint"].as_str().map(str::to_owned);
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .endpoint_url(endpoint.or_else(|| std::env::args().nth(1)).expect("an endpoint"))
        .credentials_provider(Credentials::new(text(cell, "account"), "test", session, None, "cell"));
    if std::env::var("SQUALL_GENERATION").as_deref() == Ok("since") {
        // What BehaviorVersion::v2026_11_10 will bring; no crate has it yet.
        let since = aws_smithy_types::retry::RetrySpec::v2_1();
        loader = loader.retry_config(RetryConfig::standard().with_retry_spec(since));
    }
    if let Some(ms) = cell["timeoutMs"].as_u64() {
        let limit = Duration::from_millis(ms);
        loader = loader.timeout_config(TimeoutConfig::builder().operation_attempt_timeout(limit).build());
    }
    loader.load().await
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

/// What a program sees of an error: its class, code and status.
fn failure<E: ProvideErrorMetadata + Debug>(error: SdkError<E, aws_smithy_runtime_api::http::Response>) -> Value {
    let status = error.raw_response().map(|response| response.status().as_u16());
    match &error {
        SdkError::ServiceError(context) => {
            let shown = format!("{:?}", context.err());
            let class = shown.split(['(', ' ']).next().unwrap_or_default().to_owned();
            let said = context.err();
            json!({"ok": false, "class": class, "code": said.code(), "status": status, "message": said.message()})
        }
        SdkError::TimeoutError(_) => json!({"ok": false, "class": "TimeoutError"}),
        SdkError::DispatchFailure(cause) => {
            json!({"ok": false, "class": "DispatchFailure", "message": format!("{cause:?}")})
        }
        other => json!({"ok": false, "class": "ResponseError", "status": status, "message": format!("{other:?}")}),
    }
}

macro_rules! seen {
    ($sent:expr) => {
        match $sent.await {
            Ok(_) => json!({"ok": true}),
            Err(error) => failure(error),
        }
    };
}

async fn observe(settings: &SdkConfig, s3: &aws_sdk_s3::Client, lambda: &aws_sdk_lambda::Client, cell: &Value) -> Value {
    let input = &cell["input"];
    match format!("{}.{}", text(cell, "service"), text(cell, "operation")).as_str() {
        "sns.Publish" => {
            let sns = aws_sdk_sns::Client::new(settings);
            seen!(sns.publish().topic_arn(text(input, "TopicArn")).message(text(input, "Message")).send())
        }
        "dynamodb.UpdateItem" => {
            let dynamodb = aws_sdk_dynamodb::Client::new(settings);
            seen!(dynamodb
                .update_item()
                .table_name("orders")
                .key("id", AttributeValue::S("1".into()))
                .update_expression("ADD n :one")
                .expression_attribute_values(":one", AttributeValue::N("1".into()))
                .return_values(ReturnValue::UpdatedNew)
                .send())
        }
        "sqs.SendMessage" => {
            let sqs = aws_sdk_sqs::Client::new(settings);
            seen!(sqs
                .send_message()
                .queue_url(text(input, "QueueUrl"))
                .message_body(text(input, "MessageBody"))
                .send())
        }
        "sqs.SendMessageBatch" => {
            let entries = input["Entries"].as_array().expect("entries").iter().map(|entry| {
                SendMessageBatchRequestEntry::builder()
                    .id(text(entry, "Id"))
                    .message_body(text(entry, "MessageBody"))
                    .build()
                    .expect("an entry")
            });
            let batch = aws_sdk_sqs::Client::new(settings).send_message_batch();
            match batch.queue_url(text(input, "QueueUrl")).set_entries(Some(entries.collect())).send().await {
                Ok(output) => json!({"ok": true, "failed": output.failed().len()}),
                Err(error) => failure(error),
            }
        }
        "logs.DescribeLogGroups" => {
            seen!(aws_sdk_cloudwatchlogs::Client::new(settings).describe_log_groups().send())
        }
        "lambda.ListFunctions" => seen!(lambda.list_functions().send()),
        "lambda.InvokeWithResponseStream" => {
            let name = text(input, "FunctionName");
            match lambda.invoke_with_response_stream().function_name(name).send().await {
                Err(error) => failure(error),
                Ok(mut output) => {
                    let mut said = Vec::new();
                    loop {
                        match output.event_stream.recv().await {
                            Ok(Some(PayloadChunk(chunk))) => {
                                said.extend(chunk.payload.map(|payload| payload.into_inner()).unwrap_or_default());
                            }
                            Ok(Some(_)) => {}
                            Ok(None) => break json!({"ok": true, "text": String::from_utf8_lossy(&said)}),
                            Err(error) => break json!({"ok": false, "class": "EventStreamError", "message": format!("{error:?}")}),
                        }
                    }
                }
            }
        }
        "cloudwatch.ListMetrics" => {
            let cloudwatch = aws_sdk_cloudwatch::Client::new(settings);
            seen!(cloudwatch.list_metrics().namespace(text(input, "Namespace")).send())
        }
        "cloudwatch.PutMetricData" => {
            let data = input["MetricData"].as_array().expect("metrics").iter().map(|metric| {
                MetricDatum::builder()
                    .metric_name(text(metric, "MetricName"))
                    .value(metric["Value"].as_f64().expect("a value"))
                    .build()
            });
            let put = aws_sdk_cloudwatch::Client::new(settings).put_metric_data();
            seen!(put.namespace(text(input, "Namespace")).set_metric_data(Some(data.collect())).send())
        }
        "s3.PutObject" => seen!(s3
            .put_object()
            .bucket(text(input, "Bucket"))
            .key(text(input, "Key"))
            .body(ByteStream::from(text(input, "Body").as_bytes().to_vec()))
            .send()),
        "s3.CopyObject" => seen!(s3
            .copy_object()
            .bucket(text(input, "Bucket"))
            .key(text(input, "Key"))
            .copy_source(text(input, "CopySource"))
            .send()),
        "s3.GetObject" => {
            match s3.get_object().bucket(text(input, "Bucket")).key(text(input, "Key")).send().await {
                Err(error) => failure(error),
                Ok(output) => match output.body.collect().await {
                    Ok(_) => json!({"ok": true}),
                    Err(error) => json!({"ok": false, "class": "ByteStreamError", "message": error.to_string()}),
                },
            }
        }
        other => json!({"ok": false, "class": "driver", "message": other}),
    }
}

#[tokio::main]
async fn main() {
    let mut running = tokio::task::JoinSet::new();
    for line in std::io::stdin().lock().lines() {
        let cell: Value = serde_json::from_str(&line.expect("a line")).expect("JSON");
        while running.len() >= 16 {
            running.join_next().await;
        }
        running.spawn(async move {
            let settings = settings(&cell).await;
            let path_style = aws_sdk_s3::config::Builder::from(&settings).force_path_style(true).build();
            let s3 = aws_sdk_s3::Client::from_conf(path_style);
            let lambda = aws_sdk_lambda::Client::new(&settings);
            let mut seen = Value::Null;
            for _ in 0..cell["repeat"].as_u64().unwrap_or(1) {
                seen = observe(&settings, &s3, &lambda, &cell).await;
            }
            seen["id"] = cell["id"].clone();
            println!("{seen}");
        });
    }
    while running.join_next().await.is_some() {}
}
