package app.keepsake.immich.http;

import java.beans.PropertyEditorSupport;
import org.springframework.web.bind.WebDataBinder;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.InitBinder;

/**
 * Reads flags in the address of a call as strictly as Immich does: Spring by itself takes "yes" and
 * "1" too, and falls back to that when a converter refuses them.
 */
@ControllerAdvice
class QueryFlags {

    @InitBinder
    void readStrictly(WebDataBinder binder) {
        binder.registerCustomEditor(boolean.class, new Flag());
        binder.registerCustomEditor(Boolean.class, new Flag());
    }

    private static final class Flag extends PropertyEditorSupport {

        @Override
        public void setAsText(String text) {
            switch (text) {
                case "true" -> setValue(true);
                case "false" -> setValue(false);
                default -> throw new IllegalArgumentException("neither true nor false: " + text);
            }
        }
    }
}
