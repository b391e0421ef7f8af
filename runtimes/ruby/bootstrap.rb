# frozen_string_literal: true

# The Ruby runtime of a Lambda environment: loads the handler, then takes one invocation after the other from the Runtime
# API (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html).

require "json"
require "net/http"

# Logs go by the standard output; functions do not see the channel, as at AWS.
ENV.delete("_LAMBDA_TELEMETRY_LOG_FD")

PREFIX = "/2018-06-01/runtime"

# A client of the Runtime API over one kept-alive connection.
class RuntimeApi
  def initialize(address)
    host, port = address.split(":")
    @http = Net::HTTP.new(host, port.to_i, nil)
    @http.read_timeout = nil
    @http.max_retries = 0
    @http.start
  end

  def next
    @http.request(Net::HTTP::Get.new("#{PREFIX}/invocation/next"))
  end

  def respond(request_id, body)
    post("/invocation/#{request_id}/response", body)
  end

  def error(request_id, report)
    post("/invocation/#{request_id}/error", JSON.generate(report), report["errorType"])
  end

  def init_error(report)
    post("/init/error", JSON.generate(report), report["errorType"])
  end

  private

  def post(path, body, error_type = nil)
    request = Net::HTTP::Post.new(PREFIX + path, "Content-Type" => "application/json")
    request["Lambda-Runtime-Function-Error-Type"] = error_type if error_type
    request.body = body
    @http.request(request)
  end
end

# The `context` of a handler: https://docs.aws.amazon.com/lambda/latest/dg/ruby-context.html
class LambdaContext
  attr_reader :aws_request_id, :invoked_function_arn, :deadline_ms, :identity, :client_context

  def initialize(headers)
    @aws_request_id = headers["Lambda-Runtime-Aws-Request-Id"]
    @invoked_function_arn = headers["Lambda-Runtime-Invoked-Function-Arn"]
    @deadline_ms = headers["Lambda-Runtime-Deadline-Ms"].to_i
    @identity = parse(headers["Lambda-Runtime-Cognito-Identity"])
    @client_context = parse(headers["Lambda-Runtime-Client-Context"])
  end

  def function_name = ENV["AWS_LAMBDA_FUNCTION_NAME"]
  def function_version = ENV["AWS_LAMBDA_FUNCTION_VERSION"]
  def memory_limit_in_mb = ENV["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
  def log_group_name = ENV["AWS_LAMBDA_LOG_GROUP_NAME"]
  def log_stream_name = ENV["AWS_LAMBDA_LOG_STREAM_NAME"]

  def get_remaining_time_in_millis
    [deadline_ms - (Process.clock_gettime(Process::CLOCK_REALTIME) * 1000).to_i, 0].max
  end

  private

  def parse(text)
    text && JSON.parse(text)
  end
end

def report(type, error)
  { "errorMessage" => error.message, "errorType" => type, "stackTrace" => error.backtrace || [] }
end

# `file.method` or `file.Module::Class.method` → a callable.
def load_handler(name)
  file, *rest = name.split(".")
  require File.expand_path(file, ENV.fetch("LAMBDA_TASK_ROOT"))
  method_name = rest.pop
  target = rest.empty? ? self : Kernel.const_get(rest.join("::"))
  raise NameError, "Handler method #{method_name} is missing" unless target.respond_to?(method_name, true)

  ->(event, context) { target.send(method_name, event: event, context: context) }
end

$stdout.sync = true
api = RuntimeApi.new(ENV.fetch("AWS_LAMBDA_RUNTIME_API"))

begin
  handler = load_handler(ENV.fetch("_HANDLER"))
rescue ScriptError, StandardError => e
  failure = report("Init<#{e.class}>", e)
  puts "Init error when loading handler #{ENV["_HANDLER"]}", JSON.generate(failure)
  api.init_error(failure)
  exit 1
end

loop do
  response = api.next
  context = LambdaContext.new(response)
  ENV["_X_AMZN_TRACE_ID"] = response["Lambda-Runtime-Trace-Id"]
  begin
    result = JSON.generate(handler.call(JSON.parse(response.body), context))
  rescue NoMemoryError, ScriptError, StandardError => e
    failure = report("Function<#{e.class}>", e)
    puts "Error raised from handler method", JSON.generate(failure)
    api.error(context.aws_request_id, failure)
    next
  end
  api.respond(context.aws_request_id, result)
rescue EOFError, SystemCallError, IOError
  # Without a Runtime API there is nobody to live for.
  exit! 1
end
