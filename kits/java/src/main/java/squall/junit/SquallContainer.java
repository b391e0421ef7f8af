package squall.junit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Squall that is started and stopped as a container of Testcontainers is, and that is a process, without Docker:
 * {@code try (var squall = new SquallContainer().withArgs("--strict")) { squall.start(); … }}. It ends with this JVM, however that
 * ends. Where SQUALL_URL says that one runs, it is that one.
 */
public class SquallContainer implements AutoCloseable {
  private static final Pattern LISTENS = Pattern.compile("listens on (https?://[^,\\s]+)");
  private static final long START_S = 60;
  private static final long STOP_S = 10;
  private static final int KEPT_LINES = 50;

  private final List<String> args = new ArrayList<>();
  private final Map<String, AtomicInteger> scopes = new ConcurrentHashMap<>();
  private String salt = "";
  private URI endpoint;
  private Process process;

  /** More for {@code squall start}. */
  public SquallContainer withArgs(String... more) {
    args.addAll(Arrays.asList(more));
    return this;
  }

  public SquallContainer withSeed(String seed) {
    return withArgs("--seed", seed);
  }

  /** @throws SquallException with what it says, when it does not start */
  public synchronized void start() {
    if (endpoint != null) return;
    String url = System.getenv("SQUALL_URL");
    if (url == null || url.isEmpty()) {
      List<String> words = new ArrayList<>(Command.find());
      words.addAll(List.of("start", "--no-config", "--port", "0", "--end-with-stdin"));
      words.addAll(args);
      endpoint = started(words);
      return;
    }
    // What runs already may hold what an earlier run has left. Under `squall run` and `squall explore` it is new, and each run
    // must be like the others.
    if (System.getenv("SQUALL_MARK_URL") == null) salt = UUID.randomUUID().toString();
    URI found = URI.create(url);
    new Admin(found).get("health", Map.of());
    endpoint = found;
  }

  /** Ends it, if it was started here. */
  public synchronized void stop() {
    endpoint = null;
    if (process == null) return;
    Process ended = process;
    process = null;
    try {
      ended.getOutputStream().close();
      if (!ended.waitFor(STOP_S, TimeUnit.SECONDS)) kill(ended);
    } catch (IOException e) {
      kill(ended);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      kill(ended);
    }
  }

  @Override
  public void close() {
    stop();
  }

  public synchronized boolean isRunning() {
    return endpoint != null && (process == null || process.isAlive());
  }

  /** Of every service. */
  public synchronized URI getEndpoint() {
    if (endpoint == null) throw new IllegalStateException("It is not started.");
    return endpoint;
  }

  public String getAccessKey() {
    return "test";
  }

  public String getSecretKey() {
    return "test";
  }

  public String getRegion() {
    return "us-east-1";
  }

  /** An account of its own for what has this name: the same in each run, another each time that it is asked for. */
  public Squall scope(String name) {
    int count = scopes.computeIfAbsent(name, key -> new AtomicInteger()).getAndIncrement();
    return new Squall(getEndpoint(), account(salt + name + "#" + count));
  }

  private URI started(List<String> words) {
    String said = String.join(" ", words);
    try {
      process = new ProcessBuilder(words).redirectErrorStream(true).start();
    } catch (IOException e) {
      throw new SquallException("`" + said + "` cannot be run: " + e.getMessage(), e);
    }
    CompletableFuture<URI> ready = new CompletableFuture<>();
    Process started = process;
    Thread reader = new Thread(() -> read(started, said, ready), "squall");
    reader.setDaemon(true);
    reader.start();
    try {
      return ready.get(START_S, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      stop();
      throw (SquallException) e.getCause();
    } catch (TimeoutException e) {
      stop();
      throw new SquallException("`" + said + "` is not ready after " + START_S + " s.", e);
    } catch (InterruptedException e) {
      stop();
      Thread.currentThread().interrupt();
      throw new SquallException("Interrupted while `" + said + "` starts.", e);
    }
  }

  /** Reads all that Squall writes, so that it never waits for a reader. */
  private static void read(Process process, String said, CompletableFuture<URI> ready) {
    Deque<String> last = new ArrayDeque<>();
    URI url = null;
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        last.add(line);
        if (last.size() > KEPT_LINES) last.remove();
        Matcher listens = LISTENS.matcher(line);
        if (url == null && listens.find()) url = URI.create(listens.group(1));
        if (line.equals("Ready.")) ready.complete(url);
      }
    } catch (IOException e) {
      last.add(e.toString());
    }
    ready.completeExceptionally(
        new SquallException("`" + said + "` does not start:\n" + String.join("\n", last)));
  }

  private static void kill(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  /** Twelve digits: as an access key they are the account. */
  static String account(String name) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
      return String.format("%012d", Long.remainderUnsigned(ByteBuffer.wrap(digest).getLong(), 1_000_000_000_000L));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("Every Java has SHA-256.", e);
    }
  }
}
