package app.keepsake.immich.http;

import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.Resource;
import org.springframework.http.CacheControl;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistry;
import org.springframework.web.servlet.config.annotation.ViewControllerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.resource.PathResourceResolver;

/**
 * Serves the web app's files from {@code /web} on the class path. An address that is neither a file
 * nor of the API is a page of the app, so it gets {@code index.html}.
 */
@Component
class WebApp implements WebMvcConfigurer {

    private static final String FILES = "classpath:/web/";

    /** Nothing inline, ever: scripts place tiles through the CSSOM, which needs no permission. */
    static final String POLICY =
            "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:;"
                    + " media-src 'self' blob:; worker-src 'self' blob:; object-src 'none';"
                    + " base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    @Override
    public void addResourceHandlers(ResourceHandlerRegistry registry) {
        // Vite puts a hash of the content into the names under this folder.
        registry.addResourceHandler("/assets/**")
                .addResourceLocations(FILES + "assets/")
                .setCacheControl(
                        CacheControl.maxAge(Duration.ofDays(365)).cachePublic().immutable());
        registry.addResourceHandler("/**")
                .addResourceLocations(FILES)
                .setCacheControl(CacheControl.noCache())
                .resourceChain(false)
                .addResolver(new FileOrIndex());
    }

    /** The resource handler has no answer for the empty path. */
    @Override
    public void addViewControllers(ViewControllerRegistry registry) {
        registry.addViewController("/").setViewName("forward:/index.html");
    }

    private static class FileOrIndex extends PathResourceResolver {

        @Override
        protected @Nullable Resource getResource(String path, Resource location)
                throws IOException {
            var file = path.isEmpty() ? null : super.getResource(path, location);
            if (file != null || isApi(path)) {
                return file;
            }
            return super.getResource("index.html", location);
        }

        private static boolean isApi(String path) {
            return path.equals("api") || path.startsWith("api/") || path.startsWith(".well-known/");
        }
    }
}
