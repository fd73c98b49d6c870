package app.keepsake.immich.http;

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

/** Bounds what a request may make the server hold in memory (I7). Uploads stream elsewhere. */
@ControllerAdvice
class JsonBodies extends RequestBodyAdviceAdapter {

    private static final long LONGEST = 10L << 20;

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
        if (message.getHeaders().getContentLength() > LONGEST) {
            throw tooLarge();
        }
        var limited = new Limited(message.getBody());
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

    private static Problem tooLarge() {
        return new Problem.TooLarge("The request body is larger than 10 MB");
    }

    private static class Limited extends FilterInputStream {

        private long left = LONGEST;

        Limited(InputStream source) {
            super(source);
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
                throw tooLarge();
            }
            return read;
        }
    }
}
