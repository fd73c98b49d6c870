package app.keepsake.upload;

import jakarta.servlet.ServletException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.apache.coyote.ActionCode;
import org.apache.tomcat.util.net.ApplicationBufferHandler;

/**
 * Takes what is left of a body after the answer, and hangs up on who sends it too slowly. Tomcat
 * would take it as well, but wait for each byte of it. A filter cannot: when an answer is complete,
 * Tomcat closes the servlet's view of the body.
 */
final class Rest extends ValveBase {

    private final Duration patience;

    Rest(Duration patience) {
        super(true);
        this.patience = patience;
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        getNext().invoke(request, response);
        // Who waits for "100 Continue" and got an answer instead sends no body.
        if (request.isAsync()
                || request.getHeader("Expect") != null
                || !UploadConnector.hasBody(request)) {
            return;
        }
        try {
            response.finishResponse();
            take(request.getCoyoteRequest());
        } catch (IOException e) {
            response.getCoyoteResponse().action(ActionCode.CLOSE_NOW, e);
        }
    }

    private void take(org.apache.coyote.Request request) throws IOException {
        var nowhere = new Nowhere();
        var pace = new Pace(patience);
        for (int read = 0; read >= 0; read = request.doRead(nowhere)) {
            pace.took(read);
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
