package app.keepsake.immich.http;

import app.keepsake.auth.Public;
import app.keepsake.problem.Problem;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Type;
import org.springframework.core.MethodParameter;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpInputMessage;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.servlet.mvc.method.annotation.RequestBodyAdviceAdapter;

/**
 * Bounds what a request may make the server hold in memory (I7): least when anyone may send it.
 * Uploads stream elsewhere.
 */
@ControllerAdvice
class JsonBodies extends RequestBodyAdviceAdapter {

    /** How long a body may be, in bytes, and what that is called. */
    private enum Limit {
        PUBLIC(64L << 10, "64 KB"),
        USUAL(1L << 20, "1 MB"),
        LONG(10L << 20, "10 MB");

        private final long bytes;
        private final String text;

        Limit(long bytes, String text) {
            this.bytes = bytes;
            this.text = text;
        }

        static Limit of(MethodParameter parameter) {
            if (parameter.hasMethodAnnotation(Public.class)) {
                return PUBLIC;
            }
            return parameter.hasMethodAnnotation(LongBody.class) ? LONG : USUAL;
        }

        Problem exceeded() {
            return new Problem.TooLarge("The request body is larger than " + text);
        }
    }

    @Override
    public boolean supports(
            MethodParameter parameter,
            Type type,
            Class<? extends HttpMessageConverter<?>> converter) {
        return true;
    }

    @Override
    public HttpInputMessage beforeBodyRead(
            HttpInputMessage message,
            MethodParameter parameter,
            Type type,
            Class<? extends HttpMessageConverter<?>> converter)
            throws IOException {
        var limit = Limit.of(parameter);
        if (message.getHeaders().getContentLength() > limit.bytes) {
            throw limit.exceeded();
        }
        var limited = new Limited(message.getBody(), limit);
        return new HttpInputMessage() {
            @Override
            public InputStream getBody() {
                return limited;
            }

            @Override
            public HttpHeaders getHeaders() {
                return message.getHeaders();
            }
        };
    }

    private static class Limited extends FilterInputStream {

        private final Limit limit;
        private long left;

        Limited(InputStream source, Limit limit) {
            super(source);
            this.limit = limit;
            left = limit.bytes;
        }

        @Override
        public int read() throws IOException {
            var read = super.read();
            counted(read < 0 ? 0 : 1);
            return read;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            return (int) counted(super.read(bytes, offset, length));
        }

        @Override
        public long skip(long length) throws IOException {
            return counted(super.skip(length));
        }

        private long counted(long read) {
            left -= Math.max(read, 0);
            if (left < 0) {
                throw limit.exceeded();
            }
            return read;
        }
    }
}
