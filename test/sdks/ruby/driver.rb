# Reads cells (a JSON line each), makes their calls with the AWS SDK for Ruby as it comes, prints what a program sees of it.
require "json"
require "aws-sdk-core"
require "aws-sdk-s3"
require "aws-sdk-kms"
require "aws-sdk-cloudformation"

ENDPOINT = ARGV[0]
CLIENTS = {
  "s3" => Aws::S3::Client, "sts" => Aws::STS::Client, "kms" => Aws::KMS::Client,
  "cloudformation" => Aws::CloudFormation::Client
}.freeze

def snake(name) = name.gsub(/([a-z])([A-Z])/, '\1_\2').downcase

def observe(client, cell)
  input = cell["input"].to_h { |name, value| [snake(name).to_sym, value] }
  output = client.public_send(snake(cell["operation"]), input)
  output.body.read if cell["operation"] == "GetObject"
  { ok: true, status: output.context.http_response.status_code }
rescue Aws::Errors::ServiceError => e
  { ok: false, class: e.class.name, code: e.code, status: e.context&.http_response&.status_code, message: e.message }
rescue StandardError => e
  { ok: false, class: e.class.name, message: e.message }
end

def run(cell)
  options = { endpoint: cell["endpoint"] || ENDPOINT, region: "us-east-1", access_key_id: cell["account"], secret_access_key: "test" }
  options[:session_token] = "session" if cell["session"]
  options[:force_path_style] = true if cell["service"] == "s3"
  options[:http_read_timeout] = cell["timeoutMs"] / 1000.0 if cell["timeoutMs"]
  client = CLIENTS.fetch(cell["service"]).new(**options)
  seen = nil
  (cell["repeat"] || 1).times { seen = observe(client, cell) }
  seen
end

cells = Queue.new
$stdin.each_line { |line| cells << JSON.parse(line) }
printing = Mutex.new
Array.new(16) do
  Thread.new do
    until cells.empty?
      cell = cells.pop(true)
      seen = run(cell)
      printing.synchronize { puts JSON.generate({ id: cell["id"], **seen }) }
    end
  rescue ThreadError
    nil
  end
end.each(&:join)
