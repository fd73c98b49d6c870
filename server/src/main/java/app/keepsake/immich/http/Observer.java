package app.keepsake.immich.http;

import app.keepsake.auth.Caller;
import app.keepsake.job.Attendance;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Notices who uploads and who looks at photos, behind the {@link Gatekeeper}. */
@Component
class Observer implements HandlerInterceptor, WebMvcConfigurer {

    private static final String UPLOADER = Observer.class.getName();

    private final Attendance attendance;

    Observer(Attendance attendance) {
        this.attendance = attendance;
    }

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(this)
                .addPathPatterns(
                        "/api/assets",
                        "/api/assets/*/thumbnail",
                        "/api/assets/*/original",
                        "/api/assets/*/video/playback",
                        "/api/timeline/**",
                        "/api/search/**")
                .order(Ordered.LOWEST_PRECEDENCE);
    }

    @Override
    public boolean preHandle(
            HttpServletRequest request, HttpServletResponse response, Object handler) {
        if (request.getAttribute(Caller.class.getName()) instanceof Caller caller) {
            if (!request.getRequestURI().equals("/api/assets")) {
                attendance.views(caller.userId());
            } else if (request.getMethod().equals("POST")
                    && request.getAttribute(UPLOADER) == null) {
                request.setAttribute(UPLOADER, caller.userId());
                attendance.uploadBegins(caller.userId());
            }
        }
        return true;
    }

    @Override
    public void afterCompletion(
            HttpServletRequest request,
            HttpServletResponse response,
            Object handler,
            @Nullable Exception failure) {
        if (request.getAttribute(UPLOADER) instanceof UUID userId) {
            request.removeAttribute(UPLOADER);
            attendance.uploadEnds(userId);
        }
    }
}
