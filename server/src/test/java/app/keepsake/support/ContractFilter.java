package app.keepsake.support;

import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.FilterChain;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplication;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Holds every answer under {@code /api} against {@link ImmichContract}. What it finds fails the
 * test that is running ({@link ContractCheck}); the answer itself goes out untouched and
 * unbuffered.
 */
@Order(Ordered.HIGHEST_PRECEDENCE + 1)
public class ContractFilter extends OncePerRequestFilter {

    private static final ConcurrentLinkedQueue<String> VIOLATIONS = new ConcurrentLinkedQueue<>();
    private static final AtomicInteger RUNNING = new AtomicInteger();

    /** For a server that a test starts by itself; {@link ServerTest} has it already. */
    public static void addTo(SpringApplication application) {
        application.addInitializers(
                context ->
                        ((GenericApplicationContext) context).registerBean(ContractFilter.class));
    }

    /** What was found since the last call. */
    static List<String> takeViolations() {
        var taken = new ArrayList<String>();
        for (var next = VIOLATIONS.poll(); next != null; next = VIOLATIONS.poll()) {
            taken.add(next);
        }
        return taken;
    }

    /** Whether an answer may be out that is not judged yet. */
    static boolean isBusy() {
        return RUNNING.get() > 0;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return !request.getRequestURI().startsWith("/api/");
    }

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        RUNNING.incrementAndGet();
        var copying = new Copying(response);
        var isAsync = false;
        try {
            chain.doFilter(request, copying);
            isAsync = request.isAsyncStarted();
            if (isAsync) {
                request.getAsyncContext().addListener(new AtEnd(request, copying));
            } else {
                judge(request, copying);
            }
        } finally {
            if (!isAsync) {
                RUNNING.decrementAndGet();
            }
        }
    }

    private static void judge(HttpServletRequest request, Copying response) {
        if (request.getAttribute(RequestDispatcher.ERROR_EXCEPTION) instanceof IOException) {
            return; // the client has gone: nothing is sent
        }
        response.finish();
        ImmichContract.get()
                .count(request.getMethod(), request.getRequestURI(), response.getStatus());
        ImmichContract.get()
                .violations(
                        request.getMethod(),
                        request.getRequestURI(),
                        response.getStatus(),
                        response.getContentType(),
                        response.copy.toString(StandardCharsets.UTF_8))
                .forEach(
                        violation ->
                                VIOLATIONS.add(
                                        "%s %s answered %d: %s"
                                                .formatted(
                                                        request.getMethod(),
                                                        request.getRequestURI(),
                                                        response.getStatus(),
                                                        violation)));
    }

    private record AtEnd(HttpServletRequest request, Copying response) implements AsyncListener {

        @Override
        public void onComplete(AsyncEvent event) {
            try {
                judge(request, response);
            } finally {
                RUNNING.decrementAndGet();
            }
        }

        @Override
        public void onTimeout(AsyncEvent event) {}

        @Override
        public void onError(AsyncEvent event) {}

        @Override
        public void onStartAsync(AsyncEvent event) {
            event.getAsyncContext().addListener(this);
        }
    }

    /** Copies what is written, as far as it is one piece of JSON. */
    private static class Copying extends HttpServletResponseWrapper {

        final ByteArrayOutputStream copy = new ByteArrayOutputStream();
        private @Nullable ServletOutputStream stream;
        private @Nullable PrintWriter writer;

        Copying(HttpServletResponse response) {
            super(response);
        }

        private boolean isJson() {
            var type = getContentType();
            return type != null && type.contains("json") && !type.contains("jsonlines");
        }

        void finish() {
            if (writer != null) {
                writer.flush();
            }
        }

        @Override
        public void resetBuffer() {
            super.resetBuffer();
            copy.reset();
        }

        @Override
        public void reset() {
            super.reset();
            copy.reset();
        }

        @Override
        public PrintWriter getWriter() throws IOException {
            if (writer == null) {
                writer =
                        new PrintWriter(
                                new OutputStreamWriter(getOutputStream(), StandardCharsets.UTF_8));
            }
            return writer;
        }

        @Override
        public ServletOutputStream getOutputStream() throws IOException {
            if (stream == null) {
                var target = super.getOutputStream();
                stream =
                        new ServletOutputStream() {
                            @Override
                            public void write(int b) throws IOException {
                                target.write(b);
                                if (isJson()) {
                                    copy.write(b);
                                }
                            }

                            @Override
                            public void write(byte[] bytes, int offset, int length)
                                    throws IOException {
                                target.write(bytes, offset, length);
                                if (isJson()) {
                                    copy.write(bytes, offset, length);
                                }
                            }

                            @Override
                            public void flush() throws IOException {
                                target.flush();
                            }

                            @Override
                            public void close() throws IOException {
                                target.close();
                            }

                            @Override
                            public boolean isReady() {
                                return target.isReady();
                            }

                            @Override
                            public void setWriteListener(WriteListener listener) {
                                target.setWriteListener(listener);
                            }
                        };
            }
            return stream;
        }
    }
}
