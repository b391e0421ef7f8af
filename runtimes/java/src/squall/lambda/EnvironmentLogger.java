package squall.lambda;

import com.amazonaws.services.lambda.runtime.LambdaLogger;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** Writes whole messages, newlines and all, to the environment's log: one log event a message. */
final class EnvironmentLogger implements LambdaLogger {
    private static final int FRAME_TEXT = 0xa55a0003;

    private final OutputStream frames;

    EnvironmentLogger(String descriptor) {
        this.frames = descriptor == null ? null : open("/dev/fd/" + descriptor);
    }

    private static OutputStream open(String path) {
        try {
            return new FileOutputStream(path);
        } catch (IOException absent) {
            return null;
        }
    }

    @Override
    public void log(String message) {
        log(Bootstrap.utf8(String.valueOf(message)));
    }

    @Override
    public synchronized void log(byte[] message) {
        System.out.flush();
        if (frames == null) {
            System.out.write(message, 0, message.length);
            System.out.println();
            return;
        }
        ByteBuffer frame = ByteBuffer.allocate(16 + message.length);
        frame.putInt(FRAME_TEXT).putInt(message.length).putLong(System.currentTimeMillis() * 1000).put(message);
        try {
            frames.write(frame.array());
        } catch (IOException closed) {
            // Nobody listens any more.
        }
    }
}
