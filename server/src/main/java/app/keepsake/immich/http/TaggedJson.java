package app.keepsake.immich.http;

import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpOutputMessage;
import org.springframework.http.MediaType;
import org.springframework.http.converter.json.JacksonJsonHttpMessageConverter;
import org.springframework.http.server.ServletServerHttpResponse;
import org.springframework.stereotype.Component;
import org.springframework.util.DigestUtils;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;
import org.springframework.web.context.request.ServletWebRequest;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes JSON, and gives what was asked for with GET an ETag: a client that has it already gets 304
 * and no body. Bytes are JSON already, which Postgres wrote. What streams does not come through
 * here.
 */
@Component
class TaggedJson extends JacksonJsonHttpMessageConverter {

    TaggedJson(JsonMapper mapper) {
        super(mapper);
    }

    /** Text is text; whoever returns it says what it is. */
    @Override
    public boolean canWrite(Class<?> type, @Nullable MediaType mediaType) {
        return !CharSequence.class.isAssignableFrom(type) && super.canWrite(type, mediaType);
    }

    @Override
    protected void writeInternal(
            Object value,
            ResolvableType type,
            HttpOutputMessage message,
            @Nullable Map<String, Object> hints)
            throws IOException {
        // Whole, with its length: a client then has a refusal even if the rest of its upload is
        // cut.
        var body = value instanceof byte[] json ? json : serialize(value, type, message, hints);
        if (message instanceof ServletServerHttpResponse response
                && RequestContextHolder.getRequestAttributes()
                        instanceof ServletRequestAttributes current
                && isRead(current.getRequest())
                && response.getServletResponse().getStatus() == 200) {
            if (message.getHeaders().getCacheControl() == null) {
                // Not by others, and not without asking.
                message.getHeaders().setCacheControl(CacheControl.noCache().cachePrivate());
            }
            // Weak, since a strong one would keep Tomcat from compressing.
            var tag = "W/\"" + DigestUtils.md5DigestAsHex(body) + "\"";
            var exchange =
                    new ServletWebRequest(current.getRequest(), response.getServletResponse());
            if (exchange.checkNotModified(tag)) {
                return;
            }
        }
        message.getHeaders().setContentLength(body.length);
        message.getBody().write(body);
    }

    private byte[] serialize(
            Object value,
            ResolvableType type,
            HttpOutputMessage message,
            @Nullable Map<String, Object> hints)
            throws IOException {
        var buffer = new ByteArrayOutputStream();
        super.writeInternal(value, type, new Buffered(message.getHeaders(), buffer), hints);
        return buffer.toByteArray();
    }

    private static boolean isRead(HttpServletRequest request) {
        return request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
    }

    private record Buffered(HttpHeaders headers, OutputStream body) implements HttpOutputMessage {

        @Override
        public HttpHeaders getHeaders() {
            return headers;
        }

        @Override
        public OutputStream getBody() {
            return body;
        }
    }
}
