import type { Operation, ServiceModel, Shape } from "../src/models/model.ts";

/*
 * A service that botocore leaves out because it does not speak it: events in both directions, over HTTP/2. Names, paths and
 * errors are those of the AWS SDK for JavaScript (3.1175). Only the wire index is made of it.
 */

const errorsOf = (...names: readonly string[]) => names.map((shape) => ({ shape }));

function error(httpStatusCode: number): Shape {
  return { type: "structure", exception: true, error: { httpStatusCode }, members: {} };
}

const operation = (
  name: string,
  method: string,
  requestUri: string,
  errors: readonly string[],
): Operation => ({
  name,
  http: { method, requestUri },
  errors: errorsOf(...errors),
});

const STARTING = [
  "BadRequestException",
  "ConflictException",
  "InternalFailureException",
  "LimitExceededException",
  "ServiceUnavailableException",
];
const READING = STARTING.toSpliced(1, 1, "ResourceNotFoundException").slice(0, 4);

/** https://docs.aws.amazon.com/transcribe/latest/APIReference/API_Operations_Amazon_Transcribe_Streaming_Service.html */
const transcribeStreaming: ServiceModel = {
  metadata: {
    apiVersion: "2017-10-26",
    endpointPrefix: "transcribestreaming",
    serviceId: "Transcribe Streaming",
    signingName: "transcribe",
    protocol: "rest-json",
    jsonVersion: "1.1",
  },
  operations: Object.fromEntries(
    [
      operation("GetMedicalScribeStream", "GET", "/medical-scribe-stream/{SessionId}", READING),
      operation(
        "StartCallAnalyticsStreamTranscription",
        "POST",
        "/call-analytics-stream-transcription",
        STARTING,
      ),
      operation("StartMedicalScribeStream", "POST", "/medical-scribe-stream", STARTING),
      operation("StartMedicalStreamTranscription", "POST", "/medical-stream-transcription", STARTING),
      operation("StartStreamTranscription", "POST", "/stream-transcription", STARTING),
    ].map((one) => [one.name, one]),
  ),
  shapes: {
    BadRequestException: error(400),
    ConflictException: error(409),
    InternalFailureException: error(500),
    LimitExceededException: error(429),
    ResourceNotFoundException: error(404),
    ServiceUnavailableException: error(503),
  },
};

/** Services that botocore does not have at all. */
export const FURTHER_SERVICES: Readonly<Record<string, ServiceModel>> = {
  "transcribe-streaming": transcribeStreaming,
};
