package app.keepsake.immich.http;

import app.keepsake.auth.ApiKeys;
import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.auth.Public;
import app.keepsake.auth.Requires;
import app.keepsake.auth.Sessions;
import app.keepsake.problem.Problem;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.resource.ResourceHttpRequestHandler;

/**
 * Lets nobody reach a controller method that is not {@link Public} without valid credentials, and
 * without the permission that it {@link Requires}; hands the method its {@link Caller}. It runs
 * before any of the body is read.
 */
@Component
public class Gatekeeper
        implements HandlerInterceptor, HandlerMethodArgumentResolver, WebMvcConfigurer {

    private static final String CALLER = Caller.class.getName();
    private static final Set<String> SAFE_METHODS = Set.of("GET", "HEAD", "OPTIONS");

    private final Sessions sessions;
    private final ApiKeys apiKeys;

    Gatekeeper(Sessions sessions, ApiKeys apiKeys) {
        this.sessions = sessions;
        this.apiKeys = apiKeys;
    }

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(this).addPathPatterns("/api/**");
    }

    @Override
    public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
        resolvers.add(this);
    }

    @Override
    public boolean preHandle(
            HttpServletRequest request, HttpServletResponse response, Object handler) {
        // No controller wants it, so it came to the web app's files, which know but GET: 405.
        if (handler instanceof ResourceHttpRequestHandler) {
            throw new Problem.NotFound("Not Found");
        }
        // A second dispatch finishes a call that was let in by the first.
        if (handler instanceof HandlerMethod method
                && !method.hasMethodAnnotation(Public.class)
                && request.getAttribute(CALLER) == null) {
            var caller = authenticate(request);
            authorize(caller, method.getMethodAnnotation(Requires.class));
            request.setAttribute(CALLER, caller);
        }
        return true;
    }

    /**
     * Who connects by this handshake of a WebSocket, asked when the answer is used: it may be asked
     * again as long as the socket lives. The answer is a {@link Problem} for a shared link, and for
     * an API key that may not do everything. Only headers count.
     *
     * @throws Problem.Forbidden at once for a page of another site
     */
    public Supplier<Caller> socketCaller(HttpServletRequest handshake) {
        refuseForeignOrigin(handshake);
        var credentials = Credentials.ofHeaders(handshake);
        return () -> {
            // A socket that is merely open must not keep what a PIN has opened open with it.
            var caller = authenticate(credentials, sessions::recognize);
            caller.require(Permission.ALL);
            return caller;
        };
    }

    private Caller authenticate(HttpServletRequest request) {
        var credentials = Credentials.of(request);
        if (credentials instanceof Credentials.Session session
                && session.byCookie()
                && !SAFE_METHODS.contains(request.getMethod())) {
            refuseForeignOrigin(request);
        }
        return authenticate(credentials, sessions::authenticate);
    }

    private Caller authenticate(Credentials credentials, Function<String, Caller> bySession) {
        return switch (credentials) {
            case Credentials.SharedLink link -> throw new Problem.Unauthenticated(link.reason());
            case Credentials.Session session -> bySession.apply(session.token());
            case Credentials.ApiKey key -> apiKeys.authenticate(key.secret());
            case Credentials.None _ -> throw new Problem.Unauthenticated("Authentication required");
        };
    }

    private static void authorize(Caller caller, @Nullable Requires requires) {
        if (requires == null) {
            return;
        }
        if (requires.admin() && !caller.isAdmin()) {
            throw new Problem.Forbidden("Forbidden");
        }
        caller.require(requires.value());
    }

    /**
     * A browser sends the cookie along for any page, but says which page it was. The phone app and
     * other programs send neither header.
     */
    private static void refuseForeignOrigin(HttpServletRequest request) {
        var site = request.getHeader("Sec-Fetch-Site");
        if (site != null) {
            if (!site.equals("same-origin") && !site.equals("none")) {
                throw new Problem.Forbidden("Cross-site request refused");
            }
            return; // no page can forge it
        }
        var origin = request.getHeader("Origin");
        if (origin != null && !isSameHost(origin, request)) {
            throw new Problem.Forbidden("Cross-site request refused");
        }
    }

    /**
     * By host and port only: the scheme may have changed at a proxy that ends TLS. Where that
     * listens on a port of its own, only the header tells.
     */
    private static boolean isSameHost(String origin, HttpServletRequest request) {
        try {
            var page = URI.create(origin);
            var host = request.getHeader("Host");
            var here = URI.create("//" + (host == null ? request.getServerName() : host));
            return page.getHost() != null
                    && page.getHost().equalsIgnoreCase(here.getHost())
                    && (page.getPort() == here.getPort()
                            || isDefault(page.getPort()) && isDefault(here.getPort()));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean isDefault(int port) {
        return port == -1 || port == 80 || port == 443;
    }

    @Override
    public boolean supportsParameter(MethodParameter parameter) {
        return parameter.getParameterType() == Caller.class;
    }

    @Override
    public @Nullable Object resolveArgument(
            MethodParameter parameter,
            @Nullable ModelAndViewContainer container,
            NativeWebRequest request,
            @Nullable WebDataBinderFactory binderFactory) {
        var caller = request.getAttribute(CALLER, RequestAttributes.SCOPE_REQUEST);
        if (caller == null) {
            throw new IllegalStateException(
                    "%s takes a Caller but lets anyone in".formatted(parameter.getExecutable()));
        }
        return caller;
    }
}
