package squall.junit;

import java.io.IOException;
import java.net.ProxySelector;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;

/** Squall's admin API, {@code /_squall/…}. */
final class Admin {
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  /** No proxy stands between a test and its Squall, whatever the machine says. */
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().proxy(ProxySelector.of(null)).version(HttpClient.Version.HTTP_1_1).build();

  private final URI url;

  Admin(URI url) {
    this.url = url;
  }

  Object get(String page, Map<String, String> query) {
    return ask("GET", page, query, null);
  }

  Object post(String page, Object body) {
    return ask("POST", page, Map.of(), body);
  }

  Object delete(String page, Map<String, String> query) {
    return ask("DELETE", page, query, null);
  }

  /** @throws SquallException with Squall's own words when it refuses */
  private Object ask(String method, String page, Map<String, String> query, Object body) {
    String text = body == null ? null : Json.write(body);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url.resolve("/_squall/" + page + written(query)))
            .timeout(PATIENCE)
            .header("content-type", "application/json")
            .method(method, text == null ? BodyPublishers.noBody() : BodyPublishers.ofString(text));
    String token = System.getenv("SQUALL_ADMIN_TOKEN");
    if (token != null && !token.isEmpty()) request.header("authorization", "Bearer " + token);
    HttpResponse<String> response;
    try {
      response = CLIENT.send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new SquallException("There is no squall at " + url + ": " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SquallException("Interrupted while asking " + url, e);
    }
    if (response.statusCode() >= 400) throw new SquallException(said(response));
    return Json.read(response.body());
  }

  private static String said(HttpResponse<String> response) {
    try {
      Object message = Json.readObject(response.body()).get("message");
      if (message != null) return message.toString();
    } catch (IllegalArgumentException e) {
      // It is not Squall that answers.
    }
    return response.request().uri() + " answers " + response.statusCode();
  }

  private static String written(Map<String, String> query) {
    if (query.isEmpty()) return "";
    return query.entrySet().stream()
        .map(entry -> entry.getKey() + "=" + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&", "?", ""));
  }
}
