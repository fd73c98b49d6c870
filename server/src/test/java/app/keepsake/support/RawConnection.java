package app.keepsake.support;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/** HTTP byte by byte, as networks and odd clients have it. */
public final class RawConnection implements AutoCloseable {

    private final Socket socket;

    public RawConnection(int port) throws IOException {
        socket = new Socket("127.0.0.1", port);
        socket.setSoTimeout(60_000);
        socket.setTcpNoDelay(true);
    }

    public void send(String text) throws IOException {
        send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    public void send(byte[] bytes) throws IOException {
        send(bytes, 0, bytes.length);
    }

    public void send(byte[] bytes, int from, int to) throws IOException {
        socket.getOutputStream().write(bytes, from, to - from);
    }

    /** The client has nothing more to say, and still listens. */
    public void endSending() throws IOException {
        socket.shutdownOutput();
    }

    /** One answer: its head, and its body by its length or its one chunk. */
    public String readAnswer() throws IOException {
        var answer = new StringBuilder();
        while (answer.indexOf("\r\n\r\n") < 0) {
            answer.append((char) read());
        }
        if (answer.indexOf("Transfer-Encoding: chunked") > 0) {
            while (!answer.toString().endsWith("\r\n0\r\n\r\n")) {
                answer.append((char) read());
            }
        } else if (answer.toString().matches("(?s).*Content-Length: \\d+.*")) {
            int length =
                    Integer.parseInt(
                            answer.toString().replaceAll("(?s).*Content-Length: (\\d+).*", "$1"));
            for (int i = 0; i < length; i++) {
                answer.append((char) read());
            }
        }
        return answer.toString();
    }

    /** Waits until the server closes the connection; what it sent before does not matter. */
    public void awaitClosed() {
        try {
            while (socket.getInputStream().read() >= 0) {
                // read on
            }
        } catch (SocketTimeoutException e) {
            throw new AssertionError("the server left the connection open for 60 s", e);
        } catch (IOException reset) {
            // closed, too
        }
    }

    private int read() throws IOException {
        int next = socket.getInputStream().read();
        if (next < 0) {
            throw new IOException("the server closed the connection");
        }
        return next;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
