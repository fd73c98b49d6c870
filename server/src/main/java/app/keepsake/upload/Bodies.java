package app.keepsake.upload;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.apache.coyote.ActionCode;
import org.apache.tomcat.util.net.ApplicationBufferHandler;

/**
 * Hangs up on who sends a body too slowly, unless it is an upload, and takes what is left of any
 * body after the answer. Tomcat would take it as well, but wait for each byte of it.
 *
 * <p>A filter cannot: Tomcat reads a form by itself, and when an answer is complete, it closes the
 * servlet's view of the body.
 */
final class Bodies extends ValveBase {

    private final Duration patience;

    Bodies(Duration patience) {
        super(true);
        this.patience = patience;
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        if (!UploadConnector.hasBody(request)) {
            getNext().invoke(request, response);
            return;
        }
        var wire = request.getCoyoteRequest();
        var body = wire.getInputBuffer();
        try {
            if (!isUpload(request)) {
                wire.setInputBuffer(new PacedBody(body, patience));
            }
            getNext().invoke(request, response);
            // Who waits for "100 Continue" and got an answer instead sends no body.
            if (!request.isAsync() && request.getHeader("Expect") == null) {
                wire.setInputBuffer(new PacedBody(body, patience));
                takeRest(wire, response);
            }
        } finally {
            wire.setInputBuffer(body); // the connection's, also for its next request
        }
    }

    private static boolean isUpload(HttpServletRequest request) {
        return request.getMethod().equals("POST") && request.getRequestURI().equals("/api/assets");
    }

    private static void takeRest(org.apache.coyote.Request wire, Response response) {
        var nowhere = new Nowhere();
        try {
            response.finishResponse();
            while (wire.doRead(nowhere) >= 0) {
                // until its end
            }
        } catch (IOException e) {
            response.getCoyoteResponse().action(ActionCode.CLOSE_NOW, e);
        }
    }

    /** Tomcat hands over its own buffer. */
    private static final class Nowhere implements ApplicationBufferHandler {

        private ByteBuffer last = ByteBuffer.allocate(0);

        @Override
        public void setByteBuffer(ByteBuffer buffer) {
            last = buffer;
        }

        @Override
        public ByteBuffer getByteBuffer() {
            return last;
        }

        @Override
        public void expand(int size) {
            // It is thrown away.
        }
    }
}
