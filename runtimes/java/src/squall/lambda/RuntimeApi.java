package squall.lambda;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** A client of the Runtime API over one kept-alive connection. */
final class RuntimeApi {
    private static final String PREFIX = "/2018-06-01/runtime";

    private final String address;
    private final InputStream input;
    private final OutputStream output;

    RuntimeApi(String address) throws IOException {
        this.address = address;
        int colon = address.indexOf(':');
        Socket socket = new Socket(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
        socket.setTcpNoDelay(true);
        this.input = new BufferedInputStream(socket.getInputStream(), 65536);
        this.output = socket.getOutputStream();
    }

    /** An answer of the API: for `next`, an invocation. */
    static final class Invocation {
        final Map<String, String> headers;
        final byte[] body;

        Invocation(Map<String, String> headers, byte[] body) {
            this.headers = headers;
            this.body = body;
        }

        String header(String name) {
            return headers.get(name);
        }

        String requestId() {
            return header("lambda-runtime-aws-request-id");
        }
    }

    Invocation next() throws IOException {
        return send("GET", "/invocation/next", null, null);
    }

    void respond(String requestId, byte[] body) throws IOException {
        send("POST", "/invocation/" + requestId + "/response", null, body);
    }

    void error(String requestId, String type, byte[] body) throws IOException {
        send("POST", "/invocation/" + requestId + "/error", type, body);
    }

    void initError(String type, byte[] body) throws IOException {
        send("POST", "/init/error", type, body);
    }

    private Invocation send(String method, String path, String errorType, byte[] body) throws IOException {
        StringBuilder head = new StringBuilder(256);
        head.append(method).append(' ').append(PREFIX).append(path).append(" HTTP/1.1\r\n");
        head.append("Host: ").append(address).append("\r\n");
        if (errorType != null) {
            head.append("Lambda-Runtime-Function-Error-Type: ").append(errorType.replaceAll("[^ -~]", "?")).append("\r\n");
        }
        if (body != null) {
            head.append("Content-Type: application/json\r\nContent-Length: ").append(body.length).append("\r\n");
        }
        head.append("\r\n");
        ByteArrayOutputStream message = new ByteArrayOutputStream(head.length() + (body == null ? 0 : body.length));
        message.write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
        if (body != null) message.write(body);
        message.writeTo(output);
        output.flush();
        return receive();
    }

    private Invocation receive() throws IOException {
        line();
        Map<String, String> headers = new HashMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            headers.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).trim());
        }
        byte[] body = new byte[Integer.parseInt(headers.getOrDefault("content-length", "0"))];
        for (int at = 0; at < body.length; ) {
            int count = input.read(body, at, body.length - at);
            if (count < 0) throw new EOFException();
            at += count;
        }
        return new Invocation(headers, body);
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(64);
        for (int b = input.read(); b != '\n'; b = input.read()) {
            if (b < 0) throw new EOFException();
            if (b != '\r') line.write(b);
        }
        return new String(line.toByteArray(), StandardCharsets.UTF_8);
    }
}
